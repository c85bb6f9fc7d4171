# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""RFC 9700, section 2, mapped from its last draft. The letters are ours: the RFC does not number its requirements."""

from __future__ import annotations

from .model import Requirement, Standard

_CODE = "This is how Keycloak's code works, not a setting of the realm."
_CLIENT = "This is a duty of the client applications, whose code is not part of the realm."
_INTENT = "Only the owner of the realm knows what is needed."
_SERVER = "This is decided by the server or its proxy and network, not by the realm."
_LOOPBACK = "Whether a client with a loopback address is a native one is not known."

REQUIREMENTS = (
    Requirement(
        "2.1 a",
        "MUST",
        "Redirect URIs match exactly",
        ("client-wildcard-redirect", "client-wildcard-host-redirect", "client-wildcard-path-redirect"),
        grave=("client-wildcard-redirect",),
    ),
    Requirement(
        "2.1 b",
        "MUST NOT",
        "No open redirectors",
        ("probe-open-redirect",),
        reason="The probe tries one address at one endpoint.",
    ),
    Requirement("2.1 c", "MUST", "Clients resist forged requests", reason=_CLIENT),
    Requirement("2.1 d", "REQUIRED", "Clients of several servers resist mix-ups", reason=_CLIENT),
    Requirement("2.1 e", "MUST", "Redirects do not forward the user's credentials", reason=_CODE),
    Requirement("2.1.1 a", "MUST", "Public clients use PKCE", ("client-public-no-pkce",)),
    Requirement("2.1.1 b", "RECOMMENDED", "Confidential clients use PKCE", ("client-confidential-no-pkce",)),
    Requirement("2.1.1 c", "MUST", "PKCE challenges are made for one login", reason=_CLIENT),
    Requirement("2.1.1 d", "SHOULD", "The PKCE method hides the verifier", ("client-pkce-plain",)),
    Requirement("2.1.1 e", "MUST", "The server supports PKCE", reason=_CODE),
    Requirement("2.1.1 f", "MUST", "The server insists on the verifier of a challenge", reason=_CODE),
    Requirement("2.1.1 g", "MUST", "The server refuses a verifier without a challenge", reason=_CODE),
    Requirement("2.1.1 h", "MUST", "Clients can find out that PKCE is supported", ("discovery-pkce-s256-missing",)),
    Requirement("2.1.2 a", "SHOULD NOT", "No tokens in authorization responses", ("client-implicit-flow",)),
    Requirement("2.2.1 a", "SHOULD", "Access tokens are sender-constrained", ("client-tokens-unbound",)),
    Requirement(
        "2.2.2 a",
        "MUST",
        "Public clients' refresh tokens are sender-constrained or rotated",
        ("client-refresh-replayable",),
        limits={"client-refresh-replayable": {"rotation_suffices": True}},
    ),
    Requirement("2.3 a", "SHOULD", "Access tokens have the least privileges", reason=_INTENT),
    Requirement(
        "2.3 b",
        "SHOULD",
        "Access tokens name their audience",
        ("token-audience-missing",),
        reason="Only the token of the auditing client is looked at.",
    ),
    Requirement("2.3 c", "SHOULD", "Access tokens are limited to resources and actions", reason=_INTENT),
    Requirement(
        "2.4 a",
        "MUST NOT",
        "The password grant is not used",
        ("client-direct-grants-public", "client-direct-grants-confidential"),
    ),
    Requirement("2.5 a", "SHOULD", "Clients that can authenticate do so", reason=_INTENT),
    Requirement("2.5 b", "RECOMMENDED", "Clients authenticate with a key", ("client-shared-secret",)),
    Requirement("2.6 a", "RECOMMENDED", "The server publishes its metadata as in RFC 8414", reason=_CODE),
    Requirement("2.6 b", "SHOULD NOT", "Clients cannot pass for users", reason=_CODE),
    Requirement("2.6 c", "RECOMMENDED", "TLS from the client to the API", reason=_SERVER),
    Requirement("2.6 d", "MUST NOT", "No redirect URIs over http", ("client-http-redirect",), reason=_LOOPBACK),
    Requirement("2.6 e", "MUST", "Messages between windows are verified", reason=_CLIENT),
    Requirement("2.6 f", "MUST NOT", "No CORS at the authorization endpoint", reason=_CODE),
)
STANDARDS: tuple[Standard, ...] = (
    Standard(
        name="rfc9700",
        title="RFC 9700, OAuth 2.0 Security Best Current Practice",
        edition="section 2 of draft-ietf-oauth-security-topics-29, which became the RFC",
        url="https://www.rfc-editor.org/rfc/rfc9700.html#section-2",
        requirements=REQUIREMENTS,
    ),
)
