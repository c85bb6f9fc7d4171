# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tokens as the realm issues them: how long they live, who can verify them, and who can use a stolen one."""

from __future__ import annotations

from collections.abc import Iterator

from ..keycloak.client_policies import BINDING, covers
from ..keycloak.clients import attribute_switch, client_id, own_clients, sure
from ..keycloak.findings import on_realm
from ..keycloak.oidc import SESSION_LONG, enabled_clients, keeps_refresh_tokens, needs_no_key
from ..keycloak.settings import some, switch, text, whole
from ..model import INFO, Finding, Parameter, Parameters, check
from ..partial_findings import gathered
from ..snapshot.gaps import Json
from ..snapshot.snapshot import Snapshot

_TIMEOUTS = "Keycloak Server Administration Guide, Session and token timeouts"
_BINDING_ATTRIBUTES = ("dpop.bound.access.tokens", "tls.client.certificate.bound.access.tokens")


@check(
    id="tokens-access-lifespan-long",
    area="tokens",
    level="L3",
    severity="medium",
    tier="core",
    title="Access tokens live too long (realm)",
    rationale="A leaked token stays usable until it expires.",
    remediation="Realm settings > Tokens: lower Access Token Lifespan.",
    reference=_TIMEOUTS,
    parameters={"max_access_token_lifespan": Parameter(900, "Maximum lifetime of an access token, in seconds.")},
)
def tokens_access_lifespan_long(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    lifespan = whole(snapshot.realm, "accessTokenLifespan")
    evidence = {"accessTokenLifespan": lifespan}
    if lifespan == SESSION_LONG:
        message = "accessTokenLifespan is -1, so access tokens can live as long as a session."
        yield on_realm(snapshot, message, evidence)
    elif lifespan > parameters["max_access_token_lifespan"]:
        message = f"accessTokenLifespan is {lifespan}, so a leaked token is valid for that many seconds."
        yield on_realm(snapshot, message, evidence)
    elif lifespan <= 0:
        message = f"accessTokenLifespan is {lifespan}, so access tokens are already expired when they are issued."
        yield on_realm(snapshot, message, evidence, severity="low")


@check(
    id="tokens-implicit-lifespan-long",
    area="tokens",
    level="L3",
    severity="low",
    tier="extended",
    title="Implicit-flow tokens live too long",
    rationale="They are sent in URLs, where they easily leak.",
    remediation="Realm settings > Tokens: lower Access Token Lifespan For Implicit Flow, or better, disable the flow.",
    reference="RFC 9700 section 2.1.2",
    parameters={"max_access_token_lifespan": Parameter(900, "Maximum lifetime of an access token, in seconds.")},
)
def tokens_implicit_lifespan_long(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    lifespan = whole(snapshot.realm, "accessTokenLifespanForImplicitFlow")
    if lifespan != SESSION_LONG and lifespan <= parameters["max_access_token_lifespan"]:
        return
    clients, unknown = gathered(sure(enabled_clients(snapshot), lambda each: _implicit(snapshot, each)))
    if clients:
        message = f"accessTokenLifespanForImplicitFlow is {lifespan}, and clients use the implicit flow."
        evidence = {"accessTokenLifespanForImplicitFlow": lifespan, "clients": some(map(client_id, clients))}
        yield on_realm(snapshot, message, evidence)
    if unknown is not None:
        raise unknown


def _implicit(snapshot: Snapshot, client: Json) -> bool:
    on = switch(client, "implicitFlowEnabled")
    return on and not covers(snapshot, client, "reject-implicit-grant")


@check(
    id="tokens-refresh-rotation-off",
    area="tokens",
    level="L3",
    severity="medium",
    tier="core",
    title="Refresh tokens are not rotated",
    rationale="For public clients, refresh tokens must be rotated or sender-constrained.",
    remediation="Realm settings > Tokens > Revoke Refresh Token on, or DPoP for every public client.",
    reference="RFC 9700 section 2.2.2",
)
def tokens_refresh_rotation_off(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    if switch(snapshot.realm, "revokeRefreshToken"):
        return
    clients, unknown = gathered(sure(own_clients(snapshot), lambda each: _replayable(snapshot, each)))
    if clients:
        message = (
            "revokeRefreshToken is false, so a stolen refresh token of a public client works alongside the real one."
        )
        evidence = {"revokeRefreshToken": False, "clients": some(map(client_id, clients))}
        yield on_realm(snapshot, message, evidence)
    elif unknown is None:
        message = "revokeRefreshToken is false, but no public client has refresh tokens that others could use."
        yield on_realm(snapshot, message, {"revokeRefreshToken": False}, severity=INFO)
    if unknown is not None:
        raise unknown


def _replayable(snapshot: Snapshot, client: Json) -> bool:
    """Whether anyone who has a refresh token of the client can use it."""
    if not switch(client, "enabled") or not switch(client, "publicClient"):
        return False
    if not keeps_refresh_tokens(client) or any(attribute_switch(client, name) for name in _BINDING_ATTRIBUTES):
        return False
    return not any(covers(snapshot, client, executor) for executor in BINDING)


@check(
    id="tokens-refresh-reuse",
    area="tokens",
    level="L3",
    severity="medium",
    tier="core",
    title="Rotated refresh tokens may be reused",
    rationale="Reuse defeats the detection of stolen tokens.",
    remediation="Realm settings > Tokens > Refresh Token Max Reuse 0.",
    reference="RFC 9700 section 4.14.2",
    parameters={"max_reuse": Parameter(0, "Maximum number of times that a refresh token may be reused.")},
)
def tokens_refresh_reuse(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    realm = snapshot.realm
    reuse = whole(realm, "refreshTokenMaxReuse")
    if switch(realm, "revokeRefreshToken") and reuse > parameters["max_reuse"]:
        message = f"refreshTokenMaxReuse is {reuse}, so a stolen refresh token works unnoticed."
        yield on_realm(snapshot, message, {"revokeRefreshToken": True, "refreshTokenMaxReuse": reuse})


@check(
    id="tokens-default-alg-symmetric",
    area="tokens",
    level="L3",
    severity="high",
    tier="core",
    title="Default signature algorithm is HMAC",
    rationale="Resource servers cannot verify tokens without the realm's secret.",
    remediation="Realm settings > Tokens > Default Signature Algorithm: RS256, PS256, ES256 or EdDSA.",
    reference=_TIMEOUTS,
)
def tokens_default_alg_symmetric(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    algorithm = text(snapshot.realm, "defaultSignatureAlgorithm").strip()
    if needs_no_key(algorithm):
        message = f"defaultSignatureAlgorithm is {algorithm}, which nobody can verify with the realm's public keys."
        yield on_realm(snapshot, message, {"defaultSignatureAlgorithm": algorithm})
