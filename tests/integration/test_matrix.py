# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each combination of server, client authentication and grant is run; the page in the docs says the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.cells import (
    KEYCLOAK,
    OIDC_PROVIDER,
    SERVERS,
    SPRING,
    Cell,
    cells,
)
from ansible_collections.authkit.oauth.tests.integration.support.installed import MATRIX, NEWEST
from ansible_collections.authkit.oauth.tests.integration.support.matrix import (
    realm_with_clients,
    run_with_people,
    variables,
)
from ansible_collections.authkit.oauth.tests.integration.support.plays import Workspace
from ansible_collections.authkit.oauth.tests.servers.authorization import AuthorizationServer
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak
from ansible_collections.authkit.oauth.tests.tools.server_matrix import PAGE, page

#: Each commit runs the cells of these clients.
OFTEN = ("basic",)

#: What our sentences say of a server's refusal.
REFUSED = re.compile("refused|is public and has no secret|TLS handshake|does not (accept|offer)|may not use the grant")


@pytest.mark.parametrize(
    ("which", "core"),
    [
        ("often", NEWEST),
        pytest.param("often", "2.16", marks=MATRIX),
        *(pytest.param(name, NEWEST, marks=MATRIX) for name in SERVERS),
    ],
    indirect=["core"],
)
def test_every_cell(
    which: str,
    workspace: Workspace,
    server: Keycloak,
    oidc_provider: AuthorizationServer,
    spring: AuthorizationServer,
    tmp_path: Path,
) -> None:
    chosen = [cell for cell in cells() if cell.server == which or (which == "often" and cell.client in OFTEN)]
    with realm_with_clients(server, tmp_path, over_tls=which == KEYCLOAK) as realm:
        servers = {KEYCLOAK: realm, OIDC_PROVIDER: oidc_provider, SPRING: spring}
        hosts = {cell.host: variables(servers[cell.server], cell) for cell in chosen}
        run = run_with_people(workspace, hosts, [each.ca_path for each in servers.values()], tmp_path).expect()
    got = {cell: run.one("Token", cell.host).state == "ok" for cell in chosen}
    print(printed(got))
    # A person's device fails at the login.
    task = {cell: "Login" if cell.grant == "device_code" else "Token" for cell in chosen}
    messages = {cell: run.one(task[cell], cell.host).message for cell in chosen}
    wrong = [f"{cell}: {messages[cell]}" for cell in chosen if got[cell] is bool(cell.reason)]
    # It was the server that refused, and not a connection that failed or an option that is missing.
    wrong += [f"{cell}: {messages[cell]}" for cell in chosen if not got[cell] and not REFUSED.search(messages[cell])]
    assert not wrong, "\n".join(wrong)
    assert not run.traceback


def printed(got: dict[Cell, bool]) -> str:
    """The matrix as the run found it."""
    lines = (f"{cell.server:<28} {cell.method:<28} {cell.grant:<20} {said(cell, got[cell])}" for cell in got)
    return "\n".join(["", *lines])


def said(cell: Cell, ok: bool) -> str:
    return "a token" if ok else f"refused: {cell.reason or 'but supported'}"


def test_the_page_is_the_one_that_make_catalogue_writes() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run make catalogue"


def test_every_host_has_a_name_of_its_own() -> None:
    names = [cell.host for cell in cells()]
    assert len(names) == len(set(names))
