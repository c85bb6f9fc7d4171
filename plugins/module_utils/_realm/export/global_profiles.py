# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The global client profiles of Keycloak 26. They are built into the server, so realm exports lack them."""

from __future__ import annotations

from ..snapshot.gaps import Json

_EXECUTORS: dict[str, tuple[str, ...]] = {
    "fapi-1-baseline": (
        "secure-session",
        "pkce-enforcer",
        "secure-client-authenticator",
        "secure-client-uris",
        "consent-required",
        "full-scope-disabled",
    ),
    "fapi-1-advanced": (
        "secure-session",
        "confidential-client",
        "secure-client-authenticator",
        "secure-client-uris",
        "secure-request-object",
        "secure-response-type",
        "secure-signature-algorithm",
        "secure-signature-algorithm-signed-jwt",
        "consent-required",
        "full-scope-disabled",
        "holder-of-key-enforcer",
    ),
    "fapi-ciba": (
        "secure-ciba-req-sig-algorithm",
        "secure-ciba-session",
        "secure-ciba-signed-authn-req",
    ),
    "fapi-2-security-profile": (
        "confidential-client",
        "secure-client-authenticator",
        "secure-client-uris",
        "secure-signature-algorithm",
        "secure-signature-algorithm-signed-jwt",
        "consent-required",
        "full-scope-disabled",
        "reject-implicit-grant",
        "holder-of-key-enforcer",
        "pkce-enforcer",
        "secure-client-authentication-assertion",
        "secure-par-content",
    ),
    "fapi-2-message-signing": (
        "confidential-client",
        "secure-client-authenticator",
        "secure-client-uris",
        "secure-signature-algorithm",
        "secure-signature-algorithm-signed-jwt",
        "consent-required",
        "full-scope-disabled",
        "reject-implicit-grant",
        "holder-of-key-enforcer",
        "pkce-enforcer",
        "secure-par-content",
        "secure-request-object",
        "secure-client-authentication-assertion",
    ),
    "oauth-2-1-for-confidential-client": (
        "confidential-client",
        "secure-client-authenticator",
        "secure-redirect-uris-enforcer",
        "pkce-enforcer",
        "holder-of-key-enforcer",
        "reject-implicit-grant",
        "reject-ropc-grant",
    ),
    "oauth-2-1-for-public-client": (
        "secure-redirect-uris-enforcer",
        "pkce-enforcer",
        "dpop-bind-enforcer",
        "reject-implicit-grant",
        "reject-ropc-grant",
    ),
    "fapi-2-dpop-security-profile": (
        "confidential-client",
        "secure-client-authenticator",
        "secure-client-uris",
        "secure-signature-algorithm",
        "secure-signature-algorithm-signed-jwt",
        "consent-required",
        "full-scope-disabled",
        "reject-implicit-grant",
        "pkce-enforcer",
        "secure-client-authentication-assertion",
        "secure-par-content",
        "dpop-bind-enforcer",
    ),
    "fapi-2-dpop-message-signing": (
        "confidential-client",
        "secure-client-authenticator",
        "secure-client-uris",
        "secure-signature-algorithm",
        "secure-signature-algorithm-signed-jwt",
        "consent-required",
        "full-scope-disabled",
        "reject-implicit-grant",
        "pkce-enforcer",
        "secure-par-content",
        "secure-request-object",
        "dpop-bind-enforcer",
        "secure-client-authentication-assertion",
    ),
    "saml-security-profile": (
        "saml-secure-client-uris",
        "saml-signature-enforcer",
        "saml-avoid-redirect",
    ),
}
GLOBAL_PROFILES: tuple[Json, ...] = tuple(
    {"name": name, "executors": [{"executor": executor, "configuration": {}} for executor in executors]}
    for name, executors in _EXECUTORS.items()
)
