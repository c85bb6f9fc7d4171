# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fine-grained admin permissions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks import admin_permissions as checks
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Gap, NotEvaluated
from ansible_collections.authkit.oauth.tests.unit.support.checks import REALM, Case, case, found
from ansible_collections.authkit.oauth.tests.unit.support.snapshot_parts import DEFAULT_ROLE, catalog

HELPDESK = {"name": "helpdesk", "type": "role", "config": {"roles": '[{"id":"app/helpdesk","required":false}]'}}
EVERYBODY = {"name": "all", "type": "role", "config": {"roles": '[{"id":"default-roles-shop","required":true}]'}}
NOBODY_ELSE = {**HELPDESK, "name": "others", "logic": "NEGATIVE"}
ANN = {"name": "ann", "type": "user", "config": {"users": '["ann"]'}}


def permission(
    *policies: str, scopes: tuple[str, ...] = ("manage",), resources: tuple[str, ...] = ("Users",), **more: Any
) -> dict[str, Any]:
    config = {"scopes": scopes, "resources": resources, "applyPolicies": policies}
    return {
        "name": f"{'-'.join(scopes)} {'-'.join(resources)}",
        "type": "scope",
        "config": {name: json.dumps(value) for name, value in config.items()},
        **more,
    }


def realm(*policies: dict[str, Any], client: str = "admin-permissions", on: bool = True) -> dict[str, Any]:
    return {
        "realm": {**DEFAULT_ROLE, "adminPermissionsEnabled": on},
        "roles": catalog(),
        "resource_servers": {client: {"policies": list(policies)}},
    }


def grants(finds: Any, *policies: dict[str, Any], **more: Any) -> Case:
    return case(checks.realm_fine_grained_admin_grants, finds, **{**realm(*policies), **more})


V1: dict[str, Any] = {**realm(ANN, permission("ann"), client="realm-management", on=False)}
WRONG: dict[str, Any] = {**realm(ANN, permission("gone"))}

CASES: list[Case] = [
    case(checks.realm_fine_grained_admin_unreviewed, [REALM], realm={"adminPermissionsEnabled": True}),
    case(checks.realm_fine_grained_admin_unreviewed, realm={"adminPermissionsEnabled": False}),
    case(checks.realm_fine_grained_admin_unreviewed, realm={}),
    grants([REALM], ANN, permission("ann")),
    grants([REALM], HELPDESK, permission("helpdesk", scopes=("view", "impersonate"))),
    grants({REALM: "low"}, ANN, permission("ann", resources=("6c6e3049-2e21",))),
    grants({REALM: "info"}, ANN, permission("ann", scopes=("view", "view-members"))),
    grants({REALM: "critical"}, EVERYBODY, permission("all", resources=("6c6e3049-2e21",))),
    grants({REALM: "critical"}, NOBODY_ELSE, permission("others")),
    grants({REALM: "high"}, EVERYBODY, permission("all", scopes=("view",))),
    # Both policies must let somebody in, unless one is enough.
    grants([REALM], EVERYBODY, ANN, permission("all", "ann")),
    grants({REALM: "critical"}, EVERYBODY, ANN, permission("all", "ann", decisionStrategy="AFFIRMATIVE")),
    # A scope that is left out means every scope.
    grants([REALM], ANN, permission("ann", scopes=())),
    grants((), ANN, permission()),
    grants((), ANN, HELPDESK),
    grants((), ANN, permission("ann"), realm={**DEFAULT_ROLE}),
    case(checks.realm_fine_grained_admin_grants, [REALM], **V1, features={"ADMIN_FINE_GRAINED_AUTHZ": True}),
    case(checks.realm_fine_grained_admin_grants, **V1, features={"ADMIN_FINE_GRAINED_AUTHZ": False}),
    case(checks.realm_fine_grained_admin_grants, **V1, features={"OTHER": True}),
    case(checks.realm_fine_grained_admin_grants, [REALM], **V1, server_version="24.0.5"),
    case(checks.realm_fine_grained_admin_grants, unknown=NotEvaluated, **V1, server_version="26.7.3"),
    case(checks.realm_fine_grained_admin_grants, unknown=NotEvaluated, **V1),
    case(checks.realm_fine_grained_admin_grants, unknown=NotEvaluated, **WRONG),
    grants((), resource_servers={}),
    *(
        case(
            checks.realm_fine_grained_admin_grants,
            unknown=NotEvaluated,
            **realm({**permission("ann"), "config": {"applyPolicies": wrong}}),
        )
        for wrong in ("[", "{}", "[1]", "[" * 100_000)
    ),
    case(
        checks.realm_fine_grained_admin_grants,
        unknown=NotEvaluated,
        realm={"adminPermissionsEnabled": True},
        resource_servers={"admin-permissions": Gap("Not read.", roles=("view-clients",))},
    ),
]


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()


def test_a_finding_names_what_is_granted_and_to_whom() -> None:
    sections = realm(
        HELPDESK, permission("helpdesk", scopes=("manage", "view")), ANN, permission("ann", scopes=("view",))
    )
    (finding,) = found(checks.realm_fine_grained_admin_grants, sections)
    assert finding.message.endswith(": manage-view Users (manage, view on Users, for helpdesk).")
    assert list(finding.evidence) == ["medium", "info"]
