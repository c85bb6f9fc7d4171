# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the page of what was run on which server, from the cells of the integration tests."""

from __future__ import annotations

from collections.abc import Iterator

from ansible_collections.authkit.oauth.tests.integration.support.cells import GRANTS, METHODS, SERVERS, Cell
from ansible_collections.authkit.oauth.tests.tools.tree import ROOT

PAGE = ROOT / "docs" / "docsite" / "rst" / "server_matrix.rst"
HEAD = """\
..
  Copyright (c) 2026 authkit contributors
  GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
  SPDX-License-Identifier: GPL-3.0-or-later

.. Written by make catalogue from tests/integration/support/cells.py.

.. _ansible_collections.authkit.oauth.docsite.server_matrix:

What runs on which server
=========================

.. contents::
   :local:
   :depth: 1

The tests run each combination of ``client_auth_method`` and ``grant_type`` as a play, against Keycloak, against the
certified ``oidc-provider`` of npm, and against Spring Authorization Server. *Yes* means that the play gets a token. A
number refers to the reason why the server does not support a combination; the test makes that request, too, and the
server refuses it.
"""


def page() -> str:
    """The page's text."""
    lines = [HEAD]
    for server in SERVERS:
        lines += [server, "-" * len(server), "", *_table(server), ""]
    return "\n".join(lines).rstrip() + "\n"


def _table(server: str) -> Iterator[str]:
    rows = {method: [Cell(server, method, grant) for grant in GRANTS] for method in METHODS}
    reasons = list(dict.fromkeys(cell.reason for row in rows.values() for cell in row if cell.reason))
    yield ".. list-table::"
    yield "   :header-rows: 1"
    yield ""
    yield from _row(["client_auth_method", *(f"``{grant}``" for grant in GRANTS)])
    for method, row in rows.items():
        yield from _row([method, *(f"no ({reasons.index(cell.reason) + 1})" if cell.reason else "yes" for cell in row)])
    yield ""
    for number, reason in enumerate(reasons, start=1):
        yield f"{number}. {reason[0].upper()}{reason[1:]}."


def _row(words: list[str]) -> Iterator[str]:
    for number, word in enumerate(words):
        yield f"   {'*' if number == 0 else ' '} - {word}"
