# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tokens against published keys: what verifies, what does not, and why."""

from __future__ import annotations

import json
import sys
import time
import warnings
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, Key, OctKey, OKPKey, RSAKey

from ansible_collections.authkit.oauth.plugins.module_utils._errors import InsecureUrl
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.jwt import (
    BadSignature,
    KeysUnavailable,
    LibraryMissing,
    NotSigned,
    SharedKey,
    UnknownKey,
    Unverified,
    WrongClaims,
    algorithms,
    verified_claims,
    verify,
)
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.jwt_parts import unverified, unverified_claims
from ansible_collections.authkit.oauth.tests.unit.support.transports import ScriptedTransport, answer

ISSUER = "https://sso.example.com/realms/shop"
JWKS = f"{ISSUER}/protocol/openid-connect/certs"
RSA = RSAKey.generate_key(2048)
CURVE = ECKey.generate_key("P-256")


def signed(
    key: Key, algorithm: str, *, kid: str | None = "one", claims: dict[str, Any] | None = None, **more: Any
) -> str:
    header = {"alg": algorithm, **({"kid": kid} if kid else {}), **more}
    registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return jwt.encode(header, {"iss": ISSUER, **(claims or {})}, key, algorithms=[algorithm], registry=registry)


def public(key: Key, kid: str = "one", **more: Any) -> dict[str, Any]:
    return {**key.as_dict(private=False), "kid": kid, **more}


