# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users in a realm file."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks.users import users_plain_text_passwords
from ansible_collections.authkit.oauth.plugins.module_utils._realm.export.export import snapshot_of
from ansible_collections.authkit.oauth.plugins.module_utils._realm.model import Finding
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import NotEvaluated, Unknown
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import PlainPassword
from ansible_collections.authkit.oauth.tests.unit.support.checks import REALM, Case, case

ADA, BOSS = PlainPassword("ada"), PlainPassword("boss", administers=True)
CASES = [
    case(users_plain_text_passwords, ["boss"], plain_passwords=[BOSS], role_holders=[]),
    case(users_plain_text_passwords, {REALM: "high"}, plain_passwords=[ADA], role_holders=[]),
    case(users_plain_text_passwords, plain_passwords=[]),
    case(users_plain_text_passwords, unknown=NotEvaluated),
]
PASSWORD = "correct-horse"


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()


def audited(*users: dict[str, Any], **realm: Any) -> tuple[list[Finding], Unknown | None]:
    findings = []
    try:
        for each in users_plain_text_passwords.run(
            snapshot_of({"realm": REALM, "users": list(users), **realm}, "f"), {}
        ):
            findings.append(each)
    except Unknown as unknown:
        return findings, unknown
    return findings, None


def user(name: str, value: object = PASSWORD, **parts: Any) -> dict[str, Any]:
    return {"username": name, "credentials": [{"type": "password", "value": value}], **parts}


RM = {"realm-management": ["realm-admin"]}
ROLES = {"roles": {"realm": [], "client": {"realm-management": [{"name": "realm-admin"}]}}}


def test_administrators_come_first_and_no_password_is_shown() -> None:
    group = {"groups": [{"name": "ops", "path": "/ops", "clientRoles": RM}]}
    findings, unknown = audited(
        user("boss", clientRoles=RM), user("op", groups=["/ops"]), user("ada"), **ROLES, **group
    )
    assert [(each.target, each.severity) for each in findings] == [("boss", None), ("op", None), (REALM, "high")]
    assert (unknown, PASSWORD in repr(findings)) == (None, False)


def test_an_administrator_is_known_even_without_the_roles_of_the_realm() -> None:
    (boss, others), unknown = audited(user("boss", clientRoles=RM), user("ada"))
    assert (boss.target, others.evidence["users"]) == ("boss", ["ada"])
    assert unknown is None or "roles" in unknown.reason


@pytest.mark.parametrize("value", ["", None, 5, "**********", "${PASSWORD}", "{{ password }}"])
def test_what_is_no_password_is_not_found(value: object) -> None:
    assert audited(user("ada", value), **ROLES) == ([], None)


def test_a_default_behind_a_reference_is_a_password() -> None:
    assert len(audited(user("ada", "${PASSWORD:changeme}"), **ROLES)[0]) == 1


def test_a_hash_is_no_plain_text() -> None:
    hashed = {"username": "ada", "credentials": [{"type": "password", "secretData": "{}", "credentialData": "{}"}]}
    assert audited(hashed, **ROLES) == ([], None)


def test_malformed_users_are_not_evaluated() -> None:
    assert audited(users=5)[1] is not None
