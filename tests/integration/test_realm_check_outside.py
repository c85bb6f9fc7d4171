# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role checks a real realm from outside: over http and https, and with requests that must be rejected."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import pytest
import requests

from ansible_collections.authkit.oauth.tests.integration.support.auditors import auditor, fixture_realm
from ansible_collections.authkit.oauth.tests.integration.support.installed import MATRIX, NEWEST
from ansible_collections.authkit.oauth.tests.integration.support.plays import Run, Workspace
from ansible_collections.authkit.oauth.tests.servers.certificates import PrivateAuthority
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak
from ansible_collections.authkit.oauth.tests.servers.proxy import CountingProxy

CLIENT = "orders-batch"
#: Findings for a server without https on this machine, which are only info.
ABOUT_HTTP = {"discovery-issuer-not-https", "tls-plain-http"}
NEEDS_TLS = {"tls-certificate-invalid", "tls-certificate-expiring", "tls-legacy-protocol", "tls-hsts-missing"}
#: Checks with a parameter that has no default.
NEEDS_PARAMETERS = {"discovery-device-endpoint-missing", "probe-pkce-not-enforced"}
ACTIVE = {
    "probe-dcr-anonymous-open",
    "probe-open-redirect",
    "probe-unsigned-token-accepted",
    "probe-wrong-secret-accepted",
    "probe-password-grant-allowed",
    "probe-unknown-grant-accepted",
    "probe-invalid-scope-accepted",
    "probe-introspection-unauthenticated",
    "probe-revocation-ineffective",
}

#: For tests of the server's responses, one core is enough.
one_core = pytest.mark.parametrize("core", [NEWEST], indirect=True)
Report = Mapping[str, Any]


@pytest.fixture
def representation() -> dict[str, Any]:
    return fixture_realm("hardened")


@pytest.fixture
def hardened(server: Keycloak, representation: dict[str, Any]) -> Iterator[str]:
    """The hardened realm, recording every event."""
    with server.admin.temporary_realm({**representation, "eventsEnabled": True, "enabledEventTypes": []}) as name:
        yield name


def secret_of(representation: Mapping[str, Any]) -> str:
    return next(str(each["secret"]) for each in representation["clients"] if each["clientId"] == CLIENT)


def audit(
    workspace: Workspace, server: str, realm: str, secret: str, *arguments: str, **variables: object
) -> tuple[Run, Report]:
    """Run the role in a play on the controller, signed in as the realm's own client; returns its report."""
    connection = {
        "authkit_auth_server": server,
        "authkit_realm": realm,
        "authkit_client_id": CLIENT,
        "authkit_client_secret": secret,
    }
    settings = {"realm_check_levels": ["L1", "L2"], "realm_check_profile": "strict", **variables}
    given = {**connection, **settings}
    run = workspace.play("realm_check.yml", {"localhost": {}}, variables=given, arguments=arguments).expect()
    (of_realm,) = json.loads((workspace.root / "cwd/realm-check/report.json").read_text(encoding="utf-8"))["realms"]
    assert secret not in run.output
    return run, of_realm


def above_info(of_realm: Report) -> list[tuple[str, str]]:
    found = [(check["id"], each) for check in of_realm["checks"] for each in check["findings"]]
    return [(check, each["message"]) for check, each in found if each["severity"] != "info"]


def named(of_realm: Report, status: str) -> set[str]:
    return {check["id"] for check in of_realm["checks"] if check["status"] == status}


def events(server: Keycloak, realm: str) -> list[str]:
    """The kinds of events since the last call, with the error of each."""
    path = f"/{quote(realm, safe='')}/events"
    found = [str(event["type"]) for event in server.admin.call("GET", path, query=[("max", "1000")])]
    server.admin.clear_events(realm)
    return found


def state(server: Keycloak, realm: str) -> dict[str, Any]:
    """The state that must not have changed."""
    name = quote(realm, safe="")
    clients = server.admin.call("GET", f"/{name}/clients")
    users = server.admin.call("GET", f"/{name}/users", query=[("max", "1000")])
    return {
        "clients": sorted(json.dumps(client, sort_keys=True) for client in clients),
        "users": sorted(json.dumps(user, sort_keys=True) for user in users),
    }


def test_a_right_realm_on_loopback(
    workspace: Workspace, server: Keycloak, hardened: str, representation: dict[str, Any]
) -> None:
    server.admin.clear_events(hardened)
    _run, of_realm = audit(workspace, server.url, hardened, secret_of(representation))
    assert above_info(of_realm) == []
    assert named(of_realm, "not_evaluated") == ACTIVE | NEEDS_TLS | NEEDS_PARAMETERS
    assert named(of_realm, "inconclusive") == set()
    told = {check["id"] for check in of_realm["checks"] if check["area"] == "tls" and check["findings"]}
    assert told == ABOUT_HTTP
    assert not [event for event in events(server, hardened) if event.endswith("ERROR")]


