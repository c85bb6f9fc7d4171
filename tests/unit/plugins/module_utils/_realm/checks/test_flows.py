# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Authentication flows."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks.flows import (
    flows_allow_access_authenticator,
    flows_broker_auto_link,
    flows_client_override_weaker,
    flows_conditional_otp_skip,
    flows_direct_grant_no_otp,
    flows_reset_without_email,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Gap, Inconclusive, NotEvaluated
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import Execution, Flow, Snapshot
from ansible_collections.authkit.oauth.tests.unit.support.checks import REALM, SERVER, Case, case, found
from ansible_collections.authkit.oauth.tests.unit.support.snapshot_parts import (
    CONFIGURED,
    DEFAULT_BROKER,
    DEFAULT_DIRECT_GRANT,
    DEFAULT_FLOWS,
    DEFAULT_RESET,
    OTP,
    PASSWORD,
    either,
    flow,
    flows,
    forms,
    step,
    sub,
)

ALLOW = "allow-access-authenticator"
LOGIN_FLOWS = ("browserFlow", "directGrantFlow", "dockerAuthenticationFlow")
OPEN = flow(either("auth-username-form"), either(ALLOW), alias="open door")


def client(client_id: str = "app", **more: Any) -> dict[str, Any]:
    return {"clientId": client_id, "enabled": True, **more}


def bound_to(flow: str, kind: str = "browser", **more: Any) -> dict[str, Any]:
    return client(authenticationFlowBindingOverrides={kind: flow}, **more)


def provider(**more: Any) -> dict[str, Any]:
    return {"alias": "corp", "providerId": "oidc", "enabled": True, **more}


def everything(*more: Flow, **sections: Any) -> dict[str, Any]:
    """An unchanged realm with these flows and sections."""
    return {"realm": {}, "clients": [], "identity_providers": [], **flows(*DEFAULT_FLOWS, *more), **sections}


def allowing(finds: Any, *more: Flow, **sections: Any) -> Case:
    return case(flows_allow_access_authenticator, finds, **everything(*more, **sections))


SECURE_DOOR = flow(PASSWORD, step(ALLOW), alias="door")
CONDITIONAL_DOOR = flow(
    step("auth-username-form"),
    sub("CONDITIONAL", step("conditional-user-role"), sub("REQUIRED", step(ALLOW))),
    alias="door",
)
NEVER_DOOR = flow(
    PASSWORD,
    # Ignored beside a required step; disabled; without a condition.
    either(ALLOW),
    step(ALLOW, "DISABLED"),
    sub("DISABLED", step(ALLOW)),
    sub("CONDITIONAL", step(ALLOW)),
    alias="door",
)
CLOSED_DOOR = flow(PASSWORD, step(ALLOW, "DISABLED"), sub("DISABLED", step(ALLOW)), alias="door")
RESET_DOOR = flow(step("reset-credentials-choose-user"), step(ALLOW), step("reset-password"), alias="door")
SKIPPED_PROOF = flow(step("auth-username-form"), step(ALLOW), sub("CONDITIONAL", CONFIGURED, OTP), alias="door")

ALLOW_CASES = [
    allowing(()),
    *(allowing(["open door"], OPEN, realm={key: "open door"}) for key in LOGIN_FLOWS),
    allowing(["open door"], OPEN, realm={"resetCredentialsFlow": "open door", "resetPasswordAllowed": True}),
    allowing({"open door": "info"}, OPEN, realm={"resetCredentialsFlow": "open door"}),
    allowing(["open door"], OPEN, clients=[bound_to("id of open door")]),
    allowing(["open door"], OPEN, clients=[bound_to("open door", "direct_grant")]),
    allowing({"open door": "info"}, OPEN, clients=[bound_to("open door", enabled=False)]),
    allowing(["open door"], OPEN, clients=[bound_to("open door", enabled=False), bound_to("open door")]),
    allowing((), OPEN),
    allowing(["open door"], OPEN, identity_providers=[provider(firstBrokerLoginFlowAlias="open door")]),
    allowing(["open door"], OPEN, identity_providers=[provider()], realm={"firstBrokerLoginFlow": "open door"}),
    allowing({"open door": "info"}, OPEN, realm={"firstBrokerLoginFlow": "open door"}),
    # The identity provider has let them in already.
    allowing({"open door": "low"}, OPEN, identity_providers=[provider(postBrokerLoginFlowAlias="open door")]),
    allowing(
        {"open door": "info"}, OPEN, identity_providers=[provider(postBrokerLoginFlowAlias="open door", enabled=False)]
    ),
    allowing(["door"], flow(step("auth-username-form"), step(ALLOW), alias="door"), realm={"browserFlow": "door"}),
    allowing(["door"], SKIPPED_PROOF, realm={"browserFlow": "door"}),
    allowing({"door": "low"}, SECURE_DOOR, realm={"browserFlow": "door"}),
    allowing((), CONDITIONAL_DOOR, realm={"browserFlow": "door"}),
    allowing({"door": "info"}, NEVER_DOOR, realm={"browserFlow": "door"}),
    allowing((), CLOSED_DOOR, realm={"browserFlow": "door"}),
    allowing(["door"], RESET_DOOR, realm={"resetCredentialsFlow": "door", "resetPasswordAllowed": True}),
    case(flows_allow_access_authenticator, unknown=NotEvaluated, realm={}, **flows(*DEFAULT_FLOWS)),
]

