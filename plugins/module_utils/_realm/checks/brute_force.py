# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Brute force detection: whether passwords can be guessed, and how lockouts affect attackers and users."""

from __future__ import annotations

from collections.abc import Iterator

from ..keycloak.findings import on_realm
from ..keycloak.flows import has_password_entry
from ..keycloak.settings import describe, switch, whole
from ..model import INFO, Finding, Parameter, Parameters, check
from ..snapshot.gaps import Json
from ..snapshot.snapshot import Snapshot

_REFERENCE = "Keycloak Server Administration Guide, Brute force attacks"


@check(
    id="realm-brute-force-off",
    area="realm",
    level="L3",
    severity="high",
    tier="core",
    title="Brute force detection is off",
    rationale="Passwords can be guessed without limit; a new realm starts like this.",
    remediation="Realm settings > Security defenses > Brute force detection: choose a mode other than Disabled.",
    reference=_REFERENCE,
)
def realm_brute_force_off(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    if _on(snapshot.realm):
        return
    evidence = {"bruteForceProtected": False}
    if has_password_entry(snapshot):
        message = "bruteForceProtected is false, so passwords can be guessed without limit."
        yield on_realm(snapshot, message, evidence)
    else:
        message = "bruteForceProtected is false, and no flow in use asks for a password."
        yield on_realm(snapshot, message, evidence, severity=INFO)


@check(
    id="realm-brute-force-threshold",
    area="realm",
    level="L3",
    severity="medium",
    tier="core",
    title="Too many failures before lockout",
    rationale="The 30 failures of a new realm leave room for guessing.",
    remediation="Realm settings > Security defenses > Brute force detection: lower Max login failures.",
    reference=_REFERENCE,
    parameters={"max_failures": Parameter(10, "Maximum number of failed logins in a row before a lockout.")},
)
def realm_brute_force_threshold(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    failures = whole(snapshot.realm, "failureFactor")
    if _on(snapshot.realm) and failures > parameters["max_failures"]:
        message = f"failureFactor is {failures}, so an account is locked only after that many failed logins."
        yield on_realm(snapshot, message, {"failureFactor": failures})


@check(
    id="realm-brute-force-wait-short",
    area="realm",
    level="L3",
    severity="low",
    tier="extended",
    title="Temporary lockout is too short",
    rationale="A few seconds do not slow down an attacker.",
    remediation="Realm settings > Security defenses > Brute force detection: raise Max wait and Wait increment.",
    reference=_REFERENCE,
    parameters={
        "min_max_wait": Parameter(300, "Minimum duration of the longest lockout, in seconds."),
        "min_increment": Parameter(30, "Minimum increment of lockouts, in seconds."),
    },
)
def realm_brute_force_wait_short(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    realm = snapshot.realm
    if not _on(realm) or _permanent_only(realm):
        return
    waits = {
        "maxFailureWaitSeconds": (whole(realm, "maxFailureWaitSeconds"), parameters["min_max_wait"]),
        "waitIncrementSeconds": (whole(realm, "waitIncrementSeconds"), parameters["min_increment"]),
    }
    short = {name: value for name, (value, least) in waits.items() if value < least}
    if short:
        message = f"{describe(short)}, so a locked account can soon be attacked again."
        yield on_realm(snapshot, message, short)


@check(
    id="realm-brute-force-reset-too-early",
    area="realm",
    level="L3",
    severity="low",
    tier="extended",
    title="Failure counter resets before the maximum wait",
    rationale="No lockout ever reaches Max wait.",
    remediation=(
        "Realm settings > Security defenses > Brute force detection: make Failure reset time longer than Max wait."
    ),
    reference=_REFERENCE,
)
def realm_brute_force_reset_too_early(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    realm = snapshot.realm
    if not _on(realm) or _permanent_only(realm):
        return
    reset = whole(realm, "maxDeltaTimeSeconds")
    longest = whole(realm, "maxFailureWaitSeconds")
    if reset <= longest:
        message = (
            f"maxDeltaTimeSeconds is {reset}, so failures are forgotten before a lockout of {longest} seconds ends."
        )
        evidence = {"maxDeltaTimeSeconds": reset, "maxFailureWaitSeconds": longest}
        yield on_realm(snapshot, message, evidence)


@check(
    id="realm-permanent-lockout-dos",
    area="realm",
    level="L3",
    severity="low",
    tier="extended",
    title="Accounts are locked permanently after a few failures",
    rationale="Anyone who knows user names can lock out their owners.",
    remediation=(
        "Realm settings > Security defenses > Brute force detection: Lockout temporarily, or Lockout permanently after "
        "temporary lockout."
    ),
    reference="Keycloak Server Administration Guide, Downside of Keycloak brute force detection",
)
def realm_permanent_lockout_dos(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    if _on(snapshot.realm) and _permanent_only(snapshot.realm):
        message = "permanentLockout is true without temporary lockouts before it, so strangers can lock accounts."
        yield on_realm(snapshot, message, {"permanentLockout": True, "maxTemporaryLockouts": 0})


def _on(realm: Json) -> bool:
    return switch(realm, "bruteForceProtected")


def _permanent_only(realm: Json) -> bool:
    return switch(realm, "permanentLockout") and whole(realm, "maxTemporaryLockouts") <= 0
