# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One mistake for each host: the error that users see, in the lookup and in api, without a traceback."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.installed import ON_THE_NEWEST, core_of
from ansible_collections.authkit.oauth.tests.integration.support.plays import Run, Workspace
from ansible_collections.authkit.oauth.tests.integration.support.realms import (
    Client,
    connection,
    realm_of,
    users_path,
)
from ansible_collections.authkit.oauth.tests.servers.certificates import PrivateAuthority
from ansible_collections.authkit.oauth.tests.servers.counting import CountingServer
from ansible_collections.authkit.oauth.tests.servers.counting_model import Fault
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak, free_port
from ansible_collections.authkit.oauth.tests.servers.proxy import CountingProxy

#: The hosts, each named for its mistake, with words for the cause and the next step that its error must contain.
SENTENCES = {
    "wrong_secret": ("client_secret of the client 'inventory' is wrong", "Credentials", "authkit_client_secret"),
    "unknown_client": ("no enabled client 'nobody'", "check client_id", "authkit_client_id"),
    "unknown_realm": ("does not have the realm 'nowhere'", "check auth_server and realm", "authkit_realm"),
    "service_accounts_off": ("'mute'", "may not log in by itself", "switch on 'Service account roles'"),
    "refused_scope": ("requested scope ('no-such-scope')", "check scope"),
    "connection_refused": ("Nothing listens at 127.0.0.1:", "check host and port"),
    "private_ca": ("signed by an authority that this machine does not trust", "set ca_path"),
    "html": ("an HTML page instead of a JSON object", "token_url"),
    "truncated": ("breaks off or is damaged", "try again"),
}
#: The short name of each error in the result.
ERRORS = {
    "wrong_secret": "wrong_client_secret",
    "unknown_client": "unknown_client",
    "unknown_realm": "unknown_realm",
    "service_accounts_off": "service_accounts_disabled",
    "refused_scope": "scope_refused",
    "connection_refused": "connection_failed",
    "private_ca": "certificate_not_trusted",
    "html": "not_json",
    "truncated": "truncated_answer",
}


@dataclass(frozen=True)
class Outcomes:
    """The runs of one core, and the secrets that must not be in them."""

    run: Run
    repeated: Run
    canaries: tuple[str, ...]


@pytest.fixture(scope="module", params=ON_THE_NEWEST)
def outcomes(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, collections: Path, server: Keycloak
) -> Iterator[Outcomes]:
    """All hosts in one playbook; the second run sees the failures of another process."""
    workspace = Workspace(tmp_path_factory.mktemp("outcomes"), core_of(str(request.param)), collections)
    good = Client("inventory", secrets.token_urlsafe(24))
    mute = Client("mute", secrets.token_urlsafe(24), service_accounts=False)
    wrong = replace(good, secret=secrets.token_urlsafe(24))
    authority = PrivateAuthority(tmp_path_factory.mktemp("authority"))
    with ExitStack() as stack:
        realm = stack.enter_context(server.admin.temporary_realm(realm_of(good, mute)))
        secure = stack.enter_context(CountingProxy(server.url, tls=authority.server_context()))
        page = stack.enter_context(_broken("html"))
        half = stack.enter_context(_broken("truncated"))
        proper = connection(server.url, realm, good)
        cases: dict[str, dict[str, object]] = {
            "wrong_secret": connection(server.url, realm, wrong),
            "unknown_client": connection(server.url, realm, replace(good, client_id="nobody")),
            "unknown_realm": connection(server.url, "nowhere", good),
            "service_accounts_off": connection(server.url, realm, mute),
            "refused_scope": {**proper, "authkit_scope": ["no-such-scope"]},
            "connection_refused": connection(f"http://127.0.0.1:{free_port()}", realm, good),
            "private_ca": connection(secure.url, realm, good),
            "html": _token_url(page, good),
            "truncated": _token_url(half, good),
            "all_right": proper,
            "private_ca_named": {**connection(secure.url, realm, good), "authkit_ca_path": str(authority.ca_path)},
        }
        for name, own in cases.items():
            base = secure.url if name.startswith("private_ca") else server.url
            own["api_url"] = f"{base}{users_path(realm)}"
        runs = [workspace.play("outcomes.yml", cases, forks=len(cases)).expect() for _turn in range(2)]
        yield Outcomes(runs[0], runs[1], (good.secret, mute.secret, wrong.secret))


def _broken(kind: str) -> CountingServer:
    desk = CountingServer()
    desk.fault(Fault(kind, times=None))
    return desk


def _token_url(desk: CountingServer, client: Client) -> dict[str, object]:
    return {
        "authkit_token_url": desk.token_url,
        "authkit_client_id": client.client_id,
        "authkit_client_secret": client.secret,
    }


@pytest.mark.parametrize("task", ["Lookup", "Api"])
@pytest.mark.parametrize("host", SENTENCES)
def test_sentence(outcomes: Outcomes, host: str, task: str) -> None:
    """The error names the cause and the next step, once for each host, in every process."""
    for run in (outcomes.run, outcomes.repeated):
        result = run.one(task, host)
        assert result.state == "failed"
        for words in SENTENCES[host]:
            assert words in result.message, result.message
        # ansible-core 2.16 adds the template's location to a lookup's error.
        assert task == "Lookup" or "\n" not in result.message


@pytest.mark.parametrize("host", SENTENCES)
def test_the_result_names_the_error(outcomes: Outcomes, host: str) -> None:
    """In the process that got the response, and in one that found the failure in the store."""
    for run in (outcomes.run, outcomes.repeated):
        assert run.one("Api", host).result["error"] == ERRORS[host]


def test_each_cause_has_a_sentence_of_its_own(outcomes: Outcomes) -> None:
    """All hosts get different errors, and lookup and api report the same one."""
    said = {host: outcomes.run.one("Api", host).message for host in SENTENCES}
    assert len(set(said.values())) == len(SENTENCES)
    for host, message in said.items():
        assert message in outcomes.run.one("Lookup", host).message


def test_what_is_right_works_beside_it(outcomes: Outcomes) -> None:
    """The same client without a mistake, and a private CA in ca_path."""
    for host in ("all_right", "private_ca_named"):
        assert [outcomes.run.one(task, host).state for task in ("Lookup", "Api")] == ["ok", "ok"]


def test_no_traceback_and_no_secret(outcomes: Outcomes) -> None:
    """Neither a traceback nor a secret is printed."""
    for run in (outcomes.run, outcomes.repeated):
        assert not run.traceback, run.output[-4000:]
        assert not [canary for canary in outcomes.canaries if canary in run.output]
