# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Introspection and revocation: what is sent, and what each response means (RFC 7662, RFC 7009)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import parse_qs

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import (
    AuthkitError,
    ClientAuthenticationFailed,
    EndpointRedirects,
    IntrospectionFailed,
    RevocationFailed,
    ServerUnavailable,
)
from ansible_collections.authkit.oauth.plugins.module_utils._http.model import HttpResponse
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.discovery import IssuerMetadata
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.token_services import introspected, revoke
from ansible_collections.authkit.oauth.tests.unit.support.transports import ScriptedTransport, answer, options

ISSUER = "https://login.example.org"
DOCUMENT: Mapping[str, object] = MappingProxyType(
    {
        "introspection_endpoint": f"{ISSUER}/introspect",
        "revocation_endpoint": f"{ISSUER}/revoke",
    }
)
TOKEN = "t0ken"


def metadata(document: Mapping[str, object]) -> IssuerMetadata:
    return IssuerMetadata(ISSUER, f"{ISSUER}/.well-known/openid-configuration", document)


def introspection(response: HttpResponse, document: Mapping[str, object] = DOCUMENT) -> dict[str, object]:
    return introspected(TOKEN, options(retries=0), metadata(document), ScriptedTransport([response]))


def revocation(response: HttpResponse, document: Mapping[str, object] = DOCUMENT) -> ScriptedTransport:
    transport = ScriptedTransport([response])
    revoke(TOKEN, "access_token", options(retries=0), metadata(document), transport)
    return transport


def test_an_active_token() -> None:
    """Its claims, without the token that some servers send back."""
    response = answer({"active": True, "scope": "a b", "access_token": TOKEN})
    assert introspection(response) == {"active": True, "scope": "a b"}


def test_an_inactive_token() -> None:
    assert introspection(answer({"active": False})) == {"active": False}


@pytest.mark.parametrize("body", [{}, {"active": "true"}, {"active": 1}, {"active": None}, [], b"<html>"])
def test_a_response_that_does_not_say(body: object) -> None:
    with pytest.raises(IntrospectionFailed, match="does not say whether the token is active"):
        introspection(answer(body))


def test_a_revocation() -> None:
    """The client authenticates, and the body of the response is of no interest."""
    (request,) = revocation(answer(b"")).asked
    assert request.url == DOCUMENT["revocation_endpoint"]
    sent = parse_qs((request.body or b"").decode())
    assert (sent["token"], sent["token_type_hint"]) == ([TOKEN], ["access_token"])
    assert sent["client_secret"] == ["hush"]


@pytest.mark.parametrize("service", [introspection, revocation])
def test_an_issuer_without_the_endpoint(service: object) -> None:
    with pytest.raises((IntrospectionFailed, RevocationFailed), match="so this issuer does not offer"):
        service(answer({}), {})  # type: ignore[operator] # one of two functions


@pytest.mark.parametrize(
    ("response", "kind", "words"),
    [
        (answer({"error": "invalid_client"}, 401), ClientAuthenticationFailed, "'svc'"),
        (answer({"error": "invalid_client"}, 400), ClientAuthenticationFailed, "'svc'"),
        (answer({"error": "unsupported_token_type"}, 400), RevocationFailed, "for this kind of token"),
        (answer({"error": "unauthorized_client"}, 403), RevocationFailed, "refused revocation for the client 'svc'"),
        (answer({}, 503), ServerUnavailable, "HTTP 503"),
        (answer({}, 302, {"location": "https://evil.example/"}), EndpointRedirects, "redirect"),
    ],
    ids=["401", "invalid_client", "unsupported", "403", "503", "redirect"],
)
def test_a_refusal_is_no_revocation(response: HttpResponse, kind: type[AuthkitError], words: str) -> None:
    with pytest.raises(kind, match=words) as caught:
        revocation(response)
    assert TOKEN not in str(caught.value)


def test_mutual_tls_uses_its_own_endpoint() -> None:
    aliases = {"revocation_endpoint": f"{ISSUER}:8443/revoke"}
    transport = ScriptedTransport([answer(b"")])
    given = options(
        client_secret=None, client_auth_method="tls_client_auth", client_cert="/cert.pem", client_key="/key.pem"
    )
    document: dict[str, object] = {**DOCUMENT, "mtls_endpoint_aliases": aliases}
    revoke(TOKEN, "refresh_token", given, metadata(document), transport)
    assert transport.asked[0].url == f"{ISSUER}:8443/revoke"
    assert parse_qs((transport.asked[0].body or b"").decode())["client_id"] == ["svc"]
