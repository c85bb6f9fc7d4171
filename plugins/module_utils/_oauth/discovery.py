# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From an issuer to its token endpoint (OpenID Connect Discovery 1.0 section 4, RFC 8414 section 3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit, urlunsplit

from .._errors import DiscoveryFailed, EndpointRedirects, InsecureUrl, InvalidOption, IssuerMismatch
from .._http.model import LONGEST_OAUTH_ANSWER, ONCE, HttpRequest, HttpResponse, Retries, Transport
from .._options.endpoint import KEYCLOAK_TOKEN
from .._urls import check_url, leads_inward, origin, safe_url
from .refusals import known_refusal, redirected, unavailable
from .request_facts import RequestFacts, realm_of

if TYPE_CHECKING:
    from .._options.client import ClientOptions


#: Reads an issuer's metadata, as metadata() does.
Discover = Callable[[str, Transport, Retries], "tuple[str, dict[str, object]]"]


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


@dataclass(frozen=True)
class IssuerMetadata:
    """An issuer's metadata document, whose issuer was checked.

    :param issuer: as the document spells it.
    :param where: the document's URL.
    """

    issuer: str
    where: str
    document: Mapping[str, object]
    allow_http: bool = False

    def endpoint(self, name: str, *, mutual_tls: bool = False) -> str | None:
        """The URL of an endpoint; its mTLS alias with mutual_tls (RFC 8705 section 5). None if there is none.

        :raises DiscoveryFailed: it is not a usable URL.
        :raises InsecureUrl: it is plain http.
        """
        url = self.document.get(name)
        aliases = self.document.get("mtls_endpoint_aliases")
        if mutual_tls and isinstance(aliases, dict) and name in aliases:
            url = aliases[name]
        if not isinstance(url, str):
            return None
        _check_endpoint(self.issuer, name, url, self.where, self.allow_http)
        return url


def token_endpoint(
    issuer: str,
    transport: Transport,
    *,
    allow_http: bool = False,
    mutual_tls: bool = False,
    retries: Retries = ONCE,
    discover: Discover | None = None,
) -> str:
    """The token endpoint that the issuer's metadata names; its mTLS alias with mutual_tls (RFC 8705 section 5).

    :raises DiscoveryFailed: there is no usable endpoint in the metadata.
    :raises InsecureUrl: the endpoint is plain http.
    """
    found = issuer_metadata(issuer, transport, allow_http=allow_http, retries=retries, discover=discover)
    endpoint = found.endpoint("token_endpoint", mutual_tls=mutual_tls)
    if endpoint is None:
        raise DiscoveryFailed(
            f"{safe_url(found.where)} names no token_endpoint, so this issuer gives no tokens there: "
            "check issuer, or set token_url instead."
        )
    return endpoint


def issuer_metadata(
    issuer: str,
    transport: Transport,
    *,
    allow_http: bool = False,
    derived: bool = False,
    retries: Retries = ONCE,
    discover: Discover | None = None,
) -> IssuerMetadata:
    """The metadata of this very issuer.

    :param derived: the issuer was derived from Keycloak's URLs, so it may differ in escapes.
    :param discover: reads the document instead of metadata().
    :raises IssuerMismatch: the metadata belongs to another issuer.
    :raises DiscoveryFailed: there is no metadata.
    :raises InsecureUrl: the issuer is plain http.
    :raises EndpointRedirects: the metadata's URL redirects.
    :raises RateLimited: there were too many requests.
    :raises ServerUnavailable: the server is overloaded or down.
    :raises NetworkError: there is no response.
    """
    check_url(issuer, allow_http=allow_http, what="issuer")
    where, document = (discover or metadata)(issuer, transport, retries)
    named = document.get("issuer")
    # Must be identical: RFC 8414 section 3.3, OpenID Connect Discovery 1.0 section 4.3.
    if named != issuer and not (derived and same_issuer(named, issuer)):
        raise IssuerMismatch(_mismatch(issuer, named, where))
    return IssuerMetadata(str(named), where, document, allow_http)


def issuer_of(options: ClientOptions) -> str | None:
    """The issuer in the options or, for Keycloak, derived from the token endpoint; None if it is not known."""
    if options.issuer is not None:
        return options.issuer
    endpoint = options.token_endpoint or ""
    base = endpoint[: -len(KEYCLOAK_TOKEN)] if endpoint.endswith(KEYCLOAK_TOKEN) else ""
    return base if "/realms/" in urlsplit(base).path else None


def same_issuer(one: object, other: object) -> bool:
    """Whether two issuers are the same but for escapes: Keycloak writes the ' of a realm as %27."""
    return isinstance(one, str) and isinstance(other, str) and _segments(one) == _segments(other)


def _segments(issuer: str) -> list[str]:
    return list(map(unquote, issuer.split("/")))  # one by one: an escaped slash separates nothing


def metadata(issuer: str, transport: Transport, retries: Retries = ONCE) -> tuple[str, dict[str, object]]:
    """The URL of the issuer's metadata, and the metadata. Does not check the issuer in it."""
    response = metadata_response(issuer, transport, retries)
    return response.url, response.json_members()


def metadata_response(issuer: str, transport: Transport, retries: Retries = ONCE) -> HttpResponse:
    """The response with the issuer's metadata. Does not check the issuer in it.

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
            _refuse_other_documents(response, url)
            return replace(response, url=url)
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


def _refuse_other_documents(response: HttpResponse, url: str) -> None:
    if not response.json_members():
        raise DiscoveryFailed(
            f"{safe_url(url)} is not the JSON document of an issuer: check issuer, and what proxies in between answer."
        )


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


def _check_endpoint(issuer: str, name: str, endpoint: str, where: str, allow_http: bool) -> None:
    """Secrets are sent to this URL: a hostile or broken document must not name a less secure one than the issuer."""
    what = f"The {name} in {safe_url(where)}"
    instead = ", or set token_url instead" if name == "token_endpoint" else ""
    broken = False
    try:
        check_url(endpoint, allow_http=True, what=what)
    except InvalidOption:
        broken = True
    if broken:
        raise DiscoveryFailed(f"{what} is not a usable URL: correct it at the server{instead}.")
    check_url(endpoint, allow_http=allow_http, what=what)
    if leads_inward(issuer, endpoint):
        raise InsecureUrl(
            f"{what} is {safe_url(endpoint)}, which is this machine, although issuer is not: correct the server's host "
            f"name settings{instead}."
        )
