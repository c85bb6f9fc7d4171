# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The readers of Keycloak's JSON, and the table of its defaults for missing members.

Each reader returns a member as Keycloak would read it, or raises Malformed: a value that Keycloak does not write there
must never let a check pass. null counts as missing. A switch or a number may be text, which is how Keycloak stores
attributes and the configuration of providers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from ..snapshot.gaps import Json, NotEvaluated, Unresolved
from ..snapshot.references import Reference

T = TypeVar("T")
#: The most names that a finding shows.
_SHOWN = 10
#: Longer text is not a number that Keycloak writes, and slow to parse.
_MAX_DIGITS = 20
_SWITCHES = {"true": True, "false": False}

#: The keys of a realm's flow bindings, with the aliases that Keycloak binds by default.
BINDINGS: Mapping[str, str] = {
    "browserFlow": "browser",
    "registrationFlow": "registration",
    "directGrantFlow": "direct grant",
    "resetCredentialsFlow": "reset credentials",
    "clientAuthenticationFlow": "clients",
    "dockerAuthenticationFlow": "docker auth",
    "firstBrokerLoginFlow": "first broker login",
}
#: Defaults of Keycloak 26.7 for missing members: RealmRepresentation and ClientRepresentation as
#: DefaultExportImportManager and RepresentationToModel import them, components as their providers declare them. A
#: name in several representations is listed only if its default is the same in all; otherwise the caller passes the
#: default. Any other name has no default: if it is missing, its value is unknown.
DEFAULTS: Mapping[str, bool | int | str | tuple[str, ...]] = {
    # RealmRepresentation
    **BINDINGS,
    "accessCodeLifespan": 60,
    "accessCodeLifespanLogin": 1800,
    "accessCodeLifespanUserAction": 300,
    "accessTokenLifespan": 300,
    "accessTokenLifespanForImplicitFlow": 900,
    "actionTokenGeneratedByAdminLifespan": 43200,
    "actionTokenGeneratedByUserLifespan": 300,
    "adminEventsDetailsEnabled": False,
    "adminPermissionsEnabled": False,
    "bruteForceProtected": False,
    "defaultAction": False,
    "defaultSignatureAlgorithm": "RS256",
    "duplicateEmailsAllowed": False,
    "editUsernameAllowed": False,
    "eventsExpiration": 0,
    "eventsListeners": ("jboss-logging",),
    "failureFactor": 30,
    "maxDeltaTimeSeconds": 43200,
    "maxFailureWaitSeconds": 900,
    "maxTemporaryLockouts": 0,
    "oauth2DeviceCodeLifespan": 600,
    "oauth2DevicePollingInterval": 5,
    "offlineSessionIdleTimeout": 2592000,
    "offlineSessionMaxLifespan": 5184000,
    "offlineSessionMaxLifespanEnabled": False,
    "otpPolicyCodeReusable": False,
    "otpPolicyLookAheadWindow": 1,
    "otpPolicyPeriod": 30,
    "otpPolicyType": "totp",
    "permanentLockout": False,
    "refreshTokenMaxReuse": 0,
    "registrationAllowed": False,
    "rememberMe": False,
    "resetPasswordAllowed": False,
    "revokeRefreshToken": False,
    "sslRequired": "external",
    "ssoSessionIdleTimeout": 1800,
    "ssoSessionMaxLifespan": 36000,
    "verifyEmail": False,
    "waitIncrementSeconds": 60,
    "webAuthnPolicyPasswordlessPasskeysEnabled": False,
    "webAuthnPolicyPasswordlessUserVerificationRequirement": "required",
    # Its attributes
    "adminEventsExpiration": 0,
    # Its browserSecurityHeaders
    "contentSecurityPolicy": "frame-src 'self'; frame-ancestors 'self'; object-src 'none';",
    "referrerPolicy": "no-referrer",
    "strictTransportSecurity": "max-age=31536000; includeSubDomains",
    "xContentTypeOptions": "nosniff",
    "xFrameOptions": "SAMEORIGIN",
    # Its smtpServer
    "auth": False,
    "ssl": False,
    "starttls": False,
    # Its passwordPolicy: what a rule without a value means
    "forceExpiredPasswordChange": 365,
    "hashIterations": -1,
    "length": 8,
    "maxLength": 64,
    # ClientRepresentation, and members that other representations share with it
    "bearerOnly": False,
    "clientAuthenticatorType": "client-secret",
    "consentRequired": False,
    "directAccessGrantsEnabled": False,
    "enabled": True,
    "implicitFlowEnabled": False,
    "protocol": "openid-connect",
    "publicClient": False,
    "serviceAccountsEnabled": False,
    "standardFlowEnabled": True,
    # Its attributes
    "access.token.lifespan": 0,
    "client.session.idle.timeout": 0,
    "client.session.max.lifespan": 0,
    "client_credentials.use_refresh_token": False,
    "dpop.bound.access.tokens": False,
    "exclude.issuer.from.auth.response": False,
    "oauth2.device.authorization.grant.enabled": False,
    "post.logout.redirect.uris": "+",
    "require.pushed.authorization.requests": False,
    "saml.assertion.signature": False,
    "saml.client.signature": False,
    "saml.server.signature": False,
    "standard.token.exchange.enabled": False,
    "tls.client.certificate.bound.access.tokens": False,
    "use.jwks.url": False,
    "use.refresh.tokens": True,
    "x509.allow.regex.pattern.comparison": True,
    # ResourceServerRepresentation
    "policyEnforcementMode": "ENFORCING",
    # UPConfig
    "unmanagedAttributePolicy": "DISABLED",
    # IdentityProviderRepresentation, and its config
    "addReadTokenRoleOnCreate": False,
    "allowedClockSkew": 0,
    "disableNonce": False,
    "linkOnly": False,
    "pkceEnabled": False,
    "signSpMetadata": False,
    "storeToken": False,
    "trustEmail": False,
    "validateSignature": False,
    "wantAssertionsSigned": False,
    "wantAuthnRequestsSigned": False,
    # ComponentRepresentation's config
    "client-uris-must-match": True,
    "host-sending-registration-request-must-match": True,
    "secretSize": 64,
    "startTls": False,
    "validatePasswordPolicy": False,
}
#: Defaults that changed, newest first, with the major version that introduced each: release notes of Keycloak 24, 25.
BY_VERSION: Mapping[str, tuple[tuple[int, str], ...]] = {
    "hashAlgorithm": ((25, "argon2"), (24, "pbkdf2-sha512"), (0, "pbkdf2-sha256")),
}
#: The possible values of settings.
CHOICES: Mapping[str, frozenset[str]] = {
    "otpPolicyType": frozenset({"hotp", "totp"}),
    "policyEnforcementMode": frozenset({"DISABLED", "ENFORCING", "PERMISSIVE"}),
    # Of a step of an authentication flow; OPTIONAL occurs only in old exports.
    "requirement": frozenset({"ALTERNATIVE", "CONDITIONAL", "DISABLED", "OPTIONAL", "REQUIRED"}),
    "sslRequired": frozenset({"all", "external", "none"}),
    "unmanagedAttributePolicy": frozenset({"ADMIN_EDIT", "ADMIN_VIEW", "DISABLED", "ENABLED"}),
    "webAuthnPolicyPasswordlessUserVerificationRequirement": frozenset(
        {"discouraged", "not specified", "preferred", "required"}
    ),
}


