# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Second factors: whether a login asks for one, and the policies for OTP codes and security keys."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..keycloak.clients import sure
from ..keycloak.findings import on_realm
from ..keycloak.flows import BROWSER, PASSWORD_FORMS, bound, override, providers
from ..keycloak.password_policy import password_policy
from ..keycloak.second_factor import ELSEWHERE, NONE, OPTIONAL, factors, second_factor
from ..keycloak.settings import choice, describe, mapping, switch, text, whole
from ..model import INFO, Finding, Parameter, Parameters, check
from ..snapshot.gaps import Json, NotEvaluated, Unknown
from ..snapshot.snapshot import Flow, Snapshot

_PASSWORDLESS = "webauthn-authenticator-passwordless"
_KEY_ENROLLING = {"webauthn-authenticator": "webauthn-register", _PASSWORDLESS: "webauthn-register-passwordless"}
_ENROLLING = frozenset({"CONFIGURE_TOTP", *_KEY_ENROLLING.values()})
_CERTIFICATE = "auth-x509-client-username-form"
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
        return switch(action, "defaultAction") and _may_run(action, _ENROLLING)

    return next(sure(snapshot.required_actions, enrols), None) is not None


def _may_run(action: Json, wanted: Collection[str]) -> bool:
    """Whether an action is enabled, and one of these."""
    names = {text(action, "alias"), text(action, "providerId")}
    return switch(action, "enabled", default=False) and not names.isdisjoint(wanted)


@check(
    id="mfa-phishable-only",
    area="mfa",
    level="L3",
    severity="info",
    tier="extended",
    title="No way to log in that resists phishing",
    rationale="Passwords and codes can be typed into a copy of the login page; keys and certificates only work here.",
    remediation=(
        "Add WebAuthn to the browser flow and enable its required action, or turn on passkeys in the WebAuthn "
        "passwordless policy."
    ),
    reference="NIST SP 800-63B-4 section 2.2.2",
    parameters={
        "extra_resistant_providers": Parameter(
            [], "Provider ids of authenticators from extensions that resist phishing."
        )
    },
)
def mfa_phishable_only(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    flow = bound(snapshot, "browserFlow")
    if second_factor(flow, parameters["extra_resistant_providers"]) == ELSEWHERE:
        raise NotEvaluated(f"Users do not log in by the browser flow {flow.alias} itself.")
    if not providers(flow).isdisjoint({_CERTIFICATE, *parameters["extra_resistant_providers"]}):
        return
    keys = _keys(snapshot, flow)
    needed = {_KEY_ENROLLING[each] for each in keys}
    enabled = [_may_run(each, needed) for each in snapshot.required_actions] if keys else []
    if any(enabled):
        return
    message = f"The browser flow {flow.alias} accepts neither WebAuthn nor certificates."
    if keys:
        actions = " or ".join(sorted(needed))
        message = f"The browser flow {flow.alias} accepts WebAuthn, but users cannot register a key: enable {actions}."
    evidence: dict[str, object] = {"browserFlow": flow.alias, "providers": sorted(providers(flow)), "webauthn": keys}
    yield on_realm(snapshot, message, evidence, details=(flow.alias,))


def _keys(snapshot: Snapshot, flow: Flow) -> list[str]:
    """The kinds of WebAuthn keys that a login by the flow accepts."""
    found = {each for each in _KEY_ENROLLING if each in providers(flow)}
    if not PASSWORD_FORMS.isdisjoint(providers(flow)) and _passkeys(snapshot):
        found.add(_PASSWORDLESS)
    return sorted(found)


@check(
    id="passwords-short-alone",
    area="passwords",
    level="L3",
    severity="info",
    tier="extended",
    title="Short passwords suffice to log in",
    rationale="Where nothing else protects an account, a password needs more characters than beside a second factor.",
    remediation="Require a second factor on every path, or set Minimum length 15 in the password policy.",
    reference="NIST SP 800-63B-4 section 3.1.1.2",
    parameters={
        "min_length": Parameter(15, "Minimum length of passwords that suffice to log in, in characters."),
        "trust_other_flows": Parameter(
            True, "Whether to take for granted that flows other than the browser flow ask for a second factor, too."
        ),
        "extra_mfa_providers": Parameter([], "Provider ids of authenticators from extensions that are second factors."),
    },
)
def passwords_short_alone(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    policy = password_policy(snapshot.realm)
    if not policy:
        raise NotEvaluated("The realm has no password policy: see passwords-no-policy.")
    length = policy.number("length") or 0
    if length >= parameters["min_length"]:
        return
    flow = bound(snapshot, "browserFlow")
    found = second_factor(flow, parameters["extra_mfa_providers"])
    if found == NONE or (found == OPTIONAL and not _enrols(snapshot)):
        message = f"Passwords of {length} characters suffice to log in by the browser flow {flow.alias}."
        yield on_realm(snapshot, message, {"length": length, "browserFlow": flow.alias}, details=(flow.alias,))
    elif not parameters["trust_other_flows"]:
        raise NotEvaluated(
            f"The password policy accepts passwords of {length} characters, and the browser flow {flow.alias} does not "
            "let users log in with them alone; whether another way to log in does is not judged."
        )


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
    parameters={
        "max_window": Parameter(1, "Maximum number of intervals (for HOTP, counts) that a code may be off."),
        "max_period": Parameter(60, "Maximum length of an interval, in seconds."),
    },
)
def mfa_otp_window_wide(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    realm = snapshot.realm
    window, period = whole(realm, "otpPolicyLookAheadWindow"), whole(realm, "otpPolicyPeriod")
    wide = {}
    if window > parameters["max_window"]:
        wide["otpPolicyLookAheadWindow"] = window
    if choice(realm, "otpPolicyType") == "totp" and period > parameters["max_period"]:
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
