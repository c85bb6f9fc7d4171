# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the caller gets its token, and whether the token matches its issuer and client."""

from __future__ import annotations

from collections.abc import Iterator

from ..keycloak.own_client import on_own_client
from ..model import Finding, Parameter, Parameters, check
from ..snapshot.gaps import NotEvaluated
from ..snapshot.snapshot import Snapshot

_ASYMMETRIC = [f"{family}{bits}" for family in ("RS", "PS", "ES") for bits in (256, 384, 512)] + ["EdDSA"]


@check(
    id="token-grant-failed",
    area="tokens",
    level="L2",
    severity="critical",
    tier="core",
    title="Client credentials grant does not succeed",
    rationale="Automation authenticates with this grant; without a token, nothing else about it can be checked.",
    remediation="Enable Service accounts roles for the client, and check its ID and secret.",
    reference="RFC 6749 section 4.4.2",
)
def token_grant_failed(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    answer = snapshot.token_answer
    problem = answer.problem
    if problem is None and not answer.has_token:
        problem = f"The token endpoint answered HTTP {answer.status} without an access_token."
    if problem is None and answer.expires_in is None:
        problem = "The token endpoint's expires_in is missing, or is not a positive whole number."
    if problem is not None:
        yield on_own_client(snapshot, problem, {"status": answer.status, "access_token": answer.has_token})


@check(
    id="token-type-not-bearer",
    area="tokens",
    level="L2",
    severity="high",
    tier="core",
    title="token_type is not Bearer",
    rationale="Such a token is rejected if it is sent as a bearer token.",
    remediation="Disable DPoP for this client, or use a caller that supports it.",
    reference="RFC 6749 section 5.1",
    parameters={"allow_dpop": Parameter(False, "Whether tokens bound to a key of the caller (DPoP) are accepted.")},
)
def token_type_not_bearer(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    _need_token(snapshot)
    kind = snapshot.token_answer.token_type
    allowed = ("bearer", "dpop") if parameters["allow_dpop"] else ("bearer",)
    if (kind or "").lower() not in allowed:
        message = f"The token's token_type is {kind or 'missing'}."
        yield on_own_client(snapshot, message, {"token_type": kind})


@check(
    id="token-refresh-token-issued",
    area="tokens",
    level="L2",
    severity="medium",
    tier="core",
    title="Client credentials grant returns a refresh token",
    rationale="A refresh token is a needless second, long-lived credential: the client can request a new token.",
    remediation=(
        "Client > Advanced > Open ID Connect Compatibility Modes > Use refresh tokens for client credentials grant off "
        "(attribute client_credentials.use_refresh_token)."
    ),
    reference="RFC 6749 section 4.4.3",
    parameters={"allow_cc_refresh": Parameter(False, "Whether a refresh token is accepted.")},
)
def token_refresh_token_issued(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    _need_token(snapshot)
    # Without a refresh token there is still refresh_expires_in, with 0.
    if snapshot.token_answer.has_refresh_token and not parameters["allow_cc_refresh"]:
        message = "The client credentials grant returns a refresh token to the client."
        yield on_own_client(snapshot, message, {"refresh_token": True})


@check(
    id="token-response-cacheable",
    area="tokens",
    level="L2",
    severity="medium",
    tier="core",
    title="Token response may be cached",
    rationale="A proxy could store bearer tokens.",
    remediation="Remove the caching rule from the proxy.",
    reference="RFC 6749 section 5.1",
)
def token_response_cacheable(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    _need_token(snapshot)
    answer = snapshot.token_answer
    evidence = {"cache-control": answer.cache_control, "pragma": answer.pragma}
    if "no-store" not in _directives(answer.cache_control):
        message = f"The token response's Cache-Control is {answer.cache_control or 'missing'}, without no-store."
        yield on_own_client(snapshot, message, evidence)
    elif "no-cache" not in _directives(answer.pragma):
        message = f"The token response's Pragma is {answer.pragma or 'missing'}, without no-cache."
        yield on_own_client(snapshot, message, evidence, severity="low")


@check(
    id="token-signature-invalid",
    area="tokens",
    level="L2",
    severity="critical",
    tier="core",
    title="Access token signature does not verify with the published JWKS",
    rationale="Resource servers reject this token or, worse, do not verify signatures.",
    remediation="Remove the stale cache or proxy in front of the keys (jwks_uri), or correct the key provider.",
    reference="RFC 8725 section 3.1",
)
def token_signature_invalid(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    signature = snapshot.token_signature
    if signature.problem is not None:
        header = snapshot.own_header
        yield on_own_client(snapshot, signature.problem, {name: header.get(name) for name in ("alg", "kid")})


@check(
    id="token-alg-symmetric-or-none",
    area="tokens",
    level="L2",
    severity="critical",
    tier="core",
    title="Access token signed with HS* or none",
    rationale="With a shared key, everyone who verifies tokens can forge them; without a signature, anyone can.",
    remediation=(
        "Realm settings > Tokens > Default signature algorithm, and the client's attribute "
        "access.token.signed.response.alg: an asymmetric algorithm."
    ),
    reference="RFC 8725 section 3.1",
    parameters={"allowed_algs": Parameter(_ASYMMETRIC, "Accepted signature algorithms.")},
)
def token_alg_symmetric_or_none(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    algorithm = snapshot.own_header.get("alg")
    if algorithm not in parameters["allowed_algs"]:
        message = f"The access token's alg is {algorithm or 'missing'}."
        yield on_own_client(snapshot, message, {"alg": algorithm})


@check(
    id="token-iss-mismatch",
    area="tokens",
    level="L2",
    severity="critical",
    tier="core",
    title="iss of the token differs from the metadata's issuer",
    rationale="The token was issued under another host name or realm; resource servers that check iss reject it.",
    remediation="Correct hostname (server) or Frontend URL (realm).",
    reference="RFC 9068 section 2.2",
)
def token_iss_mismatch(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    said, issuer = snapshot.own_claims.get("iss"), snapshot.metadata["issuer"]
    if said != issuer:
        message = f"The access token's iss is {said or 'missing'}, but the metadata's issuer is {issuer}."
        yield on_own_client(snapshot, message, {"iss": said, "issuer": issuer})


@check(
    id="token-azp-mismatch",
    area="tokens",
    level="L2",
    severity="high",
    tier="core",
    title="azp or client_id is not the caller",
    rationale="The token was issued to another client.",
    remediation="Restore the default client scopes service_account and basic of the client.",
    reference="RFC 9068 section 2.2",
)
def token_azp_mismatch(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    claims, own = snapshot.own_claims, snapshot.own_client
    said = {name: claims[name] for name in ("azp", "client_id") if name in claims}
    others = {name: value for name, value in said.items() if value != own}
    if others:
        shown = " and ".join(f"{name} {value}" for name, value in others.items())
        yield on_own_client(
            snapshot, f"The access token was issued to another client: {shown}.", others, details=tuple(others)
        )
    elif not said:
        message = "The access token does not say which client it was issued to (azp, client_id)."
        yield on_own_client(snapshot, message, {"azp": None, "client_id": None}, severity="low")


def _need_token(snapshot: Snapshot) -> None:
    if not snapshot.token_answer.has_token:
        raise NotEvaluated("The client got no token: see token-grant-failed.")


def _directives(header: str) -> set[str]:
    return {part.partition("=")[0].strip().lower() for part in header.split(",")}