WEAK = forms(PASSWORD, alias="weak")
UNUSED: list[dict[str, Any]] = [{"enabled": False}, {"standardFlowEnabled": False}, {"bearerOnly": True}]
OVERRIDE_CASES = [
    case(flows_client_override_weaker, ["app"], **everything(WEAK, clients=[bound_to("id of weak")])),
    case(flows_client_override_weaker, ["app"], **everything(WEAK, clients=[bound_to("weak")])),
    *(
        case(flows_client_override_weaker, {"app": "info"}, **everything(WEAK, clients=[bound_to("weak", **unused)]))
        for unused in UNUSED
    ),
    *(
        case(flows_client_override_weaker, ["app"], **everything(WEAK, clients=[bound_to("weak", **more)]))
        for more in (
            {"standardFlowEnabled": False, "implicitFlowEnabled": True},
            {"standardFlowEnabled": False, "attributes": {"oauth2.device.authorization.grant.enabled": "true"}},
            {"standardFlowEnabled": False, "protocol": "saml"},
        )
    ),
    # The realm's flow is no stronger.
    case(
        flows_client_override_weaker,
        **everything(WEAK, forms(PASSWORD), clients=[bound_to("weak")]),
    ),
    case(
        flows_client_override_weaker,
        **everything(forms(PASSWORD, OTP, alias="strong"), clients=[bound_to("strong"), client("plain")]),
    ),
    case(
        flows_client_override_weaker,
        parameters={"extra_mfa_providers": ["sms-code"]},
        **everything(forms(PASSWORD, step("sms-code"), alias="strong"), clients=[bound_to("strong")]),
    ),
    # Another check covers the direct grant flow of a client.
    case(flows_client_override_weaker, **everything(WEAK, clients=[bound_to("weak", "direct_grant")])),
]

NO_OTP = flow(step("direct-grant-validate-username"), step("direct-grant-validate-password"), alias="direct no otp")
GRANTING = client(directAccessGrantsEnabled=True)
#: SAML clients never use the token endpoint, whatever the setting says.
NO_GRANT: list[dict[str, Any]] = [{"enabled": False}, {"protocol": "saml"}, {"directAccessGrantsEnabled": False}]
ANY_CLIENT = {"condition": "any-client", "configuration": {}}
REFUSING: list[dict[str, Any]] = [{"name": "none", "executors": [{"executor": "reject-ropc-grant"}]}]
NO_OTP_REALM = {"directGrantFlow": "direct no otp"}
DIRECT_CASES = [
    case(
        flows_direct_grant_no_otp,
        [REALM],
        **everything(NO_OTP, realm=NO_OTP_REALM, clients=[GRANTING], client_policies=[]),
    ),
    *(
        case(flows_direct_grant_no_otp, {REALM: "low"}, **everything(NO_OTP, realm=NO_OTP_REALM, clients=clients))
        for clients in (
            [],
            [client("admin-cli", directAccessGrantsEnabled=True)],
            *([{**GRANTING, **other}] for other in NO_GRANT),
        )
    ),
    # Where the flow asks for OTP, policies do not matter.
    case(flows_direct_grant_no_otp, **everything(clients=[GRANTING])),
    # A client's own flow counts in place of the realm's.
    case(
        flows_direct_grant_no_otp,
        [REALM],
        **everything(
            NO_OTP,
            clients=[bound_to("direct no otp", "direct_grant", directAccessGrantsEnabled=True)],
            client_policies=[],
        ),
    ),
    case(
        flows_direct_grant_no_otp,
        {REALM: "low"},
        **everything(
            NO_OTP,
            realm=NO_OTP_REALM,
            clients=[bound_to("direct grant", "direct_grant", directAccessGrantsEnabled=True)],
            client_policies=[],
        ),
    ),
    *(
        case(
            flows_direct_grant_no_otp,
            **everything(
                flow(*steps, alias="mine"), realm={"directGrantFlow": "mine"}, clients=[GRANTING], client_policies=[]
            ),
        )
        for steps in (
            [step("deny-access-authenticator")],
            [step("direct-grant-auth-x509-username")],
            [*NO_OTP.executions, step("direct-grant-validate-otp")],
            [*NO_OTP.executions, sub("CONDITIONAL", step("conditional-user-role"), step("direct-grant-validate-otp"))],
            [*NO_OTP.executions, step("deny-access-authenticator")],
        )
    ),
    *(
        case(
            flows_direct_grant_no_otp,
            [REALM],
            **everything(
                flow(*steps, alias="mine"), realm={"directGrantFlow": "mine"}, clients=[GRANTING], client_policies=[]
            ),
        )
        for steps in (
            [*NO_OTP.executions, step("direct-grant-validate-otp", "DISABLED")],
            [*NO_OTP.executions, either("direct-grant-validate-otp")],
            [*NO_OTP.executions, sub("CONDITIONAL", step("direct-grant-validate-otp"))],
            [*NO_OTP.executions, sub("CONDITIONAL", CONFIGURED, step("direct-grant-validate-otp", "DISABLED"))],
        )
    ),
    # With a policy that rejects the grant, no client can use it.
    case(
        flows_direct_grant_no_otp,
        {REALM: "low"},
        **everything(
            NO_OTP,
            realm=NO_OTP_REALM,
            clients=[GRANTING],
            client_policies=[{"enabled": True, "conditions": [ANY_CLIENT], "profiles": ["none"]}],
            client_profiles=REFUSING,
        ),
    ),
    case(flows_direct_grant_no_otp, unknown=NotEvaluated, realm={}, **flows(DEFAULT_DIRECT_GRANT)),
]

