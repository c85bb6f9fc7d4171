# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many hosts with one problem cost the server no more than one worker does."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.installed import MATRIX, few_and_many
from ansible_collections.authkit.oauth.tests.integration.support.listening import ListeningProxy
from ansible_collections.authkit.oauth.tests.integration.support.plays import Run, Workspace, hosts
from ansible_collections.authkit.oauth.tests.integration.support.realms import Client, connection, users_path
from ansible_collections.authkit.oauth.tests.servers.counting_model import Fault
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak, free_port

FEW, MANY = 10, 40
on_hosts = few_and_many(FEW, MANY)
#: Seconds until the token endpoint answers, and the most attempts then, for one task of hosts that all begin at once.
ANSWER, ATTEMPTS = 0.3, 6
SHARED = re.compile(r"(; | \()another worker made this attempt")


def assert_one_message_each(run: Run, count: int, tasks: tuple[str, ...], *words: str) -> None:
    """Every host has one failure for each task, with the same sentence, and no traceback."""
    for task in tasks:
        failures = run.of(task)
        assert len(failures) == count
        assert {failure.state for failure in failures} == {"failed"}
        messages = {SHARED.sub("", failure.message) for failure in failures}
        assert len(messages) == 1, messages
        for word in words:
            assert word in messages.copy().pop()
    assert not run.traceback, run.output[-4000:]


@on_hosts
def test_wrong_secret(
    count: int, workspace: Workspace, server: Keycloak, proxy: ListeningProxy, realm: str, client: Client
) -> None:
    """A wrong secret in lookup and api: those who wait for an attempt share its failure, later ones ask again."""
    proxy.fault(Fault("slow", seconds=ANSWER, times=None))
    wrong = replace(client, secret="not the secret")
    variables = {**connection(proxy.url, realm, wrong), "api_url": f"{proxy.url}{users_path(realm)}"}
    run = workspace.play("outcomes.yml", hosts(count), variables=variables, forks=count).expect()
    assert_one_message_each(run, count, ("Lookup", "Api"), client.client_id, "client_secret", "authkit_client_secret")
    assert 2 <= proxy.token_requests <= 2 * ATTEMPTS
    assert server.admin.token_requests(realm, outcome="CLIENT_LOGIN") == 0
    assert proxy.count("admin") == 0


@few_and_many(FEW, MANY, often=False)
def test_unavailable_server_gets_the_attempts_of_one_worker(
    count: int, workspace: Workspace, proxy: ListeningProxy, realm: str, client: Client
) -> None:
    """A server that always responds with 503 gets the attempts of a few workers (one and two retries each)."""
    proxy.fault(Fault("unavailable", times=None))
    variables = {**connection(proxy.url, realm, client), "authkit_retries": 2}
    run = workspace.play("lookups.yml", hosts(count), variables=variables, forks=count).expect(2)
    assert_one_message_each(run, count, ("First",), "503")
    tried = [record.at for record in proxy.records]
    assert 3 <= len(tried) <= 3 * ATTEMPTS


@MATRIX
@pytest.mark.parametrize("host", ["controller", "node"])
def test_until_asks_again(host: str, workspace: Workspace, proxy: ListeningProxy, realm: str, client: Client) -> None:
    """A server that was not ready, and asked to wait for a minute, is asked again by the next try."""
    proxy.fault(Fault("unavailable", seconds=60, retry_after="seconds"))
    variables = {**connection(proxy.url, realm, client), "authkit_retries": 0}
    variables["api_url"] = f"{proxy.url}{users_path(realm)}"
    if host == "node":  # with environment, a task is shipped
        variables["node_environment"] = {"AUTHKIT_TEST_NODE": "1"}
    workspace.play("until.yml", hosts(1), variables=variables).expect()
    assert proxy.token_requests == 2


@on_hosts
def test_server_that_is_down(count: int, workspace: Workspace, realm: str, client: Client) -> None:
    """If nothing listens, each host reports that. `make bench` measures how long it takes."""
    address = f"http://127.0.0.1:{free_port()}"
    variables = connection(address, realm, client)
    run = workspace.play("lookups.yml", hosts(count), variables=variables, forks=count).expect(2)
    assert_one_message_each(run, count, ("First",), address.removeprefix("http://"))
