# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Second factors."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks.mfa import (
    mfa_browser_no_second_factor,
    mfa_otp_hotp,
    mfa_otp_reusable,
    mfa_otp_window_wide,
    mfa_passwordless_no_user_verification,
    mfa_phishable_only,
    mfa_second_factor_optional,
    passwords_short_alone,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Gap, NotEvaluated
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import Flow
from ansible_collections.authkit.oauth.tests.unit.support.checks import REALM, Case, case
from ansible_collections.authkit.oauth.tests.unit.support.snapshot_parts import (
    CONFIGURED,
    COOKIE,
    DEFAULT_BROWSER,
    OTP,
    PASSWORD,
    either,
    flow,
    flows,
    forms,
    step,
    sub,
)

STEP_UP = forms(
    sub("CONDITIONAL", step("conditional-level-of-authentication"), PASSWORD),
    sub("CONDITIONAL", step("conditional-level-of-authentication"), OTP),
)
PASSWORDLESS = forms(
    step("auth-username-form"),
    sub(
        "REQUIRED",
        either("webauthn-authenticator-passwordless"),
        sub("ALTERNATIVE", step("auth-password-form"), OTP),
    ),
)
FOR_SOME = forms(PASSWORD, sub("CONDITIONAL", step("conditional-user-role"), OTP))

#: A flow, and what is found in it by the check for none, and by the check for an optional one.
NONE_AT_ALL = [
    forms(PASSWORD),
    forms(PASSWORD, step("auth-otp-form", "DISABLED")),
    # A disabled parent disables all below it.
    forms(PASSWORD, sub("DISABLED", sub("REQUIRED", OTP))),
    # OTP is off: only the conditions are left.
    forms(PASSWORD, sub("CONDITIONAL", CONFIGURED, step("auth-otp-form", "DISABLED"))),
    # A conditional sub-flow without a condition never runs.
    forms(PASSWORD, sub("CONDITIONAL", OTP)),
    forms(PASSWORD, sub("CONDITIONAL", step("conditional-user-configured", "DISABLED"), OTP)),
    # Alternatives beside a required step are ignored.
    forms(PASSWORD, either("auth-otp-form")),
    # Another path, which users need not take.
    flow(COOKIE, sub("ALTERNATIVE", PASSWORD), either("auth-x509-client-username-form")),
    forms(
        step("auth-username-form"),
        sub("REQUIRED", either("webauthn-authenticator-passwordless"), either("auth-password-form")),
    ),
    # An extension that is not declared as a factor.
    forms(PASSWORD, step("sms-code")),
    # A user name alone.
    forms(step("auth-username-form")),
]
ASKED = [
    forms(PASSWORD, OTP),
    forms(PASSWORD, step("webauthn-authenticator")),
    forms(PASSWORD, sub("REQUIRED", either("webauthn-authenticator"), either("auth-otp-form"))),
    forms(PASSWORD, step("auth-conditional-otp-form")),
    forms(PASSWORD, step("auth-recovery-authn-code-form")),
    flow(either("auth-x509-client-username-form")),
    # The condition looks at steps only: beside sub-flows it is always true.
    forms(PASSWORD, sub("CONDITIONAL", CONFIGURED, sub("REQUIRED", either("auth-otp-form")))),
    # The other path never lets a user in.
    forms(PASSWORD, sub("REQUIRED", sub("ALTERNATIVE", step("deny-access-authenticator")), either("auth-otp-form"))),
    forms(PASSWORD, OTP, sub("CONDITIONAL", step("conditional-user-role"), step("deny-access-authenticator"))),
    STEP_UP,
    PASSWORDLESS,
    FOR_SOME,
]
IF_CONFIGURED = [
    DEFAULT_BROWSER,
    forms(PASSWORD, sub("CONDITIONAL", CONFIGURED, OTP)),
    # Within another condition it is no surer.
    forms(PASSWORD, sub("CONDITIONAL", CONFIGURED, step("conditional-user-role"), OTP)),
    forms(PASSWORD, sub("CONDITIONAL", CONFIGURED, OTP, sub("CONDITIONAL", step("conditional-user-role"), OTP))),
]
ELSEWHERE = [
    flow(COOKIE, either("identity-provider-redirector")),
    flow(step("identity-provider-redirector")),
    flow(COOKIE, sub("ALTERNATIVE", step("identity-provider-redirector"), step("user-session-limits"))),
    flow(either("auth-spnego")),
    flow(),
]


