# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tokens that expire before the play ends."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.installed import few_and_many
from ansible_collections.authkit.oauth.tests.integration.support.listening import ListeningProxy
from ansible_collections.authkit.oauth.tests.integration.support.plays import Workspace, hosts
from ansible_collections.authkit.oauth.tests.integration.support.realms import Client, connection, realm_of, users_path
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak

#: With environment, a task is shipped to the node.
NODE = {"node_environment": {"AUTHKIT_TEST_NODE": "1"}}
#: Seconds. The token is renewed in the last fifth, which must be enough on a busy machine.
LIFETIME = 10
FEW, MANY = 4, 20
on_hosts = few_and_many(FEW, MANY, often=False)


@pytest.fixture
def short_realm(server: Keycloak) -> Iterator[tuple[str, Client]]:
    """A realm whose client gets tokens of 10 seconds."""
    client = Client("brief", secrets.token_urlsafe(24), lifespan=LIFETIME)
    with server.admin.temporary_realm(realm_of(client)) as name:
        yield name, client


def variables_for(proxy: ListeningProxy, realm: str, client: Client) -> dict[str, object]:
    return {**connection(proxy.url, realm, client), "api_url": f"{proxy.url}{users_path(realm)}"}


@on_hosts
def test_in_process_no_call_is_rejected(
    count: int, workspace: Workspace, proxy: ListeningProxy, short_realm: tuple[str, Client]
) -> None:
    """A play that lasts three lifetimes: the token is renewed before it expires."""
    variables = {**variables_for(proxy, *short_realm), "pause_seconds": LIFETIME + 1}
    run = workspace.play("calls.yml", hosts(count), variables=variables, forks=count).expect()
    assert run.seconds > 2 * LIFETIME
    assert proxy.count("admin", 401) == 0
    assert proxy.count("admin", 200) == 3 * count
    assert 3 <= proxy.token_requests <= 3 + run.seconds / (LIFETIME / 2)


@on_hosts
def test_shipped_a_rejected_token_is_repaired(
    count: int, workspace: Workspace, proxy: ListeningProxy, short_realm: tuple[str, Client]
) -> None:
    """Hosts that start their modules at once: rejected calls are sent again, and no host fails."""
    run = workspace.play(
        "calls.yml", hosts(count, **NODE), variables=variables_for(proxy, *short_realm), forks=count
    ).expect()
    assert not run.failed
    assert proxy.count("admin", 200) == 3 * count
    assert "401" not in run.output


@on_hosts
@pytest.mark.parametrize("where", [{}, NODE], ids=["in process", "shipped"])
def test_all_tokens_revoked_cost_one_request(
    count: int,
    workspace: Workspace,
    server: Keycloak,
    proxy: ListeningProxy,
    realm: str,
    client: Client,
    where: dict[str, object],
) -> None:
    """Hosts with a revoked token: one of them requests a new one, and every call succeeds."""
    variables = variables_for(proxy, realm, client)
    workspace.play("calls.yml", hosts(1), variables=variables).expect()
    time.sleep(2)  # a rejected token less than two seconds old would not be replaced
    server.admin.revoke_tokens(realm)
    proxy.clear()
    run = workspace.play("calls.yml", hosts(count, **where), variables=variables, forks=count).expect()
    assert not run.failed
    assert proxy.token_requests == 1
    assert proxy.count("admin", 200) == 3 * count
    assert 1 <= proxy.count("admin", 401) <= count
