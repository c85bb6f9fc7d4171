# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parts of snapshots: clients, client policies, roles, flows, certificates, and what the public endpoints show."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime, timedelta, timezone
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.observed import Answer, TokenAnswer
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import (
    Execution,
    Flow,
    Role,
    RoleHolder,
)
from ansible_collections.authkit.oauth.tests.unit.support.checks import REALM, SERVER

# ---- clients and client policies

NO_POLICIES: dict[str, Any] = {"client_policies": [], "client_profiles": []}


def client(name: str = "app", **settings: Any) -> dict[str, Any]:
    """A confidential web client without a fault, but for these settings; attributes are given as such."""
    return {
        "clientId": name,
        "enabled": True,
        "protocol": "openid-connect",
        "publicClient": False,
        "standardFlowEnabled": True,
        "redirectUris": ["https://app.example.com/callback"],
        "webOrigins": ["+"],
        **settings,
    }


def policies(executor: str, condition: str = "any-client", **configuration: Any) -> dict[str, Any]:
    """A client policy that has an executor act."""
    return {
        "client_policies": [
            {
                "name": "p",
                "enabled": True,
                "conditions": [{"condition": condition, "configuration": configuration}],
                "profiles": ["q"],
            }
        ],
        "client_profiles": [{"name": "q", "executors": [{"executor": executor, "configuration": {}}]}],
    }


# ---- roles and those who hold them

_MANAGING = ("manage-users", "manage-clients", "create-client", "impersonation")
_VIEWING = ("view-users", "view-realm", "query-users")


def role(name: str, *children: str, client: str | None = None) -> Role:
    """A role whose id is its name, with its clientId before a dot."""
    return Role(name if client is None else f"{client}.{name}", name, client, children)


def catalog(*more: Role, default: tuple[str, ...] = ()) -> dict[str, Role]:
    """Keycloak's own roles, with these beside them. default: what the default role contains."""
    names = [*_MANAGING, *_VIEWING]
    own = [role(name, client="realm-management") for name in names]
    own += [
        role("realm-admin", *(f"realm-management.{name}" for name in names), client="realm-management"),
        role("read-token", client="broker"),
        role("manage-account", client="account"),
        role("offline_access"),
        role("default-roles-shop", "offline_access", "account.manage-account", *default),
    ]
    return {each.id: each for each in (*own, *more)}


# What a realm says of its default role.
DEFAULT_ROLE = {"defaultRole": {"id": "elsewhere", "name": "default-roles-shop"}}


def holder(username: str, held: str, *, enabled: bool = True, group: str | None = None) -> RoleHolder:
    """A user, or by its name a service account."""
    prefix = "service-account-"
    client = username[len(prefix) :] if username.startswith(prefix) else None
    return RoleHolder(username, held, enabled, group, client)


# ---- authentication flows

CONFIGURED = Execution("conditional-user-configured", "REQUIRED")
COOKIE = Execution("auth-cookie", "ALTERNATIVE")
PASSWORD = Execution("auth-username-password-form", "REQUIRED")
OTP = Execution("auth-otp-form", "REQUIRED")


def step(provider: str, requirement: str = "REQUIRED", **config: str) -> Execution:
    return Execution(provider, requirement, provider, {"alias": "mine", "config": config} if config else None)


def either(provider: str) -> Execution:
    return step(provider, "ALTERNATIVE")


def sub(requirement: str, *children: Execution) -> Execution:
    return Execution(None, requirement, "sub", None, children)


def flow(*executions: Execution, alias: str = "browser") -> Flow:
    return Flow(f"id of {alias}", alias, executions)


def flows(*known: Flow) -> dict[str, Any]:
    """The sections that show these flows."""
    return {"flows": {each.alias: each for each in known}, "flow_aliases": {each.id: each.alias for each in known}}


def forms(*executions: Execution, alias: str = "browser") -> Flow:
    """A browser flow whose forms have these steps."""
    return flow(COOKIE, either("identity-provider-redirector"), sub("ALTERNATIVE", *executions), alias=alias)


# As in a realm that nobody changed.
DEFAULT_BROWSER = flow(
    COOKIE,
    step("auth-spnego", "DISABLED"),
    either("identity-provider-redirector"),
    sub("ALTERNATIVE", sub("CONDITIONAL", CONFIGURED, either("organization"))),
    sub(
        "ALTERNATIVE",
        PASSWORD,
        sub(
            "CONDITIONAL",
            CONFIGURED,
            step("conditional-credential"),
            either("auth-otp-form"),
            step("webauthn-authenticator", "DISABLED"),
            step("auth-recovery-authn-code-form", "DISABLED"),
        ),
    ),
)
DEFAULT_DIRECT_GRANT = flow(
    step("direct-grant-validate-username"),
    step("direct-grant-validate-password"),
    sub("CONDITIONAL", CONFIGURED, step("direct-grant-validate-otp")),
    alias="direct grant",
)
DEFAULT_RESET = flow(
    step("reset-credentials-choose-user"),
    step("reset-credential-email"),
    step("reset-password"),
    sub("CONDITIONAL", CONFIGURED, step("reset-otp")),
    alias="reset credentials",
)
DEFAULT_BROKER = flow(
    step("idp-review-profile"),
    sub(
        "REQUIRED",
        either("idp-create-user-if-unique"),
        sub(
            "ALTERNATIVE",
            step("idp-confirm-link"),
            sub(
                "REQUIRED",
                either("idp-email-verification"),
                sub(
                    "ALTERNATIVE",
                    step("idp-username-password-form"),
                    sub("CONDITIONAL", CONFIGURED, step("conditional-credential"), either("auth-otp-form")),
                ),
            ),
        ),
    ),
    sub("CONDITIONAL", CONFIGURED, step("idp-add-organization-member")),
    alias="first broker login",
)
DEFAULT_FLOWS = (DEFAULT_BROWSER, DEFAULT_DIRECT_GRANT, DEFAULT_RESET, DEFAULT_BROKER)


# ---- certificates of keys

_KEY = ec.generate_private_key(ec.SECP256R1())


def certificate(begun: float, left: float) -> str:
    """Base64 of the DER of one that began to be valid so many days ago, and has so many left."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "shop")])
    now = datetime.now(timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(_KEY.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=begun))
        .not_valid_after(now + timedelta(days=left))
        .sign(_KEY, hashes.SHA256())
    )
    return b64encode(made.public_bytes(Encoding.DER)).decode()


# ---- what the public endpoints show

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


def public_answer(document: dict[str, Any] | None, status: int = 200, url: str = WELL_KNOWN, **headers: str) -> Answer:
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


def token_answer(**changes: Any) -> TokenAnswer:
    """The token endpoint's answer as it should be."""
    right: dict[str, Any] = {
        "status": 200,
        "token_type": "Bearer",
        "expires_in": 300,
        "cache_control": "no-store",
        "pragma": "no-cache",
    }
    return TokenAnswer(**{**right, **changes})
