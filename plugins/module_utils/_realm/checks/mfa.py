# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Second factors: whether a login asks for one, and the policies for OTP codes and security keys."""

from __future__ import annotations

from collections.abc import Iterator

from ..keycloak.clients import sure
from ..keycloak.findings import on_realm
from ..keycloak.flows import BROWSER, bound, override, providers
from ..keycloak.second_factor import ELSEWHERE, NONE, OPTIONAL, factors, second_factor
from ..keycloak.settings import choice, describe, mapping, switch, text, whole
from ..model import INFO, Finding, Parameter, Parameters, check
from ..snapshot.gaps import Json, Unknown
from ..snapshot.snapshot import Snapshot

_LONGEST_PERIOD = 60
_PASSWORDLESS = "webauthn-authenticator-passwordless"
_ENROLLING = frozenset({"CONFIGURE_TOTP", "webauthn-register", "webauthn-register-passwordless"})
_OTP_REFERENCE = "Keycloak Server Administration Guide, One Time Password (OTP) policies"


@check(
    id="mfa-browser-no-second-factor",
    area="mfa",
    level="L3",
    severity="high",
    tier="core",
    title="Browser flow allows logins without a second factor",
    rationale="A stolen password is enough to log in.",
    remediation="Re-enable OTP or WebAuthn in a copy of the browser flow, on every path through it, and bind the copy.",
    reference="Keycloak Server Administration Guide, Authentication flows",
    parameters={
        "extra_mfa_providers": Parameter([], "Provider ids of authenticators from extensions that are second factors.")
    },
)
def mfa_browser_no_second_factor(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    flow = bound(snapshot, "browserFlow")
    extra = parameters["extra_mfa_providers"]
    found = second_factor(flow, extra)
    evidence: dict[str, object] = {"browserFlow": flow.alias, "providers": sorted(providers(flow))}
    if found == ELSEWHERE:
        message = (
            f"The browser flow {flow.alias} asks for no second factor, but nobody can log in with a password either."
        )
        yield on_realm(snapshot, message, evidence, severity=INFO)
    if found == NONE:
        reached = factors(flow, extra)
        message = (
            f"The browser flow {flow.alias} has a path that never asks for {', '.join(reached)}."
            if reached
            else f"The browser flow {flow.alias} contains no second factor that a login can reach."
        )
        yield on_realm(snapshot, message, evidence, details=(flow.alias,))


@check(
    id="mfa-second-factor-optional",
    area="mfa",
    level="L3",
    severity="medium",
    tier="core",
    title="Second factor only for users who set one up",
    rationale="This is Keycloak's default: no user has to enroll.",
    remediation=(
        "Mark Configure OTP or Webauthn Register as default action, or make the second factor REQUIRED in the "
        "browser flow."
    ),
    reference="Keycloak Server Administration Guide, Authentication flows",
    parameters={
        "extra_mfa_providers": Parameter([], "Provider ids of authenticators from extensions that are second factors.")
    },
)
def mfa_second_factor_optional(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    flow = bound(snapshot, "browserFlow")
    extra = parameters["extra_mfa_providers"]
    if second_factor(flow, extra) != OPTIONAL or _enrols(snapshot):
        return
    message = f"The browser flow {flow.alias} asks only users who have set up a second factor, and nobody has to."
    evidence: dict[str, object] = {"browserFlow": flow.alias, "providers": factors(flow, extra), "defaultActions": []}
    yield on_realm(snapshot, message, evidence, details=(flow.alias,))


def _enrols(snapshot: Snapshot) -> bool:
    def enrols(action: Json) -> bool:
        by_default = switch(action, "enabled", default=False) and switch(action, "defaultAction")
        return by_default and not _ENROLLING.isdisjoint(_names(action))

    return next(sure(snapshot.required_actions, enrols), None) is not None


def _names(action: Json) -> set[str]:
    return {text(action, "alias"), text(action, "providerId")}


@check(
    id="mfa-otp-reusable",
    area="mfa",
    level="L3",
    severity="medium",
    tier="core",
    title="OTP code can be used twice",
    rationale="Observed codes can be replayed.",
    remediation="Authentication > Policies > OTP policy > Reusable token off.",
    reference=_OTP_REFERENCE,
)
def mfa_otp_reusable(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    if switch(snapshot.realm, "otpPolicyCodeReusable"):
        message = "otpPolicyCodeReusable is true, so an observed code can be used again while it is valid."
        yield on_realm(snapshot, message, {"otpPolicyCodeReusable": True})


@check(
    id="mfa-otp-window-wide",
    area="mfa",
    level="L3",
    severity="medium",
    tier="extended",
    title="OTP window too wide",
    rationale="More codes are valid at the same time.",
    remediation="Set the look around window to 1 and the token period to 30 seconds.",
    reference=_OTP_REFERENCE,
    parameters={"max_window": Parameter(1, "Maximum number of intervals (for HOTP, counts) that a code may be off.")},
)
def mfa_otp_window_wide(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    realm = snapshot.realm
    window, period = whole(realm, "otpPolicyLookAheadWindow"), whole(realm, "otpPolicyPeriod")
    wide = {}
    if window > parameters["max_window"]:
        wide["otpPolicyLookAheadWindow"] = window
    if choice(realm, "otpPolicyType") == "totp" and period > _LONGEST_PERIOD:
        wide["otpPolicyPeriod"] = period
    if wide:
        yield on_realm(snapshot, f"{describe(wide)}, so too many codes are valid at once.", wide)


@check(
    id="mfa-otp-hotp",
    area="mfa",
    level="L3",
    severity="low",
    tier="extended",
    title="Counter-based OTP",
    rationale="Unused codes stay valid indefinitely.",
    remediation="Use TOTP.",
    reference=_OTP_REFERENCE,
)
def mfa_otp_hotp(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    if choice(snapshot.realm, "otpPolicyType") == "hotp":
        message = "otpPolicyType is 'hotp', so a code stays valid until it is used."
        yield on_realm(snapshot, message, {"otpPolicyType": "hotp"})


@check(
    id="mfa-passwordless-no-user-verification",
    area="mfa",
    level="L3",
    severity="high",
    tier="core",
    title="Passwordless login without user verification",
    rationale="Anyone who has the key can log in.",
    remediation=(
        "Authentication > Policies > Webauthn Passwordless Policy > User verification requirement = Required."
    ),
    reference="Keycloak Server Administration Guide, Passwordless WebAuthn together with Two-Factor",
)
def mfa_passwordless_no_user_verification(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    setting = "webAuthnPolicyPasswordlessUserVerificationRequirement"
    value = choice(snapshot.realm, setting)
    if value == "required":
        return
    unknown: Unknown | None = None
    try:
        used = _passkeys(snapshot) or _passwordless(snapshot)
    except Unknown as error:
        used, unknown = False, error  # the setting is wrong in any case; only the severity is unknown
    message = f"{setting} is '{value}', so anyone who has a user's key " + (
        "can log in with it alone." if used else "could log in with it alone, once a flow uses it."
    )
    yield on_realm(snapshot, message, {setting: value, "used": used}, severity=None if used else "low")
    if unknown is not None:
        raise unknown


def _passkeys(snapshot: Snapshot) -> bool:
    setting = "webAuthnPolicyPasswordlessPasskeysEnabled"
    realm = snapshot.realm
    return switch(realm if setting in realm else mapping(realm, "attributes"), setting)


def _passwordless(snapshot: Snapshot) -> bool:
    if _PASSWORDLESS in providers(bound(snapshot, "browserFlow")):
        return True
    enabled = sure(snapshot.clients, lambda each: switch(each, "enabled"))
    flows = (override(snapshot, each, BROWSER) for each in enabled)
    return any(flow is not None and _PASSWORDLESS in providers(flow) for flow in flows)
