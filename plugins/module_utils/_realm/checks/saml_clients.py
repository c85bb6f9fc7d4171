# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SAML clients: what is signed, how, and where responses are posted."""

from __future__ import annotations

from collections.abc import Iterator

from ..._words import listed, quoted
from ..keycloak.clients import SAML, attribute, attribute_switch, own_clients
from ..keycloak.findings import on_client
from ..keycloak.redirects import is_wildcard, judged, redirect_uris, wildcard_severity
from ..keycloak.settings import some
from ..model import Finding, Parameters, check
from ..partial_findings import knowable
from ..snapshot.gaps import Json
from ..snapshot.snapshot import Snapshot

_RESPONSE, _ASSERTION, _CLIENT = "saml.server.signature", "saml.assertion.signature", "saml.client.signature"
_ALGORITHM = "saml.signature.algorithm"
_WEAK = frozenset({"RSA_SHA1", "DSA_SHA1"})
_LITERAL = "whose wildcard Keycloak takes as a literal part of the host"
_ANYWHERE = "so assertions can be sent to arbitrary pages"


def _finding(client: Json, message: str, *names: str) -> Finding:
    evidence = {name: attribute(client, name) for name in names}
    return on_client(client, message, evidence)


@check(
    id="client-saml-unsigned",
    area="clients",
    level="L3",
    severity="high",
    tier="core",
    title="SAML response and assertion unsigned",
    rationale="Anyone on the path through the browser can forge assertions.",
    remediation="Enable Sign assertions in the client's settings.",
)
def client_saml_unsigned(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(client: Json) -> Iterator[Finding]:
        if not attribute_switch(client, _ASSERTION) and not attribute_switch(client, _RESPONSE):
            yield _finding(client, "Neither the response nor the assertion is signed.", _RESPONSE, _ASSERTION)

    yield from knowable(find, own_clients(snapshot, SAML))


@check(
    id="client-saml-no-client-signature",
    area="clients",
    level="L3",
    severity="medium",
    tier="extended",
    title="SAML AuthnRequests not verified",
    rationale="Anyone can start logins on behalf of the client, or have responses sent to another of its URLs.",
    remediation="Enable Client signature required on the client's Keys tab.",
)
def client_saml_no_client_signature(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(client: Json) -> Iterator[Finding]:
        if not attribute_switch(client, _CLIENT):
            yield _finding(client, "The client's requests need no signature.", _CLIENT)

    yield from knowable(find, own_clients(snapshot, SAML))


@check(
    id="client-saml-weak-signature",
    area="clients",
    level="L3",
    severity="high",
    tier="extended",
    title="SAML SHA-1 signature",
    rationale="SHA-1 collisions are practical.",
    remediation="Use RSA_SHA256 or stronger.",
)
def client_saml_weak_signature(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(client: Json) -> Iterator[Finding]:
        if attribute(client, _ALGORITHM) in _WEAK:
            yield _finding(client, f"Responses are signed with {attribute(client, _ALGORITHM)}.", _ALGORITHM)

    yield from knowable(find, own_clients(snapshot, SAML))


@check(
    id="client-saml-wildcard-acs",
    area="redirects",
    level="L3",
    severity="high",
    tier="extended",
    title="SAML client accepts wildcard ACS",
    rationale="Assertions can be posted to attacker pages.",
    remediation="Register exact ACS URLs.",
)
def client_saml_wildcard_acs(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(client: Json) -> Iterator[Finding]:
        uris = [uri for uri in redirect_uris(client) if is_wildcard(uri)]
        if uris:
            bad = wildcard_severity(snapshot, uris, "critical") or "medium"
            words = _LITERAL if bad == "low" else judged(snapshot, uris, _ANYWHERE)
            yield on_client(
                client,
                f"redirectUris contains {listed([quoted(uri) for uri in some(uris)])}, {words}.",
                {"redirectUris": uris},
                severity=bad,
                details=tuple(sorted(uris)),
            )

    yield from knowable(find, own_clients(snapshot, SAML))
