# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guide to standards: its tables are the mappings themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ansible_collections.authkit.oauth.plugins.module_utils._realm.registry import CHECKS
from ansible_collections.authkit.oauth.plugins.module_utils._realm.standards.known import STANDARDS
from ansible_collections.authkit.oauth.plugins.module_utils._realm.standards.model import (
    NO_LIMIT,
    Requirement,
    Standard,
)
from ansible_collections.authkit.oauth.tests.tools.tree import ROOT

NEAR = {
    ("client-x509-ca-missing", "flows-x509-ca-missing"): (
        "ASVS 12.1.3 asks that a certificate is trusted, and the authorities in the server's trust store are."
    ),
    ("client-secret-rotation-absent", "client-secret-too-old"): (
        "ASVS 13.3.4 asks for rotation as an organization has documented it."
    ),
    ("client-http-post-logout",): (
        "FAPI 2.0 5.3.2.2-8 and RFC 9700 2.6 are about redirects that carry an authorization response."
    ),
    ("realm-organization-domain-unverified",): (
        "ASVS 6.8.1 is about one user who passes for another; a domain decides only where users are sent to log in."
    ),
    ("idp-brokering-api-v1",): "ASVS 10.1.1 is about who needs tokens, which depends on the applications.",
    ("client-web-origins-useless",): "An origin that never matches lets nobody in, so it breaks no requirement.",
    ("realm-fine-grained-admin-grants",): "No requirement of these chapters is about the rights of administrators.",
    ("passwords-hash-weak",): "NIST SP 800-63B-4 names no number of iterations, and the chapters of ASVS no hash.",
    ("realm-brute-force-wait-short",): "NIST SP 800-63B-4 counts failures, and leaves waiting times open.",
}
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
brackets contain the parameters that the standard sets.

FAPI 2.0 was read in its drafts 04 and 05, the second as its working group published it on 17 September 2026; the
final edition of February 2025 was not at hand. The conformance suite of the OpenID Foundation cites the requirements
of the final edition's section 5.3.2 by the same numbers. RFC 9700 was read in its last draft.

The letters in the numbers of RFC 9700, NIST SP 800-63B-4 and the OAuth 2.1 draft are ours: these texts do not number
their requirements. At NIST, the level is the keyword, after an assurance level if the requirement is only for that
one: a table has the requirements of one assurance level and those of all. A password policy that makes passwords
expire, or that has rules for the kinds of characters, breaks its requirements. It wants an authenticator disabled
after at most 100 failures in a row, which takes a permanent lockout; ``realm-permanent-lockout-dos`` only warns of
permanent lockouts that have no temporary ones before them.
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
    strictest = requirement.strictest.get(name, {})
    shown = []
    for parameter, value in requirement.limits.get(name, {}).items():
        if value != NO_LIMIT:
            higher = f", at level 3 {_value(strictest[parameter])}" if parameter in strictest else ""
            shown.append(f"``{parameter}`` {_value(value)}{higher}")
    return f"``{name}``" + (f" ({'; '.join(shown)})" if shown else "")


def _value(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value).lower()


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
    yield ""
    yield "Some of them come near a requirement, and yet do not answer it:"
    yield ""
    for checks, why in NEAR.items():
        shown = " and ".join(f"``{name}``" for name in checks)
        yield f"* {shown}: {why}"


def _text(text: str) -> str:
    """The text, escaped for reStructuredText."""
    return re.sub(r"([\\`*_|])", r"\\\1", text)
