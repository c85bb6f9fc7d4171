# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No static secret at all: the identity of a job, or a JWT of another realm, authenticates the client."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from ansible_collections.authkit.oauth.tests.integration.support.installed import MATRIX, ON_THE_NEWEST, few_and_many
from ansible_collections.authkit.oauth.tests.integration.support.leaks import leaked, token_traces, traces
from ansible_collections.authkit.oauth.tests.integration.support.plays import Run, Workspace, hosts
from ansible_collections.authkit.oauth.tests.integration.support.realms import Client, realm_of, users_path
from ansible_collections.authkit.oauth.tests.servers.ci_platform import CiPlatform, rotated
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak

#: Seconds that an assertion lives, and those between two in a file: as short as any platform makes them.
ASSERTION, ROTATION = 5, 2
FEW, MANY = 4, 20
#: By the number of hosts: seconds of calls.
ROUNDS = {FEW: 12, MANY: 30}
on_hosts = few_and_many(FEW, MANY)
CLIENT = Client("deployer", "")


@dataclass(frozen=True)
class Trusting:
    """A realm whose client authenticates with another issuer's JWT only."""

    server: Keycloak
    name: str

    @property
    def issuer(self) -> str:
        return f"{self.server.url}/realms/{self.name}"

    @property
    def variables(self) -> dict[str, object]:
        """An inventory with no secret in it."""
        return {
            "authkit_auth_server": self.server.url,
            "authkit_realm": self.name,
            "authkit_client_id": CLIENT.client_id,
            "api_url": f"{self.server.url}{users_path(self.name)}",
        }

    def requests(self, outcome: str | None = None) -> int:
        return self.server.admin.token_requests(self.name, outcome=outcome)


def trusting(provider: Mapping[str, Any], subject: str, lifespan: int | None = None) -> dict[str, Any]:
    """A realm with that identity provider, for clients only."""
    realm = realm_of(Client(CLIENT.client_id, "", lifespan=lifespan))
    (client,) = realm["clients"]
    del client["secret"]
    client["clientAuthenticatorType"] = "federated-jwt"
    client["attributes"] |= {"jwt.credential.issuer": provider["alias"], "jwt.credential.sub": subject}
    return {**realm, "identityProviders": [provider]}


@pytest.fixture
def platform() -> Iterator[CiPlatform]:
    with CiPlatform() as running:
        yield running


@pytest.fixture
def realm(server: Keycloak, platform: CiPlatform) -> Iterator[Trusting]:
    """A realm that trusts the job of the platform; its tokens live for 10 s."""
    with server.admin.temporary_realm(trusting(platform.identity_provider(), platform.subject, 10)) as name:
        yield Trusting(server, name)


def without_traces(run: Run, machine: Workspace, tokens: list[str], *hidden: str) -> None:
    """Neither output nor any file of the machine has a token, an assertion or the job's request token."""
    looked_for = set().union(*map(token_traces, tokens), *map(traces, hidden))
    texts: list[bytes | str] = [run.output, run.log, *machine.files(machine.runtime, machine.home).values()]
    found = any(leaked(text, looked_for) for text in texts)
    assert tokens
    assert not found, "output, log or a file holds a token"


@on_hosts
def test_one_token_for_all_with_assertions_of_a_second_realm(
    count: int, workspace: Workspace, server: Keycloak, tmp_path: Path
) -> None:
    """The issuing side is another realm, whose tokens of 5 s are written to a file. One token, and no failure."""
    job = Client("job", secrets.token_urlsafe(24), roles=(), lifespan=ASSERTION)
    issuing = realm_of(job)
    issuing["clients"][0]["fullScopeAllowed"] = False  # or the audience "account" is in there, too
    with server.admin.temporary_realm(issuing) as ci:
        subject = claims_of(token_of(server, ci, job))["sub"]
        with server.admin.temporary_realm(trusting(identity_provider(server, ci), subject)) as name:
            realm = Trusting(server, name)
            issue_for(server, ci, job, realm.issuer)
            with rotated(tmp_path / "jwt", lambda: token_of(server, ci, job), ROTATION) as path:
                variables = {**realm.variables, "authkit_client_assertion_path": str(path), "rounds": ROUNDS[count]}
                run = workspace.play("soak.yml", hosts(count), variables=variables, forks=count).expect()
            assert run.seconds > ROUNDS[count] > ASSERTION
            assert realm.requests() == 1


