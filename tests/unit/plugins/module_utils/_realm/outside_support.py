# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a right realm shows from outside, for tests to change in one place each."""

from __future__ import annotations

from typing import Any

from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.observed import Answer, TokenAnswer
from ansible_collections.authkit.oauth.tests.unit.plugins.module_utils._realm.realm_support import REALM, SERVER

ISSUER = f"{SERVER}/realms/{REALM}"
OIDC = f"{ISSUER}/protocol/openid-connect"
WELL_KNOWN = f"{ISSUER}/.well-known/openid-configuration"
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA", "HS256"]
CLIENT = "orders-batch"


def metadata(*leave_out: str, issuer: str = ISSUER, **changes: Any) -> dict[str, Any]:
    """A metadata document as Keycloak writes it, its endpoints below the issuer."""
    oidc = f"{issuer}/protocol/openid-connect"
    document = {
        "issuer": issuer,
        "authorization_endpoint": f"{oidc}/auth",
        "token_endpoint": f"{oidc}/token",
        "introspection_endpoint": f"{oidc}/token/introspect",
        "userinfo_endpoint": f"{oidc}/userinfo",
        "revocation_endpoint": f"{oidc}/revoke",
        "registration_endpoint": f"{issuer}/clients-registrations/openid-connect",
        "device_authorization_endpoint": f"{oidc}/auth/device",
        "jwks_uri": f"{oidc}/certs",
        "check_session_iframe": f"{oidc}/login-status-iframe.html",
        "mtls_endpoint_aliases": {"token_endpoint": f"{oidc}/token"},
        "code_challenge_methods_supported": ["plain", "S256"],
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt"],
        "authorization_response_iss_parameter_supported": True,
        "id_token_signing_alg_values_supported": ALGORITHMS,
        "request_object_signing_alg_values_supported": [*ALGORITHMS, "none"],
        "userinfo_signing_alg_values_supported": [*ALGORITHMS, "none"],
        **changes,
    }
    return {name: value for name, value in document.items() if name not in leave_out}


def only(name: str, value: object) -> dict[str, Any]:
    """One keyword argument whose name a test computes."""
    return {name: value}


def shown(document: dict[str, Any] | None, status: int = 200, url: str = WELL_KNOWN, **headers: str) -> Answer:
    """A public endpoint's answer; underscores in headers' names stand for hyphens."""
    sent = {"content-type": "application/json;charset=UTF-8", **headers}
    return Answer(url, status, {name.replace("_", "-"): value for name, value in sent.items()}, document)


def claims(*leave_out: str, **changes: Any) -> dict[str, Any]:
    """The claims of a token that is as it should be."""
    found = {
        "iss": ISSUER,
        "exp": 1_000_300,
        "iat": 1_000_000,
        "jti": "trrtcc:33c9f3f9",
        "sub": "90958303-a46e",
        "aud": "https://api.example.org/orders",
        "azp": CLIENT,
        "client_id": CLIENT,
        "scope": "orders-api",
        **changes,
    }
    return {name: value for name, value in found.items() if name not in leave_out}


def answered(**changes: Any) -> TokenAnswer:
    """The token endpoint's answer as it should be."""
    right: dict[str, Any] = {
        "status": 200,
        "token_type": "Bearer",
        "expires_in": 300,
        "cache_control": "no-store",
        "pragma": "no-cache",
    }
    return TokenAnswer(**{**right, **changes})
