# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of a realm check as lines for a play's output."""

from __future__ import annotations

DOCUMENTATION = r"""
name: realm_check_table
short_description: Report of a realm check as a few lines
version_added: 0.1.0
author: authkit contributors (@authkit)
description:
  - Summarizes a report in a few lines for each realm, with its counts and its worst open findings.
  - The lines are safe to print. Terminal escape sequences in a realm's names are shown as text.
positional: worst
options:
  _input:
    description: What M(authkit.oauth.realm_check) returns as RV(authkit.oauth.realm_check#module:report).
    type: dict
    required: true
  worst:
    description: How many findings are shown for each realm.
    type: int
    default: 10
seealso:
  - module: authkit.oauth.realm_check
"""

EXAMPLES = r"""
- name: Show the worst findings
  ansible.builtin.debug:
    msg: "{{ audit.report | authkit.oauth.realm_check_table(5) }}"
"""

RETURN = r"""
_value:
  description: The lines.
  type: list
  elements: str
"""

from collections.abc import Callable, Mapping
from typing import Any

from ..plugin_utils._report.filters import as_filter
from ..plugin_utils._report.table import lines


class FilterModule:
    """The filter, by its name."""

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        return {"realm_check_table": as_filter(lines)}
