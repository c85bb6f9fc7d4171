# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The password policy."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks.passwords import (
    passwords_composition_rules,
    passwords_forced_expiry,
    passwords_hash_weak,
    passwords_max_length_low,
    passwords_min_length,
    passwords_no_denylist,
    passwords_no_policy,
    passwords_username_allowed,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Gap, Inconclusive, NotEvaluated
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import Execution, Flow
from ansible_collections.authkit.oauth.tests.unit.support.checks import REALM, Case, case

NONE: dict[str, Any] = {"realm": {}}
LOW = {REALM: "low"}


def rules(text: str) -> dict[str, Any]:
    return {"realm": {"passwordPolicy": text}}


def login(provider: str = "auth-username-password-form") -> dict[str, Any]:
    flow = Flow("1", "browser", (Execution(provider, "REQUIRED"),))
    return {"flows": {"browser": flow}, "flow_aliases": {}, "clients": [], "identity_providers": []}


def stores(*stores: tuple[str, dict[str, list[str]]]) -> dict[str, Any]:
    """Components: user stores, and one that is none."""
    kind = "org.keycloak.storage.UserStorageProvider"
    found = [{"name": name, "providerType": kind, "providerId": name, "config": config} for name, config in stores]
    return {"components": [*found, {"name": "rsa", "providerType": "org.keycloak.keys.KeyProvider", "config": {}}]}


READ_ONLY = ("ldap", {"editMode": ["READ_ONLY"]})
WRITABLE = ("ldap", {"editMode": ["WRITABLE"]})
UNUSED = ("ours", {"enabled": ["false"]})
CASES: list[Case] = [
    case(passwords_no_policy, [REALM], **NONE, **login(), **stores()),
    case(passwords_no_policy, [REALM], **rules("  "), **login(), **stores()),
    case(passwords_no_policy, [REALM], **NONE, **login(), **stores(WRITABLE)),
    case(passwords_no_policy, [REALM], **NONE, **login(), **stores(READ_ONLY, ("ours", {}))),
    case(passwords_no_policy, [REALM], **NONE, **login(), **stores(UNUSED)),
    case(passwords_no_policy, [REALM], realm={"registrationAllowed": True}, **login(), **stores(READ_ONLY)),
    case(passwords_no_policy, LOW, **NONE, **login(), **stores(READ_ONLY)),
    case(passwords_no_policy, LOW, **NONE, **login(), **stores(READ_ONLY, UNUSED)),
    case(passwords_no_policy, {REALM: "info"}, **NONE, **login("webauthn-authenticator-passwordless")),
    case(passwords_no_policy, **rules("length(8)")),
    case(passwords_no_policy, unknown=NotEvaluated, **NONE),
    case(passwords_no_policy, unknown=NotEvaluated, **NONE, **login()),
    case(passwords_min_length, [REALM], **rules("length(11)")),
    case(passwords_min_length, [REALM], **rules("length")),
    case(passwords_min_length, [REALM], **rules("notUsername(undefined)")),
    case(passwords_min_length, **rules("notUsername(undefined) and length(12)")),
    case(passwords_min_length, parameters={"min_length": 8}, **rules("length")),
    case(passwords_min_length, unknown=NotEvaluated, **NONE),
    case(passwords_min_length, unknown=NotEvaluated, **rules("length(long)")),
    case(passwords_max_length_low, [REALM], **rules("maxLength(63)")),
    case(passwords_max_length_low, **rules("maxLength(64)")),
    case(passwords_max_length_low, **rules("maxLength")),
    case(passwords_max_length_low, **rules("length(12)")),
    case(passwords_max_length_low, **NONE),
    case(passwords_hash_weak, [REALM], **rules("hashAlgorithm(pbkdf2) and hashIterations(2000000)")),
    case(passwords_hash_weak, [REALM], **rules("hashAlgorithm(pbkdf2)")),
    case(passwords_hash_weak, [REALM], **rules("hashAlgorithm(pbkdf2-sha256) and hashIterations(27500)")),
    case(passwords_hash_weak, [REALM], **rules("hashIterations(209999) and hashAlgorithm(pbkdf2-sha512)")),
    case(passwords_hash_weak, [REALM], **rules("hashAlgorithm(argon2) and hashIterations(4)")),
    case(passwords_hash_weak, [REALM], **rules("hashIterations(4)")),
    case(passwords_hash_weak, [REALM], **rules("hashIterations(27500)"), server_version="23.0.7"),
    case(passwords_hash_weak, [REALM], **rules("hashIterations(27500)"), server_version="24.0.5"),
    case(passwords_hash_weak, **rules("hashIterations(27500)"), server_version="26.7.3"),
    case(passwords_hash_weak, **rules("hashIterations(27500)"), server_version=Gap("The server does not show it.")),
    case(
        passwords_hash_weak,
        unknown=Inconclusive,
        **rules("hashIterations(27500)"),
        server_version=Gap("The server answered 500.", fault=True),
    ),
    case(passwords_hash_weak, **rules("hashAlgorithm(pbkdf2-sha256) and hashIterations(600000)")),
    case(passwords_hash_weak, **rules("hashAlgorithm(pbkdf2-sha256) and hashIterations(-1)")),
    case(passwords_hash_weak, **rules("hashAlgorithm(pbkdf2-sha256)")),
    case(passwords_hash_weak, **rules("hashAlgorithm(ours) and hashIterations(1)")),
    case(
        passwords_hash_weak,
        [REALM],
        parameters={"min_iterations": {"ours": 2}},
        **rules("hashAlgorithm(ours) and hashIterations(1)"),
    ),
    case(passwords_hash_weak, **rules("hashIterations")),
    case(passwords_hash_weak, **NONE),
    case(passwords_no_denylist, [REALM], **rules("length(12)")),
    case(passwords_no_denylist, **rules("passwordBlacklist(common.txt)")),
    case(passwords_no_denylist, **NONE),
    case(passwords_username_allowed, [REALM], **rules("length(12)")),
    case(passwords_username_allowed, **rules("notUsername(undefined)")),
    case(passwords_username_allowed, **rules("notUsername")),
    case(passwords_username_allowed, **rules("notContainsUsername(undefined)")),
    case(passwords_username_allowed, **NONE),
    case(passwords_forced_expiry, [REALM], **rules("forceExpiredPasswordChange(30)")),
    case(passwords_forced_expiry, **rules("forceExpiredPasswordChange(180)")),
    case(passwords_forced_expiry, **rules("forceExpiredPasswordChange")),
    case(passwords_forced_expiry, **rules("forceExpiredPasswordChange(0)")),
    case(passwords_forced_expiry, **NONE),
    case(passwords_composition_rules, [REALM], **rules("length(8) and digits(1) and regexPattern(.*)")),
    case(passwords_composition_rules, [REALM], **rules("specialChars(1)")),
    case(passwords_composition_rules, **rules("length(8) and notUsername(undefined)")),
    case(passwords_composition_rules, **NONE),
    case(passwords_composition_rules, unknown=NotEvaluated, **rules("regexPattern([a-z]+)")),
    case(passwords_forced_expiry, unknown=NotEvaluated, realm={"passwordPolicy": ["length(12)"]}),
]


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()
