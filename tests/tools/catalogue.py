# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``make catalogue``: writes the pages of all checks, from their metadata, of all errors, servers and standards."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from ansible_collections.authkit.oauth.plugins.module_utils._realm.model import Check
from ansible_collections.authkit.oauth.plugins.module_utils._realm.registry import CHECKS
from ansible_collections.authkit.oauth.tests.tools import errors, server_matrix, standards
from ansible_collections.authkit.oauth.tests.tools.processes import program, say
from ansible_collections.authkit.oauth.tests.tools.tree import ROOT

PAGE = ROOT / "docs" / "docsite" / "rst" / "realm_check_catalogue.rst"
LEVELS = {
    "L1": "The public endpoints",
    "L2": "The caller's own token",
    "L3": "The realm's configuration",
}
HEAD = """\
..
  Copyright (c) 2026 authkit contributors
  GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
  SPDX-License-Identifier: GPL-3.0-or-later

.. Written by make catalogue from the checks themselves.

.. _ansible_collections.authkit.oauth.docsite.realm_check_catalogue:

The checks of the realm check
=============================

.. contents::
   :local:
   :depth: 2

All {count} checks, by level and area. A check of tier ``core`` runs in the profiles ``baseline`` and ``strict``, one of
tier ``extended`` only in ``strict``. The severity is the check's default; a finding may have another one, as the text
of its check says.
How to use them: :ref:`ansible_collections.authkit.oauth.docsite.guide_realm_check`.
"""


def main(_words: list[str]) -> int:
    """Write the pages of checks, errors, servers and standards."""
    PAGE.write_text(page(CHECKS), encoding="utf-8")
    say(f"{PAGE.relative_to(ROOT)} describes {len(CHECKS)} checks")
    kinds = errors.kinds()
    errors.PAGE.write_text(errors.page(kinds), encoding="utf-8")
    say(f"{errors.PAGE.relative_to(ROOT)} describes {len(kinds)} errors")
    server_matrix.PAGE.write_text(server_matrix.page(), encoding="utf-8")
    say(f"{server_matrix.PAGE.relative_to(ROOT)} is written")
    standards.PAGE.write_text(standards.page(), encoding="utf-8")
    say(f"{standards.PAGE.relative_to(ROOT)} is written")
    return 0


def page(checks: Sequence[Check]) -> str:
    """The page's text."""
    lines = [HEAD.format(count=len(checks))]
    ordered = sorted(checks, key=lambda check: (check.level, check.area, check.id))
    for level, of_level in groupby(ordered, key=lambda check: check.level):
        lines += [*_title(f"{level}: {LEVELS[level]}", "-"), ""]
        for area, of_area in groupby(of_level, key=lambda check: check.area):
            lines += [*_title(area.replace("-", " ").capitalize(), "~"), ""]
            for check in of_area:
                lines += [*_entry(check), ""]
    return "\n".join(lines).rstrip() + "\n"


def _title(text: str, underline: str) -> list[str]:
    return [text, underline * len(text)]


def _entry(check: Check) -> Iterator[str]:
    marks = f"{check.severity}, {check.tier}" + (", active" if check.active else "")
    yield f"``{check.id}`` ({marks})"
    yield f"  **{_text(check.title)}.** {_text(check.rationale)}"
    yield ""
    yield f"  *What to do:* {_text(check.remediation)}"
    if check.reference:
        yield ""
        yield f"  *Reference:* {_text(check.reference)}"
    for name, parameter in check.parameters.items():
        default = "unset" if parameter.default is None else f"``{json.dumps(parameter.default)}``"
        yield ""
        yield f"  *Parameter* ``{name}`` ({default}): {_text(parameter.description)}"


def _text(text: str) -> str:
    """The text, escaped for reStructuredText."""
    return re.sub(r"([\\`*_|])", r"\\\1", text)


if __name__ == "__main__":
    program(main)
