# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many token requests a play costs."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.installed import MATRIX, NEWEST
from ansible_collections.authkit.oauth.tests.integration.support.leaks import leaked, token_traces, traces
from ansible_collections.authkit.oauth.tests.integration.support.listening import ListeningProxy
from ansible_collections.authkit.oauth.tests.integration.support.plays import Workspace, hosts
from ansible_collections.authkit.oauth.tests.integration.support.realms import Client, connection
from ansible_collections.authkit.oauth.tests.servers.counting import CountingServer
from ansible_collections.authkit.oauth.tests.servers.counting_model import Settings
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak


@pytest.mark.parametrize(
    ("count", "core"),
    [(12, NEWEST), pytest.param(12, "2.16", marks=MATRIX), pytest.param(30, NEWEST, marks=MATRIX)],
    indirect=["core"],
)
def test_one_request_then_none_then_one_for_a_new_secret(
    count: int, workspace: Workspace, server: Keycloak, proxy: ListeningProxy, realm: str, client: Client
) -> None:
    """Hosts with 3 lookups each, at the same time; a second run; a rotated secret; and the files on disk."""
    many, variables = hosts(count), connection(proxy.url, realm, client)

    workspace.play("lookups.yml", many, variables=variables, forks=count).expect()
    assert proxy.token_requests == 1

    workspace.play("lookups.yml", many, variables=variables, forks=count).expect()
    assert proxy.token_requests == 1

    fresh = server.admin.rotate_secret(realm, client.client_id)
    rotated = {**variables, "authkit_client_secret": fresh}
    workspace.play("lookups.yml", many, variables=rotated, forks=count).expect()
    assert proxy.token_requests == 2
    assert server.admin.token_requests(realm, outcome="CLIENT_LOGIN_ERROR") == 0

    stored = workspace.files(workspace.store)
    assert stored, "the store is not where it should be"
    assert len(proxy.issued) == 2
    looked_for = set().union(*map(token_traces, proxy.issued), traces(client.secret), traces(fresh))
    for path, content in workspace.files(workspace.runtime, workspace.home).items():
        # A variable of its own: pytest would print what the function was called with.
        found = leaked(content, looked_for)
        assert not found, f"{path.name} holds a token or a secret in clear"
    assert {oct(path.stat().st_mode & 0o777) for path in stored} == {"0o600"}
    assert oct(workspace.store.stat().st_mode & 0o777) == "0o700"


def test_two_secrets_side_by_side(workspace: Workspace) -> None:
    """Two valid secrets of one client, alternating over 20 lookups: 2 requests. A wrong one costs them none."""
    settings = Settings(second_secrets={"app": "valid too"})
    with CountingServer(clients={"app": "right"}, settings=settings) as desk:
        in_turn = [{"client_id": "app", "client_secret": secret} for secret in ("right", "valid too") * 10]
        variables = {"token_endpoint": desk.token_url, "clients": in_turn, "wrong_secret": "wrong"}
        workspace.play("alternating.yml", hosts(1), variables=variables).expect()
        assert desk.count("token", 200) == 2
        assert desk.count("token", 401) == 1
