# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""URLs that Keycloak calls for clients, the issuer in responses, and whether authorization is enforced."""

from __future__ import annotations

from collections.abc import Iterator

from ..keycloak.clients import attribute, attribute_switch, is_plain_http
from ..keycloak.findings import on_client
from ..keycloak.redirects import resolved
from ..keycloak.settings import choice, text
from ..model import Finding, Parameters, check
from ..partial_findings import knowable
from ..snapshot.gaps import Gap, Json
from ..snapshot.snapshot import Snapshot

_EXCLUDES_ISSUER = "exclude.issuer.from.auth.response"
_KEYS = "jwks.url"


@check(
    id="client-issuer-excluded",
    area="clients",
    level="L3",
    severity="medium",
    tier="core",
    title="iss removed from authorization responses",
    rationale="This disables the defense against mix-up attacks.",
    remediation="Disable the compatibility mode that excludes the issuer.",
    reference="RFC 9207 section 2",
)
def client_issuer_excluded(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(client: Json) -> Iterator[Finding]:
        if attribute_switch(client, _EXCLUDES_ISSUER):
            yield on_client(
                client,
                "Authorization responses have no iss, so the client cannot tell which issuer answered.",
                {_EXCLUDES_ISSUER: "true"},
            )

    yield from knowable(find, snapshot.clients)


@check(
    id="client-http-backend-url",
    area="clients",
    level="L3",
    severity="medium",
    tier="core",
    title="JWKS, back-channel or admin URL over http",
    rationale=(
        "Keys and logout tokens can be forged or read on the network, and server-side requests over http are "
        "an SSRF target."
    ),
    remediation="Use https.",
    reference="Keycloak Server Administration Guide, Mitigating Server-Side Request Forgery (SSRF)",
)
def client_http_backend_url(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(client: Json) -> Iterator[Finding]:
        urls = {name: url for name, url in _backend_urls(client) if is_plain_http(resolved(client, url))}
        if urls:
            yield on_client(
                client,
                f"Keycloak or a browser calls these URLs of the client over plain http: {' and '.join(urls)}.",
                urls,
                severity="high" if _KEYS in urls else None,
                details=tuple(sorted(f"{name} {url}" for name, url in urls.items())),
            )

    yield from knowable(find, snapshot.clients)


def _backend_urls(client: Json) -> Iterator[tuple[str, str]]:
    """The URLs that Keycloak, or a browser for it, calls."""
    if attribute_switch(client, "use.jwks.url"):
        yield _KEYS, attribute(client, _KEYS)
    for name in ("backchannel.logout.url", "frontchannel.logout.url"):
        yield name, attribute(client, name)
    plain = [url for url in attribute(client, "request.uris").split("##") if is_plain_http(url)]
    yield "request.uris", plain[0] if plain else ""
    yield "adminUrl", text(client, "adminUrl").strip()


@check(
    id="client-authz-not-enforcing",
    area="clients",
    level="L3",
    severity="high",
    tier="core",
    title="Authorization services do not enforce",
    rationale="Permissions exist, but are not enforced.",
    remediation="Set the policy enforcement mode to Enforcing in the client's authorization settings.",
)
def client_authz_not_enforcing(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    gap: Gap | None = None
    for name, settings in snapshot.resource_servers.items():
        if isinstance(settings, Gap):
            gap = settings
        elif choice(settings, "policyEnforcementMode") != "ENFORCING":
            mode = choice(settings, "policyEnforcementMode")
            client = next((each for each in snapshot.clients if each.get("clientId") == name), {"clientId": name})
            yield on_client(
                client,
                f"policyEnforcementMode is {mode}, so everything that no permission covers is allowed.",
                {"policyEnforcementMode": mode},
            )
    if gap is not None:
        raise gap.error()