@MATRIX
@one_core
def test_a_right_realm_over_tls(
    workspace: Workspace, server: Keycloak, hardened: str, representation: dict[str, Any]
) -> None:
    authority = PrivateAuthority(workspace.root)
    certificate = authority.server(days=90)
    with CountingProxy(server.url, tls=authority.server_context(certificate)) as proxy:
        shown = server.admin.call("GET", f"/{hardened}")["attributes"]
        server.admin.update_realm(hardened, {"attributes": {**shown, "frontendUrl": proxy.url}})
        _run, of_realm = audit(
            workspace,
            proxy.url,
            hardened,
            secret_of(representation),
            authkit_ca_path=str(authority.ca_path),
            realm_check_active_probes=True,
        )
    assert above_info(of_realm) == []
    assert named(of_realm, "not_evaluated") == NEEDS_PARAMETERS
    assert named(of_realm, "inconclusive") == set()
    assert not {check["id"] for check in of_realm["checks"] if check["area"] == "tls" and check["findings"]}


@MATRIX
def test_probes_leave_the_realm_as_it_was(
    workspace: Workspace, server: Keycloak, hardened: str, representation: dict[str, Any]
) -> None:
    secret, before = secret_of(representation), state(server, hardened)
    form = {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": secret, "scope": "openid"}
    kept = requests.post(server.token_url(hardened), data=form, timeout=30).json()["access_token"]
    server.admin.clear_events(hardened)
    audit(workspace, server.url, hardened, secret, "--check", realm_check_active_probes=True)
    assert not [event for event in events(server, hardened) if event.endswith("ERROR")]
    _run, of_realm = audit(workspace, server.url, hardened, secret, realm_check_active_probes=True)
    assert above_info(of_realm) == []
    assert named(of_realm, "not_evaluated") == NEEDS_TLS | NEEDS_PARAMETERS
    assert state(server, hardened) == before
    userinfo = f"{server.url}/realms/{hardened}/protocol/openid-connect/userinfo"
    assert requests.get(userinfo, headers={"Authorization": f"Bearer {kept}"}, timeout=30).status_code == 200
    left = [event for event in events(server, hardened) if event.endswith("ERROR") or event == "REVOKE_GRANT"]
    # One event each: wrong secret, unknown scope, password grant, two redirects, registration, revoked token.
    assert sorted(left) == sorted(
        ["CLIENT_LOGIN_ERROR"] * 2 + ["LOGIN_ERROR"] * 3 + ["CLIENT_REGISTER_ERROR"] + ["REVOKE_GRANT"]
    )


@one_core
def test_what_is_wrong_in_a_real_realm_is_found(
    workspace: Workspace, server: Keycloak, hardened: str, representation: dict[str, Any]
) -> None:
    secret, policies = secret_of(representation), f"/{hardened}/client-policies/policies"
    settings = {"realm_check_active_probes": True, "realm_check_fail_on": "none"}
    kept = server.admin.call("GET", policies)
    server.admin.call("PUT", policies, body={"policies": []})
    server.admin.update_realm(hardened, {"accessTokenLifespan": 5400, "defaultSignatureAlgorithm": "HS256"})
    changes = {"directAccessGrantsEnabled": True, "attributes": {"client_credentials.use_refresh_token": "true"}}
    server.admin.update_client(hardened, CLIENT, changes)
    for component in server.admin.call("GET", f"/{hardened}/components", query=[("name", "Trusted Hosts")]):
        server.admin.call("DELETE", f"/{hardened}/components/{component['id']}")
    _run, of_realm = audit(workspace, server.url, hardened, secret, **settings)
    assert {check for check, _message in above_info(of_realm)} == {
        "token-lifetime-too-long",
        "token-alg-symmetric-or-none",
        "token-signature-invalid",
        "token-refresh-token-issued",
        "probe-password-grant-allowed",
        "probe-dcr-anonymous-open",
    }
    # A client policy rejects the password grant, whatever the client's settings are.
    server.admin.call("PUT", policies, body=kept)
    only = {"realm_check_only": ["probe-password-grant-allowed"]}
    _run, of_realm = audit(workspace, server.url, hardened, secret, **settings, **only)
    assert named(of_realm, "pass") == {"probe-password-grant-allowed"}


@MATRIX
@one_core
def test_a_token_of_another_realm_fails_nothing(workspace: Workspace, server: Keycloak, hardened: str) -> None:
    with auditor(server.admin, [hardened]) as who:
        settings = {"realm_check_realms": [hardened], "realm_check_profile": "strict"}
        alone = {**settings, "realm_check_levels": ["L2"]}
        workspace.play("realm_check.yml", {"localhost": {}}, variables={**who.variables, **alone}).expect()
        workspace.play("realm_check.yml", {"localhost": {}}, variables={**who.variables, **settings}).expect()
    (of_realm,) = json.loads((workspace.root / "cwd/realm-check/report.json").read_text(encoding="utf-8"))["realms"]
    own = [check for check in of_realm["checks"] if check["level"] == "L2"]
    assert {check["status"] for check in own} == {"not_evaluated"}
    assert above_info(of_realm) == []
