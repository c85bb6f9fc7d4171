# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many hosts and one thing that is wrong: it costs what it costs one worker."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.listening import ListeningProxy
from ansible_collections.authkit.oauth.tests.integration.support.plays import Run, Workspace, hosts
from ansible_collections.authkit.oauth.tests.integration.support.realms import Client, connection, users_path
from ansible_collections.authkit.oauth.tests.servers.counting_model import Fault
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak, free_port

pytestmark = pytest.mark.alone

HOSTS = 40
#: Seconds that one worker may spend on attempts against a server that is down.
A_FEW = 6.0
#: Seconds that a failure is shared; a play that a busy machine draws out makes the attempts anew after that.
SHARED = 5.0
#: How often a play is timed while a busy machine makes it look slow.
TRIES = 3


def assert_one_message_each(run: Run, tasks: tuple[str, ...], *words: str) -> None:
    """Every host has one failure for each task, with the same sentence, and no traceback."""
    for task in tasks:
        failures = run.of(task)
        assert len(failures) == HOSTS
        assert {failure.state for failure in failures} == {"failed"}
        messages = {failure.message for failure in failures}
        assert len(messages) == 1, messages
        for word in words:
            assert word in messages.copy().pop()
    assert not run.traceback, run.output[-4000:]


def test_wrong_secret(
    workspace: Workspace, server: Keycloak, proxy: ListeningProxy, realm: str, client: Client
) -> None:
    """40 hosts, lookup and api, with a wrong secret: the server hears of it once, and again when that aged."""
    wrong = replace(client, secret="not the secret")
    variables = {**connection(proxy.url, realm, wrong), "api_url": f"{proxy.url}{users_path(realm)}"}
    run = workspace.play("outcomes.yml", hosts(HOSTS), variables=variables, forks=HOSTS).expect()
    assert_one_message_each(run, ("Lookup", "Api"), client.client_id, "client_secret", "authkit_client_secret")
    assert 1 <= proxy.token_requests <= 1 + run.seconds / SHARED
    assert server.admin.token_requests(realm, outcome="CLIENT_LOGIN") == 0
    assert proxy.count("admin") == 0


def test_unavailable_server_gets_the_attempts_of_one_worker(
    workspace: Workspace, proxy: ListeningProxy, realm: str, client: Client
) -> None:
    """A server that answers 503 to everything: one worker's attempts (one and two retries), in a few seconds."""
    proxy.fault(Fault("unavailable", times=None))
    variables = {**connection(proxy.url, realm, client), "authkit_retries": 2}
    run = workspace.play("lookups.yml", hosts(HOSTS), variables=variables, forks=HOSTS).expect(2)
    assert_one_message_each(run, ("First",), "503")
    tried = [record.at for record in proxy.records]
    assert 3 <= len(tried) <= 3 * (1 + run.seconds / SHARED)
    assert max(tried[:3]) - min(tried) < A_FEW


def test_server_that_is_down(workspace: Workspace, realm: str, client: Client) -> None:
    """Nobody listens: 40 hosts take as long as one, and say what is wrong."""
    address = f"http://127.0.0.1:{free_port()}"
    variables = connection(address, realm, client)
    more: list[float] = []
    while not more or (min(more) >= A_FEW and len(more) < TRIES):
        alone = workspace.play("lookups.yml", hosts(1), variables=variables).expect(2)
        together = workspace.play("lookups.yml", hosts(HOSTS), variables=variables, forks=HOSTS).expect(2)
        assert_one_message_each(together, ("First",), address.removeprefix("http://"))
        idle = workspace.play("nothing.yml", hosts(HOSTS), forks=HOSTS).expect()
        more.append(together.seconds - idle.seconds - alone.seconds)
    assert min(more) < A_FEW
