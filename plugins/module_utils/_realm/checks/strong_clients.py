# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What profiles for high-value APIs ask of clients: keys, bound tokens and pushed requests.

Most realms need none of it, so these checks only inform. They judge the enabled clients that Keycloak did not create.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..keycloak.client_policies import BINDING, covers
from ..keycloak.clients import attribute, attribute_switch, client_id, has_user_flow, own_clients, sure
from ..keycloak.findings import on_client, on_realm
from ..keycloak.oidc import keeps_refresh_tokens
from ..keycloak.redirects import browser_clients
from ..keycloak.settings import describe, mapping, switch, text, whole
from ..model import Finding, Parameter, Parameters, check
from ..partial_findings import knowable
from ..snapshot.gaps import Json, NotEvaluated
from ..snapshot.snapshot import Snapshot

_BOUND = ("dpop.bound.access.tokens", "tls.client.certificate.bound.access.tokens")
_PUSHED, _PUSHED_EXECUTOR = "require.pushed.authorization.requests", "secure-par-content"
_PUSHED_LIFESPAN, _PUSHED_DEFAULT = "parRequestUriLifespan", 60
_KEYS = ("client-jwt", "client-x509")
_SECRETS = ("client-secret", "client-secret-jwt")
_IMPLICIT = "implicitFlowEnabled"
_DEFAULT_ALGORITHM = "defaultSignatureAlgorithm"
#: The realm's default signs these tokens where the client names no algorithm.
_BY_DEFAULT = ("access.token.signed.response.alg", "id.token.signed.response.alg")
#: Where the client names none, these are not signed, or each algorithm is accepted.
_IF_NAMED = (
    "user.info.response.signature.alg",
    "authorization.signed.response.alg",
    "request.object.signature.alg",
    "token.endpoint.auth.signing.alg",
)
_ANY = ("", "any", "unsigned")


def _own(snapshot: Snapshot) -> Iterator[Json]:
    """The realm's own clients that get tokens."""
    return sure(own_clients(snapshot), lambda each: switch(each, "enabled") and not switch(each, "bearerOnly"))