RESETTING = {"resetPasswordAllowed": True}


def resetting(finds: Any, *executions: Execution) -> Case:
    shown = flow(step("reset-credentials-choose-user"), *executions, alias="reset credentials")
    return case(flows_reset_without_email, finds, realm=RESETTING, **flows(shown))


NEW_PASSWORD, MAIL = step("reset-password"), step("reset-credential-email")
RESET_CASES = [
    case(flows_reset_without_email, realm=RESETTING, **flows(DEFAULT_RESET)),
    case(flows_reset_without_email, realm={"resetPasswordAllowed": False}),
    resetting([REALM], NEW_PASSWORD),
    resetting([REALM], step("reset-credential-email", "DISABLED"), NEW_PASSWORD),
    resetting([REALM], either("reset-credential-email"), NEW_PASSWORD),
    resetting([REALM], sub("DISABLED", MAIL), NEW_PASSWORD),
    resetting([REALM], sub("CONDITIONAL", CONFIGURED, MAIL), NEW_PASSWORD),
    resetting([REALM], sub("REQUIRED", either("reset-credential-email"), either("reset-password"))),
    # Keycloak lets users without OTP skip this step, and set it up later.
    resetting([REALM], OTP, NEW_PASSWORD),
    resetting({REALM: "medium"}, sub("REQUIRED", either("auth-otp-form")), NEW_PASSWORD),
    resetting([REALM], sub("CONDITIONAL", CONFIGURED, OTP), NEW_PASSWORD),
    resetting((), sub("REQUIRED", MAIL), sub("CONDITIONAL", CONFIGURED, NEW_PASSWORD)),
    resetting((), MAIL, step("reset-otp")),
    resetting((), step("reset-password", "DISABLED")),
    case(flows_reset_without_email, unknown=NotEvaluated, realm=RESETTING),
]

AUTO = flow(either("idp-create-user-if-unique"), either("idp-auto-link"), alias="auto link")
DETECTING = flow(step("idp-detect-existing-broker-user"), step("idp-auto-link"), alias="auto link")


def linking(finds: Any, first: Flow, trusted: tuple[str, ...] = (), realm: Any = None, **more: Any) -> Case:
    shown = provider(**{"firstBrokerLoginFlowAlias": "auto link", **more})
    return case(
        flows_broker_auto_link,
        finds,
        parameters={"trusted_idps": list(trusted)},
        realm=realm or {},
        identity_providers=[shown],
        **flows(DEFAULT_BROKER, first),
    )


def auto(*executions: Execution) -> Flow:
    return flow(either("idp-create-user-if-unique"), sub("ALTERNATIVE", *executions), alias="auto link")


