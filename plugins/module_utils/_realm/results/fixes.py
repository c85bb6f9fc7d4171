# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changes of a realm's settings that resolve a finding, as options of community.general.keycloak_realm.

Only fixes that need no person's decision are here: what could lock users out, or needs a mail server, is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Optional

from ..keycloak.settings import DEFAULTS, whole
from ..model import Parameters

Settings = Mapping[str, Any]
#: Takes the realm with all earlier fixes applied, and changes it. Returns options, or None if it cannot be fixed so.
Fix = Callable[["dict[str, Any]", Parameters], Optional[Settings]]

_CAPITAL = re.compile("([A-Z])")
_EVENTS_KEPT = 7776000
_FAILURES = 10
_ACTION_LIFESPAN = "actionTokenGeneratedByUserLifespan"
_VERIFY_EMAIL, _LONGEST_VERIFY_EMAIL = f"{_ACTION_LIFESPAN}.verify-email", 86400


def option(field: str) -> str:
    """The module's option for a field of the representation: accessTokenLifespan is access_token_lifespan."""
    return _CAPITAL.sub(lambda found: f"_{found.group(1).lower()}", field)


def _change(realm: dict[str, Any], **fields: Any) -> Settings:
    realm.update(fields)
    return {option(name): value for name, value in fields.items()}


def _to(**fields: Any) -> Fix:
    return lambda realm, _parameters: _change(realm, **fields)


def _to_parameter(parameter: str, *fields: str) -> Fix:
    """Lowers fields that are above the parameter, or unlimited, to the parameter."""

    def fix(realm: dict[str, Any], parameters: Parameters) -> Settings | None:
        limit = parameters[parameter]
        high = {name: limit for name in fields if not 0 < _number(realm.get(name), 0) <= limit}
        return _change(realm, **high) if high else None

    return fix


def _setting(realm: Mapping[str, Any], name: str) -> int:
    """A setting, or Keycloak's default if it is missing or malformed."""
    return _number(realm.get(name), whole({}, name))


def _number(value: object, missing: int) -> int:
    try:
        return int(str(value))
    except ValueError:
        return missing


def _headers(*names: str) -> Fix:
    def fix(realm: dict[str, Any], _parameters: Parameters) -> Settings:
        current = realm.get("browserSecurityHeaders")
        kept = dict(current) if isinstance(current, Mapping) else {}
        return _change(realm, browserSecurityHeaders={**kept, **{name: DEFAULTS[name] for name in names}})

    return fix


def _attributes(realm: dict[str, Any], changes: Mapping[str, str]) -> Settings:
    """All attributes, with changes: Keycloak removes those that an update leaves out."""
    current = realm.get("attributes")
    kept = dict(current) if isinstance(current, Mapping) else {}
    return _change(realm, attributes={**kept, **changes})


def _policy(realm: dict[str, Any], without: tuple[str, ...], *added: str) -> Settings:
    """The password policy with some rules removed and others added."""
    text = str(realm.get("passwordPolicy") or "")
    rules = [rule.strip() for rule in text.split(" and ") if rule.strip()]
    kept = [rule for rule in rules if rule.partition("(")[0] not in without]
    return _change(realm, passwordPolicy=" and ".join([*kept, *added]))


def _with_rule(rule: str, parameter: str) -> Fix:
    return lambda realm, parameters: _policy(realm, (rule,), f"{rule}({parameters[parameter]})")


def _brute_force(realm: dict[str, Any], _parameters: Parameters) -> Settings:
    """Also lowers failureFactor: Keycloak's default would still allow too many failures."""
    failures = min(_number(realm.get("failureFactor"), _FAILURES), _FAILURES)
    return _change(realm, bruteForceProtected=True, failureFactor=failures)


def _user_events(realm: dict[str, Any], _parameters: Parameters) -> Settings:
    kept = _number(realm.get("eventsExpiration"), 0)
    return _change(realm, eventsEnabled=True, eventsExpiration=kept if kept > 0 else _EVENTS_KEPT)


