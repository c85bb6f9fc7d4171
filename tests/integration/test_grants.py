# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each grant against Keycloak, and refresh tokens that it accepts once."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.granting import (
    SIGNER,
    SUBJECT,
    USER,
    Granting,
    refreshes,
)
from ansible_collections.authkit.oauth.tests.integration.support.installed import MATRIX, few_and_many
from ansible_collections.authkit.oauth.tests.integration.support.listening import ListeningProxy
from ansible_collections.authkit.oauth.tests.integration.support.plays import TaskResult, Workspace, hosts
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak

ONE: dict[str, dict[str, object]] = {"localhost": {}}


@pytest.fixture(scope="module")
def granting() -> Granting:
    return Granting()


@pytest.fixture(scope="module")
def realm(server: Keycloak, granting: Granting) -> Iterator[str]:
    with server.admin.temporary_realm(granting.realm()) as name:
        yield name


def claims(workspace: Workspace, variables: dict[str, object]) -> dict[str, object]:
    """The claims of the token that a play gets, and then gets again from the store."""
    run = workspace.play("grants.yml", ONE, variables=variables).expect()
    found = [run.one(task, "localhost").result["ansible_facts"] for task in ("First", "Second")]
    assert found[0]["claims"] == found[1]["again"]  # type: ignore[index]  # recorded JSON
    return dict(found[0]["claims"])  # type: ignore[index]  # recorded JSON


def failure(workspace: Workspace, variables: dict[str, object]) -> TaskResult:
    """The first task's failure."""
    run = workspace.play("grants.yml", ONE, variables=variables).expect(2)
    assert not run.traceback
    return run.one("First", "localhost")


@pytest.mark.parametrize("grant", ["password", "refresh_token", "jwt_bearer", "token_exchange"])
def test_each_grant_gets_the_users_token(
    grant: str, workspace: Workspace, server: Keycloak, granting: Granting, realm: str
) -> None:
    urn = f"urn:ietf:params:oauth:grant-type:{grant.replace('_', '-')}"
    name = grant if grant in ("password", "refresh_token") else urn
    given: dict[str, object] = {}
    if grant == "password":
        given = {"username": USER, "password": granting.password}
    elif grant == "jwt_bearer":
        given = {"assertion": granting.assertion(server, realm)}
    else:
        option, member = ("subject_token", "access_token") if grant == "token_exchange" else (grant, grant)
        given = {option: granting.tokens(server.url, realm)[member]}
    for spelled in dict.fromkeys((grant, name)):
        # The second spelling finds the first one's token: assertion and refresh token are accepted once.
        found = claims(workspace, granting.connection(server.url, realm, spelled, **given))
        assert (found["preferred_username"], found["azp"]) == (USER, "app")


#: By host: the grant, the client, its options, the error, and what its sentence says.
REFUSED: dict[str, tuple[str, str, dict[str, object], str, str]] = {
    "password": ("password", "app", {"username": USER, "password": "wrong-password"}, "user_refused", "check both"),
    "no-password": (
        "password",
        "plain",
        {"username": USER, "password": "x"},
        "grant_refused",
        "'Direct access grants'",
    ),
    "refresh": ("refresh_token", "app", {"refresh_token": "not-a-token"}, "refresh_token_refused", "has expired, was"),
    "jwt": ("jwt_bearer", "app", {"assertion": "not-a-token"}, "grant_assertion_refused", "is not a JWT"),
    "exchange": ("token_exchange", "app", {"subject_token": "not-a-token"}, "subject_token_refused", "is valid"),
    "no-exchange": ("token_exchange", "plain", {"subject_token": "x"}, "grant_refused", "'Standard Token Exchange'"),
    "no-subject": ("token_exchange", "app", {}, "missing_option", "subject_token is not set"),
}
#: By host: the claims of an assertion, and what the sentence says.
UNFIT: dict[str, tuple[dict[str, object], str]] = {
    "audience": ({"aud": "https://other.example.org"}, "its aud must be this server's issuer"),
    "issuer": ({"iss": "https://other.example.org"}, "no identity provider trusts its iss"),
    "subject": ({"sub": "job-8"}, "no user is linked to its sub"),
    "old": ({"iat": 1_000_000, "exp": 1_000_060}, "which has expired or is not valid yet"),
}


