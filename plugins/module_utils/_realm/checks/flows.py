# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Authentication flows: ways through them that skip the proof they are meant to require."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..keycloak.client_policies import covers
from ..keycloak.clients import OIDC, attribute_switch, client_id, protocol_of, severity_for, sure
from ..keycloak.findings import on_client, on_realm
from ..keycloak.flow_paths import NOTHING, Way, may_be_skipped, tagged, ways
from ..keycloak.flow_uses import (
    Limit,
    broker_logins,
    client_browser,
    client_logins,
    found_in_flows,
    limited,
    realm_browser,
    realm_logins,
)
from ..keycloak.flows import (
    BROWSER,
    DIRECT_GRANT,
    DISABLED,
    below,
    bound,
    first_login_flow,
    folded,
    has_condition,
    override,
    providers,
    steps,
)
from ..keycloak.identity_providers import links_without_proof, logs_in
from ..keycloak.oidc import enabled_clients
from ..keycloak.second_factor import FACTORS, NONE, second_factor, with_proofs
from ..keycloak.settings import mapping, scalar, switch, text
from ..model import INFO, Finding, Parameter, Parameters, Severity, check
from ..partial_findings import gathered, knowable
from ..snapshot.gaps import Json, Unknown, known
from ..snapshot.snapshot import Execution, Flow, Snapshot

_ALLOW, _PROOF = "allow", "proof"
_ALLOW_ACCESS = "allow-access-authenticator"
#: Steps that prove nothing about the user's identity.
_PROVE_NOTHING = frozenset(
    {
        _ALLOW_ACCESS,
        "auth-username-form",
        "direct-grant-validate-username",
        "idp-auto-link",
        "idp-confirm-link",
        "idp-confirm-override-link",
        "idp-detect-existing-broker-user",
        "idp-review-profile",
        "reset-credentials-choose-user",
        "reset-otp",
        "reset-password",
        "user-session-limits",
    }
)
_DIRECT_SECOND = FACTORS | {"direct-grant-validate-otp", "direct-grant-auth-x509-username"}
_RESET, _MAIL, _FACTOR = "reset", "mail", "factor"
_DIRECT_TAGS = tagged({_FACTOR: _DIRECT_SECOND})
_RESET_TAGS = with_proofs(_FACTOR, tagged({_RESET: ["reset-password"], _MAIL: ["reset-credential-email"]}))
_DETECT = "idp-detect-existing-broker-user"
_CONDITIONAL_OTP = "auth-conditional-otp-form"
_DEVICE_FLOW = "oauth2.device.authorization.grant.enabled"