@few_and_many(FEW, MANY, often=False)
def test_each_token_request_of_a_long_play_has_a_new_assertion(
    count: int, workspace: Workspace, platform: CiPlatform, realm: Trusting
) -> None:
    """GitHub's job: nothing but its request URL. Keycloak accepts each assertion once, and none after 5 s."""
    platform.lifetime = ASSERTION
    variables = {**realm.variables, "authkit_client_assertion_source": "github_actions", "rounds": ROUNDS[count]}
    env = platform.environment("github_actions")
    run = workspace.play("soak.yml", hosts(count), variables=variables, forks=count, env=env).expect()
    assert realm.requests("CLIENT_LOGIN_ERROR") == 0
    assert 2 <= realm.requests() <= 3 + run.seconds / 5
    assert realm.requests() == len(platform.issued) == len(platform.seen)
    without_traces(run, workspace, platform.issued, platform.request_token)


@pytest.mark.parametrize("core", ON_THE_NEWEST, indirect=True)
def test_a_rotating_file_of_a_sidecar(
    workspace: Workspace, platform: CiPlatform, realm: Trusting, tmp_path: Path
) -> None:
    """As Kubernetes' kubelet and the SPIFFE helper write it; the option comes from the environment."""
    platform.lifetime = ASSERTION
    with rotated(tmp_path / "svid.jwt", lambda: platform.token(realm.issuer), ROTATION) as path:
        env = {"AUTHKIT_CLIENT_ASSERTION_PATH": str(path)}
        variables = {**realm.variables, "rounds": 8}
        run = workspace.play("soak.yml", hosts(2), variables=variables, env=env).expect()
    assert realm.requests("CLIENT_LOGIN_ERROR") == 0
    without_traces(run, workspace, platform.issued)


@MATRIX
def test_the_ambient_sources_and_a_variable(workspace: Workspace, platform: CiPlatform, realm: Trusting) -> None:
    """An ID token of GitLab, one that AAP's credential injects, and one in AUTHKIT_CLIENT_ASSERTION."""
    ways: list[tuple[dict[str, object], dict[str, str]]] = [
        ({"authkit_client_assertion_source": "gitlab"}, {"GITLAB_OIDC_TOKEN": platform.token(realm.issuer)}),
        ({"authkit_client_assertion_source": "aap"}, {"AAP_WORKLOAD_IDENTITY_TOKEN": platform.token(realm.issuer)}),
        ({}, {"AUTHKIT_CLIENT_ASSERTION": platform.token(realm.issuer)}),
        ({"authkit_client_assertion": platform.token(realm.issuer)}, {}),
    ]
    for number, (variables, env) in enumerate(ways, start=1):
        given = {**realm.variables, **variables, "rounds": 1, "authkit_cache": "none" if number == 4 else "file"}
        run = workspace.play("soak.yml", hosts(1), variables=given, env=env)
        assert run.returncode == (2 if number == 4 else 0), run.output[-3000:]
        without_traces(run, workspace, platform.issued)
    # Without the store, the call wants a second token, for which an assertion as text is used up.
    assert "refused the assertion from client_assertion for the client 'deployer': it was used before" in run.output


@MATRIX
def test_azure_devops(workspace: Workspace, platform: CiPlatform, server: Keycloak) -> None:
    """Its audience is fixed, so Keycloak's identity provider has it as Client ID."""
    provider = platform.identity_provider(clientId="api://AzureADTokenExchange", allowClientIdAsAudience="true")
    with server.admin.temporary_realm(trusting(provider, platform.subject)) as name:
        realm = Trusting(server, name)
        variables = {**realm.variables, "authkit_client_assertion_source": "azure_devops", "rounds": 1}
        env = platform.environment("azure_devops")
        run = workspace.play("soak.yml", hosts(1), variables=variables, env=env).expect()
        assert realm.requests() == len(platform.issued) == 1
        without_traces(run, workspace, platform.issued, platform.request_token)


