# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From an issuer to its token endpoint (OpenID Connect Discovery 1.0 section 4, RFC 8414 section 3)."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from .._errors import DiscoveryFailed, EndpointRedirects, InsecureUrl, InvalidOption, IssuerMismatch
from .._http.model import LONGEST_OAUTH_ANSWER, ONCE, HttpRequest, HttpResponse, Retries, Transport
from .._urls import check_url, leads_inward, origin, safe_url
from .refusals import known_refusal, redirected, unavailable
from .request_facts import RequestFacts, realm_of


def metadata_urls(issuer: str) -> tuple[str, str]:
    """The URLs of an issuer's metadata: OpenID Connect's suffix first, then RFC 8414's insertion before the path."""
    parts = urlsplit(issuer)
    path = parts.path.rstrip("/")
    suffixed = f"{path}/.well-known/openid-configuration"
    inserted = f"/.well-known/oauth-authorization-server{path}"
    return (
        urlunsplit((parts.scheme, parts.netloc, suffixed, "", "")),
        urlunsplit((parts.scheme, parts.netloc, inserted, "", "")),
    )


def token_endpoint(
    issuer: str,
    transport: Transport,
    *,
    allow_http: bool = False,
    mutual_tls: bool = False,
    retries: Retries = ONCE,
) -> str:
    """The token endpoint that the issuer's metadata names; its mTLS alias with mutual_tls (RFC 8705 section 5).

    :raises IssuerMismatch: the metadata belongs to another issuer.
    :raises DiscoveryFailed: there is no metadata, or no usable endpoint in it.
    :raises InsecureUrl: the endpoint is plain http.
    :raises EndpointRedirects: the metadata's URL redirects.
    :raises RateLimited: there were too many requests.
    :raises ServerUnavailable: the server is overloaded or down.
    :raises NetworkError: there is no response.
    """
    check_url(issuer, allow_http=allow_http, what="issuer")
    where, document = metadata(issuer, transport, retries)
    # Must be identical: RFC 8414 section 3.3, OpenID Connect Discovery 1.0 section 4.3.
    if document.get("issuer") != issuer:
        raise IssuerMismatch(_mismatch(issuer, document.get("issuer"), where))
    endpoint = document.get("token_endpoint")
    aliases = document.get("mtls_endpoint_aliases")
    if mutual_tls and isinstance(aliases, dict) and "token_endpoint" in aliases:
        endpoint = aliases["token_endpoint"]
    if not isinstance(endpoint, str):
        raise DiscoveryFailed(
            f"{safe_url(where)} names no token_endpoint, so this issuer gives no tokens there: "
            "check issuer, or set token_url instead."
        )
    _check_endpoint(issuer, endpoint, where, allow_http)
    return endpoint


def metadata(issuer: str, transport: Transport, retries: Retries = ONCE) -> tuple[str, dict[str, object]]:
    """The URL of the issuer's metadata, and the metadata. Does not check the issuer in it.

    :raises DiscoveryFailed: there is none.
    :raises EndpointRedirects: the metadata's URL redirects.
    :raises RateLimited: there were too many requests.
    :raises ServerUnavailable: the server is overloaded or down.
    :raises NetworkError: there is no response.
    """
    tried: list[str] = []
    at = RequestFacts(endpoint=issuer, where_options="issuer")
    for url in metadata_urls(issuer):
        request = HttpRequest("GET", url, headers={"Accept": "application/json"}, limit=LONGEST_OAUTH_ANSWER)
        response = transport.send(request, retries)
        if 200 <= response.status < 300:
            return url, _parsed(response, url)
        tried.append(f"{safe_url(url)} (HTTP {response.status})")
        if 300 <= response.status < 400:
            raise EndpointRedirects(redirected(response, what="issuer"))
        reason = unavailable(response, url) or known_refusal(response.json_members(), at)
        if reason is not None:
            raise reason
    raise DiscoveryFailed(
        f"There is no metadata document of the issuer at {' nor at '.join(tried)}: check issuer"
        f"{', its realm included' if realm_of(issuer) else ''}, or set token_url instead."
    )


def _parsed(response: HttpResponse, url: str) -> dict[str, object]:
    document = response.json_members()
    if not document:
        raise DiscoveryFailed(
            f"{safe_url(url)} is not the JSON document of an issuer: check issuer, and what proxies in between answer."
        )
    return document


def _mismatch(issuer: str, found: object, where: str) -> str:
    if not isinstance(found, str):
        return f"{safe_url(where)} does not say whose document it is (issuer): check issuer, or set token_url instead."
    if found.rstrip("/") == issuer.rstrip("/"):
        change = "without" if issuer.endswith("/") else "with"
        return f"The document at {safe_url(where)} writes its issuer {change} a final slash: write issuer that way."
    return (
        f"The document at {safe_url(where)} belongs to another issuer (different: {_difference(issuer, found)}): set "
        "issuer to the value in that document if it is yours, else correct the server's host name settings."
    )


def _difference(issuer: str, found: str) -> str:
    """How an issuer differs, in our own words: the server's text may contain anything."""
    unreadable = False
    try:
        theirs, ours = origin(found), origin(issuer)
    except InvalidOption:
        unreadable = True
    if unreadable:
        return "it is not a URL"
    names = ("the scheme", "the host", "the port")
    differing = [name for name, a, b in zip(names, ours, theirs) if a != b]
    if differing == ["the scheme", "the port"]:
        differing = ["the scheme"]
    return ", ".join(differing) or "the path"


def _check_endpoint(issuer: str, endpoint: str, where: str, allow_http: bool) -> None:
    """The secret is sent to this URL: a hostile or broken document must not name a less secure one than the issuer."""
    what = f"The token_endpoint in {safe_url(where)}"
    broken = False
    try:
        check_url(endpoint, allow_http=True, what=what)
    except InvalidOption:
        broken = True
    if broken:
        raise DiscoveryFailed(f"{what} is not a usable URL: correct it at the server, or set token_url instead.")
    check_url(endpoint, allow_http=allow_http, what=what)
    if leads_inward(issuer, endpoint):
        raise InsecureUrl(
            f"{what} is {safe_url(endpoint)}, which is this machine, although issuer is not: correct the server's host "
            "name settings, or set token_url instead."
        )
