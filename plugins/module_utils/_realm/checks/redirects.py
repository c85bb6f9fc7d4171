# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a client's users may be redirected after a login or logout, and which origins may use CORS."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ..._words import listed, quoted
from ..keycloak.clients import (
    OIDC,
    attribute,
    is_built_in,
    is_loopback_in_browsers,
    is_plain_http_in_browsers,
    protocol_of,
)
from ..keycloak.findings import on_client
from ..keycloak.oidc import clients_with_tokens
from ..keycloak.pkce import requires_pkce
from ..keycloak.redirects import (
    OUT_OF_BAND,
    browser_clients,
    host_wildcard,
    is_any_path,
    is_any_site,
    is_below_path,
    is_wide,
    is_wildcard,
    is_within_host,
    is_within_host_and_last,
    judged,
    redirect_uris,
    resolved,
    scheme,
    wildcard_severity,
)
from ..keycloak.settings import some, switch, texts
from ..model import INFO, Finding, Parameters, Severity, check
from ..partial_findings import knowable
from ..snapshot.gaps import Json
from ..snapshot.snapshot import Snapshot

_AFTER_LOGOUT = "post.logout.redirect.uris"
_LITERAL = "whose wildcard Keycloak takes as a literal part of the host, so no login can return there"


def _on_redirects(
    snapshot: Snapshot,
    wrong: Callable[[str], bool],
    words: str,
    *,
    built_in: bool = False,
) -> Iterator[Finding]:
    """A finding for each client that has such redirect URIs.

    :param built_in: include Keycloak's own clients.
    """

    def find(client: Json) -> Iterator[Finding]:
        uris = [uri for uri in redirect_uris(client) if wrong(uri)]
        if uris:
            yield _finding(client, "redirectUris", uris, words)

    yield from knowable(find, browser_clients(snapshot, built_in=built_in))


def _finding(
    client: Json, setting: str, values: Sequence[str], words: str, severity: Severity | None = None
) -> Finding:
    return on_client(
        client,
        f"{setting} contains {listed([quoted(each) for each in some(values)])}, {words}.",
        {setting: list(values)},
        severity=severity,
        details=tuple(sorted(values)),
    )


