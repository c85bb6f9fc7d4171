# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Our token requests beside those of two other OAuth clients, for the same client: authlib and requests-oauth2client.

What each of them sends is recorded by a server. Only here are they installed; the collection does not use them.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from typing import Any
from urllib.parse import parse_qs

import pytest
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import ClientSecretJWT, PrivateKeyJWT
from jwskate import Jwk, Jwt
from requests_oauth2client import ClientSecretBasic, ClientSecretJwt, ClientSecretPost, OAuth2Client, PrivateKeyJwt

from ansible_collections.authkit.oauth.plugins.module_utils._http.transports import requests_transport
from ansible_collections.authkit.oauth.plugins.module_utils._options.client import ClientOptions
from ansible_collections.authkit.oauth.plugins.module_utils.token_client import TokenClient
from ansible_collections.authkit.oauth.tests.servers.client_keys import joserfc_key, pem, public_jwk
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import Scripted, scripted

#: Without what RFC 6749 section 2.3.1 encodes: both others send such a secret in a header unencoded.
SECRET = "MVBwRyUyRlErMTpyZXNlcnZlZA-0123456789"
KINDS = {"RS256": "RSA", "PS256": "RSA", "ES256": "P-256", "EdDSA": "Ed25519"}
METHODS = ("client_secret_post", "client_secret_basic", "client_secret_jwt", *KINDS)
GRANTED = {"access_token": "token", "token_type": "Bearer", "expires_in": 60}


def recorder() -> Any:
    return scripted(lambda _request: Answer(200, GRANTED, {"Content-Type": "application/json"}))


def ours(url: str, method: str, secret: str = SECRET) -> None:
    who: dict[str, Any] = {"client_auth_method": method}
    if method in KINDS:
        who = {"client_auth_method": "private_key_jwt", "private_key": pem(KINDS[method]), "key_id": "k1"}
        who["signing_algorithm"] = method
    options = ClientOptions("app", secret, token_url=url, scope=("read", "write"), **who)
    TokenClient(options, requests_transport(options.transport_settings), lambda _warning: None).fetch()


def authlibs(url: str, method: str, secret: str = SECRET) -> None:
    if method in KINDS:
        proof: Any = PrivateKeyJWT(url, headers={"kid": "k1"}, alg=method)
        session = OAuth2Session("app", pem(KINDS[method]), "private_key_jwt", scope="read write")
        session.register_client_auth_method(proof)
    else:
        session = OAuth2Session("app", secret, method, scope="read write")
        session.register_client_auth_method(ClientSecretJWT(url))
    session.fetch_token(url, grant_type="client_credentials")


def requests_oauth2clients(url: str, method: str, secret: str = SECRET) -> None:
    if method in KINDS:
        key = Jwk({**joserfc_key(KINDS[method]).as_dict(private=True), "kid": "k1"})
        auth: Any = PrivateKeyJwt("app", key, alg=method)
    else:
        kinds = {"client_secret_post": ClientSecretPost, "client_secret_basic": ClientSecretBasic}
        auth = kinds.get(method, ClientSecretJwt)("app", secret)
    OAuth2Client(url, auth=auth, testing=True).client_credentials(scope="read write")


def decoded(part: str) -> dict[str, Any]:
    return dict(json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4))))


def meaning(request: Incoming) -> dict[str, Any]:
    """What a server reads in a request: its form, its credentials, and its assertion without times and id."""
    form: dict[str, Any] = parse_qs(request.body.decode(), strict_parsing=True)
    assertion = form.pop("client_assertion", [""])[0]
    found = {"method": request.method, "authorization": request.headers.get("authorization"), "form": form}
    if assertion:
        header, claims, _signature = assertion.split(".")
        found["header"] = decoded(header)
        found["claims"] = {name: value for name, value in decoded(claims).items() if name not in ("iat", "exp", "jti")}
        # Superfluous beside an assertion (RFC 7521 section 4.2); some send it and some do not.
        form.pop("client_id", None)
    return found


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    with recorder() as running:
        yield running


@pytest.mark.parametrize(
    ("theirs", "method"),
    # authlib signs with RSA only.
    [
        *((authlibs, method) for method in METHODS if KINDS.get(method, "RSA") == "RSA"),
        *((requests_oauth2clients, method) for method in METHODS),
    ],
)
def test_a_server_reads_the_same_in_our_request(server: Scripted, theirs: Any, method: str) -> None:
    url = f"{server.url}/token"
    ours(url, method)
    theirs(url, method)
    mine, other = map(meaning, server.seen)
    assert mine == other


@pytest.mark.parametrize("theirs", [authlibs, requests_oauth2clients])
def test_a_form_with_reserved_characters(server: Scripted, theirs: Any) -> None:
    url = f"{server.url}/token"
    for send in (ours, theirs):
        send(url, "client_secret_post", "s+e c%r:e/t&=é~")
    mine, other = map(meaning, server.seen)
    assert mine == other


@pytest.mark.parametrize("method", KINDS)
def test_their_library_verifies_our_assertion(server: Scripted, method: str) -> None:
    ours(f"{server.url}/token", method)
    (assertion,) = parse_qs(server.seen[0].body.decode())["client_assertion"]
    key = Jwk(public_jwk(KINDS[method]))
    jwt = Jwt(assertion)
    assert jwt.verify_signature(key, alg=method)
    assert not jwt.verify_signature(Jwk(public_jwk(KINDS[method], 1)), alg=method)
    claims = decoded(assertion.split(".")[1])
    assert claims["exp"] - claims["iat"] == 60
