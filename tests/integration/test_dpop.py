# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""DPoP in real plays: at Keycloak, at oidc-provider, and at an API that wants a nonce, in process and on a node."""

from __future__ import annotations

import secrets
from contextlib import ExitStack

from ansible_collections.authkit.oauth.tests.integration.support.installed import MATRIX
from ansible_collections.authkit.oauth.tests.integration.support.plays import Workspace
from ansible_collections.authkit.oauth.tests.integration.support.realms import MANAGE_USERS, Client, realm_of
from ansible_collections.authkit.oauth.tests.servers.authorization import AuthorizationServer
from ansible_collections.authkit.oauth.tests.servers.dpop_server import DpopServer
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak

HOSTS: dict[str, dict[str, object]] = {"controller": {}, "node": {"node_environment": {"AUTHKIT_TEST_NODE": "1"}}}


@MATRIX
def test_calls_with_bound_tokens(workspace: Workspace, server: Keycloak) -> None:
    client = Client("bound", secrets.token_urlsafe(24), roles=(*MANAGE_USERS, "manage-clients"))
    realm_with_dpop = realm_of(client)
    realm_with_dpop["clients"][0]["attributes"]["dpop.bound.access.tokens"] = "true"
    with ExitStack() as stack:
        realm = stack.enter_context(server.admin.temporary_realm(realm_with_dpop))
        strict = stack.enter_context(DpopServer({"svc": client.secret}, nonces=("token", "api")))
        variables: dict[str, object] = {
            "keycloak": server.url,
            "realm": realm,
            "authkit_auth_server": server.url,
            "authkit_realm": realm,
            "authkit_client_id": client.client_id,
            "authkit_client_secret": client.secret,
            "authkit_dpop": True,
            "kept_in": str(workspace.cwd / "secret"),
            "strict": {
                "url": f"{strict.url}/api/things",
                "token_url": strict.token_url,
                "client_id": "svc",
                "client_secret": client.secret,
            },
        }
        run = workspace.play("dpop.yml", HOSTS, variables=variables, forks=1).expect()
        tokens = len(server.admin.call("GET", f"/{realm}/events", query=[("type", "CLIENT_LOGIN")]))
        assert strict.count("token") == 2, "the first request is refused because it has no nonce"
        assert set(strict.refused) == {"token: use_dpop_nonce", "api: use_dpop_nonce"}
        issued = strict.issued
    assert tokens == 1, "all workers share the token and its key; the new secret proves itself without DPoP"
    assert run.one("Rotate the secret", "controller").state in ("ok", "changed")
    for host in HOSTS:
        for task in ("Read", "Write", "Read many", "What the token says", "With nonces", "With nonces again"):
            assert {found.state for found in run.of(task, host)} == {"ok"}, task
        assert "wants DPoP from the client 'bound': set dpop: true" in run.one("Without dpop", host).message
        assert "a task with async cannot use it" in run.one("In the background", host).message
        assert "call the API with authkit.oauth.api" in run.one("In a template", host).message
        assert "give realm_check a client without DPoP" in run.one("Audit", host).message
    assert run.one("What the token says", "node").message == "DPoP"
    assert not [secret for secret in (client.secret, *issued) if secret in run.output + run.log]
    assert not run.traceback


@MATRIX
def test_a_certified_server_with_and_without_nonces(workspace: Workspace, oidc_provider: AuthorizationServer) -> None:
    profiles = {name: {**oidc_provider.options(name), "dpop": True} for name in ("dpop", "dpop_nonce")}
    profiles["unproven"] = {**profiles["dpop"], "dpop": False}
    variables: dict[str, object] = {"authkit_profiles": profiles, "authkit_scope": ["read"]}
    run = workspace.play("dpop_tokens.yml", {"controller": {}}, variables=variables).expect()
    for name in ("dpop", "dpop_nonce"):
        assert run.one(f"Token of {name}", "controller").message == "DPoP"
    assert "or dpop: true if the server requires DPoP" in run.one("Token of unproven", "controller").message
    refused = [event["client"] for event in oidc_provider.events() if event.get("error") == "use_dpop_nonce"]
    assert refused == ["dpop_nonce"], "only the first request without its nonce"
    assert not run.traceback
