# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Small authentication flows."""

from __future__ import annotations

from typing import Any

from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import Execution, Flow

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
DEFAULTS = (DEFAULT_BROWSER, DEFAULT_DIRECT_GRANT, DEFAULT_RESET, DEFAULT_BROKER)
