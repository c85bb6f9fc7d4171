# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From an issuer to a token endpoint."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import (
    AuthkitError,
    DiscoveryFailed,
    EndpointRedirects,
    InsecureUrl,
    IssuerMismatch,
    ProxyFailed,
    RateLimited,
    ServerUnavailable,
    UnknownRealm,
)
from ansible_collections.authkit.oauth.plugins.module_utils._http.model import HttpResponse, Retries
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.discovery import metadata_urls, token_endpoint
from ansible_collections.authkit.oauth.tests.unit.support.transports import ScriptedTransport, answer

ISSUER = "https://login.example.org/realms/erp"
SUFFIXED = f"{ISSUER}/.well-known/openid-configuration"
INSERTED = "https://login.example.org/.well-known/oauth-authorization-server/realms/erp"
ENDPOINT = f"{ISSUER}/token"


def document(**members: object) -> HttpResponse:
    return answer({"issuer": ISSUER, "token_endpoint": ENDPOINT, **members})


@pytest.mark.parametrize(
    ("issuer", "expected"),
    [
        # RFC 8414 section 3.1
        ("https://example.com", "https://example.com/.well-known/oauth-authorization-server"),
        ("https://example.com/issuer1", "https://example.com/.well-known/oauth-authorization-server/issuer1"),
        ("https://example.com/issuer1/", "https://example.com/.well-known/oauth-authorization-server/issuer1"),
    ],
)
def test_insertion_of_rfc8414(issuer: str, expected: str) -> None:
    assert metadata_urls(issuer) == (f"{issuer.rstrip('/')}/.well-known/openid-configuration", expected)


def test_openid_document_first() -> None:
    script = ScriptedTransport([document()])
    assert token_endpoint(ISSUER, script, retries=Retries(2)) == ENDPOINT
    assert [(ask.method, ask.url) for ask in script.asked] == [("GET", SUFFIXED)]
    assert script.retries == [Retries(2)]


def test_rfc8414_document_second() -> None:
    script = ScriptedTransport([answer(b"", 404), document()])
    assert token_endpoint(ISSUER, script) == ENDPOINT
    assert [ask.url for ask in script.asked] == [SUFFIXED, INSERTED]


@pytest.mark.parametrize(("mutual_tls", "expected"), [(False, ENDPOINT), (True, "https://mtls.example.org/token")])
def test_mtls_alias(mutual_tls: bool, expected: str) -> None:
    script = ScriptedTransport([document(mtls_endpoint_aliases={"token_endpoint": "https://mtls.example.org/token"})])
    assert token_endpoint(ISSUER, script, mutual_tls=mutual_tls) == expected


def test_no_alias_leaves_the_endpoint() -> None:
    script = ScriptedTransport(
        [document(mtls_endpoint_aliases={"revocation_endpoint": "https://mtls.example.org/revoke"})]
    )
    assert token_endpoint(ISSUER, script, mutual_tls=True) == ENDPOINT