class Malformed(NotEvaluated):
    """A member is missing or not what Keycloak writes there.

    :param part: its name.
    :param expected: what Keycloak writes.
    """

    def __init__(self, part: str, expected: str = "") -> None:
        super().__init__(self._sentence(part, expected))
        self.part = part

    @staticmethod
    def _sentence(part: str, expected: str) -> str:
        problem = f"is not {expected} as Keycloak writes it" if expected else "is not what Keycloak writes there"
        return f"{part} is missing, or {problem}: check the server itself, or export it again."


class UnresolvedMember(Malformed, Unresolved):
    """A member of a file is a reference, so its value is unknown.

    :param part: its name.
    """

    @staticmethod
    def _sentence(part: str, expected: str) -> str:
        return (
            f"{part} is a reference such as ${{NAME}}, and the file does not contain what it stands for: check the "
            "server itself, or the file that is imported."
        )


def _given(holder: Json, name: str) -> object:
    """A member as it is. Raises UnresolvedMember."""
    value = holder.get(name)
    if isinstance(value, Reference):
        raise UnresolvedMember(name)
    return value


def default_of(name: str, version: int | None) -> str:
    """The default in a major version of Keycloak; in the newest if the version is None."""
    known = BY_VERSION[name]
    return known[0][1] if version is None else next(value for since, value in known if version >= since)