LINK = step("idp-auto-link")
LINK_CASES = [
    linking(["corp"], AUTO),
    linking(["corp"], AUTO, firstBrokerLoginFlowAlias=None, realm={"firstBrokerLoginFlow": "auto link"}),
    linking({"corp": "info"}, AUTO, enabled=False),
    linking({"corp": "info"}, AUTO, linkOnly=True),
    # Such a provider vouches for clients; nobody logs in through it.
    linking((), AUTO, types=["CLIENT_ASSERTION"]),
    # Of those of social networks Keycloak shows no types.
    *(linking(["corp"], AUTO, types=types) for types in ([], ["USER_AUTHENTICATION", "CLIENT_ASSERTION"])),
    linking((), AUTO, firstBrokerLoginFlowAlias="first broker login"),
    *(
        linking((), auto(LINK, step(proof)))
        for proof in (
            "auth-password-form",
            "auth-username-password-form",
            "idp-username-password-form",
            "idp-email-verification",
            "auth-x509-client-username-form",
        )
    ),
    # Keycloak lets users without OTP skip this step, and set it up later.
    linking(["corp"], auto(LINK, OTP)),
    linking((), auto(LINK, sub("REQUIRED", either("auth-otp-form"), either("webauthn-authenticator")))),
    linking(["corp"], auto(step("idp-confirm-link"), LINK)),
    linking(["corp"], auto(LINK, step("auth-password-form", "DISABLED"))),
    linking(["corp"], auto(sub("REQUIRED", either("idp-email-verification"), either("idp-auto-link")))),
    linking(["corp"], auto(LINK, sub("CONDITIONAL", step("conditional-user-role"), step("auth-password-form")))),
    linking((), auto(step("idp-auto-link", "DISABLED"), step("idp-username-password-form"))),
    linking({"corp": "high"}, DETECTING, ("corp",), trustEmail=False),
    linking(["corp"], DETECTING, ("corp",), trustEmail=True),
    linking(["corp"], DETECTING, ("another",), trustEmail=False),
    linking(["corp"], AUTO, ("corp",), trustEmail=False),
    case(flows_broker_auto_link, identity_providers=[]),
    case(flows_broker_auto_link, unknown=NotEvaluated, identity_providers=[provider()], realm={}),
]


def skipping(finds: Any, *, requirement: str = "REQUIRED", realm: bool = True, **config: str) -> Case:
    shown = forms(PASSWORD, step("auth-conditional-otp-form", requirement, **config), alias="otp skip")
    bound = {"browserFlow": "otp skip"} if realm else {}
    return case(flows_conditional_otp_skip, finds, **everything(shown, realm=bound))


HEADER: dict[str, Any] = {"noOtpRequiredForHeaderPattern": "X-Forwarded-For: 10.*"}
SKIP_SHOWN = forms(PASSWORD, step("auth-conditional-otp-form", **HEADER), alias="otp skip")
UNREAD = Execution("auth-conditional-otp-form", "REQUIRED", "", Gap("The server answered 500.", fault=True))
SKIP_CASES = [
    skipping(["otp skip"], **HEADER),
    skipping(["otp skip"], defaultOtpOutcome="skip"),
    skipping({"otp skip": "medium"}, skipOtpRole="trusted"),
    skipping(["otp skip"], skipOtpRole="trusted", defaultOtpOutcome="skip"),
    skipping((), defaultOtpOutcome="skip", forceOtpRole="staff"),
    skipping((), defaultOtpOutcome="skip", forceOtpForHeaderPattern="X-Outside: .*"),
    skipping((), defaultOtpOutcome="force", noOtpRequiredForHeaderPattern=""),
    skipping(()),
    skipping((), requirement="DISABLED", **HEADER),
    # Ignored beside the required password.
    skipping((), requirement="ALTERNATIVE", **HEADER),
    # Nothing is bound to it.
    skipping((), realm=False, **HEADER),
    case(flows_conditional_otp_skip, ["otp skip"], **everything(SKIP_SHOWN, clients=[bound_to("id of otp skip")])),
    case(
        flows_conditional_otp_skip,
        {"otp skip": "info"},
        **everything(SKIP_SHOWN, clients=[bound_to("otp skip", enabled=False)]),
    ),
    case(flows_conditional_otp_skip, **everything(SKIP_SHOWN, clients=[bound_to("otp skip", "direct_grant")])),
    case(
        flows_conditional_otp_skip,
        unknown=Inconclusive,
        **everything(forms(PASSWORD, UNREAD, alias="unread"), realm={"browserFlow": "unread"}),
    ),
]

CASES: list[Case] = [*ALLOW_CASES, *OVERRIDE_CASES, *DIRECT_CASES, *RESET_CASES, *LINK_CASES, *SKIP_CASES]


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()


def test_what_was_found_stays_when_another_flow_could_not_be_read() -> None:
    realm = {"browserFlow": "gone", "directGrantFlow": "open door"}
    snapshot = Snapshot(REALM, SERVER, everything(OPEN, realm=realm))
    findings = iter(flows_allow_access_authenticator.run(snapshot, {}))
    assert next(findings).target == "open door"
    with pytest.raises(NotEvaluated):
        next(findings)


def test_an_unchanged_realm_has_nothing() -> None:
    sections = everything(identity_providers=[provider()], client_policies=[])
    for check in (
        flows_allow_access_authenticator,
        flows_broker_auto_link,
        flows_client_override_weaker,
        flows_conditional_otp_skip,
        flows_direct_grant_no_otp,
        flows_reset_without_email,
    ):
        assert found(check, sections) == []
