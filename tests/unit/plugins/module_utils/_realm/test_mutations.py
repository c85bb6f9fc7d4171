# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The hardened realm with one setting broken at a time: a check reports each."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.audit import audit
from ansible_collections.authkit.oauth.plugins.module_utils._realm.export.export import snapshot_of
from ansible_collections.authkit.oauth.plugins.module_utils._realm.policy import policy_from

HARDENED = Path(__file__).resolve().parents[4] / "fixtures" / "exports" / "hardened-26.json"
STRICT = {"check_profile": "strict", "levels": ["L3"], "fail_on": "high", "report_level": "info"}
Realm = dict[str, Any]
EVIL = {"realm-management": ["manage-users"]}


@pytest.fixture(scope="module")
def text() -> str:
    return HARDENED.read_text(encoding="utf-8")


def failed(realm: Mapping[str, Any]) -> set[str]:
    """The checks that fail on a realm."""
    results = audit(snapshot_of(realm, "hardened-26.json"), policy_from(STRICT))
    return {result.check.id for result in results if result.status == "fail"}


def client(name: str, **changes: Any) -> Callable[[Realm], None]:
    """Spoils a client: its settings or, where they have a dot, its attributes (written with two underscores)."""

    def spoil(realm: Realm) -> None:
        (found,) = (each for each in realm["clients"] if each["clientId"] == name)
        for key, value in changes.items():
            place = found["attributes"] if "__" in key else found
            place[key.replace("__", ".")] = value

    return spoil


def provider(**changes: Any) -> Callable[[Realm], None]:
    """Spoils the identity provider: its settings or its configuration."""

    def spoil(realm: Realm) -> None:
        (found,) = realm["identityProviders"]
        for key, value in changes.items():
            (found if key in found or key == "addReadTokenRoleOnCreate" else found["config"])[key] = value

    return spoil


def part(name: str, **changes: Any) -> Callable[[Realm], None]:
    return lambda realm: realm[name].update(changes)


def setting(name: str) -> Callable[[Realm], None]:
    """Switches a setting off."""
    return lambda realm: realm.update({name: False})


def step(flow: str, authenticator: str, requirement: str) -> Callable[[Realm], None]:
    """Changes what a step of an authentication flow requires."""

    def spoil(realm: Realm) -> None:
        (found,) = (each for each in realm["authenticationFlows"] if each["alias"] == flow)
        for execution in found["authenticationExecutions"]:
            if execution.get("authenticator") == authenticator:
                execution["requirement"] = requirement

    return spoil


def both(*spoil: Callable[[Realm], None]) -> Callable[[Realm], None]:
    def spoil_all(realm: Realm) -> None:
        for each in spoil:
            each(realm)

    return spoil_all


def without_component(kind: str, provider_id: str) -> Callable[[Realm], None]:
    def spoil(realm: Realm) -> None:
        kept = [each for each in realm["components"][kind] if each["providerId"] != provider_id]
        realm["components"][kind] = kept

    return spoil


def unmanaged(realm: Realm) -> None:
    (component,) = realm["components"]["org.keycloak.userprofile.UserProfileProvider"]
    (profile,) = component["config"]["kc.user.profile.config"]
    component["config"]["kc.user.profile.config"] = [
        json.dumps({**json.loads(profile), "unmanagedAttributePolicy": "ENABLED"})
    ]


def mapper(kind: str, **config: str) -> Callable[[Realm], None]:
    """Gives a client a protocol mapper."""
    named = {key.replace("__", "."): value for key, value in config.items()}

    def spoil(realm: Realm) -> None:
        (found,) = (each for each in realm["clients"] if each["clientId"] == "orders-web")
        added = {"name": "added", "protocol": "openid-connect", "protocolMapper": kind, "config": named}
        found["protocolMappers"] = [*found.get("protocolMappers", ()), added]

    return spoil


def role(realm: Realm) -> None:
    realm["roles"]["realm"].append({"name": "helpdesk", "composite": True, "composites": {"client": EVIL}})


def default_role(realm: Realm) -> None:
    (found,) = (each for each in realm["roles"]["realm"] if each["name"] == realm["defaultRole"]["name"])
    found["composites"].setdefault("client", {}).update(EVIL)


