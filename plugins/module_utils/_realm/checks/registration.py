# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Self-registration, and password reset by email."""

from __future__ import annotations

from collections.abc import Iterator

from ..keycloak.findings import on_realm
from ..keycloak.flows import REQUIRED, bound, steps
from ..keycloak.settings import switch
from ..model import Finding, Parameter, Parameters, check
from ..snapshot.snapshot import Snapshot


@check(
    id="realm-registration-unverified",
    area="realm",
    level="L3",
    severity="medium",
    tier="core",
    title="Self-registration without email verification",
    rationale="Anyone can create an account with another person's address.",
    remediation="Realm settings > Login: Verify email on, or User registration off.",
)
def realm_registration_unverified(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    realm = snapshot.realm
    if switch(realm, "registrationAllowed") and not switch(realm, "verifyEmail"):
        message = "registrationAllowed is true and verifyEmail is false, so accounts can be created with any address."
        yield on_realm(snapshot, message, {"registrationAllowed": True, "verifyEmail": False})


@check(
    id="realm-registration-no-captcha",
    area="realm",
    level="L3",
    severity="low",
    tier="extended",
    title="Self-registration without bot protection",
    rationale="Scripts can fill the realm with accounts.",
    remediation="Set reCAPTCHA to Required in the registration flow.",
    parameters={
        "captcha_providers": Parameter(
            ["registration-recaptcha-action", "registration-recaptcha-enterprise"],
            "Provider ids of form actions that protect registration from bots.",
        ),
    },
)
def realm_registration_no_captcha(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    if not switch(snapshot.realm, "registrationAllowed"):
        return
    flow = bound(snapshot, "registrationFlow")
    captcha = parameters["captcha_providers"]
    if not any(step.provider in captcha and step.requirement == REQUIRED for step in steps(flow)):
        message = f"The registration flow {flow.alias} does not require proof that a human registers."
        evidence = {"registrationAllowed": True, "registrationFlow": flow.alias}
        yield on_realm(snapshot, message, evidence, details=(flow.alias,))


@check(
    id="realm-reset-password-unverified-email",
    area="realm",
    level="L3",
    severity="medium",
    tier="core",
    title="Password reset by email without verified addresses",
    rationale="With a wrong address in the profile, someone else can take over the account.",
    remediation="Realm settings > Login > Verify email on.",
)
def realm_reset_password_unverified_email(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    realm = snapshot.realm
    if switch(realm, "resetPasswordAllowed") and not switch(realm, "verifyEmail"):
        message = "resetPasswordAllowed is true and verifyEmail is false, so reset links go to unverified addresses."
        yield on_realm(snapshot, message, {"resetPasswordAllowed": True, "verifyEmail": False})
