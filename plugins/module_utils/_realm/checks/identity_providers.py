# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Identity providers: whether their tokens and assertions are verified and protected in transit."""

from __future__ import annotations

from collections.abc import Iterator

from ..keycloak.clients import is_plain_http
from ..keycloak.identity_providers import OIDC, SAML, is_on, on_provider, setting
from ..keycloak.settings import mapping, text, whole
from ..model import Finding, Parameters, check
from ..partial_findings import knowable
from ..snapshot.gaps import Json
from ..snapshot.snapshot import Snapshot

_OIDC_REFERENCE = "Keycloak Server Administration Guide, OpenID Connect v1.0 identity providers"
_SAML_REFERENCE = "Keycloak Server Administration Guide, SAML v2.0 Identity Providers"
_SHA1 = frozenset({"RSA_SHA1", "DSA_SHA1"})
#: Settings that make Keycloak sign its requests, or its own metadata.
_SIGNING = ("wantAuthnRequestsSigned", "signSpMetadata")
_WIDEST_SKEW = 300
_ENDPOINTS = (
    "apiUrl",
    "artifactResolutionServiceUrl",
    "authorizationUrl",
    "baseUrl",
    "jwksUrl",
    "logoutUrl",
    "metadataDescriptorUrl",
    "singleLogoutServiceUrl",
    "singleSignOnServiceUrl",
    "tokenIntrospectionUrl",
    "tokenUrl",
    "userInfoUrl",
)


@check(
    id="idp-signature-not-validated",
    area="idp",
    level="L3",
    severity="high",
    tier="core",
    title="OIDC tokens of the identity provider are not verified",
    rationale="Only TLS to the token endpoint protects ID tokens: anyone who breaks it can log in as any user.",
    remediation="Set Validate signatures to On, with a JWKS URL.",
    reference=_OIDC_REFERENCE,
)
def idp_signature_not_validated(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(each: Json) -> Iterator[Finding]:
        if text(each, "providerId") in OIDC and not is_on(each, "validateSignature"):
            in_clear = is_plain_http(setting(each, "tokenUrl"))
            message = "validateSignature is not true, so the signature of ID tokens is not verified" + (
                ", and they come over plain http." if in_clear else "."
            )
            evidence = {"validateSignature": setting(each, "validateSignature"), "tokenUrl": setting(each, "tokenUrl")}
            yield on_provider(each, message, evidence, severity="critical" if in_clear else None)

    yield from knowable(find, snapshot.identity_providers)


@check(
    id="idp-saml-signature-not-validated",
    area="idp",
    level="L3",
    severity="critical",
    tier="core",
    title="SAML responses of the identity provider are not verified",
    rationale="Forged assertions log in as any user.",
    remediation="Set Validate Signatures and Want Assertions signed to On.",
    reference=_SAML_REFERENCE,
)
def idp_saml_signature_not_validated(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(each: Json) -> Iterator[Finding]:
        if text(each, "providerId") != SAML:
            return
        evidence = {name: setting(each, name) for name in ("validateSignature", "wantAssertionsSigned")}
        if not is_on(each, "validateSignature"):
            yield on_provider(each, "validateSignature is not true, so anyone can forge a response.", evidence)
        elif not is_on(each, "wantAssertionsSigned"):
            message = "wantAssertionsSigned is not true: the response must be signed, but its assertion need not be."
            yield on_provider(each, message, evidence, severity="low")

    yield from knowable(find, snapshot.identity_providers)


@check(
    id="idp-saml-weak-signature",
    area="idp",
    level="L3",
    severity="medium",
    tier="extended",
    title="Requests to the SAML identity provider are signed with SHA-1",
    rationale="SHA-1 no longer resists collisions; newer servers refuse such signatures.",
    remediation="Set Signature algorithm to RSA_SHA256.",
    reference=_SAML_REFERENCE,
)
def idp_saml_weak_signature(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(each: Json) -> Iterator[Finding]:
        algorithm = setting(each, "signatureAlgorithm")
        if text(each, "providerId") == SAML and algorithm in _SHA1:
            signs = any(is_on(each, name) for name in _SIGNING)
            message = f"signatureAlgorithm is '{algorithm}'" + ("." if signs else ", though nothing is signed so far.")
            yield on_provider(each, message, {"signatureAlgorithm": algorithm}, severity=None if signs else "low")

    yield from knowable(find, snapshot.identity_providers)


@check(
    id="idp-http-endpoint",
    area="idp",
    level="L3",
    severity="high",
    tier="core",
    title="Identity provider's endpoint uses http",
    rationale="Codes, secrets and keys are sent in clear text.",
    remediation="Use https.",
    reference="RFC 9700 section 2.6",
)
def idp_http_endpoint(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(each: Json) -> Iterator[Finding]:
        in_clear = {name: setting(each, name) for name in _ENDPOINTS if is_plain_http(setting(each, name))}
        if in_clear:
            message = f"{', '.join(in_clear)} {'is' if len(in_clear) == 1 else 'are'} plain http."
            yield on_provider(each, message, in_clear, details=tuple(in_clear))

    yield from knowable(find, snapshot.identity_providers)


@check(
    id="idp-issuer-missing",
    area="idp",
    level="L3",
    severity="medium",
    tier="core",
    title="OIDC identity provider without issuer",
    rationale="The iss claim of ID tokens is not checked, so another issuer's token may be accepted (mix-up).",
    remediation="Set Issuer.",
    reference=_OIDC_REFERENCE,
)
def idp_issuer_missing(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(each: Json) -> Iterator[Finding]:
        if text(each, "providerId") in OIDC and not setting(each, "issuer").strip():
            yield on_provider(each, "issuer is not set, so the issuer of ID tokens is not checked.", {"issuer": ""})

    yield from knowable(find, snapshot.identity_providers)


@check(
    id="idp-no-pkce",
    area="idp",
    level="L3",
    severity="low",
    tier="extended",
    title="Broker login without PKCE",
    rationale="Without PKCE, Keycloak as a client is open to code injection.",
    remediation="Set Use PKCE to On, with method S256.",
    reference="RFC 9700 section 2.1.1",
)
def idp_no_pkce(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(each: Json) -> Iterator[Finding]:
        if text(each, "providerId") not in OIDC:
            return
        enabled, method = is_on(each, "pkceEnabled"), setting(each, "pkceMethod")
        if not enabled or method != "S256":
            message = f"pkceMethod is '{method}', which is not S256." if enabled else "pkceEnabled is not true."
            yield on_provider(each, message, {"pkceEnabled": enabled, "pkceMethod": method})

    yield from knowable(find, snapshot.identity_providers)


@check(
    id="idp-nonce-disabled",
    area="idp",
    level="L3",
    severity="medium",
    tier="extended",
    title="Nonce check disabled, or clock skew too large",
    rationale="ID tokens and assertions can be replayed.",
    remediation="Enable the nonce, and allow at most 300 seconds of clock skew.",
)
def idp_nonce_disabled(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(each: Json) -> Iterator[Finding]:
        faults: dict[str, object] = {}
        if is_on(each, "disableNonce"):
            faults["disableNonce"] = "true"
        skew = whole(mapping(each, "config"), "allowedClockSkew")
        if skew > _WIDEST_SKEW:
            faults["allowedClockSkew"] = skew
        if faults:
            message = f"{' and '.join(f'{name} is {value}' for name, value in faults.items())}."
            yield on_provider(each, message, faults, details=tuple(faults))

    yield from knowable(find, snapshot.identity_providers)
