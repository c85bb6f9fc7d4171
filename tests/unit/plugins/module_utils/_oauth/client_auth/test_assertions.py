# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signed assertions: their claims, their signature as a server verifies it, and a new one for each attempt."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import sys
import time
import warnings
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

import pytest
from joserfc import jwt
from joserfc.errors import SecurityWarning

from ansible_collections.authkit.oauth.plugins.module_utils._http.model import HttpRequest, Retries
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.client_auth.assertions import as_grant, audience
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.client_auth.methods import form_request
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.grants import form_fields
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.jwt import LibraryMissing
from ansible_collections.authkit.oauth.plugins.module_utils._options.client import ClientOptions
from ansible_collections.authkit.oauth.tests.servers.client_keys import joserfc_key, pem
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import Scripted
from ansible_collections.authkit.oauth.tests.unit.support.transports import TOKEN_URL, MakeTransport, options

REALM = "https://login.example.org/realms/erp"
#: RFC 7515 appendix A.1: a JWS with HS256.
KEY = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"
JWS = (
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNv"
    "bS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
)


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def signed_by(key: bytes, token: str) -> bool:
    """Whether HMAC SHA-256 of the signing input is the signature, by Python's own hmac."""
    data, _dot, signature = token.rpartition(".")
    return hmac.new(key, data.encode(), hashlib.sha256).digest() == decoded(signature)


def sent(request: HttpRequest) -> dict[str, str]:
    assert request.body is not None
    return dict(parse_qsl(request.body.decode()))


def asserted(client: ClientOptions) -> dict[str, str]:
    return sent(form_request(client, TOKEN_URL, [("grant_type", "client_credentials")]))


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    header, claims, _signature = token.split(".")
    return json.loads(decoded(header)), json.loads(decoded(claims))


def by_key(kind: str, **values: object) -> ClientOptions:
    return options(client_secret=None, client_auth_method="private_key_jwt", private_key=pem(kind), **values)


def test_the_mac_of_rfc7515_appendix_a1() -> None:
    """What the next test compares with: the RFC's own example, and a changed one."""
    assert signed_by(decoded(KEY), JWS)
    assert not signed_by(decoded(KEY), JWS.replace(".eyJp", ".eyJq"))


def test_client_secret_jwt() -> None:
    form = asserted(options(client_secret="a secret of 32 characters or more", client_auth_method="client_secret_jwt"))
    assert set(form) == {"grant_type", "client_id", "client_assertion_type", "client_assertion"}
    assert form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    assert signed_by(b"a secret of 32 characters or more", form["client_assertion"])
    assert parts(form["client_assertion"])[0] == {"alg": "HS256", "typ": "JWT"}


@pytest.mark.parametrize(
    ("kind", "wanted", "algorithm"),
    [
        ("RSA", None, "RS256"),
        ("RSA", "PS256", "PS256"),
        ("RSA", "PS512", "PS512"),
        ("P-256", None, "ES256"),
        ("P-384", None, "ES384"),
        ("P-521", None, "ES512"),
        ("Ed25519", None, "EdDSA"),
    ],
)
def test_private_key_jwt(kind: str, wanted: str | None, algorithm: str) -> None:
    token = asserted(by_key(kind, key_id="k1", signing_algorithm=wanted))["client_assertion"]
    assert parts(token)[0] == {"alg": algorithm, "typ": "JWT", "kid": "k1"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SecurityWarning)
        assert jwt.decode(token, joserfc_key(kind), algorithms=[algorithm]).claims["sub"] == "svc"


def test_what_an_assertion_claims() -> None:
    before = time.time()
    _header, claims = parts(asserted(by_key("P-256"))["client_assertion"])
    assert (claims["iss"], claims["sub"], claims["aud"]) == ("svc", "svc", REALM)
    assert before - 11 <= claims["iat"] <= time.time() - 9
    assert time.time() < claims["exp"] <= time.time() + 60
    assert set(claims) == {"iss", "sub", "aud", "jti", "iat", "exp"}


@pytest.mark.parametrize(
    ("where", "named"),
    [
        ({}, REALM),
        ({"issuer": "https://id.example.org/"}, "https://id.example.org/"),
        ({"auth_server": "login.example.org/auth", "realm": "a b"}, "https://login.example.org/auth/realms/a%20b"),
        ({"token_url": "https://id.example.org/token"}, "https://id.example.org/token"),
        ({"issuer": "https://id.example.org", "client_assertion_audience": TOKEN_URL}, TOKEN_URL),
    ],
)
def test_whom_an_assertion_is_for(where: dict[str, str], named: str) -> None:
    assert audience(by_key("P-256", **where)) == named


@pytest.mark.parametrize("method", ["client_secret_jwt", "private_key_jwt"])
def test_every_attempt_has_an_assertion_of_its_own(
    make_transport: MakeTransport, server: Scripted, method: str
) -> None:
    """Keycloak refuses a second use, also after a 503 of its own: "Token reuse detected"."""
    client = options(client_auth_method=method, private_key=pem("P-256"), client_secret="hush" * 8)
    server.in_turn(Answer(503), Answer(0, reset=True), Answer(200))
    made = form_request(client, server.url, [("grant_type", "client_credentials")])
    assert make_transport().send(made, Retries(3)).status == 200
    forms = [dict(parse_qsl(seen.body.decode())) for seen in server.seen]
    assert len({parts(form["client_assertion"])[1]["jti"] for form in forms}) == 3
    assert {form["grant_type"] for form in forms} == {"client_credentials"}


def signing(**values: object) -> ClientOptions:
    """A client whose grant is an assertion of its own, as Google's service accounts are."""
    key = pem("RSA")
    return options(client_id="svc@example", client_secret=None, grant_type="jwt_bearer", private_key=key, **values)


@pytest.mark.parametrize("user", [None, "ann@example.com"])
def test_an_assertion_as_grant(user: str | None) -> None:
    token = as_grant(signing(token_url=TOKEN_URL, key_id="k1", username=user, scope=("read", "write")))
    claims = dict(jwt.decode(token, joserfc_key("RSA"), algorithms=["RS256"]).claims)
    assert parts(token)[0] == {"alg": "RS256", "typ": "JWT", "kid": "k1"}
    assert 0 < claims.pop("exp") - time.time() <= 60
    assert 8 < time.time() - claims.pop("iat") < 20
    assert claims.pop("jti")
    on_behalf = {"sub": user} if user else {}  # Google refuses a service account that acts on behalf of itself
    assert claims == {"iss": "svc@example", **on_behalf, "aud": TOKEN_URL, "scope": "read write"}


def test_an_assertion_as_grant_has_no_empty_scope() -> None:
    assert "scope" not in parts(as_grant(signing()))[1]


def test_every_attempt_has_a_grant_of_its_own(make_transport: MakeTransport, server: Scripted) -> None:
    """And the client is not authenticated otherwise: Google's service accounts are no OAuth clients."""
    server.in_turn(Answer(503), Answer(0, reset=True), Answer(200))
    made = form_request(signing(), server.url, partial(form_fields, signing()))
    assert make_transport().send(made, Retries(3)).status == 200
    forms = [dict(parse_qsl(seen.body.decode())) for seen in server.seen]
    assert len({parts(form.pop("assertion"))[1]["jti"] for form in forms}) == 3
    assert forms == [{"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer"}] * 3


def test_without_joserfc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "joserfc", None)
    with pytest.raises(LibraryMissing) as caught:
        asserted(by_key("P-256"))
    assert caught.value.message.startswith("Client assertions are signed with the Python library joserfc 1.7.3 or")
    assert f"{sys.executable} -m pip install -U joserfc" in caught.value.message
