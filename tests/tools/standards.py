# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guide to standards: its tables are the mappings themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ansible_collections.authkit.oauth.plugins.module_utils._realm.registry import CHECKS
from ansible_collections.authkit.oauth.plugins.module_utils._realm.standards.known import STANDARDS
from ansible_collections.authkit.oauth.plugins.module_utils._realm.standards.model import Requirement, Standard
from ansible_collections.authkit.oauth.tests.tools.tree import ROOT

PAGE = ROOT / "docs" / "docsite" / "rst" / "guide_realm_standards.rst"
HEAD = """\
..
  Copyright (c) 2026 authkit contributors
  GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
  SPDX-License-Identifier: GPL-3.0-or-later

.. Written by make catalogue from the mappings themselves.

.. _ansible_collections.authkit.oauth.docsite.guide_realm_standards:

A realm and the requirements of standards
=========================================

.. contents::
   :local:
   :depth: 2

``realm_check_standards`` (``standards`` of the module) names standards:

.. code-block:: yaml

    realm_check_standards: [asvs5-l2, fapi2]

The checks that answer their requirements run as well, whatever their tier. ``realm_check_skip`` and
``realm_check_levels`` still apply. Each report has a table for each standard:

passed
  All checks that answer the requirement passed, and they see everything that it asks for.
failed
  One of its checks has an open finding. For checks that only inform, such as ``client-par-not-required``, this is a
  finding of severity ``info``.
waived
  There are findings, and all of them are waived or in the baseline file. That is not passed.
not evaluated
  A check could not be evaluated, or the options left it out. The reason says which.
not covered
  No check answers the requirement, or not all of it. In the second case it can fail, but it never passes. The reason
  says what is not seen.

Where a standard sets a number, the requirement is judged by that number, whatever ``realm_check_overrides`` says.
Clients that are disabled, and for most requirements those that Keycloak creates, do not count: ``admin-cli`` accepts
the password grant unless you turn it off, and the consoles are public clients without bound tokens. Each table says
so. What fails a run does not depend on the tables.

A table is no certificate. It says what an audit sees of one realm; most of each standard is about applications,
servers and organizations. The titles are our own words: read the standard for what it requires. In a check's column,
values in brackets are limits that the standard sets.

FAPI 2.0 was read in its drafts 04 and 05. The conformance suite of the OpenID Foundation cites the requirements of
the final edition's section 5.3.2 by the same numbers. RFC 9700 was read in its last draft, and its letters, like
those of the OAuth 2.1 draft, are ours.

NIST SP 800-63B-4 is not among the standards, because its final text was not at hand when the mappings were made; only
an earlier draft was.
"""


def page() -> str:
    """The page's text."""
    lines = [HEAD]
    texts: list[Standard] = []
    for standard in STANDARDS.values():
        if not any(each.requirements is standard.requirements for each in texts):
            texts.append(standard)
            lines += _section(standard)
    return "\n".join([*lines, *_unmapped()]).rstrip() + "\n"


def _section(standard: Standard) -> Iterator[str]:
    names = [each.name for each in STANDARDS.values() if each.requirements is standard.requirements]
    title = standard.title if len(names) == 1 else standard.title.rpartition(",")[0]
    answered = sum(bool(each.checks) and not each.reason for each in standard.requirements)
    partly = sum(bool(each.checks) and bool(each.reason) for each in standard.requirements)
    yield from (title, "-" * len(title), "")
    yield f"Names: {', '.join(f'``{name}``' for name in names)}. Text: {_text(standard.edition)}; {standard.url}"
    yield ""
    yield (
        f"Of {len(standard.requirements)} requirements, checks answer {answered}, can refute {partly} more, and do not "
        f"cover {len(standard.requirements) - answered - partly}."
    )
    yield ""
    yield from (".. list-table::", "   :header-rows: 1", "")
    yield from _row("Requirement", "Level", "What it asks for", "Checks", "Not seen")
    for each in standard.requirements:
        checks = ", ".join(_check(each, name) for name in each.checks) or "none"
        yield from _row(each.id, each.level, _text(each.title), checks, _text(each.reason))
    yield ""


def _check(requirement: Requirement, name: str) -> str:
    values = [
        value for limits in (requirement.limits, requirement.strictest) for value in limits.get(name, {}).values()
    ]
    shown = ", at level 3 ".join(str(value).lower() for value in values)
    return f"``{name}``" + (f" ({shown})" if shown else "")


def _row(*cells: str) -> Iterator[str]:
    for number, cell in enumerate(cells):
        yield f"   {'* ' if number == 0 else '  '}- {cell}".rstrip()


def _unmapped() -> Iterator[str]:
    mapped = {check for standard in STANDARDS.values() for check in standard.checks}
    names = [check.id for check in CHECKS if check.id not in mapped]
    title = "Checks without a mapping"
    yield from (title, "-" * len(title), "")
    yield f"These {len(names)} answer no requirement of these standards exactly. They run as the profile says."
    yield ""
    yield ", ".join(f"``{name}``" for name in sorted(names)) + "."


def _text(text: str) -> str:
    """The text, escaped for reStructuredText."""
    return re.sub(r"([\\`*_|])", r"\\\1", text)