def default_group(realm: Realm) -> None:
    realm["groups"] = [{"name": "everyone", "path": "/everyone", "clientRoles": EVIL}]
    realm["defaultGroups"] = ["/everyone"]


def service_account(realm: Realm) -> None:
    realm["users"][0]["clientRoles"] = EVIL


def user_password(realm: Realm) -> None:
    realm["users"][0]["credentials"] = [{"type": "password", "value": "correct-horse"}]


SETTINGS: dict[str, Any] = {
    "sslRequired": "none",
    "bruteForceProtected": False,
    "failureFactor": 100,
    "maxFailureWaitSeconds": 10,
    "waitIncrementSeconds": 1,
    "maxDeltaTimeSeconds": 60,
    "permanentLockout": True,
    "verifyEmail": False,
    "duplicateEmailsAllowed": True,
    "editUsernameAllowed": True,
    "registrationAllowed": True,
    "accessTokenLifespan": 7200,
    "accessCodeLifespan": 600,
    "accessCodeLifespanLogin": 86400,
    "actionTokenGeneratedByUserLifespan": 86400,
    "actionTokenGeneratedByAdminLifespan": 2592000,
    "refreshTokenMaxReuse": 5,
    "offlineSessionMaxLifespan": 31536000,
    "offlineSessionIdleTimeout": 31536000,
    "ssoSessionIdleTimeout": 86400,
    "ssoSessionMaxLifespan": 2592000,
    "passwordPolicy": "",
    "eventsEnabled": False,
    "eventsExpiration": 3600,
    "eventsListeners": [],
    "enabledEventTypes": ["LOGIN"],
    "adminEventsEnabled": False,
    "adminEventsDetailsEnabled": False,
    "defaultSignatureAlgorithm": "HS256",
    "otpPolicyType": "hotp",
    "otpPolicyLookAheadWindow": 5,
    "otpPolicyPeriod": 120,
    "webAuthnPolicyPasswordlessUserVerificationRequirement": "discouraged",
    "smtpServer": {},
    "browserFlow": "direct grant",
    "defaultDefaultClientScopes": ["offline_access"],
}


def _update(name: str, value: Any, realm: Realm) -> None:
    realm[name] = value