def shown(browser: Flow) -> dict[str, Any]:
    return {"realm": {}, "required_actions": [], **flows(browser)}


def enrolling(alias: str, *, enabled: bool = True, default: bool = True) -> list[dict[str, Any]]:
    return [{"alias": alias, "providerId": alias, "enabled": enabled, "defaultAction": default}]


VERIFICATION = "webAuthnPolicyPasswordlessUserVerificationRequirement"
PREFERRED = {VERIFICATION: "preferred"}
OVERRIDDEN = {"clientId": "app", "authenticationFlowBindingOverrides": {"browser": "id of strong"}}

KEY = step("webauthn-authenticator")
REGISTER = enrolling("webauthn-register", default=False)
PASSKEYS = {"webAuthnPolicyPasswordlessPasskeysEnabled": True}
LENGTH_14 = {"passwordPolicy": "length(14)"}
UNTRUSTING = {"trust_other_flows": False}

CASES: list[Case] = [
    case(mfa_phishable_only, [REALM], **shown(forms(PASSWORD, OTP))),
    case(mfa_phishable_only, [REALM], **shown(DEFAULT_BROWSER)),
    case(mfa_phishable_only, [REALM], **shown(forms(PASSWORD, step("webauthn-authenticator", "DISABLED")))),
    case(mfa_phishable_only, **{**shown(forms(PASSWORD, KEY)), "required_actions": REGISTER}),
    case(mfa_phishable_only, [REALM], **shown(forms(PASSWORD, KEY))),
    case(
        mfa_phishable_only,
        [REALM],
        **{
            **shown(PASSWORDLESS),
            "required_actions": [*REGISTER, *enrolling("webauthn-register-passwordless", enabled=False)],
        },
    ),
    case(
        mfa_phishable_only, **{**shown(PASSWORDLESS), "required_actions": enrolling("webauthn-register-passwordless")}
    ),
    case(
        mfa_phishable_only,
        **{
            **shown(forms(PASSWORD)),
            "realm": PASSKEYS,
            "required_actions": enrolling("webauthn-register-passwordless"),
        },
    ),
    case(mfa_phishable_only, **shown(flow(either("auth-x509-client-username-form"), sub("ALTERNATIVE", PASSWORD)))),
    *(case(mfa_phishable_only, unknown=NotEvaluated, **shown(each)) for each in ELSEWHERE),
    *(
        case(passwords_short_alone, [REALM], **{**shown(each), "realm": LENGTH_14})
        for each in [*NONE_AT_ALL, *IF_CONFIGURED]
    ),
    case(passwords_short_alone, [REALM], **{**shown(forms(PASSWORD)), "realm": {"passwordPolicy": "notEmail"}}),
    case(passwords_short_alone, **{**shown(forms(PASSWORD)), "realm": {"passwordPolicy": "length(15)"}}),
    case(passwords_short_alone, parameters={"min_length": 14}, **{**shown(forms(PASSWORD)), "realm": LENGTH_14}),
    case(
        passwords_short_alone,
        **{**shown(DEFAULT_BROWSER), "realm": LENGTH_14, "required_actions": enrolling("CONFIGURE_TOTP")},
    ),
    *(case(passwords_short_alone, **{**shown(each), "realm": LENGTH_14}) for each in [*ASKED, *ELSEWHERE]),
    *(
        case(passwords_short_alone, unknown=NotEvaluated, parameters=UNTRUSTING, **{**shown(each), "realm": LENGTH_14})
        for each in [*ASKED, *ELSEWHERE]
    ),
    case(passwords_short_alone, unknown=NotEvaluated, **shown(forms(PASSWORD))),
    case(
        passwords_short_alone,
        parameters={"extra_mfa_providers": ["sms-code"]},
        **{**shown(forms(PASSWORD, step("sms-code"))), "realm": LENGTH_14},
    ),
    case(
        mfa_phishable_only,
        parameters={"extra_resistant_providers": ["badge"]},
        **shown(forms(PASSWORD, step("badge"))),
    ),
    *(case(mfa_browser_no_second_factor, [REALM], **shown(each)) for each in NONE_AT_ALL),
    *(case(mfa_browser_no_second_factor, **shown(each)) for each in [*ASKED, *IF_CONFIGURED]),
    *(case(mfa_browser_no_second_factor, {REALM: "info"}, **shown(each)) for each in ELSEWHERE),
    case(
        mfa_browser_no_second_factor,
        parameters={"extra_mfa_providers": ["sms-code"]},
        **shown(forms(PASSWORD, step("sms-code"))),
    ),
    case(mfa_browser_no_second_factor, unknown=NotEvaluated, realm={}, flows={"browser": Gap("A role is missing.")}),
    *(case(mfa_second_factor_optional, [REALM], **shown(each)) for each in IF_CONFIGURED),
    *(case(mfa_second_factor_optional, **shown(each)) for each in [*ASKED, *NONE_AT_ALL, *ELSEWHERE]),
    case(
        mfa_second_factor_optional,
        [REALM],
        parameters={"extra_mfa_providers": ["sms-code"]},
        **shown(forms(PASSWORD, sub("CONDITIONAL", CONFIGURED, step("sms-code")))),
    ),
    *(
        case(mfa_second_factor_optional, **{**shown(DEFAULT_BROWSER), "required_actions": enrolling(alias)})
        for alias in ("CONFIGURE_TOTP", "webauthn-register", "webauthn-register-passwordless")
    ),
    *(
        case(mfa_second_factor_optional, [REALM], **{**shown(DEFAULT_BROWSER), "required_actions": actions})
        for actions in (
            enrolling("CONFIGURE_TOTP", enabled=False),
            enrolling("CONFIGURE_TOTP", default=False),
            enrolling("VERIFY_PROFILE"),
        )
    ),
    case(mfa_otp_reusable, [REALM], realm={"otpPolicyCodeReusable": True}),
    case(mfa_otp_reusable, realm={"otpPolicyCodeReusable": False}),
    case(mfa_otp_reusable, realm={}),
    case(mfa_otp_window_wide, [REALM], realm={"otpPolicyLookAheadWindow": 2}),
    case(mfa_otp_window_wide, [REALM], realm={"otpPolicyLookAheadWindow": "2", "otpPolicyType": "hotp"}),
    case(mfa_otp_window_wide, [REALM], realm={"otpPolicyType": "totp", "otpPolicyPeriod": 61}),
    case(mfa_otp_window_wide, [REALM], realm={"otpPolicyPeriod": 61}),
    case(mfa_otp_window_wide, realm={"otpPolicyType": "hotp", "otpPolicyPeriod": 61}),
    case(mfa_otp_window_wide, realm={"otpPolicyLookAheadWindow": 1, "otpPolicyType": "totp", "otpPolicyPeriod": 60}),
    case(mfa_otp_window_wide, realm={"otpPolicyLookAheadWindow": 3}, parameters={"max_window": 3}),
    case(mfa_otp_window_wide, realm={"otpPolicyPeriod": 120}, parameters={"max_period": 120}),
    case(mfa_otp_window_wide, [REALM], realm={"otpPolicyPeriod": 121}, parameters={"max_period": 120}),
    case(mfa_otp_hotp, [REALM], realm={"otpPolicyType": "hotp"}),
    case(mfa_otp_hotp, realm={"otpPolicyType": "totp"}),
    case(mfa_passwordless_no_user_verification, realm={}),
    case(mfa_passwordless_no_user_verification, realm={VERIFICATION: "required"}),
    case(mfa_passwordless_no_user_verification, [REALM], realm=PREFERRED, **flows(PASSWORDLESS)),
    case(
        mfa_passwordless_no_user_verification,
        [REALM],
        realm={VERIFICATION: "not specified", "webAuthnPolicyPasswordlessPasskeysEnabled": True},
    ),
    case(
        mfa_passwordless_no_user_verification,
        [REALM],
        realm={**PREFERRED, "attributes": {"webAuthnPolicyPasswordlessPasskeysEnabled": "true"}},
    ),
    case(
        mfa_passwordless_no_user_verification,
        [REALM],
        realm=PREFERRED,
        clients=[OVERRIDDEN],
        **flows(forms(PASSWORD), forms(step("webauthn-authenticator-passwordless"), alias="strong")),
    ),
    *(
        case(
            mfa_passwordless_no_user_verification,
            {REALM: "low"},
            realm=PREFERRED,
            clients=clients,
            **flows(forms(PASSWORD), forms(step("webauthn-authenticator-passwordless"), alias="strong")),
        )
        for clients in ([], [{"clientId": "app"}], [{**OVERRIDDEN, "enabled": False}])
    ),
    case(mfa_passwordless_no_user_verification, unknown=NotEvaluated, realm=PREFERRED, **flows(forms(PASSWORD))),
]


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()
