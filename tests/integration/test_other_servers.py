# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Token endpoints that answer unlike most, in process and shipped."""

from __future__ import annotations

import secrets
from contextlib import ExitStack

import pytest
from joserfc import jwt

from ansible_collections.authkit.oauth.tests.integration.support.installed import MATRIX, NEWEST
from ansible_collections.authkit.oauth.tests.integration.support.plays import Workspace
from ansible_collections.authkit.oauth.tests.integration.support.vendors import VENDORS, profiles_of_the_guide, vendors
from ansible_collections.authkit.oauth.tests.servers.client_keys import joserfc_key, pem
from ansible_collections.authkit.oauth.tests.servers.counting import CountingServer
from ansible_collections.authkit.oauth.tests.servers.counting_model import Fault, Settings

SHIPPED: dict[str, object] = {"node_environment": {"AUTHKIT_TEST_NODE": "1"}}


def test_answers_unlike_most(workspace: Workspace) -> None:
    with ExitStack() as stack:
        hosts: dict[str, dict[str, object]] = {}
        for name, kind in {"apigee": "BearerToken", "dpop": "DPoP", "redirecting": "Bearer"}.items():
            secret = secrets.token_urlsafe(24)
            server = stack.enter_context(CountingServer({"svc": secret}, Settings(token_type=kind)))
            if name == "redirecting":
                server.fault(
                    Fault("redirect", target="token", location="https://sso.example.test/t?s3cret", times=None)
                )
            own: dict[str, object] = {
                "authkit_token_url": server.token_url,
                "authkit_client_id": "svc",
                "authkit_client_secret": secret,
                "api_url": f"{server.url}/api/users",
            }
            hosts |= {name: own, f"{name}_node": {**own, **SHIPPED}}
        run = workspace.play("other_servers.yml", hosts).expect()
    results = {host: run.one("Call", host) for host in hosts}
    for where in ("", "_node"):
        assert results[f"apigee{where}"].state == "ok"
        assert "is bound to a key (DPoP): set dpop: true" in results[f"dpop{where}"].message
        assert "redirects to 'https://sso.example.test/t' (HTTP 30" in results[f"redirecting{where}"].message
    assert "has token_type BearerToken, so its" in " ".join(run.output.split())
    assert "s3cret" not in run.output
    assert not run.traceback


@MATRIX
@pytest.mark.parametrize("core", [NEWEST], indirect=True)
def test_the_profiles_of_the_guide(workspace: Workspace) -> None:
    """Each sends what its vendor documents, once for a host that calls in process and one that does not."""
    profiles = profiles_of_the_guide()
    assert set(profiles) == set(VENDORS)
    with vendors() as server:
        hosts: dict[str, dict[str, object]] = {}
        for name, profile in profiles.items():
            # The vault's variables have their own names as values.
            vaulted = {word: word for word in (f"vaulted_{name}_secret", f"vaulted_{name}_app_password")}
            vaulted["vaulted_google_private_key"] = pem("RSA")
            own: dict[str, object] = {**vaulted, "vendor": name, "api_url": f"{server.url}/{name}/items"}
            own["authkit_profiles"] = {name: server.profile(name, profile)}
            hosts |= {name: own, f"{name}_node": {**own, **SHIPPED}}
        run = workspace.play("vendors.yml", hosts).expect()
    assert [(result.host, result.message) for result in run.of("Call") if result.state != "ok"] == []
    ((_where, asked),) = server.asked["google"]
    signed = jwt.decode(asked.pop("assertion"), joserfc_key("RSA"), algorithms=["RS256"])
    assert signed.header["kid"] == profiles["google"]["key_id"]
    assert signed.claims["iss"] == profiles["google"]["client_id"]
    assert "sub" not in signed.claims  # it acts on behalf of nobody
    assert signed.claims["aud"] == f"{server.url}/google/oauth2.googleapis.com/token"
    assert signed.claims["scope"] == asked["scope"]
    for name, (where, form, _answer) in VENDORS.items():
        client = {"client_id": profiles[name]["client_id"], "client_secret": f"vaulted_{name}_secret"}
        if name == "google":  # it knows the client by the assertion
            client = {}
        assert server.asked[name] == [(where, {"grant_type": "client_credentials", **client, **form})], name
    assert 7000 < float(run.one("Lifetime", "salesforce").message) <= 7200
    assert 1700 < float(run.one("Lifetime", "apigee").message) <= 1799
    assert "has token_type BearerToken, so its" in " ".join(run.output.split())
    assert "_app_password" not in run.output
