# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""User federation."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks.federation import (
    federation_ldap_anonymous_bind,
    federation_ldap_cleartext,
    federation_ldap_mapper_admin,
    federation_ldap_trust_email,
    federation_ldap_writable_no_policy,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.model import Check
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import NotEvaluated
from ansible_collections.authkit.oauth.tests.unit.support.checks import Case, case
from ansible_collections.authkit.oauth.tests.unit.support.snapshot_parts import catalog, role

CHECKS = [
    federation_ldap_anonymous_bind,
    federation_ldap_cleartext,
    federation_ldap_mapper_admin,
    federation_ldap_trust_email,
    federation_ldap_writable_no_policy,
]
GOOD = {
    "enabled": "true",
    "connectionUrl": "ldaps://ldap.example.org",
    "authType": "simple",
    "editMode": "WRITABLE",
    "validatePasswordPolicy": "true",
    "trustEmail": "false",
}


def ldap(name: str = "corp", **config: str) -> dict[str, Any]:
    return {
        "id": f"id of {name}",
        "name": name,
        "providerType": "org.keycloak.storage.UserStorageProvider",
        "providerId": "ldap",
        "config": {key: [value] for key, value in {**GOOD, **config}.items()},
    }


def one(check: Check, finds: Any = (), **config: str) -> Case:
    return case(check, finds, components=[ldap(**config)])


def mapper(name: str = "everyone", parent: str = "id of corp", **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "parentId": parent,
        "providerType": "org.keycloak.storage.ldap.mappers.LDAPStorageMapper",
        "providerId": "hardcoded-ldap-role-mapper",
        "config": {"role": ["realm-management.manage-users"]},
        **more,
    }


def granting(finds: Any, *components: dict[str, Any]) -> Case:
    roles = catalog(role("helpdesk", "realm-management.realm-admin"))
    return case(federation_ldap_mapper_admin, finds, components=components, roles=roles)


CLEAR = "ldap://ldap.example.org:389"
CASES: list[Case] = [
    *(one(check) for check in CHECKS),
    *(case(check, components=[]) for check in CHECKS),
    # Kerberos and extensions store users, too.
    *(
        case(check, components=[{**ldap(connectionUrl=CLEAR, authType="none"), "providerId": "kerberos"}])
        for check in CHECKS
    ),
    one(federation_ldap_cleartext, ["corp"], connectionUrl=CLEAR),
    one(federation_ldap_cleartext, ["corp"], connectionUrl=f"ldaps://a.example.org {CLEAR}"),
    one(federation_ldap_cleartext, ["corp"], connectionUrl=f"ldap://localhost {CLEAR}"),
    one(federation_ldap_cleartext, ["corp"], connectionUrl="LDAP://LDAP.EXAMPLE.ORG"),
    one(federation_ldap_cleartext, {"corp": "low"}, connectionUrl="ldap://localhost:389 ldap://127.0.0.1"),
    one(federation_ldap_cleartext, ["corp"], connectionUrl="ldap://directory.localhost"),
    one(federation_ldap_cleartext, {"corp": "info"}, connectionUrl=CLEAR, enabled="false"),
    one(federation_ldap_cleartext, connectionUrl=CLEAR, startTls="true"),
    # Two of the same name are one finding: the worse.
    case(
        federation_ldap_cleartext,
        ["corp"],
        components=[ldap(connectionUrl="ldap://localhost"), ldap(connectionUrl=CLEAR), ldap(), ldap()],
    ),
    case(
        federation_ldap_cleartext,
        ["corp", "branch"],
        components=[ldap(connectionUrl=CLEAR), ldap("branch", connectionUrl=CLEAR)],
    ),
    one(federation_ldap_anonymous_bind, ["corp"], authType="none"),
    one(federation_ldap_anonymous_bind, {"corp": "info"}, authType="none", enabled="false"),
    one(federation_ldap_writable_no_policy, ["corp"], validatePasswordPolicy="false"),
    one(federation_ldap_writable_no_policy, {"corp": "info"}, validatePasswordPolicy="false", enabled="false"),
    *(
        one(federation_ldap_writable_no_policy, editMode=mode, validatePasswordPolicy="false")
        for mode in ("READ_ONLY", "UNSYNCED")
    ),
    case(federation_ldap_writable_no_policy, ["corp"], components=[{**ldap(), "config": {"editMode": ["WRITABLE"]}}]),
    # An export may hold plain text where the server has lists.
    case(
        federation_ldap_writable_no_policy,
        unknown=NotEvaluated,
        components=[{**ldap(), "config": {"editMode": "WRITABLE"}}],
    ),
    case(federation_ldap_writable_no_policy, components=[{**ldap(), "config": {"editMode": []}}]),
    case(federation_ldap_writable_no_policy, components=[{**ldap(), "config": None}]),
    one(federation_ldap_trust_email, ["corp"], trustEmail="true"),
    one(federation_ldap_trust_email, {"corp": "info"}, trustEmail="true", enabled="false"),
    granting(["everyone"], ldap(), mapper()),
    granting(["everyone"], ldap(), mapper(config={"role": ["helpdesk"]})),
    granting({"everyone": "info"}, ldap(enabled="false"), mapper()),
    granting(["everyone"], ldap(enabled="false"), ldap("branch"), mapper(), mapper(parent="id of branch")),
    granting((), mapper(config={"role": ["offline_access"]})),
    granting((), mapper(config={"role": ["nobody.knows"]})),
    granting((), mapper(config={})),
    granting((), mapper(providerId="role-ldap-mapper")),
    case(federation_ldap_mapper_admin, unknown=NotEvaluated, components=[mapper()]),
]


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()