def _admin_events(realm: dict[str, Any], _parameters: Parameters) -> Settings:
    """Also what makes admin events useful and bounded: without them, the next audit would ask for both."""
    current = realm.get("attributes")
    kept = _number(current.get("adminEventsExpiration"), 0) if isinstance(current, Mapping) else 0
    changed = _change(realm, adminEventsEnabled=True, adminEventsDetailsEnabled=True)
    expiration = {} if kept > 0 else _attributes(realm, {"adminEventsExpiration": str(_EVENTS_KEPT)})
    return {**changed, **expiration}


def _brute_force_waits(realm: dict[str, Any], parameters: Parameters) -> Settings:
    longest = max(_number(realm.get("maxFailureWaitSeconds"), 0), parameters["min_max_wait"])
    step = max(_number(realm.get("waitIncrementSeconds"), 0), parameters["min_increment"])
    return _change(realm, maxFailureWaitSeconds=longest, waitIncrementSeconds=step)


def _failure_reset(realm: dict[str, Any], _parameters: Parameters) -> Settings:
    longest = _setting(realm, "maxFailureWaitSeconds")
    return _change(realm, maxDeltaTimeSeconds=max(whole({}, "maxDeltaTimeSeconds"), 2 * longest))


def _user_actions(realm: dict[str, Any], parameters: Parameters) -> Settings:
    limit = parameters["max_user_action"]
    changed: dict[str, Any] = {}
    if _number(realm.get(_ACTION_LIFESPAN), 0) > limit:
        changed.update(_change(realm, **{_ACTION_LIFESPAN: limit}))
    current = realm.get("attributes")
    own = {
        name: str(_LONGEST_VERIFY_EMAIL if name == _VERIFY_EMAIL else limit)
        for name, value in (current.items() if isinstance(current, Mapping) else ())
        if name.startswith(f"{_ACTION_LIFESPAN}.")
        and _number(value, 0) > (_LONGEST_VERIFY_EMAIL if name == _VERIFY_EMAIL else limit)
    }
    if own:
        changed.update(_attributes(realm, own))
    return changed


def _device_codes(realm: dict[str, Any], parameters: Parameters) -> Settings:
    lifespan = min(_setting(realm, "oauth2DeviceCodeLifespan"), parameters["max_device_code"])
    interval = max(_setting(realm, "oauth2DevicePollingInterval"), 5)
    realm.update(oauth2DeviceCodeLifespan=lifespan, oauth2DevicePollingInterval=interval)
    return {"oauth2_device_code_lifespan": lifespan, "oauth2_device_polling_interval": interval}


def _remember_me(realm: dict[str, Any], parameters: Parameters) -> Settings:
    limit = parameters["max_remember_me"]
    fields = ("ssoSessionIdleTimeoutRememberMe", "ssoSessionMaxLifespanRememberMe")
    return _change(realm, **{name: min(_number(realm.get(name), 0) or limit, limit) for name in fields})


def _offline_sessions(realm: dict[str, Any], _parameters: Parameters) -> Settings:
    longest = _setting(realm, "offlineSessionMaxLifespan") or DEFAULTS["offlineSessionMaxLifespan"]
    return _change(realm, offlineSessionMaxLifespanEnabled=True, offlineSessionMaxLifespan=longest)


def _offline_limits(realm: dict[str, Any], parameters: Parameters) -> Settings:
    idle = min(_number(realm.get("offlineSessionIdleTimeout"), 0), parameters["max_offline_idle"])
    longest = min(_number(realm.get("offlineSessionMaxLifespan"), 0), parameters["max_offline"])
    return _change(realm, offlineSessionIdleTimeout=idle, offlineSessionMaxLifespan=longest)


def _otp_window(realm: dict[str, Any], parameters: Parameters) -> Settings:
    window = min(_setting(realm, "otpPolicyLookAheadWindow"), parameters["max_window"])
    period = min(_setting(realm, "otpPolicyPeriod") or 30, 60)
    return _change(realm, otpPolicyLookAheadWindow=window, otpPolicyPeriod=period)


def _passwordless(realm: dict[str, Any], _parameters: Parameters) -> Settings:
    field = "webAuthnPolicyPasswordlessUserVerificationRequirement"
    realm[field] = "required"
    return {option(field): "required"}


def _event_types(realm: dict[str, Any], parameters: Parameters) -> Settings:
    current = realm.get("enabledEventTypes")
    kept = [each for each in current if isinstance(each, str)] if isinstance(current, list) else []
    return _change(realm, enabledEventTypes=sorted({*kept, *parameters["required_types"]}))


