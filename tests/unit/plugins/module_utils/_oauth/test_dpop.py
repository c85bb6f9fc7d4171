# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Proofs, nonces and bound tokens (RFC 9449), on both transports and against a server that checks each proof."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from ansible_collections.authkit.oauth.plugins.module_utils._errors import AuthkitError, UnusableToken
from ansible_collections.authkit.oauth.plugins.module_utils._http.model import (
    BearerCredentials,
    HttpRequest,
    Retries,
    Transport,
)
from ansible_collections.authkit.oauth.plugins.module_utils._http.transports import requests_transport, urls_transport
from ansible_collections.authkit.oauth.plugins.module_utils._oauth import dpop
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.jwt import LibraryMissing
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.refresh import RefreshToken
from ansible_collections.authkit.oauth.plugins.module_utils.token_client import Token, TokenClient
from ansible_collections.authkit.oauth.tests.servers.counting_model import Fault
from ansible_collections.authkit.oauth.tests.servers.dpop_server import DpopServer
from ansible_collections.authkit.oauth.tests.unit.support.transports import (
    ScriptedTransport,
    answer,
    options,
    settings,
)

#: RFC 9449 section 4.1 and figures 5 and 12.
RFC_KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
    "y": "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA",
}
RFC_TOKEN = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"


@pytest.fixture(autouse=True)
def no_nonces(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TOKEN_NONCES", "API_NONCES"):
        monkeypatch.setattr(getattr(dpop, name), "_latest", {})


@pytest.fixture(params=[requests_transport, urls_transport], ids=["requests", "urls"])
def transport(request: pytest.FixtureRequest) -> Iterator[Transport]:
    found: Transport = request.param(settings())
    yield found
    found.close()


def parts(proof: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims of a proof whose signature is right."""
    found = jwt.decode(proof, lambda parsed: ECKey.import_key(parsed.headers()["jwk"]), algorithms=["ES256"])
    return found.header, found.claims


def fetched(server: DpopServer, transport: Transport, **more: Any) -> Token:
    given = {"client_id": "svc", "client_secret": "hush", "token_url": server.token_url, "dpop": True, **more}
    return TokenClient(options(**given), transport, pytest.fail).fetch()


def test_the_vectors_of_the_rfcs() -> None:
    assert dpop.ath(RFC_TOKEN) == "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"
    # RFC 9449 section 6.1: the thumbprint (RFC 7638) of that key.
    assert dpop.thumbprint(json.dumps(RFC_KEY)) == "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://resource.example.org/protectedresource?a=1#f", "https://resource.example.org/protectedresource"),
        ("HTTPS://Resource.Example.org:443", "https://resource.example.org/"),
        ("http://127.0.0.1:80/a%7eb", "http://127.0.0.1/a~b"),
        ("https://[::1]:443/x", "https://[::1]/x"),
        ("https://resource.example.org:8443/x?", "https://resource.example.org:8443/x"),
    ],
)
def test_the_url_in_a_proof(url: str, expected: str) -> None:
    assert dpop.htu(url) == expected


def test_a_proof() -> None:
    key = dpop.new_key()
    proofs = [dpop.proof(key, "POST", "https://a.example.org/x?q=1", token=RFC_TOKEN, nonce="n1") for _turn in range(2)]
    (header, claims), (_header, others) = map(parts, proofs)
    assert set(header) == {"typ", "alg", "jwk"}
    assert (header["typ"], header["alg"]) == ("dpop+jwt", "ES256")
    assert set(header["jwk"]) == {"kty", "crv", "x", "y"}
    assert set(claims) == {"jti", "htm", "htu", "iat", "ath", "nonce"}
    assert (claims["htm"], claims["htu"], claims["nonce"]) == ("POST", "https://a.example.org/x", "n1")
    assert claims["ath"] == dpop.ath(RFC_TOKEN)
    assert abs(time.time() - claims["iat"]) <= 2
    assert claims["jti"] != others["jti"]
    assert set(parts(dpop.proof(key, "GET", "https://a.example.org/"))[1]) == {"jti", "htm", "htu", "iat"}


def test_the_first_token_request_has_a_proof(transport: Transport) -> None:
    with DpopServer({"svc": "hush"}) as server:
        token = fetched(server, transport)
        assert (token.token_type, server.count("token"), server.refused) == ("DPoP", 1, [])
        assert token.header == f"DPoP {token.access_token}"
        assert token.dpop_key is not None
        kept = Token.from_data(json.loads(json.dumps(token.to_data())))
    assert kept == token
    assert "d" in json.loads(token.dpop_key)
    assert json.loads(token.dpop_key)["d"] not in repr(token)


def test_nonces_of_the_latest_answers_are_used(transport: Transport) -> None:
    with DpopServer({"svc": "hush"}, nonces=("token", "api")) as server:
        token = fetched(server, transport)
        assert server.refused == ["token: use_dpop_nonce"]
        fetched(server, transport)
        assert len(server.refused) == 1, "the second request has the nonce of the first answer"
        proving = dpop.ProvingTransport(transport, {token.access_token: str(token.dpop_key)})
        call = HttpRequest("GET", f"{server.url}/api/x?a=1", credentials=BearerCredentials(token.access_token))
        first, second = proving.send(call), proving.send(call)
        assert (first.status, first.attempts, second.status, second.attempts) == (200, 2, 200, 1)
        fetched(server, transport)
        assert server.refused[1:] == ["api: use_dpop_nonce"], (
            "the nonces of the API are not those of the token endpoint"
        )


@pytest.mark.parametrize("kind", ["rate_limited", "unavailable"])
def test_every_retry_has_a_new_proof(transport: Transport, kind: str) -> None:
    with DpopServer({"svc": "hush"}) as server:
        server.fault(Fault(kind, times=1))
        token = fetched(server, transport, retries=2)
        server.fault(Fault(kind, target="api", times=1))
        proving = dpop.ProvingTransport(transport, {token.access_token: str(token.dpop_key)})
        call = HttpRequest("GET", f"{server.url}/api/x", credentials=BearerCredentials(token.access_token))
        assert proving.send(call, Retries(2)).status == 200
        assert (server.count("token"), server.count("api"), server.refused) == (2, 2, [])


def test_other_requests_pass_unchanged() -> None:
    inner = ScriptedTransport([answer({})])
    proving = dpop.ProvingTransport(inner, {"bound": dpop.new_key()})
    for credentials in (None, BearerCredentials("another")):
        request = HttpRequest("GET", "https://a.example.org/", credentials=credentials)
        proving.send(request)
        assert inner.asked[-1] is request


def test_a_task_cannot_send_a_proof_of_its_own() -> None:
    inner = ScriptedTransport([answer({})])
    proving = dpop.ProvingTransport(inner, {"bound": dpop.new_key()})
    headers = {"dpop": "theirs", "Accept": "text/plain"}
    proving.send(HttpRequest("GET", "https://a.example.org/", headers, credentials=BearerCredentials("bound")))
    sent = inner.asked[0]
    assert set(sent.headers) == {"Accept", "DPoP"}
    assert sent.credentials == BearerCredentials("bound", "DPoP")
    assert parts(sent.headers["DPoP"])[1]["ath"] == dpop.ath("bound")


@pytest.mark.parametrize("nonce", ["", "a b", 'a"b', "a\\b", "n" * 1025, "é"])
def test_a_nonce_that_no_claim_may_hold_is_ignored(nonce: str) -> None:
    nonces = dpop.Nonces()
    nonces.learn("https://a.example.org/x", {"dpop-nonce": nonce})
    assert nonces.of("https://a.example.org/") is None


def test_nonces_belong_to_an_origin() -> None:
    nonces = dpop.Nonces()
    nonces.learn("https://a.example.org/x", {"dpop-nonce": "n1"})
    nonces.learn("https://a.example.org/x", {"dpop-nonce": "n2"})
    nonces.learn("https://a.example.org/x", {})
    assert nonces.of("https://A.example.org:443/y?z") == "n2"
    assert nonces.of("https://a.example.org:8443/y") is None
    assert nonces.of("http://a.example.org/y") is None


def test_a_nonce_is_asked_for_once() -> None:
    asking = answer({"error": "use_dpop_nonce"}, 400, {"dpop-nonce": "n1"})
    inner = ScriptedTransport([asking])
    with pytest.raises(AuthkitError) as caught:
        TokenClient(options(dpop=True), inner, pytest.fail).fetch()
    assert caught.value.short_name() == "proof_refused"
    assert "does not accept the one that it sent" in caught.value.message
    assert len(inner.asked) == 2


@pytest.mark.parametrize("kind", ["Bearer", None, "BearerToken"])
def test_a_bearer_token_is_not_what_was_asked_for(kind: str | None) -> None:
    body = {"access_token": "abc.def.ghi", **({"token_type": kind} if kind else {})}
    with pytest.raises(UnusableToken, match="a bearer token although dpop is true"):
        TokenClient(options(dpop=True), ScriptedTransport([answer(body)]), pytest.fail).fetch()


def test_a_refresh_token_keeps_its_key() -> None:
    body = {"access_token": "abc.def.ghi", "token_type": "DPoP", "refresh_token": "r1"}
    inner = ScriptedTransport([answer(body)])
    client = TokenClient(options(dpop=True), inner, pytest.fail)
    first = client.fetch()
    assert first.refresh is not None
    kept = RefreshToken.from_data(json.loads(json.dumps(first.refresh.sent(1.0).to_data())))
    second = client.fetch(kept)
    assert first.dpop_key == second.dpop_key == kept.dpop_key
    keys = [parts(request.headers["DPoP"])[0]["jwk"] for request in inner.asked]
    assert keys[0] == keys[1]
    assert client.fetch().dpop_key != first.dpop_key


def test_without_joserfc(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "joserfc"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "joserfc", None)
    inner = ScriptedTransport([answer({})])
    with pytest.raises(LibraryMissing, match="DPoP proofs are signed with the Python library joserfc"):
        TokenClient(options(dpop=True), inner, pytest.fail).fetch()
    assert inner.asked == []