FAILURES: list[tuple[HttpResponse, type[AuthkitError], str]] = [
    (
        document(issuer=f"{ISSUER}/"),
        IssuerMismatch,
        f"The document at {SUFFIXED} writes its issuer with a final slash: write issuer that way.",
    ),
    (
        document(issuer="http://login.example.org/realms/erp"),
        IssuerMismatch,
        f"The document at {SUFFIXED} belongs to another issuer (different: the scheme): set issuer to the value in "
        "that document if it is yours, else correct the server's host name settings.",
    ),
    (
        document(issuer="https://s3cret.example.org:8443/realms/erp"),
        IssuerMismatch,
        f"The document at {SUFFIXED} belongs to another issuer (different: the host, the port): set issuer to the "
        "value in that document if it is yours, else correct the server's host name settings.",
    ),
    (
        document(issuer="s3cret"),
        IssuerMismatch,
        f"The document at {SUFFIXED} belongs to another issuer (different: it is not a URL): set issuer to the value "
        "in that document if it is yours, else correct the server's host name settings.",
    ),
    (
        document(issuer=None),
        IssuerMismatch,
        f"{SUFFIXED} does not say whose document it is (issuer): check issuer, or set token_url instead.",
    ),
    (
        document(token_endpoint=None),
        DiscoveryFailed,
        f"{SUFFIXED} names no token_endpoint, so this issuer gives no tokens there: check issuer, or set token_url "
        "instead.",
    ),
    (
        document(token_endpoint="https://user:s3cret@login.example.org/token"),
        DiscoveryFailed,
        f"The token_endpoint in {SUFFIXED} is not a usable URL: correct it at the server, or set token_url instead.",
    ),
    (
        document(token_endpoint="http://login.example.org/token"),
        InsecureUrl,
        f"The token_endpoint in {SUFFIXED} is http://login.example.org/token, where secrets and tokens would travel in "
        "clear text: use https, or set allow_http: true if you trust every machine in between.",
    ),
    (
        document(token_endpoint="http://127.0.0.1:8080/token"),
        InsecureUrl,
        f"The token_endpoint in {SUFFIXED} is http://127.0.0.1:8080/token, which is this machine, although issuer is "
        "not: correct the server's host name settings, or set token_url instead.",
    ),
    (
        answer(b"<html>s3cret</html>"),
        DiscoveryFailed,
        f"{SUFFIXED} is not the JSON document of an issuer: check issuer, and what proxies in between answer.",
    ),
    (
        answer(b"", 404),
        DiscoveryFailed,
        f"There is no metadata document of the issuer at {SUFFIXED} (HTTP 404) nor at {INSERTED} (HTTP 404): check "
        "issuer, its realm included, or set token_url instead.",
    ),
    (
        answer({"error": "Realm does not exist"}, 404),
        UnknownRealm,
        "The server login.example.org:443 does not have the realm 'erp': check issuer, upper and lower case included.",
    ),
    (
        answer(b"", 302, {"location": "https://u:s3cret@sso.example.org/?s3cret"}, SUFFIXED),
        EndpointRedirects,
        f"{SUFFIXED} redirects to 'https://sso.example.org/' (HTTP 302) and credentials do not follow redirects: "
        "issuer is not the server's own address, set it to the address the server really has.",
    ),
    (
        answer(b"", 429, {"retry-after": "9"}),
        RateLimited,
        f"{SUFFIXED} allows no more requests for now (HTTP 429): try again in 9 s, or have its limit raised.",
    ),
    (
        answer(b"s3cret", 503),
        ServerUnavailable,
        f"{SUFFIXED} cannot answer now (HTTP 503): try again later, and check the server's log.",
    ),
    (
        answer(b"", 407),
        ProxyFailed,
        "The proxy in front of login.example.org:443 requires a user and password (HTTP 407): put them into proxy (or "
        "HTTP_PROXY, HTTPS_PROXY), or name the host in NO_PROXY.",
    ),
]


@pytest.mark.parametrize(("response", "kind", "sentence"), FAILURES)
def test_what_is_said(response: HttpResponse, kind: type[AuthkitError], sentence: str) -> None:
    with pytest.raises(AuthkitError) as caught:
        token_endpoint(ISSUER, ScriptedTransport([response]))
    assert (type(caught.value), caught.value.message) == (kind, sentence)
    assert "s3cret" not in caught.value.message


def test_plain_http_on_loopback_and_by_permission() -> None:
    local = "http://127.0.0.1:8080/realms/erp"
    script = ScriptedTransport([answer({"issuer": local, "token_endpoint": f"{local}/token"})])
    assert token_endpoint(local, script) == f"{local}/token"
    script = ScriptedTransport([document(token_endpoint="http://login.example.org/token")])
    assert token_endpoint(ISSUER, script, allow_http=True) == "http://login.example.org/token"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8080", "[::1]", "0.0.0.0", "127.1", "app.localhost"])
def test_an_issuer_elsewhere_does_not_send_the_secret_to_this_machine(host: str) -> None:
    script = ScriptedTransport([document(token_endpoint=f"http://{host}/token")])
    with pytest.raises(InsecureUrl, match="which is this machine, although issuer is not"):
        token_endpoint(ISSUER, script, allow_http=True)


def test_issuer_over_plain_http_is_not_even_asked() -> None:
    script = ScriptedTransport([document()])
    with pytest.raises(InsecureUrl, match=r"^issuer is http://login\.example\.org/realms/erp, where"):
        token_endpoint("http://login.example.org/realms/erp", script)
    assert not script.asked