def test_each_refusal_has_its_sentence(workspace: Workspace, server: Keycloak, granting: Granting, realm: str) -> None:
    cases: dict[str, dict[str, object]] = {
        host: granting.connection(server.url, realm, grant, client_id=client, **options)
        for host, (grant, client, options, _error, _says) in REFUSED.items()
    }
    expected = {host: (error, says) for host, (_grant, _client, _options, error, says) in REFUSED.items()}
    for host, (claims, says) in UNFIT.items():
        assertion = granting.assertion(server, realm, **claims)
        cases[host] = granting.connection(server.url, realm, "jwt_bearer", assertion=assertion)
        expected[host] = ("grant_assertion_refused", says)
    unfit = granting.assertion(server, realm)
    cases["no-jwt"] = granting.connection(server.url, realm, "jwt_bearer", client_id="plain", assertion=unfit)
    expected["no-jwt"] = ("grant_refused", "'JWT Authorization Grant'")
    run = workspace.play("outcomes.yml", cases, variables={"api_url": server.url}).expect()
    assert not run.traceback
    found = {host: (run.one("Api", host).result["error"], run.one("Lookup", host).message) for host in cases}
    assert {host: (error, expected[host][1] in says) for host, (error, says) in found.items()} == {
        host: (error, True) for host, (error, _says) in expected.items()
    }
    assert "not-a-token" not in run.output + run.log
    assert "wrong-password" not in run.output + run.log


def test_an_assertion_is_used_once(workspace: Workspace, server: Keycloak, granting: Granting, realm: str) -> None:
    variables = granting.connection(
        server.url, realm, "jwt_bearer", assertion=granting.assertion(server, realm), cache="none"
    )
    run = workspace.play("grants.yml", ONE, variables=variables).expect(2)
    assert "which was used before: set assertion to an expression" in run.one("Second", "localhost").message


@MATRIX
def test_a_client_signs_its_own_assertions(
    workspace: Workspace, server: Keycloak, granting: Granting, realm: str
) -> None:
    """One for each request, so that Keycloak sees none twice, on behalf of the user that it names."""
    own = granting.connection(
        server.url, realm, "jwt_bearer", client_id=SIGNER, private_key=granting.pem(), username=SUBJECT
    )
    found = claims(workspace, own)
    assert (found["preferred_username"], found["azp"]) == (USER, SIGNER)
    workspace.play("grants.yml", ONE, variables={**own, "authkit_cache": "none"}).expect()
    refused = failure(workspace, {**own, "authkit_username": "job-8"})
    assert "no user is linked to its sub" in refused.message
    assert "PRIVATE KEY" not in refused.message


@few_and_many(12, 50, often=False)
def test_many_processes_rotate_one_refresh_token(
    count: int, workspace: Workspace, server: Keycloak, granting: Granting, realm: str
) -> None:
    """Tokens of 6 s over two pauses: all hosts get one each time, and Keycloak sees no refresh token twice."""
    server.admin.update_realm(realm, {"accessTokenLifespan": 6})
    server.admin.clear_events(realm)
    first = granting.tokens(server.url, realm)["refresh_token"]
    variables = {**granting.connection(server.url, realm, "refresh_token", refresh_token=first), "pause_seconds": 5}
    workspace.play("grants.yml", hosts(count), variables=variables, forks=count).expect()
    assert refreshes(server, realm) >= 3
    workspace.play("lookups.yml", hosts(count), variables=variables, forks=count).expect()
    assert refreshes(server, realm, "REFRESH_TOKEN_ERROR") == 0


def family(leader: int) -> list[int]:
    """The processes of a run: Ansible's workers have sessions of their own."""
    told = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True)
    parents = {int(pid): int(parent) for pid, parent in map(str.split, told.stdout.splitlines())}
    found = [leader]
    for known in found:
        found.extend(pid for pid, parent in parents.items() if parent == known)
    return found


class Killing(ListeningProxy):
    """A proxy that kills a run with the response in hand: Keycloak has replaced the refresh token."""

    def __init__(self, upstream: str) -> None:
        super().__init__(upstream)
        self.victim: subprocess.Popen[bytes] | None = None

    def answer(self, request: Incoming) -> Answer:
        answer = super().answer(request)
        if self.victim is not None:
            for pid in family(self.victim.pid):
                os.kill(pid, signal.SIGKILL)
            self.victim = None
        return answer


@MATRIX
@pytest.mark.parametrize("reuses", [0, 1])
def test_a_run_that_is_killed_between_answer_and_write(
    reuses: int, workspace: Workspace, server: Keycloak, granting: Granting, realm: str
) -> None:
    """Where the server accepts the old refresh token again nothing is lost; elsewhere the sentence says what was."""
    server.admin.update_realm(realm, {"refreshTokenMaxReuse": reuses})
    server.admin.clear_events(realm)
    with Killing(server.url) as proxy:
        first = granting.tokens(proxy.url, realm)["refresh_token"]
        variables = granting.connection(proxy.url, realm, "refresh_token", refresh_token=first)
        run = proxy.victim = workspace.start("grants.yml", ONE, variables)
        assert run.wait(120) == -signal.SIGKILL
        time.sleep(1)
        if reuses:
            workspace.play("grants.yml", ONE, variables=variables).expect()
            assert refreshes(server, realm, "REFRESH_TOKEN_ERROR") == 0
        else:
            assert "The last refresh for the client 'app' was interrupted" in failure(workspace, variables).message