def unsigned(**header: Any) -> str:
    parts = (json.dumps(each).encode() for each in (header, {"iss": ISSUER}))
    return ".".join(urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (RSA, "RS256"),
        (RSA, "PS512"),
        (CURVE, "ES256"),
        (ECKey.generate_key("P-384"), "ES384"),
        (ECKey.generate_key("P-521"), "ES512"),
        (OKPKey.generate_key("Ed25519"), "EdDSA"),
        (OKPKey.generate_key("Ed448"), "EdDSA"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_a_published_key_signed_verifies_without_a_word(key: Key, algorithm: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert verify(signed(key, algorithm), [public(RSAKey.generate_key(2048), "other"), public(key)]).claims == {
            "iss": ISSUER
        }


def test_headers_of_a_server_s_own_do_no_harm() -> None:
    assert verify(signed(RSA, "RS256", own="1"), [public(RSA)]).header["own"] == "1"


def test_a_token_without_kid_may_be_of_any_of_the_keys() -> None:
    token = signed(RSA, "RS256", kid=None)
    assert verify(token, [public(CURVE, "other"), public(RSA)]).claims["iss"] == ISSUER
    with pytest.raises(BadSignature):
        verify(token, [public(CURVE, "other")])


def test_a_key_that_is_published_whole_verifies_all_the_same() -> None:
    assert verify(signed(RSA, "RS256"), [{**RSA.as_dict(private=True), "kid": "one"}]).claims["iss"] == ISSUER


@pytest.mark.parametrize(
    ("token", "keys", "error"),
    [
        (unsigned(alg="none", kid="one"), [public(RSA)], NotSigned),
        (unsigned(alg="None", kid="one"), [public(RSA)], NotSigned),
        (unsigned(kid="one"), [public(RSA)], NotSigned),
        (signed(OctKey.import_key("a-secret-that-is-long-enough-for-it"), "HS256"), [public(RSA)], SharedKey),
        (signed(RSA, "RS256", kid="two"), [public(RSA)], UnknownKey),
        (signed(RSA, "RS256"), [], UnknownKey),
        (signed(RSA, "RS256"), [public(RSA, use="enc")], UnknownKey),
        (signed(RSA, "RS256"), [public(RSAKey.generate_key(2048))], BadSignature),
        (signed(RSA, "RS256"), [public(RSA, alg="PS256")], BadSignature),
        (signed(RSA, "RS256"), [public(CURVE)], BadSignature),
        (signed(RSA, "RS256"), [public(RSA, n="?")], BadSignature),
        (signed(RSA, "RS256"), [public(RSA, n=5)], BadSignature),
        (signed(RSA, "RS256")[:-6] + "AAAAAA", [public(RSA)], BadSignature),
        ("opaque", [public(RSA)], BadSignature),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",  # tokens differ from run to run
)
def test_what_no_key_vouches_for_is_refused_by_its_cause(
    token: str, keys: list[dict[str, Any]], error: type[Unverified]
) -> None:
    with pytest.raises(error) as caught:
        verify(token, keys)
    assert token not in caught.value.message
    assert caught.value.message.endswith(".")


def test_the_public_key_as_a_shared_secret_does_not_pass() -> None:
    pem = RSA.as_pem(private=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        forged = signed(OctKey.import_key(urlsafe_b64encode(pem).decode()), "HS256")
    with pytest.raises(SharedKey):
        verify(forged, [public(RSA)])


def test_algorithms_come_from_the_key() -> None:
    assert algorithms({"kty": "RSA", "alg": "PS256"}) == ("PS256",)
    assert algorithms({"kty": "RSA", "use": "enc", "alg": "RSA-OAEP"}) == ()
    assert algorithms({"kty": "RSA", "alg": "RSA-OAEP"}) == ()
    assert algorithms({"kty": "EC", "crv": "P-384"}) == ("ES384",)
    assert algorithms({"kty": "EC", "crv": "secp256k1"}) == ()
    assert algorithms({"kty": "OKP", "crv": "X25519"}) == ()
    assert algorithms({"kty": "oct", "alg": "HS256"}) == ()


@pytest.mark.parametrize(
    "token", ["", "a.b", "a.b.c", "e30.e30", "bnVsbA.bnVsbA.", "e30.W10.", "ä.ö.ü", "....", "e30.%.x"]
)
def test_what_is_no_jwt_has_no_claims(token: str) -> None:
    assert unverified(token) is None
    assert unverified_claims(token) is None


def test_a_token_s_parts_are_not_shown() -> None:
    assert repr(unverified(unsigned(alg="none"))) == "Jwt(...)"


def test_claims_are_verified_against_the_keys_at_their_address() -> None:
    transport = ScriptedTransport([answer({"keys": [public(RSA), "nonsense"]})])
    claims = {"exp": time.time() + 30, "nbf": time.time() + 20}
    assert verified_claims(signed(RSA, "RS256", claims=claims), JWKS, ISSUER, transport) == {"iss": ISSUER, **claims}
    assert transport.asked[0].url == JWKS
    assert transport.asked[0].credentials is None


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 4102444800, "iss": "https://sso.example.com/realms/other"},
        {"exp": 4102444800, "iss": None},
        {"exp": 1},
        {"exp": "4102444800"},
        {},
        {"exp": 4102444800, "nbf": 4102444800},
    ],
)
def test_claims_of_another_issuer_or_time_are_refused(claims: dict[str, Any]) -> None:
    with pytest.raises(WrongClaims):
        verified_claims(
            signed(RSA, "RS256", claims=claims), JWKS, ISSUER, ScriptedTransport([answer({"keys": [public(RSA)]})])
        )


@pytest.mark.parametrize(
    "response", [answer({}, 404), answer({"keys": "x"}), answer(b"<html>"), answer({"keys": []}, 500)]
)
def test_keys_that_cannot_be_read_are_named(response: Any) -> None:
    with pytest.raises(KeysUnavailable, match=r"openid-connect/certs was answered with HTTP \d+ and no set of keys"):
        verified_claims(signed(RSA, "RS256"), JWKS, ISSUER, ScriptedTransport([response]))


def test_keys_are_not_fetched_over_plain_http() -> None:
    transport = ScriptedTransport([answer({"keys": [public(RSA)]})])
    plain = JWKS.replace("https", "http")
    with pytest.raises(InsecureUrl):
        verified_claims(signed(RSA, "RS256"), plain, ISSUER, transport)
    assert not transport.asked
    claims = {"exp": time.time() + 30}
    assert verified_claims(signed(RSA, "RS256", claims=claims), plain, ISSUER, transport, allow_http=True)


def test_without_joserfc_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    token = signed(RSA, "RS256")
    monkeypatch.setitem(sys.modules, "joserfc", None)
    with pytest.raises(LibraryMissing) as caught:
        verify(token, [public(RSA)])
    assert f"{sys.executable} -m pip install -U joserfc" in caught.value.message
    with pytest.raises(NotSigned):
        verify(unsigned(alg="none"), [public(RSA)])
