# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of a realm check as a SARIF 2.1.0 log."""

from __future__ import annotations

DOCUMENTATION = r"""
name: realm_check_sarif
short_description: Report of a realm check as SARIF 2.1.0
version_added: 0.1.0
author: authkit contributors (@authkit)
description:
  - Converts a report to a log in the Static Analysis Results Interchange Format (SARIF) 2.1.0, with a run for each
    realm, a rule for each check and a result for each finding.
  - Findings that are waived, or known from the baseline file, are suppressed. A check that could not be evaluated is a
    notification of the run.
  - A realm has no files, and code scanning services show each result at a line of a file. O(location) and O(line) are
    that file and line. The target of a finding is its logical location.
options:
  _input:
    description: What M(authkit.oauth.realm_check) returns as RV(authkit.oauth.realm_check#module:report).
    type: dict
    required: true
  location:
    description:
      - The file to show results at, relative to the top of its repository, such as the playbook or the realm export.
      - If it is not set, it is C(realms/NAME.json) with the realm's name.
    type: str
  line:
    description: The line in that file.
    type: int
    default: 1
seealso:
  - module: authkit.oauth.realm_check
"""

EXAMPLES = r"""
- name: Write the log for a code scanning service
  ansible.builtin.copy:
    content: >-
      {{ audit.report | authkit.oauth.realm_check_sarif(location='audit.yml') | ansible.builtin.to_nice_json }}
    dest: report.sarif
    mode: "0600"
"""

RETURN = r"""
_value:
  description: The log.
  type: dict
"""

from collections.abc import Callable, Mapping
from typing import Any

from ..plugin_utils._report.filters import as_filter
from ..plugin_utils._report.sarif import log


class FilterModule:
    """The filter, by its name."""

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        return {"realm_check_sarif": as_filter(log)}
