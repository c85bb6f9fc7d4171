# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of a realm diff, grouped for human readers and escaped for a format."""

from __future__ import annotations

DOCUMENTATION = r"""
name: realm_diff_view
short_description: Report of a realm diff, ready for a template
version_added: 0.1.0
author: authkit contributors (@authkit)
description:
  - Groups the differences by section and object, and escapes every text in them for the format that a template writes.
  - Anyone who may create a client or a group chooses names in a realm. Text from this filter is safe to write into the
    format unchanged. Text from the report itself is not.
positional: output
options:
  _input:
    description: What M(authkit.oauth.realm_diff) returns as RV(authkit.oauth.realm_diff#module:report).
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
  - module: authkit.oauth.realm_diff
"""

EXAMPLES = r"""
- name: Write a page of our own
  ansible.builtin.copy:
    content: |
      {% for section in (drift.report | authkit.oauth.realm_diff_view('html')).sections %}
      <h1>{{ section.title }}</h1>
      {% endfor %}
    dest: page.html
    mode: "0600"
"""

RETURN = r"""
_value:
  description:
    - C(left), C(right), C(summary), C(unknown), C(stale) and C(left_out) as in the report, C(sections) and C(accepted).
    - A section has C(title) and C(objects). An object has C(name) and C(differences), each with C(path), C(kind),
      C(left) and C(right), which are texts.
    - C(lines) are the summary and the differences as lines.
  type: dict
"""

from collections.abc import Callable, Mapping
from typing import Any

from ..plugin_utils._report.diff_view import view
from ..plugin_utils._report.filters import as_filter


class FilterModule:
    """The filter, by its name."""

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        return {"realm_diff_view": as_filter(view)}
