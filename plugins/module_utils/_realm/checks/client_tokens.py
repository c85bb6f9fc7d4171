# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clients that relax the realm's rules for tokens."""

from __future__ import annotations

from collections.abc import Iterator

from ..keycloak.clients import attribute, attribute_switch
from ..keycloak.findings import on_client
from ..keycloak.oidc import SESSION_LONG, clients_with_tokens, needs_no_key
from ..keycloak.settings import describe, mapping, switch, whole
from ..model import Finding, Parameter, Parameters, check
from ..partial_findings import knowable
from ..snapshot.gaps import Json
from ..snapshot.snapshot import Snapshot

_LIFESPAN = "access.token.lifespan"
_EXCHANGE = "standard.token.exchange.enabled"
_EXCHANGE_REFRESH = "standard.token.exchange.enableRefreshRequestedTokenType"
_CC_REFRESH = "client_credentials.use_refresh_token"
_ALGORITHMS = (
    "access.token.signed.response.alg",
    "id.token.signed.response.alg",
    "authorization.signed.response.alg",
)


@check(
    id="client-token-lifespan-override",
    area="tokens",
    level="L3",
    severity="medium",
    tier="core",
    title="Client raises the access token lifespan",
    rationale="The realm's shorter lifespan does not apply to this client.",
    remediation="Client > Advanced > Advanced settings > Access Token Lifespan: inherit from the realm.",
    reference="Keycloak Server Administration Guide, Advanced configuration",
    parameters={"max_access_token_lifespan": Parameter(900, "Maximum lifetime of an access token, in seconds.")},
)
def client_token_lifespan_override(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    limit = parameters["max_access_token_lifespan"]
    return knowable(lambda client: _long_lived(client, limit), clients_with_tokens(snapshot))


def _long_lived(client: Json, limit: int) -> Iterator[Finding]:
    lifespan = whole(mapping(client, "attributes"), _LIFESPAN)
    if lifespan == SESSION_LONG:
        message = f"{_LIFESPAN} is -1, so the client's access tokens can live as long as a session."
    elif lifespan > limit:
        message = f"{_LIFESPAN} is {lifespan}, so the client's access tokens live for that many seconds."
    else:
        return
    yield on_client(client, message, {_LIFESPAN: lifespan})


@check(
    id="client-cc-refresh-token",
    area="tokens",
    level="L3",
    severity="medium",
    tier="core",
    title="Refresh token for client credentials",
    rationale="The client can always request a new token; a refresh token is one more secret that can leak.",
    remediation="Client > Advanced > Use refresh tokens for client credentials grant off.",
    reference="RFC 6749 section 4.4.3",
)
def client_cc_refresh_token(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    return knowable(_refreshing_alone, clients_with_tokens(snapshot))


def _refreshing_alone(client: Json) -> Iterator[Finding]:
    if switch(client, "serviceAccountsEnabled") and attribute_switch(client, _CC_REFRESH):
        message = f"{_CC_REFRESH} is true, so the client credentials grant also returns a refresh token."
        yield on_client(client, message, {_CC_REFRESH: "true"})


@check(
    id="client-token-exchange-refresh",
    area="tokens",
    level="L3",
    severity="medium",
    tier="extended",
    title="Token exchange may return refresh tokens",
    rationale="Exchanged tokens outlive the original.",
    remediation="Client > Advanced > Allow refresh token in Standard Token Exchange: No.",
    reference="Keycloak Server Administration Guide, Basic configuration",
)
def client_token_exchange_refresh(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    return knowable(_refreshing_exchange, clients_with_tokens(snapshot))


def _refreshing_exchange(client: Json) -> Iterator[Finding]:
    allowed = attribute(client, _EXCHANGE_REFRESH)
    if attribute_switch(client, _EXCHANGE) and allowed.upper() not in ("", "NO"):
        message = f"{_EXCHANGE_REFRESH} is {allowed}, so a token exchange can return a refresh token."
        yield on_client(client, message, {_EXCHANGE: "true", _EXCHANGE_REFRESH: allowed})


@check(
    id="client-hmac-token-alg",
    area="tokens",
    level="L3",
    severity="high",
    tier="core",
    title="Client forces HMAC or none for tokens",
    rationale="Verifying HMAC requires the secret that signs, and alg none is no signature at all.",
    remediation="Client > Advanced > Fine grain OpenID Connect configuration: Any, RS256, PS256, ES256 or EdDSA.",
    reference="Keycloak Server Administration Guide, Advanced configuration",
)
def client_hmac_token_alg(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    return knowable(_unverifiable, clients_with_tokens(snapshot))


def _unverifiable(client: Json) -> Iterator[Finding]:
    found = {name: attribute(client, name) for name in _ALGORITHMS if needs_no_key(attribute(client, name))}
    if found:
        message = f"{describe(found)}, which nobody can verify with the realm's public keys."
        yield on_client(client, message, found, details=tuple(sorted(found)))
