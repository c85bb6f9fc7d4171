# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The authentication flows and required actions that an import creates in a realm whose file has none.

As Keycloak 26.7 creates them; ``tests/integration/test_realm_files.py`` compares them with the server.
"""

from __future__ import annotations

from typing import Any

#: Steps: priority, requirement, authenticator (or, with a ``>`` before it, the flow that it runs), configuration.
_FLOWS: tuple[tuple[str, str, bool, tuple[tuple[int, str, str, str], ...]], ...] = (
    (
        "Account verification options",
        "basic-flow",
        False,
        (
            (10, "ALTERNATIVE", "idp-email-verification", ""),
            (20, "ALTERNATIVE", ">Verify Existing Account by Re-authentication", ""),
        ),
    ),
    (
        "Browser - Conditional 2FA",
        "basic-flow",
        False,
        (
            (10, "REQUIRED", "conditional-user-configured", ""),
            (20, "REQUIRED", "conditional-credential", "browser-conditional-credential"),
            (30, "ALTERNATIVE", "auth-otp-form", ""),
            (40, "DISABLED", "webauthn-authenticator", ""),
            (50, "DISABLED", "auth-recovery-authn-code-form", ""),
        ),
    ),
    (
        "Browser - Conditional Organization",
        "basic-flow",
        False,
        (
            (10, "REQUIRED", "conditional-user-configured", ""),
            (20, "ALTERNATIVE", "organization", ""),
        ),
    ),
    (
        "Direct Grant - Conditional OTP",
        "basic-flow",
        False,
        (
            (10, "REQUIRED", "conditional-user-configured", ""),
            (20, "REQUIRED", "direct-grant-validate-otp", ""),
        ),
    ),
    (
        "First Broker Login - Conditional Organization",
        "basic-flow",
        False,
        (
            (10, "REQUIRED", "conditional-user-configured", ""),
            (20, "REQUIRED", "idp-add-organization-member", ""),
        ),
    ),
    (
        "First broker login - Conditional 2FA",
        "basic-flow",
        False,
        (
            (10, "REQUIRED", "conditional-user-configured", ""),
            (20, "REQUIRED", "conditional-credential", "first-broker-login-conditional-credential"),
            (30, "ALTERNATIVE", "auth-otp-form", ""),
            (40, "DISABLED", "webauthn-authenticator", ""),
            (50, "DISABLED", "auth-recovery-authn-code-form", ""),
        ),
    ),
    (
        "Handle Existing Account",
        "basic-flow",
        False,
        (
            (10, "REQUIRED", "idp-confirm-link", ""),
            (20, "REQUIRED", ">Account verification options", ""),
        ),
    ),
    ("Organization", "basic-flow", False, ((10, "CONDITIONAL", ">Browser - Conditional Organization", ""),)),
    (
        "Reset - Conditional OTP",
        "basic-flow",
        False,
        (
            (10, "REQUIRED", "conditional-user-configured", ""),
            (20, "REQUIRED", "reset-otp", ""),
        ),
    ),
    (
        "User creation or linking",
        "basic-flow",
        False,
        (
            (10, "ALTERNATIVE", "idp-create-user-if-unique", "create unique user config"),
            (20, "ALTERNATIVE", ">Handle Existing Account", ""),
        ),
    ),
    (
        "Verify Existing Account by Re-authentication",
        "basic-flow",
        False,
        (
            (10, "REQUIRED", "idp-username-password-form", ""),
            (20, "CONDITIONAL", ">First broker login - Conditional 2FA", ""),
        ),
    ),
    (
        "browser",
        "basic-flow",
        True,
        (
            (10, "ALTERNATIVE", "auth-cookie", ""),
            (20, "DISABLED", "auth-spnego", ""),
            (25, "ALTERNATIVE", "identity-provider-redirector", ""),
            (26, "ALTERNATIVE", ">Organization", ""),
            (30, "ALTERNATIVE", ">forms", ""),
        ),
    ),
    (
        "clients",
        "client-flow",
        True,
        (
            (10, "ALTERNATIVE", "client-secret", ""),
            (20, "ALTERNATIVE", "client-jwt", ""),
            (30, "ALTERNATIVE", "client-secret-jwt", ""),
            (40, "ALTERNATIVE", "client-x509", ""),
            (50, "ALTERNATIVE", "federated-jwt", ""),
        ),
    ),
    (
        "direct grant",
        "basic-flow",
        True,
        (
            (10, "REQUIRED", "direct-grant-validate-username", ""),
            (20, "REQUIRED", "direct-grant-validate-password", ""),
            (30, "CONDITIONAL", ">Direct Grant - Conditional OTP", ""),
        ),
    ),
    ("docker auth", "basic-flow", True, ((10, "REQUIRED", "docker-http-basic-authenticator", ""),)),
    (
        "first broker login",
        "basic-flow",
        True,
        (
            (10, "REQUIRED", "idp-review-profile", "review profile config"),
            (20, "REQUIRED", ">User creation or linking", ""),
            (60, "CONDITIONAL", ">First Broker Login - Conditional Organization", ""),
        ),
    ),
    (
        "forms",
        "basic-flow",
        False,
        (
            (10, "REQUIRED", "auth-username-password-form", ""),
            (20, "CONDITIONAL", ">Browser - Conditional 2FA", ""),
        ),
    ),
    ("registration", "basic-flow", True, ((10, "REQUIRED", ">registration form", ""),)),
    (
        "registration form",
        "form-flow",
        False,
        (
            (20, "REQUIRED", "registration-user-creation", ""),
            (50, "REQUIRED", "registration-password-action", ""),
            (60, "DISABLED", "registration-recaptcha-action", ""),
            (70, "DISABLED", "registration-terms-and-conditions", ""),
        ),
    ),
    (
        "reset credentials",
        "basic-flow",
        True,
        (
            (10, "REQUIRED", "reset-credentials-choose-user", ""),
            (20, "REQUIRED", "reset-credential-email", ""),
            (30, "REQUIRED", "reset-password", ""),
            (40, "CONDITIONAL", ">Reset - Conditional OTP", ""),
        ),
    ),
    ("saml ecp", "basic-flow", True, ((10, "REQUIRED", "http-basic-authenticator", ""),)),
)
_CONFIGS = {
    "browser-conditional-credential": {"credentials": "webauthn-passwordless"},
    "create unique user config": {"require.password.update.after.registration": "false"},
    "first-broker-login-conditional-credential": {"credentials": "webauthn-passwordless"},
    "review profile config": {"update.profile.on.first.login": "missing"},
}
#: Alias, name, whether it is enabled, priority. None is a default action.
_ACTIONS = (
    ("TERMS_AND_CONDITIONS", "Terms and Conditions", False, 20),
    ("UPDATE_PROFILE", "Update Profile", True, 40),
    ("VERIFY_EMAIL", "Verify Email", True, 50),
    ("CONFIGURE_TOTP", "Configure OTP", True, 54),
    ("UPDATE_PASSWORD", "Update Password", True, 57),
    ("delete_account", "Delete Account", False, 60),
    ("UPDATE_EMAIL", "Update Email", False, 70),
    ("webauthn-register", "Webauthn Register", True, 80),
    ("webauthn-register-passwordless", "Webauthn Register Passwordless", True, 90),
    ("VERIFY_PROFILE", "Verify Profile", True, 100),
    ("delete_credential", "Delete Credential", True, 110),
    ("idp_link", "Linking Identity Provider", True, 120),
    ("CONFIGURE_RECOVERY_AUTHN_CODES", "Recovery Authentication Codes", True, 130),
    ("update_user_locale", "Update User Locale", True, 1000),
)


def flows() -> list[dict[str, Any]]:
    """All default flows, as an export has them."""
    return [
        {
            "alias": alias,
            "providerId": provider,
            "topLevel": top,
            "builtIn": True,
            "authenticationExecutions": [_execution(*step) for step in steps],
        }
        for alias, provider, top, steps in _FLOWS
    ]


def _execution(priority: int, requirement: str, runs: str, config: str) -> dict[str, Any]:
    step = {"priority": priority, "requirement": requirement, "authenticatorFlow": runs.startswith(">")}
    named = {"flowAlias": runs[1:]} if runs.startswith(">") else {"authenticator": runs}
    return {**step, **named, **({"authenticatorConfig": config} if config else {})}


def configs() -> list[dict[str, Any]]:
    """The configurations of the steps of default flows."""
    return [{"alias": alias, "config": dict(config)} for alias, config in _CONFIGS.items()]


def required_actions() -> list[dict[str, Any]]:
    """The default required actions."""
    return [
        {"alias": alias, "name": name, "providerId": alias, "enabled": on, "defaultAction": False, "priority": priority}
        for alias, name, on, priority in _ACTIONS
    ]