@check(
    id="client-public",
    area="clients",
    level="L3",
    severity="info",
    tier="extended",
    title="Public client",
    rationale="It cannot prove who it is; profiles such as FAPI 2.0 admit only confidential clients.",
    remediation="Where the application has a server, turn on Client authentication, with a key.",
    reference="FAPI 2.0 Security Profile section 5.3.2.1",
)
def client_public(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(client: Json) -> Iterator[Finding]:
        if switch(client, "publicClient"):
            yield on_client(client, "The client is public, so anyone can pass for it.", {"publicClient": True})

    yield from knowable(find, _own(snapshot))


@check(
    id="client-shared-secret",
    area="clients",
    level="L3",
    severity="info",
    tier="extended",
    title="Client authenticates with a secret",
    rationale="A secret is known to both sides, can leak from both, and is sent with each request; a key is not.",
    remediation="Client > Credentials > Client Authenticator: Signed JWT or X509 Certificate.",
    reference="RFC 9700 section 2.5",
)
def client_shared_secret(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(client: Json) -> Iterator[Finding]:
        method = text(client, "clientAuthenticatorType") or _SECRETS[0]
        if switch(client, "publicClient") or method in _KEYS:
            return
        if method not in _SECRETS:
            raise NotEvaluated(f"The client {client_id(client)} authenticates by {method}, which is not judged.")
        evidence = {"clientAuthenticatorType": method}
        yield on_client(client, f"The client authenticates by {method}, with a secret that Keycloak knows.", evidence)

    yield from knowable(find, _own(snapshot))


@check(
    id="client-par-not-required",
    area="clients",
    level="L3",
    severity="info",
    tier="extended",
    title="Client need not push its authorization requests",
    rationale="A request that passes through the browser can be read and changed there.",
    remediation="Client > Advanced > Pushed authorization request required.",
    reference="RFC 9126 section 5",
)
def client_par_not_required(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(client: Json) -> Iterator[Finding]:
        if not switch(client, "enabled") or attribute_switch(client, _PUSHED):
            return
        if covers(snapshot, client, _PUSHED_EXECUTOR):
            raise NotEvaluated(
                f"A client policy with the executor {_PUSHED_EXECUTOR} is for the client {client_id(client)}; whether "
                f"it applies to each request is not known: set {_PUSHED} on the client."
            )
        message = f"{_PUSHED} is not true, so the client may send its requests through the browser."
        yield on_client(client, message, {_PUSHED: "false"})

    yield from knowable(find, browser_clients(snapshot))


@check(
    id="client-tokens-unbound",
    area="tokens",
    level="L3",
    severity="info",
    tier="extended",
    title="Access tokens are not sender-constrained",
    rationale="Anyone who has a bearer token can use it; one that is bound to a key only works with that key.",
    remediation="Client > Capability config > Require DPoP bound tokens, or OAuth 2.0 Mutual TLS under Advanced.",
    reference="RFC 9700 section 2.2.1",
)
def client_tokens_unbound(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(client: Json) -> Iterator[Finding]:
        if not has_user_flow(client) and not switch(client, "serviceAccountsEnabled"):
            return
        if switch(client, _IMPLICIT) and not covers(snapshot, client, "reject-implicit-grant"):
            message = "The implicit flow is enabled, and its access tokens cannot be bound to a key."
            yield on_client(client, message, {_IMPLICIT: True})
        elif not _binds(snapshot, client):
            yield on_client(
                client,
                "The client's access tokens are bound neither to a DPoP key nor to a certificate.",
                {name: attribute_switch(client, name) for name in _BOUND},
            )

    yield from knowable(find, _own(snapshot))


def _binds(snapshot: Snapshot, client: Json) -> bool:
    """Whether the client's tokens are certainly bound. Raises Unknown."""
    if any(attribute_switch(client, name) for name in _BOUND):
        return True
    if not any(covers(snapshot, client, executor) for executor in BINDING):
        return False
    if switch(client, "serviceAccountsEnabled"):
        raise NotEvaluated(
            f"A client policy binds the tokens of the client {client_id(client)}; whether also those of its service "
            f"account is not known: set {_BOUND[0]} on the client."
        )
    return True


@check(
    id="client-refresh-replayable",
    area="tokens",
    level="L3",
    severity="info",
    tier="extended",
    title="Refresh tokens of a public client can be replayed",
    rationale="A public client cannot authenticate, so a stolen refresh token works until it is rotated or bound.",
    remediation="Realm settings > Tokens > Revoke Refresh Token on, with Refresh Token Max Reuse 0; or require DPoP.",
    reference="RFC 9700 section 2.2.2",
    parameters={"rotation_suffices": Parameter(True, "Whether rotated refresh tokens need not be sender-constrained.")},
)
def client_refresh_replayable(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    realm = snapshot.realm
    rotated = switch(realm, "revokeRefreshToken") and whole(realm, "refreshTokenMaxReuse") == 0

    def find(client: Json) -> Iterator[Finding]:
        if not switch(client, "publicClient") or not keeps_refresh_tokens(client):
            return
        if (rotated and parameters["rotation_suffices"]) or _binds(snapshot, client):
            return
        words = "rotated, but not bound to a key" if rotated else "neither rotated at each use nor bound to a key"
        evidence = {"revokeRefreshToken": switch(realm, "revokeRefreshToken")}
        yield on_client(client, f"Refresh tokens of this public client are {words}.", evidence)

    yield from knowable(find, _own(snapshot))


@check(
    id="tokens-par-lifespan-long",
    area="tokens",
    level="L3",
    severity="info",
    tier="extended",
    title="Pushed authorization requests live too long",
    rationale="Anyone who learns the request's URI can use it until it expires.",
    remediation="Lower parRequestUriLifespan in the realm's attributes; its default is 60 seconds.",
    reference="RFC 9126 section 2.2",
    parameters={"max_par_lifespan": Parameter(599, "Maximum lifetime of a pushed request, in seconds.")},
)
def tokens_par_lifespan_long(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    lifespan = whole(mapping(snapshot.realm, "attributes"), _PUSHED_LIFESPAN, _PUSHED_DEFAULT)
    if lifespan > parameters["max_par_lifespan"]:
        message = f"{_PUSHED_LIFESPAN} is {lifespan}, so a pushed request can be used for that many seconds."
        yield on_realm(snapshot, message, {_PUSHED_LIFESPAN: lifespan})


@check(
    id="client-signature-alg",
    area="tokens",
    level="L3",
    severity="info",
    tier="extended",
    title="Signature algorithm other than PS256, ES256 and EdDSA",
    rationale="Profiles such as FAPI 2.0 admit only these; RS256, Keycloak's default, has an older padding.",
    remediation=(
        "Realm settings > Tokens > Default Signature Algorithm, and client > Advanced > Fine grain OpenID Connect "
        "configuration: PS256, ES256 or EdDSA."
    ),
    reference="FAPI 2.0 Security Profile section 5.4.1",
    parameters={
        "algorithms": Parameter(["PS256", "ES256", "EdDSA", "Ed25519"], "Signature algorithms that are admitted.")
    },
)
def client_signature_alg(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    default = text(snapshot.realm, _DEFAULT_ALGORITHM).strip() or text({}, _DEFAULT_ALGORITHM)

    def find(client: Json) -> Iterator[Finding]:
        if not has_user_flow(client) and not switch(client, "serviceAccountsEnabled"):
            return
        named = {name: attribute(client, name) for name in (*_BY_DEFAULT, *_IF_NAMED)}
        used = {name: value for name, value in named.items() if value not in _ANY}
        if not used.keys() >= set(_BY_DEFAULT):
            used = {_DEFAULT_ALGORITHM: default, **used}
        others = {name: value for name, value in used.items() if value not in parameters["algorithms"]}
        if others:
            message = f"{describe(others)}, which is not one of {', '.join(parameters['algorithms'])}."
            yield on_client(client, message, others, details=tuple(sorted(others)))

    yield from knowable(find, _own(snapshot))
