# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The password policy: which passwords users may choose, and how they are stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..keycloak.components import components_of
from ..keycloak.findings import on_realm
from ..keycloak.flows import has_password_entry
from ..keycloak.password_policy import password_policy
from ..keycloak.settings import default_of, first, first_switch, switch, text
from ..model import INFO, Finding, Parameter, Parameters, check
from ..snapshot.gaps import Json, NotEvaluated
from ..snapshot.shapes import major
from ..snapshot.snapshot import Snapshot

_REFERENCE = "Keycloak Server Administration Guide, Password policies"
_STORAGE = "org.keycloak.storage.UserStorageProvider"
_COMPOSITION = ("digits", "lowerCase", "upperCase", "specialChars")
_PATTERN = "regexPattern"
_SHA1 = "pbkdf2"


@check(
    id="passwords-no-policy",
    area="passwords",
    level="L3",
    severity="high",
    tier="core",
    title="No password policy",
    rationale="A new realm accepts any password.",
    remediation="Authentication > Policies > Password policy: add rules, first of all a minimum length.",
    reference=_REFERENCE,
)
def passwords_no_policy(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    if password_policy(snapshot.realm):
        return
    severity, message = None, "The realm has no password policy, so any password is accepted."
    if not has_password_entry(snapshot):
        severity, message = INFO, "The realm has no password policy, and no flow in use asks for a password."
    elif not switch(snapshot.realm, "registrationAllowed") and _only_read_only_ldap(snapshot):
        severity = "low"
        message = (
            "The realm has no password policy; its users and their passwords come from a read-only LDAP directory."
        )
    yield on_realm(snapshot, message, {"passwordPolicy": ""}, severity=severity)


def _only_read_only_ldap(snapshot: Snapshot) -> bool:
    """Whether each enabled user store is an LDAP directory that Keycloak does not write to."""
    used = [each for each in components_of(snapshot, _STORAGE) if first_switch(each, "enabled")]
    return bool(used) and all(text(each, "providerId") == "ldap" and _read_only(each) for each in used)


def _read_only(component: Json) -> bool:
    return first(component, "editMode") == "READ_ONLY"


@check(
    id="passwords-min-length",
    area="passwords",
    level="L3",
    severity="medium",
    tier="core",
    title="Minimum length missing or short",
    rationale="Length is what makes a password hard to guess.",
    remediation="Authentication > Policies > Password policy: Minimum length 12.",
    reference=_REFERENCE,
    parameters={"min_length": Parameter(12, "Minimum length that the policy must require, in characters.")},
)
def passwords_min_length(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    policy = password_policy(snapshot.realm)
    if not policy:
        raise NotEvaluated("The realm has no password policy: see passwords-no-policy.")
    length = policy.number("length")
    if length is None:
        yield on_realm(snapshot, "The password policy requires no minimum length.", {"length": "not set"})
    elif length < parameters["min_length"]:
        message = f"The password policy accepts passwords of {length} characters."
        yield on_realm(snapshot, message, {"length": length})


@check(
    id="passwords-max-length-low",
    area="passwords",
    level="L3",
    severity="low",
    tier="extended",
    title="Maximum length below 64",
    rationale="Long passphrases are rejected.",
    remediation="Authentication > Policies > Password policy: raise or remove Maximum length.",
    reference=_REFERENCE,
    parameters={"min_max_length": Parameter(64, "Minimum length that the policy must allow, in characters.")},
)
def passwords_max_length_low(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    longest = password_policy(snapshot.realm).number("maxLength")
    if longest is not None and longest < parameters["min_max_length"]:
        message = f"The password policy rejects passwords of more than {longest} characters."
        yield on_realm(snapshot, message, {"maxLength": longest})


@check(
    id="passwords-hash-weak",
    area="passwords",
    level="L3",
    severity="high",
    tier="core",
    title="Weak password hash",
    rationale="PBKDF2 with SHA-1 is deprecated, and few iterations make it cheap to crack a stolen database.",
    remediation="Authentication > Policies > Password policy: remove Hashing iterations, set Hashing algorithm argon2.",
    reference="Keycloak Server Administration Guide, Password policies: HashAlgorithm, Hashing iterations",
    parameters={
        "min_iterations": Parameter(
            {"pbkdf2": 1300000, "pbkdf2-sha256": 600000, "pbkdf2-sha512": 210000, "argon2": 5},
            "Minimum number of iterations for each hash algorithm.",
        ),
    },
)
def passwords_hash_weak(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    policy = password_policy(snapshot.realm)
    algorithm = policy.rules.get("hashAlgorithm", "")
    iterations = policy.number("hashIterations")
    if algorithm == _SHA1:
        message = "Passwords are hashed with pbkdf2, which is PBKDF2 with SHA-1."
        yield on_realm(snapshot, message, {"hashAlgorithm": algorithm})
    elif iterations is not None and 0 < iterations < _fewest(
        snapshot, algorithm, iterations, parameters["min_iterations"]
    ):
        message = f"Passwords are hashed with only {iterations} iterations ({algorithm or 'the default algorithm'})."
        evidence = {"hashAlgorithm": algorithm or "not set", "hashIterations": iterations}
        yield on_realm(snapshot, message, evidence)


def _fewest(snapshot: Snapshot, algorithm: str, iterations: int, minimums: Mapping[str, int]) -> int:
    """The iterations that the algorithm needs; 0 for an extension's algorithm."""
    fewest = min(minimums.values(), default=0)
    if not algorithm and iterations >= fewest:
        algorithm = _default_algorithm(snapshot)
    return minimums.get(algorithm, 0) if algorithm else fewest


def _default_algorithm(snapshot: Snapshot) -> str:
    """The algorithm that the server uses if the policy names none; for a file, the one that imports it.

    Raises Inconclusive.
    """
    if snapshot.of_file:
        return default_of("hashAlgorithm", None)
    try:
        version = major(snapshot.server_version) or 0
    except NotEvaluated:
        # Only servers that are newer than the last change of the default hide their version.
        return default_of("hashAlgorithm", None)
    return default_of("hashAlgorithm", version)


@check(
    id="passwords-no-denylist",
    area="passwords",
    level="L3",
    severity="info",
    tier="extended",
    title="No list of leaked passwords",
    rationale="Users choose passwords that have leaked elsewhere.",
    remediation="Authentication > Policies > Password policy: Password blacklist, with a file on the server.",
    reference="Keycloak Server Administration Guide, Password policies: Password blacklist",
)
def passwords_no_denylist(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    policy = password_policy(snapshot.realm)
    if policy and "passwordBlacklist" not in policy:
        message = "The password policy accepts passwords that are known to have leaked."
        yield on_realm(snapshot, message, {"passwordBlacklist": "not set"})


@check(
    id="passwords-username-allowed",
    area="passwords",
    level="L3",
    severity="low",
    tier="extended",
    title="Password may equal the user name",
    rationale="It is the first guess of every attacker.",
    remediation="Authentication > Policies > Password policy: Not username, or Not contains username.",
    reference=_REFERENCE,
)
def passwords_username_allowed(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    policy = password_policy(snapshot.realm)
    if policy and "notUsername" not in policy and "notContainsUsername" not in policy:
        message = "The password policy accepts the user name as password."
        yield on_realm(snapshot, message, {"notUsername": "not set", "notContainsUsername": "not set"})


@check(
    id="passwords-forced-expiry",
    area="passwords",
    level="L3",
    severity="info",
    tier="extended",
    title="Periodic password expiry",
    rationale="Users who must change their passwords often choose weaker ones.",
    remediation="Authentication > Policies > Password policy: remove Expire password, or raise it.",
    reference="Keycloak Server Administration Guide, Password policies: Expire password",
    parameters={"min_days": Parameter(180, "Minimum time until a password expires, in days.")},
)
def passwords_forced_expiry(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    days = password_policy(snapshot.realm).number("forceExpiredPasswordChange")
    if days is not None and 0 < days < parameters["min_days"]:
        message = f"Passwords must be changed every {days} days."
        yield on_realm(snapshot, message, {"forceExpiredPasswordChange": days})


@check(
    id="passwords-composition-rules",
    area="passwords",
    level="L3",
    severity="info",
    tier="extended",
    title="Rules for the kinds of characters",
    rationale="Users meet such rules in predictable ways; length and a list of leaked passwords help more.",
    remediation="Authentication > Policies > Password policy: remove Digits, Lowercase, Uppercase, Special characters.",
    reference="OWASP ASVS 5.0.0 V6.2.5",
)
def passwords_composition_rules(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    policy = password_policy(snapshot.realm)
    found = {name: policy.rules[name] for name in _COMPOSITION if name in policy}
    if found:
        names = " and ".join(found)
        yield on_realm(snapshot, f"The password policy has rules for the kinds of characters: {names}.", found)
    elif _PATTERN in policy:
        raise NotEvaluated("The password policy has a regular expression; what it asks for is not judged.")