def _listeners(realm: dict[str, Any], parameters: Parameters) -> Settings:
    current = realm.get("eventsListeners")
    kept = [each for each in current if isinstance(each, str)] if isinstance(current, list) else []
    return _change(realm, eventsListeners=[*kept, *parameters["log_listeners"][:1]])


REALM_FIXES: Mapping[str, Fix] = {
    "realm-ssl-required-none": _to(sslRequired="external"),
    "realm-brute-force-off": _brute_force,
    "realm-brute-force-threshold": lambda realm, given: _change(realm, failureFactor=given["max_failures"]),
    "realm-brute-force-wait-short": _brute_force_waits,
    "realm-brute-force-reset-too-early": _failure_reset,
    "realm-permanent-lockout-dos": _to(permanentLockout=False),
    "realm-duplicate-emails": _to(duplicateEmailsAllowed=False),
    "realm-edit-username": _to(editUsernameAllowed=False),
    "realm-header-csp-weak": _headers("contentSecurityPolicy", "xFrameOptions"),
    "realm-header-hsts-weak": _headers("strictTransportSecurity"),
    "realm-header-nosniff-off": _headers("xContentTypeOptions"),
    "realm-header-referrer-weak": _headers("referrerPolicy"),
    "tokens-access-lifespan-long": _to_parameter("max_access_token_lifespan", "accessTokenLifespan"),
    "tokens-implicit-lifespan-long": _to_parameter("max_access_token_lifespan", "accessTokenLifespanForImplicitFlow"),
    "tokens-refresh-rotation-off": _to(revokeRefreshToken=True, refreshTokenMaxReuse=0),
    "tokens-refresh-reuse": lambda realm, given: _change(realm, refreshTokenMaxReuse=given["max_reuse"]),
    "tokens-default-alg-symmetric": _to(defaultSignatureAlgorithm="RS256"),
    "tokens-code-lifespan-long": _to_parameter("max_code_lifespan", "accessCodeLifespan"),
    "tokens-login-timeout-long": _to_parameter(
        "max_login_timeout", "accessCodeLifespanLogin", "accessCodeLifespanUserAction"
    ),
    "tokens-user-action-lifespan-long": _user_actions,
    "tokens-admin-action-lifespan-long": _to_parameter("max_admin_action", "actionTokenGeneratedByAdminLifespan"),
    "tokens-device-code-lifespan-long": _device_codes,
    "sessions-idle-long": _to_parameter("max_idle", "ssoSessionIdleTimeout"),
    "sessions-max-long": _to_parameter("max_session", "ssoSessionMaxLifespan"),
    "sessions-remember-me-long": _remember_me,
    "sessions-offline-unlimited": _offline_sessions,
    "sessions-offline-idle-long": _offline_limits,
    "passwords-no-policy": lambda realm, _given: _policy(realm, (), "length(12)", "notUsername(undefined)"),
    "passwords-min-length": _with_rule("length", "min_length"),
    "passwords-max-length-low": _with_rule("maxLength", "min_max_length"),
    # Without a rule, the server's own default applies, which its administrators chose for its hardware.
    "passwords-hash-weak": lambda realm, _given: _policy(realm, ("hashAlgorithm", "hashIterations")),
    "passwords-username-allowed": lambda realm, _given: _policy(realm, ("notUsername",), "notUsername(undefined)"),
    "passwords-forced-expiry": lambda realm, _given: _policy(realm, ("forceExpiredPasswordChange",)),
    "mfa-otp-window-wide": _otp_window,
    "mfa-passwordless-no-user-verification": _passwordless,
    "events-user-off": _user_events,
    "events-user-no-expiration": _to(eventsExpiration=_EVENTS_KEPT),
    "events-retention-short": lambda realm, given: _change(
        realm, eventsExpiration=max(_EVENTS_KEPT, given["min_retention"])
    ),
    "events-admin-off": _admin_events,
    "events-admin-no-details": _to(adminEventsDetailsEnabled=True),
    "events-admin-no-expiration": lambda realm, _given: _attributes(
        realm, {"adminEventsExpiration": str(_EVENTS_KEPT)}
    ),
    "events-types-incomplete": _event_types,
    "logging-no-listener": _listeners,
}
