# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requirements for authorization servers of the FAPI 2.0 Security Profile.

They were mapped from draft 04 and compared with draft 05, as published on 17 September 2026. In 5.3.2, the
conformance suite of the OpenID Foundation cites the final edition by the same numbers. An id is a section and the
number in its list.
"""

from __future__ import annotations

from .model import Requirement, Standard

_CODE = "This is how Keycloak's code works, not a setting of the realm."
_INTENT = "Only the owner of the realm knows what is needed."
_SERVER = "This is decided by the server or its proxy and network, not by the realm."
_NO_CHECK = "No check exists that answers exactly this."

NETWORK = (
    Requirement(
        "5.2.1-1",
        "shall",
        "TLS at each endpoint and for each connection",
        ("tls-plain-http", "discovery-endpoint-not-https", "email-smtp-cleartext", "federation-ldap-cleartext"),
        reason="What else listens on the server, and its other connections, are not seen.",
    ),
    Requirement(
        "5.2.1-2",
        "shall",
        "TLS 1.2 or later",
        ("tls-legacy-protocol",),
        reason="Connections that the server opens are not seen.",
    ),
    Requirement("5.2.1-3", "shall", "TLS as BCP 195 recommends", reason=_SERVER),
    Requirement("5.2.1-4", "should", "DNSSEC", reason=_SERVER),
    Requirement("5.2.1-5", "shall", "Certificates of servers are verified", reason=_SERVER),
    Requirement("5.2.2-1", "shall", "Only recommended cipher suites without browsers", reason=_SERVER),
    Requirement("5.2.3-1", "shall", "Browsers cannot be led to http", reason=_SERVER),
    Requirement("5.2.3-2", "shall", "Only allowed cipher suites with browsers", reason=_SERVER),
    Requirement("5.2.3-3", "shall not", "No CORS at the authorization endpoint", reason=_CODE),
)
GENERAL = (
    Requirement(
        "5.3.2.1-1",
        "shall",
        "The server publishes its metadata",
        ("discovery-unreachable",),
        reason="Of the two addresses, only that of OpenID Connect is read.",
    ),
    Requirement(
        "5.3.2.1-2",
        "shall",
        "The password grant is refused",
        ("client-direct-grants-public", "client-direct-grants-confidential"),
    ),
    Requirement("5.3.2.1-3", "shall", "Only confidential clients", ("client-public",)),
    Requirement("5.3.2.1-4", "shall", "Only sender-constrained access tokens", ("client-tokens-unbound",)),
    Requirement("5.3.2.1-5", "shall", "Tokens are bound by mutual TLS or DPoP", ("client-tokens-unbound",)),
    Requirement(
        "5.3.2.1-6",
        "shall",
        "Clients authenticate by mutual TLS or a signed JWT",
        ("client-public", "client-shared-secret"),
    ),
    Requirement(
        "5.3.2.1-7",
        "shall not",
        "No open redirectors",
        ("probe-open-redirect",),
        reason="The probe tries one address at one endpoint.",
    ),
    Requirement("5.3.2.1-8", "shall", "Assertions of clients name only the issuer as audience", reason=_NO_CHECK),
    Requirement(
        "5.3.2.1-9",
        "shall not",
        "No rotation of refresh tokens, except in extraordinary circumstances",
        reason="Whether circumstances are extraordinary is not known. Public clients need the rotation.",
    ),
    Requirement(
        "5.3.2.1-11",
        "shall",
        "Codes live for at most 60 seconds",
        ("tokens-code-lifespan-long",),
        limits={"tokens-code-lifespan-long": {"max_code_lifespan": 60}},
    ),
    Requirement("5.3.2.1-12", "shall", "A code can be bound to a DPoP key", reason=_CODE),
    Requirement("5.3.2.1-13", "shall", "Small differences between clocks are accepted", reason=_CODE),
    Requirement("5.3.2.1-14", "should", "Access tokens have the least privileges", reason=_INTENT),
)
AUTHORIZATION = (
    Requirement(
        "5.3.2.2-1",
        "shall",
        "Only the response type code",
        ("client-implicit-flow",),
        reason="Keycloak also answers requests for the response type none.",
    ),
    Requirement("5.3.2.2-2", "shall", "Pushed requests are supported", reason=_CODE),
    Requirement("5.3.2.2-3", "shall", "Requests that were not pushed are refused", ("client-par-not-required",)),
    Requirement("5.3.2.2-4", "shall", "Pushed requests need client authentication", reason=_CODE),
    Requirement(
        "5.3.2.2-5",
        "shall",
        "PKCE with S256",
        ("client-public-no-pkce", "client-confidential-no-pkce", "client-pkce-plain"),
    ),
    Requirement("5.3.2.2-6", "shall", "Pushed requests need a redirect URI", reason=_CODE),
    Requirement("5.3.2.2-7", "shall", "Authorization responses name the issuer", ("client-issuer-excluded",)),
    Requirement(
        "5.3.2.2-8",
        "shall",
        "No redirect URIs over http",
        ("client-http-redirect",),
        reason="Whether a client with a loopback address is a native one is not known.",
    ),
    Requirement("5.3.2.2-9", "shall", "A code works once", reason=_CODE),
    Requirement("5.3.2.2-10", "shall not", "No redirects that forward credentials", reason=_CODE),
    Requirement("5.3.2.2-11", "should", "Redirects have the status 303", reason=_CODE),
    Requirement(
        "5.3.2.2-12",
        "shall",
        "Pushed requests live for less than 600 seconds",
        ("tokens-par-lifespan-long",),
        limits={"tokens-par-lifespan-long": {"max_par_lifespan": 599}},
    ),
    Requirement("5.3.2.2-13", "should", "Users can decide about their consent", reason=_CODE),
    Requirement("5.3.2.2-14", "shall", "A nonce may have 64 characters", reason=_CODE),
)
CRYPTOGRAPHY = (
    Requirement("5.4.1-1.1", "shall", "JWTs as RFC 8725 asks", reason=_CODE),
    Requirement(
        "5.4.1-1.2",
        "shall",
        "Only PS256, ES256 or EdDSA",
        ("client-signature-alg",),
        limits={"client-signature-alg": {"algorithms": ["PS256", "ES256", "EdDSA", "Ed25519"]}},
        reason="Which algorithms clients use that may use any, and the curves of keys, are not seen.",
    ),
    Requirement(
        "5.4.1-1.3",
        "shall",
        "The algorithm none is refused",
        ("discovery-alg-none-signing", "probe-unsigned-token-accepted"),
        reason="Not each endpoint is tried.",
    ),
    Requirement(
        "5.4.1-2",
        "shall",
        "RSA keys of at least 2048 bits",
        ("keys-realm-rsa-too-small", "keys-jwks-rsa-too-small"),
        reason="The keys of clients are not seen.",
    ),
    Requirement("5.4.1-3", "shall", "Keys of elliptic curves of at least 224 bits", reason=_NO_CHECK),
    Requirement("5.4.1-4", "shall", "Credentials with at least 128 bits of chance", reason=_CODE),
    Requirement(
        "5.4.2-1",
        "shall",
        "Keys are served over TLS only",
        ("tls-plain-http",),
        reason="Where else the server's keys can be fetched is not seen.",
    ),
    Requirement("5.4.2-2", "should not", "No headers that say where a key is", reason=_CODE),
    Requirement(
        "5.4.2-3",
        "should not",
        "No two served keys have the same identifier",
        ("keys-jwks-kid-ambiguous",),
        limits={"keys-jwks-kid-ambiguous": {"kid_required": False}},
    ),
)
STANDARDS: tuple[Standard, ...] = (
    Standard(
        name="fapi2",
        title="FAPI 2.0 Security Profile, authorization servers",
        edition="sections 5.2, 5.3.2, 5.4.1 and 5.4.2 of drafts 04 and 05, since the final edition was not at hand",
        url="https://openid.net/specs/fapi-security-profile-2_0-final.html#section-5.3.2",
        requirements=(*NETWORK, *GENERAL, *AUTHORIZATION, *CRYPTOGRAPHY),
    ),
)