def switch(holder: Json, name: str, *, default: bool | None = None) -> bool:
    """A setting that is on or off. Raises Malformed if it is neither, or is missing and has no default."""
    value = _given(holder, name)
    if value is None or value == "":
        value = DEFAULTS.get(name) if default is None else default
    if isinstance(value, str):
        value = _SWITCHES.get(value.strip().lower())
    if not isinstance(value, bool):
        raise Malformed(name, "true or false")
    return value


def whole(holder: Json, name: str, default: int | None = None) -> int:
    """A whole number, as a number or as text. Raises Malformed."""
    value = _given(holder, name)
    if value is None or value == "":
        value = DEFAULTS.get(name) if default is None else default
    found = whole_or_none(value)
    if found is None:
        raise Malformed(name, "a whole number")
    return found


def whole_or_none(value: object) -> int | None:
    """A whole number, given as a number or as text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        return int(value) if not isinstance(value, str) or len(value) <= _MAX_DIGITS else None
    except (ValueError, OverflowError):
        return None


def text(holder: Json, name: str, default: str | None = None) -> str:
    """Text; if missing, the default or "". Raises Malformed."""
    value = _given(holder, name)
    if value is None:
        value = _default(name, "") if default is None else default
    if not isinstance(value, str):
        raise Malformed(name, "text")
    return value


def choice(holder: Json, name: str) -> str:
    """A setting's value, which must be in CHOICES; case is ignored. Spelled as there. Raises Malformed."""
    said = text(holder, name).strip()
    if said in CHOICES[name]:
        return said
    for each in CHOICES[name]:
        if each.lower() == said.lower():
            return each
    raise Malformed(name, " or ".join(sorted(CHOICES[name])))


def texts(holder: Json, name: str) -> list[str]:
    """A list of strings, without nulls and empty strings, which Keycloak ignores. Raises Malformed."""
    value = _given(holder, name)
    if value is None:
        value = _default(name, ())
    if not isinstance(value, (list, tuple)) or not all(each is None or isinstance(each, str) for each in value):
        raise Malformed(name, "a list of text")
    if any(isinstance(each, Reference) for each in value):
        raise UnresolvedMember(name)
    return [each for each in value if each]


def mapping(holder: Json, name: str) -> Json:
    """An object; empty if missing. Raises Malformed."""
    value = _given(holder, name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise Malformed(name, "an object")
    return value


def objects(holder: Json, name: str) -> list[Json]:
    """A list of objects; empty if missing. Raises Malformed."""
    value = _given(holder, name)
    if value is None:
        return []
    if not isinstance(value, (list, tuple)) or not all(isinstance(each, Mapping) for each in value):
        raise Malformed(name, "a list of objects")
    return list(value)


def entry(holder: Json, part: str, name: str) -> str:
    """A value of attributes or of a configuration, which hold only text; if missing, the default or "".

    A number or a switch becomes the text that Keycloak makes of it.

    :raises Malformed: the value is anything else.
    """
    return scalar(mapping(holder, part), name)


def scalar(values: Json, name: str) -> str:
    """The same, from the attributes or the configuration itself. Raises Malformed."""
    value = _given(values, name)
    if value is None or value == "":
        return _default(name, "")
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, (str, int, float)):
        raise Malformed(name, "text")
    return str(value)


def _default(name: str, empty: T) -> T:
    """The default, if it has the type of `empty`; else `empty`."""
    found = DEFAULTS.get(name)
    return found if isinstance(found, type(empty)) else empty


def first(component: Json, name: str) -> str:
    """The first value of a component's setting, or "". Raises Malformed."""
    values = texts(mapping(component, "config"), name)
    return values[0].strip() if values else ""


def first_switch(component: Json, name: str) -> bool:
    """A component's setting that is on or off. Raises Malformed."""
    return switch({name: first(component, name)}, name)


def above(holder: Json, names: Iterable[str], limit: int) -> dict[str, int]:
    """Name -> value of those of the named settings that are above a limit. Raises Malformed."""
    found = {name: whole(holder, name) for name in names}
    return {name: value for name, value in found.items() if value > limit}


def describe(values: Mapping[str, object]) -> str:
    """Settings and their values, for a sentence."""
    return " and ".join(f"{name} is {value}" for name, value in values.items())


def some(names: Iterable[str]) -> list[str]:
    """The first names in order, which keeps evidence short."""
    return sorted(names)[:_SHOWN]