SPOILED: dict[str, Callable[[Realm], None]] = {
    **{name: partial(_update, name, value) for name, value in SETTINGS.items()},
    **{
        f"password policy {rule}": partial(_update, "passwordPolicy", rule)
        for rule in (
            "length(8) and notUsername(undefined)",
            "length(14)",
            "length(14) and notUsername(undefined) and maxLength(20)",
            "length(14) and notUsername(undefined) and hashAlgorithm(pbkdf2)",
            "length(14) and notUsername(undefined) and hashIterations(1)",
        )
    },
    "frontend url": part("attributes", frontendUrl="http://sso.example.org"),
    "admin events forever": part("attributes", adminEventsExpiration="0"),
    # Keycloak exports the setting twice, and reads the attribute.
    "one-time passwords": part("attributes", realmReusableOtpCode="true"),
    "mail in clear": part("smtpServer", ssl="false"),
    "mail without a login": part("smtpServer", auth="false"),
    "framing": part("browserSecurityHeaders", contentSecurityPolicy="", xFrameOptions=""),
    "csp alone": part("browserSecurityHeaders", contentSecurityPolicy="frame-src 'self'"),
    "hsts": part("browserSecurityHeaders", strictTransportSecurity=""),
    "nosniff": part("browserSecurityHeaders", xContentTypeOptions=""),
    "referrer": part("browserSecurityHeaders", referrerPolicy="unsafe-url"),
    "unmanaged attributes": unmanaged,
    "second factor": both(
        step("hardened 2fa", "webauthn-authenticator", "DISABLED"), step("hardened 2fa", "auth-otp-form", "DISABLED")
    ),
    # Of no effect in a realm where no client gets such tokens.
    "offline sessions": both(
        client("orders-web", optionalClientScopes=["offline_access"]), setting("offlineSessionMaxLifespanEnabled")
    ),
    "rotation": both(client("orders-spa", dpop__bound__access__tokens="false"), setting("revokeRefreshToken")),
    "trusted hosts": without_component(
        "org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy", "trusted-hosts"
    ),
    "registered clients": without_component(
        "org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy", "consent-required"
    ),
    "policy without a condition": lambda realm: realm["clientPolicies"]["policies"][0].update(conditions=[]),
    "policy without a profile": lambda realm: realm["clientPolicies"]["policies"][0].update(profiles=["gone"]),
    "composite role": role,
    "default role": default_role,
    "default group": default_group,
    "service account": service_account,
    "web: any redirect": client("orders-web", redirectUris=["*"]),
    "web: any path": client("orders-web", redirectUris=["https://orders.example.org/*"]),
    "web: any host": client("orders-web", redirectUris=["https://orders.example.org*"]),
    "web: plain redirect": client("orders-web", redirectUris=["http://orders.example.org/cb"]),
    "web: no redirect": client("orders-web", redirectUris=[]),
    "web: any origin": client("orders-web", webOrigins=["*"]),
    "web: plain origin": client("orders-web", webOrigins=["http://orders.example.org"]),
    "web: plain pkce": client("orders-web", pkce__code__challenge__method="plain"),
    "web: full scope": client("orders-web", fullScopeAllowed=True),
    "web: plain logout": client("orders-web", backchannel__logout__url="http://orders.example.org/bc"),
    "web: plain keys": client("orders-web", jwks__url="http://orders.example.org/jwks"),
    "web: any logout": client("orders-web", post__logout__redirect__uris="https://orders.example.org/*"),
    "web: no issuer": client("orders-web", exclude__issuer__from__auth__response="true"),
    "web: lifespan": client("orders-web", access__token__lifespan="86400"),
    "web: hmac": client("orders-web", access__token__signed__response__alg="HS256"),
    "web: device": client("orders-web", oauth2__device__authorization__grant__enabled="true"),
    "batch: refresh token": client("orders-batch", client_credentials__use_refresh_token="true"),
    "spa: scheme": client("orders-spa", redirectUris=["app://cb"]),
    "web: plain logout redirect": client("orders-web", post__logout__redirect__uris="http://orders.example.org/bye"),
    "batch: any authority": client(
        "orders-batch", clientAuthenticatorType="client-x509", x509__subjectdn="CN=batch", x509__casubjectdn=""
    ),
    "secrets without rotation": lambda realm: realm.update(keycloakVersion="26.8.0"),
    "organization": lambda realm: realm.update(
        organizationsEnabled=True,
        organizations=[{"name": "acme", "domains": [{"name": "acme.example", "verified": False}]}],
    ),
    "sp: unsigned": client("sp-good", saml__assertion__signature="false", saml__server__signature="false"),
    "sp: requests": client("sp-good", saml__client__signature="false"),
    "sp: sha-1": client("sp-good", saml__signature__algorithm="RSA_SHA1"),
    "sp: any acs": client("sp-good", redirectUris=["https://sp.example.org/*"]),
    "idp: signature": provider(validateSignature="false"),
    "idp: issuer": provider(issuer=""),
    "idp: http": provider(tokenUrl="http://corp.example.org/token"),
    "idp: pkce": provider(pkceEnabled="false"),
    "idp: pkce method": provider(pkceMethod="plain"),
    "idp: trust": provider(trustEmail=True),
    "idp: token": provider(storeToken=True),
    "idp: token role": provider(addReadTokenRoleOnCreate=True),
    "idp: nonce": provider(disableNonce="true"),
    "mapper: role": mapper("oidc-hardcoded-role-mapper", role="realm-management.manage-users"),
    "mapper: claim": mapper("oidc-hardcoded-claim-mapper", claim__name="realm_access.roles", claim__value="admin"),
    "mapper: identity": mapper("oidc-usermodel-attribute-mapper", claim__name="sub", user__attribute="locale"),
    "user: password": user_password,
    "mapper: audience": mapper("oidc-audience-mapper", included__client__audience="realm-management"),
}


def test_the_realm_is_right_before_it_is_spoilt(text: str) -> None:
    assert failed(json.loads(text)) == set()


@pytest.mark.parametrize("name", SPOILED)
def test_a_spoilt_setting_is_noticed(text: str, name: str) -> None:
    realm = copy.deepcopy(json.loads(text))
    SPOILED[name](realm)
    assert failed(realm) != set()