@check(
    id="flows-allow-access-authenticator",
    area="flows",
    level="L3",
    severity="critical",
    tier="core",
    title="Flow contains an unconditional allow",
    rationale="Anyone passes that branch.",
    remediation="Remove Allow access from the flow, or put it into a conditional sub-flow with a condition.",
)
def flows_allow_access_authenticator(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    yield from found_in_flows(snapshot, (realm_logins, client_logins, broker_logins), _allowing)


def _allowing(flow: Flow, limit: Limit) -> Iterator[Finding]:
    allowing = [way for way in ways(flow.root, _allow_tags, _allowed_by_condition) if _ALLOW in way]
    if not allowing:
        if folded(flow.root, _holds_allow, _holds_allow):
            message = f"The flow {flow.alias} contains Allow access in a place that no login reaches."
            yield Finding(flow.alias, "flow", message, {"providers": sorted(providers(flow))}, severity=INFO)
        return
    proved = all(_PROOF in way for way in allowing)
    message = f"The flow {flow.alias} contains Allow access outside any condition" + (
        ", but other steps require proof." if proved else ", on a path that requires no proof."
    )
    severity = limited("low" if proved else "critical", limit)
    yield Finding(flow.alias, "flow", message, {"providers": sorted(providers(flow))}, severity=severity)


def _holds_allow(level: Sequence[Execution]) -> bool:
    """Whether Allow access is enabled there, outside any condition. See folded."""
    return any(
        each.provider == _ALLOW_ACCESS or (below(each, _holds_allow, False) and not has_condition(each))
        for each in level
        if each.requirement != DISABLED
    )


def _allow_tags(step: Execution) -> Way:
    if step.provider == _ALLOW_ACCESS:
        return frozenset({_ALLOW})
    return NOTHING if step.provider in _PROVE_NOTHING else frozenset({_PROOF})


def _allowed_by_condition(_execution: Execution, inner: frozenset[Way]) -> tuple[frozenset[Way], frozenset[Way]]:
    """A condition lets users pass on purpose: that is not a fault, and counts as proof."""
    ran = frozenset((way - {_ALLOW}) | {_PROOF} if _ALLOW in way else way for way in inner)
    return ran, frozenset({NOTHING})


@check(
    id="flows-client-override-weaker",
    area="flows",
    level="L3",
    severity="high",
    tier="core",
    title="Client uses a weaker browser flow",
    rationale="One application skips the second factor of the realm.",
    remediation="Clear the override in client > Advanced > Authentication flow overrides.",
    reference="Keycloak Server Administration Guide, Authentication flows",
    parameters={
        "extra_mfa_providers": Parameter([], "Provider ids of extension authenticators that are second factors.")
    },
)
def flows_client_override_weaker(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    extra = parameters["extra_mfa_providers"]

    def find(client: Json) -> Iterator[Finding]:
        flow = override(snapshot, client, BROWSER)
        if flow is None or second_factor(flow, extra) != NONE:
            return
        realm_flow = bound(snapshot, "browserFlow")
        if second_factor(realm_flow, extra) == NONE:
            return
        message = (
            f"The client is bound to the browser flow {flow.alias}, which allows logins without a second factor; "
            f"the realm's flow {realm_flow.alias} does not."
        )
        evidence = {"authenticationFlowBindingOverrides.browser": flow.alias, "browserFlow": realm_flow.alias}
        severity = None if _may_use_browser(client) else INFO
        yield on_client(client, message, evidence, severity=severity, details=(flow.alias,))

    yield from knowable(find, snapshot.clients)


def _may_use_browser(client: Json) -> bool:
    try:
        return _uses_browser(client)
    except Unknown:
        return True  # the weaker flow exists in any case


def _uses_browser(client: Json) -> bool:
    if switch(client, "bearerOnly"):
        return False
    if protocol_of(client) != OIDC:
        return True
    redirected = switch(client, "standardFlowEnabled") or switch(client, "implicitFlowEnabled")
    return redirected or attribute_switch(client, _DEVICE_FLOW)


@check(
    id="flows-direct-grant-no-otp",
    area="flows",
    level="L3",
    severity="medium",
    tier="extended",
    title="Direct grant flow ignores OTP",
    rationale="MFA can be bypassed with the password grant.",
    remediation="Restore Direct Grant - Conditional OTP, or disable direct access grants.",
    reference="RFC 9700 section 2.4",
)
def flows_direct_grant_no_otp(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    flow = bound(snapshot, "directGrantFlow")

    def uses_weak(client: Json) -> Iterator[tuple[str, str]]:
        if switch(client, "directAccessGrantsEnabled") and client_id(client) != "admin-cli":
            used = override(snapshot, client, DIRECT_GRANT) or flow
            if _ignores_otp(used) and not covers(snapshot, client, "reject-ropc-grant"):
                yield client_id(client), used.alias

    found, unknown = gathered(knowable(uses_weak, enabled_clients(snapshot)))
    weak = dict(found)
    if weak:
        flows = ", ".join(sorted(set(weak.values())))
        message = (
            f"The direct grant flow {flows} never asks for OTP, and clients can use it: {', '.join(sorted(weak))}."
        )
        evidence: dict[str, object] = {"directGrantFlow": flow.alias, "clients": sorted(weak)}
        yield on_realm(snapshot, message, evidence, details=tuple(sorted(weak)))
    elif unknown is None and _ignores_otp(flow):
        message = f"The direct grant flow {flow.alias} never asks for OTP, but only admin-cli can use it."
        yield on_realm(snapshot, message, {"directGrantFlow": flow.alias, "clients": []}, severity="low")
    if unknown is not None:
        raise unknown


def _ignores_otp(flow: Flow) -> bool:
    return any(_FACTOR not in way for way in ways(flow.root, _DIRECT_TAGS, _counts))


def _counts(_execution: Execution, inner: frozenset[Way]) -> tuple[frozenset[Way], frozenset[Way]]:
    """A conditional second factor counts: users who have set it up are asked."""
    return (inner, frozenset()) if inner else may_be_skipped(_execution, inner)


@check(
    id="flows-reset-without-email",
    area="flows",
    level="L3",
    severity="critical",
    tier="core",
    title="Password reset without access to the mailbox",
    rationale="A user name alone is enough to set a new password.",
    remediation="Restore Send reset email as REQUIRED in the reset credentials flow.",
)
def flows_reset_without_email(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    if not switch(snapshot.realm, "resetPasswordAllowed"):
        return
    flow = bound(snapshot, "resetCredentialsFlow")
    found = ways(flow.root, _RESET_TAGS)
    unproved = [way for way in found if _RESET in way and _MAIL not in way]
    if not unproved:
        return
    with_factor = all(_FACTOR in way for way in unproved)
    message = f"The reset credentials flow {flow.alias} sets a new password without an email to the user" + (
        ", after only a second factor." if with_factor else ", with only the user name."
    )
    evidence = {"resetPasswordAllowed": True, "resetCredentialsFlow": flow.alias, "providers": sorted(providers(flow))}
    yield on_realm(snapshot, message, evidence, severity="medium" if with_factor else None, details=(flow.alias,))


@check(
    id="flows-broker-auto-link",
    area="flows",
    level="L3",
    severity="critical",
    tier="core",
    title="Login at an identity provider is linked to an existing account without proof",
    rationale="Anyone who controls the address at the identity provider can take over the local account.",
    remediation="Use the default first broker login flow.",
    reference="Keycloak Server Administration Guide, First login flow: Automatically link existing first login flow",
    parameters={
        "trusted_idps": Parameter([], "Aliases of identity providers that only have users with verified addresses.")
    },
)
def flows_broker_auto_link(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(provider: Json) -> Iterator[Finding]:
        flow = first_login_flow(snapshot, provider)
        if not links_without_proof(flow):
            return
        alias, trusts_email = text(provider, "alias"), switch(provider, "trustEmail")
        trusted = _DETECT in providers(flow) and not trusts_email and alias in parameters["trusted_idps"]
        severity: Severity | None = "high" if trusted else None
        severity = INFO if switch(provider, "linkOnly") else severity_for(provider, severity)
        message = (
            f"The first login flow {flow.alias} links an existing account without proof that it belongs to the user."
        )
        evidence = {"firstBrokerLoginFlowAlias": flow.alias, "trustEmail": trusts_email}
        yield Finding(alias, "identity-provider", message, evidence, severity=severity, details=(flow.alias,))

    yield from knowable(find, sure(snapshot.identity_providers, logs_in))


@check(
    id="flows-conditional-otp-skip",
    area="flows",
    level="L3",
    severity="high",
    tier="core",
    title="OTP can be skipped by header or role",
    rationale="Attackers control request headers, and anyone with the role needs no second factor.",
    remediation="Remove the skip rule; use conditional sub-flows with a role condition.",
)
def flows_conditional_otp_skip(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    yield from found_in_flows(snapshot, (realm_browser, client_browser), _skipping)


def _skipping(flow: Flow, limit: Limit) -> Iterator[Finding]:
    rules: dict[str, object] = {}
    for step in steps(flow) if _CONDITIONAL_OTP in providers(flow) else ():
        if step.provider == _CONDITIONAL_OTP:
            rules.update(_skip_rules(known(step.config)))
    if not rules:
        return
    severity = limited("medium" if set(rules) == {"skipOtpRole"} else "high", limit)
    conditions = ", ".join(f"{name} is '{value}'" for name, value in rules.items())
    message = f"The flow {flow.alias} skips OTP: {conditions}."
    yield Finding(flow.alias, "flow", message, rules, severity=severity, details=tuple(sorted(rules)))


def _skip_rules(shown: Json | None) -> dict[str, object]:
    config = mapping(shown or {}, "config")
    values = {name: scalar(config, name) for name in ("noOtpRequiredForHeaderPattern", "skipOtpRole")}
    found: dict[str, object] = {name: value for name, value in values.items() if value}
    forced = [scalar(config, name) for name in ("forceOtpRole", "forceOtpForHeaderPattern")]
    if scalar(config, "defaultOtpOutcome") == "skip" and not any(forced):
        found["defaultOtpOutcome"] = "skip"
    return found