@check(
    id="client-wildcard-redirect",
    area="redirects",
    level="L3",
    severity="critical",
    tier="core",
    title="Redirect URI is a full wildcard",
    rationale="Authorization codes can be sent to any site.",
    remediation="Register exact https URIs.",
    reference="RFC 9700 section 4.1.3",
)
def client_wildcard_redirect(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(client: Json) -> Iterator[Finding]:
        uris = redirect_uris(client)
        open_to_any = [uri for uri in uris if is_any_site(uri)]
        literal = [uri for uri in uris if is_within_host(uri) and not is_within_host_and_last(uri)]
        if open_to_any:
            yield _finding(client, "redirectUris", open_to_any, "which matches any site")
        elif literal:
            yield _finding(client, "redirectUris", literal, _LITERAL, "low")

    yield from knowable(find, browser_clients(snapshot, built_in=True))


@check(
    id="client-wildcard-host-redirect",
    area="redirects",
    level="L3",
    severity="high",
    tier="core",
    title="Wildcard directly after the host name",
    rationale=(
        "Before Keycloak 26.7, https://app.example.com* also matches https://app.example.com.evil.tld; in any case, "
        "all paths and queries of the host are accepted."
    ),
    remediation="Register the exact URI, including its path.",
    reference="RFC 9700 section 4.1.3",
)
def client_wildcard_host_redirect(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(client: Json) -> Iterator[Finding]:
        uris = [uri for uri in redirect_uris(client) if is_any_path(uri)]
        if uris:
            severity = wildcard_severity(snapshot, uris, "critical")
            yield _finding(client, "redirectUris", uris, host_wildcard(snapshot), severity)

    yield from knowable(find, browser_clients(snapshot, built_in=True))


@check(
    id="client-wildcard-path-redirect",
    area="redirects",
    level="L3",
    severity="medium",
    tier="core",
    title="Path wildcard in redirect URI",
    rationale="An open redirect or upload area below the path leaks codes; exact matching is required.",
    remediation="Register exact URIs.",
    reference="RFC 9700 section 2.1",
)
def client_wildcard_path_redirect(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(client: Json) -> Iterator[Finding]:
        uris = redirect_uris(client)
        open_below = [uri for uri in uris if is_below_path(uri)]
        literal = [uri for uri in uris if is_within_host_and_last(uri)]
        if open_below:
            confidential = not switch(client, "publicClient")
            severity: Severity | None = "low" if confidential and requires_pkce(snapshot, client) else None
            yield _finding(client, "redirectUris", open_below, "which matches any page below that path", severity)
        elif literal:
            yield _finding(client, "redirectUris", literal, _LITERAL, "low")

    yield from knowable(find, browser_clients(snapshot))


@check(
    id="client-http-redirect",
    area="redirects",
    level="L3",
    severity="high",
    tier="core",
    title="Plain http redirect URI",
    rationale="Codes are sent unencrypted.",
    remediation="Use https.",
    reference="RFC 9700 section 2.6",
)
def client_http_redirect(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    yield from _on_redirects(snapshot, is_plain_http_in_browsers, "so codes are sent in clear text", built_in=True)


@check(
    id="client-loopback-redirect-on-web-client",
    area="redirects",
    level="L3",
    severity="low",
    tier="extended",
    title="Localhost redirect on a confidential web client",
    rationale="Leftovers from development let a local process on a user's machine receive codes.",
    remediation="Remove the localhost URI from production clients.",
    reference="RFC 8252 section 7.3",
)
def client_loopback_redirect_on_web_client(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(client: Json) -> Iterator[Finding]:
        uris = [uri for uri in redirect_uris(client) if is_loopback_in_browsers(uri)]
        if uris and not switch(client, "publicClient"):
            words = "the user's own machine, although the client runs on a server"
            yield _finding(client, "redirectUris", uris, words)

    yield from knowable(find, browser_clients(snapshot))


@check(
    id="client-custom-scheme-redirect",
    area="redirects",
    level="L3",
    severity="low",
    tier="extended",
    title="Custom scheme without reverse domain",
    rationale="Short schemes can be claimed by another app.",
    remediation="Use a reverse-DNS scheme or a claimed https URI.",
    reference="RFC 8252 section 7.1",
)
def client_custom_scheme_redirect(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def claimable(uri: str) -> bool:
        own = scheme(uri)
        return uri != OUT_OF_BAND and bool(own) and own not in ("http", "https") and "." not in own

    yield from _on_redirects(snapshot, claimable, "whose scheme any other app can claim")


@check(
    id="client-relative-redirect-without-root",
    area="redirects",
    level="L3",
    severity="low",
    tier="extended",
    title="Relative redirect URI without root URL",
    rationale="It resolves against the Keycloak host itself.",
    remediation="Set the root URL of the client, or register absolute URIs.",
)
def client_relative_redirect_without_root(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    # With a root URL, none of them begins with a slash.
    yield from _on_redirects(snapshot, lambda uri: uri.startswith("/"), "a page of the Keycloak server itself")


@check(
    id="client-redirect-missing",
    area="redirects",
    level="L3",
    severity="low",
    tier="extended",
    title="Browser flow enabled without redirect URI",
    rationale="Either the flow is not needed, or logins fail.",
    remediation="Disable the flows that the client does not need, or register its redirect URIs.",
)
def client_redirect_missing(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(client: Json) -> Iterator[Finding]:
        if not redirect_uris(client):
            yield on_client(
                client,
                "A browser flow is enabled but redirectUris is empty, so no login can return to the client.",
                {"redirectUris": []},
            )

    yield from knowable(find, browser_clients(snapshot))


@check(
    id="client-wildcard-post-logout",
    area="redirects",
    level="L3",
    severity="medium",
    tier="core",
    title="Wildcard in post-logout redirect URIs",
    rationale="It makes the identity server an open redirector.",
    remediation="Register exact post-logout redirect URIs.",
    reference="RFC 9700 section 4.11.2",
)
def client_wildcard_post_logout(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(client: Json) -> Iterator[Finding]:
        if protocol_of(client) != OIDC:
            return
        # The URIs of Keycloak's own clients end with a wildcard, below their own pages.
        wrong = is_wide if is_built_in(client, snapshot.name) else is_wildcard
        entries = _after_logout(client)
        own = [uri for uri in entries if wrong(uri)]
        inherited = [uri for uri in redirect_uris(client) if wrong(uri)] if "+" in entries else []
        bad = wildcard_severity(snapshot, [*own, *inherited], "high")
        words = _LITERAL if bad == "low" else "so a logout can redirect users to arbitrary pages"
        words = judged(snapshot, [*own, *inherited], words)
        if own:
            yield _finding(client, _AFTER_LOGOUT, own, words, bad)
        elif inherited:
            over = f"and {_AFTER_LOGOUT} includes them, {words}"
            yield _finding(client, "redirectUris", inherited, over, bad)

    yield from knowable(find, snapshot.clients)


@check(
    id="client-http-post-logout",
    area="redirects",
    level="L3",
    severity="low",
    tier="extended",
    title="Plain http in post-logout redirect URIs",
    rationale="On the network, others can replace the page that users see after a logout, such as by a false login.",
    remediation="Use https.",
    reference="RFC 9700 section 2.6",
)
def client_http_post_logout(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(client: Json) -> Iterator[Finding]:
        if protocol_of(client) == OIDC:
            uris = [resolved(client, uri) for uri in _after_logout(client)]
            plain = [uri for uri in uris if is_plain_http_in_browsers(uri)]
            if plain:
                yield _finding(client, _AFTER_LOGOUT, plain, "pages that anyone on the network can modify")

    yield from knowable(find, snapshot.clients)


def _after_logout(client: Json) -> list[str]:
    """The post-logout redirect URIs; + stands for the redirect URIs. A - at the start stands for none."""
    entries = [uri.strip() for uri in attribute(client, _AFTER_LOGOUT).split("##")]
    return [] if entries[0] == "-" else entries


@check(
    id="client-web-origins-wildcard",
    area="redirects",
    level="L3",
    severity="medium",
    tier="core",
    title="CORS allowed for every origin",
    rationale="Any web page with a token can call token and userinfo endpoints, and APIs that trust allowed-origins.",
    remediation="List exact origins, or + for those of the redirect URIs.",
    reference="RFC 9700 section 2.6",
)
def client_web_origins_wildcard(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(client: Json) -> Iterator[Finding]:
        origins = texts(client, "webOrigins")
        if "*" in origins:
            yield _finding(client, "webOrigins", ["*"], "so any web page may call")
        elif "+" in origins and any(map(is_any_site, redirect_uris(client))):
            words = "the origins of the redirect URIs, but a full wildcard among these has none, so no page may call"
            yield _finding(client, "webOrigins", ["+"], words, INFO)

    yield from knowable(find, clients_with_tokens(snapshot))


@check(
    id="client-web-origins-http",
    area="redirects",
    level="L3",
    severity="low",
    tier="extended",
    title="CORS origin over plain http",
    rationale="A network attacker can script that origin.",
    remediation="Use https origins.",
)
def client_web_origins_http(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(client: Json) -> Iterator[Finding]:
        origins = [each for each in texts(client, "webOrigins") if is_plain_http_in_browsers(each)]
        if origins:
            words = "pages that anyone on the network can modify"
            yield _finding(client, "webOrigins", origins, words)

    yield from knowable(find, clients_with_tokens(snapshot))


@check(
    id="client-web-origins-useless",
    area="redirects",
    level="L3",
    severity="info",
    tier="extended",
    title="Web origin that matches no origin",
    rationale="Browsers send an origin without a path, so CORS fails for it, and somebody will try * next.",
    remediation="Enter scheme, host and port only (https://app.example.com), or + for those of the redirect URIs.",
    reference="RFC 6454 section 6.2",
)
def client_web_origins_useless(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(client: Json) -> Iterator[Finding]:
        origins = [each for each in texts(client, "webOrigins") if _has_path(each.strip())]
        if origins:
            yield _finding(client, "webOrigins", origins, "which no browser sends as an origin")

    yield from knowable(find, clients_with_tokens(snapshot))


def _has_path(origin: str) -> bool:
    """Whether a slash, a query or a fragment follows the host, or the origin has no scheme."""
    rest = origin.partition("://")[2] if "://" in origin else origin
    return any(mark in rest for mark in "/?#")
