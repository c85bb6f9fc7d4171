# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of a realm check, ordered for human readers and escaped for a format."""

from __future__ import annotations

DOCUMENTATION = r"""
name: realm_check_view
short_description: Report of a realm check, ready for a template
version_added: 0.1.0
author: authkit contributors (@authkit)
description:
  - Orders a report for human readers, the worst first, adds up the counts of all realms, and escapes every text in it
    for the format that a template writes.
  - Anyone who may create a client or a group chooses names in a realm. Text from this filter is safe to write into the
    format unchanged. Text from the report itself is not.
  - Characters that are invisible or change how others are displayed are shown as text, such as terminal escapes, NUL
    and marks that change the direction of writing.
positional: output
options:
  _input:
    description: What M(authkit.oauth.realm_check) returns as RV(authkit.oauth.realm_check#module:report).
    type: dict
    required: true
  output:
    description:
      - The format. V(html) and V(xml) are safe between tags and in quoted attributes. V(markdown) is safe in a line of
        text and in a cell of a table. V(terminal) is safe to print.
    type: str
    choices: [html, markdown, terminal, xml]
    required: true
seealso:
  - module: authkit.oauth.realm_check
"""

EXAMPLES = r"""
- name: Write a page of our own
  ansible.builtin.copy:
    content: |
      {% for realm in (audit.report | authkit.oauth.realm_check_view('html')).realms %}
      <h1>{{ realm.realm }}</h1>
      {% endfor %}
    dest: page.html
    mode: "0600"
"""

RETURN = r"""
_value:
  description:
    - C(failed), C(verdict), the C(findings) and C(checks) counted over all realms, and the C(realms).
    - A realm has C(number), C(realm), C(server), C(server_version), C(failed), C(verdict) (C(failed),
      C(passed with findings) or C(passed)), C(findings), C(checks), C(missing_roles), C(reasons) and C(groups).
    - C(reasons) are those for which checks were not evaluated, each with C(reason) and C(count), the most frequent
      first. A group has a C(status) and its C(checks), the worst first.
    - A check is as in the report, but its C(severity) is that of its worst open finding, C(open) is the number of its
      open findings, a finding's C(remediation) is null where it is the check's, and C(evidence) is a list of C(name)
      and C(value).
  type: dict
"""

from collections.abc import Callable, Mapping
from typing import Any

from ..plugin_utils._report.filters import as_filter
from ..plugin_utils._report.view import view


class FilterModule:
    """The filter, by its name."""

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        return {"realm_check_view": as_filter(view)}