@MATRIX
def test_what_is_refused_says_why(workspace: Workspace, platform: CiPlatform, realm: Trusting) -> None:
    """Real answers of Keycloak; lookup and api say the same."""
    other = CiPlatform()  # signs with a key of its own
    cases: list[tuple[str, str]] = [
        (made(platform, realm.issuer, exp=1), "it expired "),
        (made(platform, realm.issuer, iat=2_000_000_000, exp=2_000_000_100), "it was issued in the future"),
        (made(platform, realm.issuer, iat=1_700_000_000), "it was issued too long ago: set client_assertion_path or"),
        (made(platform, "https://elsewhere.example.com"), "its audience is 'https://elsewhere.example.com', and the"),
        (made(platform, [realm.issuer, "account"]), "and 'account', and the server expects another one, alone"),
        (made(platform, realm.issuer, jti=None), "it lacks the claim jti"),
        (made(platform, realm.issuer, sub="repo:octo-org/other"), "with the subject 'repo:octo-org/other'"),
        (made(other, realm.issuer, iss=platform.url), "the server does not say why; it must trust"),
        (made(other, realm.issuer), f"it must trust the issuer '{other.url}'"),
    ]
    for assertion, says in cases:
        variables = {**realm.variables, "authkit_client_assertion": assertion}
        run = workspace.play("outcomes.yml", hosts(1), variables=variables).expect()
        lookup, api = run.one("Lookup", "host00"), run.one("Api", "host00")
        assert says in api.message, api.message
        assert says in lookup.message, lookup.message
        assert api.result["error"] == "assertion_refused"
        without_traces(run, workspace, [assertion])


@MATRIX
def test_a_job_without_an_identity_says_what_it_needs(workspace: Workspace, realm: Trusting) -> None:
    for source, says in {
        "github_actions": "give the job permissions: id-token: write",
        "gitlab": "give the job id_tokens: GITLAB_OIDC_TOKEN",
        "azure_devops": "SYSTEM_ACCESSTOKEN: $(System.AccessToken)",
    }.items():
        variables = {**realm.variables, "authkit_client_assertion_source": source}
        run = workspace.play("outcomes.yml", hosts(1), variables=variables).expect()
        found = run.one("Api", "host00")
        assert says in found.message
        assert found.result["error"] == "assertion_unavailable"
        assert "authkit_client_assertion_source)" in found.message
    assert realm.requests() == 0


def made(platform: CiPlatform, audience: str | list[str], **claims: object) -> str:
    platform.claims = dict(claims)
    try:
        return platform.token(audience)
    finally:
        platform.claims = {}


def claims_of(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))))


def token_of(server: Keycloak, realm: str, job: Client) -> str:
    """A token of the issuing realm."""
    form = {"grant_type": "client_credentials", "client_id": job.client_id, "client_secret": job.secret}
    answer = requests.post(server.token_url(realm), data=form, timeout=30)
    return str(answer.json()["access_token"])


def issue_for(server: Keycloak, realm: str, job: Client, audience: str) -> None:
    """Have the issuing realm name the audience in the job's tokens."""
    mapper = {
        "name": "audience",
        "protocol": "openid-connect",
        "protocolMapper": "oidc-audience-mapper",
        "config": {"included.custom.audience": audience, "access.token.claim": "true"},
    }
    client = server.admin.client(realm, job.client_id)
    server.admin.call("POST", f"/{realm}/clients/{client['id']}/protocol-mappers/models", body=mapper)


def identity_provider(server: Keycloak, realm: str) -> dict[str, Any]:
    """The issuing realm, as an identity provider for clients."""
    issuer = f"{server.url}/realms/{realm}"
    provider = CiPlatform().identity_provider(issuer=issuer, jwksUrl=f"{issuer}/protocol/openid-connect/certs")
    return {**provider, "alias": "realm"}
