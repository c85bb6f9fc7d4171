# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Roles."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks.roles import (
    realm_bootstrap_admin_left,
    roles_composite_hides_admin,
    roles_default_group_privileged,
    roles_default_privileged,
    roles_default_read_token,
    roles_too_many_realm_admins,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.model import Check
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import NotEvaluated
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import GroupRoles, Role
from ansible_collections.authkit.oauth.tests.unit.support.checks import REALM, Case, case, found
from ansible_collections.authkit.oauth.tests.unit.support.snapshot_parts import DEFAULT_ROLE, catalog, holder, role

RM = "realm-management"


def by_default(*held: str, more: tuple[Role, ...] = ()) -> dict[str, Any]:
    return {"realm": DEFAULT_ROLE, "roles": catalog(*more, default=held)}


CIRCLE = (role("left", "right"), role("right", "left", f"{RM}.manage-users"))
MASTER = {"defaultRole": {"name": "default-roles-master"}}


def on_master(*roles: Role) -> dict[str, Any]:
    return {"name": "master", "realm": MASTER, "roles": {each.id: each for each in roles}}


DEFAULT_CASES = [
    case(roles_default_privileged, **by_default()),
    case(roles_default_privileged, **by_default(f"{RM}.query-users")),
    *(
        case(roles_default_privileged, [REALM], **by_default(f"{RM}.{name}"))
        for name in ("realm-admin", "manage-users")
    ),
    case(roles_default_privileged, [REALM], **by_default(f"{RM}.impersonation")),
    case(roles_default_privileged, {REALM: "high"}, **by_default(f"{RM}.manage-clients")),
    case(roles_default_privileged, {REALM: "high"}, **by_default(f"{RM}.create-client", f"{RM}.view-users")),
    case(roles_default_privileged, {REALM: "medium"}, **by_default(f"{RM}.view-users")),
    case(roles_default_privileged, [REALM], **by_default("left", more=CIRCLE)),
    # Another client's role of that name administers nothing.
    case(roles_default_privileged, **by_default("app.manage-users", more=(role("manage-users", client="app"),))),
    case(
        roles_default_privileged,
        {"master": "high"},
        **on_master(role("default-roles-master", "create-realm"), role("create-realm")),
    ),
    case(
        roles_default_privileged,
        {"master": "critical"},
        **on_master(role("default-roles-master", "shop-realm.manage-users"), role("manage-users", client="shop-realm")),
    ),
    case(roles_default_privileged, unknown=NotEvaluated, realm={}, roles=catalog()),
    case(roles_default_read_token, [REALM], **by_default("broker.read-token")),
    case(roles_default_read_token, [REALM], **by_default("reader", more=(role("reader", "broker.read-token"),))),
    case(roles_default_read_token, **by_default()),
    case(roles_default_read_token, **by_default("app.read-token", more=(role("read-token", client="app"),))),
]

HELPDESK = role("helpdesk", f"{RM}.realm-admin")


def hiding(finds: Any, *roles: Role, pattern: str | None = None) -> Case:
    parameters = {"admin_role_name_pattern": pattern}
    return case(roles_composite_hides_admin, finds, parameters=parameters, realm=DEFAULT_ROLE, roles=catalog(*roles))


HIDING_CASES = [
    # realm-admin itself is a composite, and hides nothing.
    hiding(()),
    hiding(["helpdesk"], HELPDESK),
    hiding(["left", "right"], *CIRCLE),
    hiding(["outer", "helpdesk"], HELPDESK, role("outer", "helpdesk")),
    hiding(["boss"], role("boss", f"{RM}.manage-users", client="app")),
    # Clients name their roles as they like.
    hiding(["boss"], *(role("boss", f"{RM}.{each}", client=each) for each in ("manage-users", "manage-clients"))),
    hiding(["helpdesk"], HELPDESK, role("helpdesk", f"{RM}.manage-users", client="app")),
    # A custom role beside Keycloak's own.
    hiding(["helper"], role("helper", f"{RM}.manage-users", client="account")),
    hiding((), role("viewer", f"{RM}.view-users")),
    hiding((), role("plain")),
    hiding(["helpdesk"], HELPDESK, role("admin-all", f"{RM}.realm-admin"), pattern="^admin-"),
    case(
        roles_composite_hides_admin,
        unknown=NotEvaluated,
        parameters={"admin_role_name_pattern": "("},
        realm=DEFAULT_ROLE,
        roles=catalog(HELPDESK),
    ),
    # The default role has a check of its own.
    case(roles_composite_hides_admin, **by_default(f"{RM}.realm-admin")),
    case(
        roles_composite_hides_admin,
        ["default-roles-of-all"],
        realm=DEFAULT_ROLE,
        roles=catalog(role("default-roles-of-all", f"{RM}.realm-admin")),
    ),
    case(
        roles_composite_hides_admin,
        ["innocent"],
        **on_master(
            role("admin", "create-realm", "shop-realm.manage-users"),
            role("create-realm"),
            role("manage-users", client="shop-realm"),
            role("innocent", "admin"),
        ),
    ),
]


def joining(finds: Any, *groups: GroupRoles) -> Case:
    return case(roles_default_group_privileged, finds, default_groups=groups, roles=catalog(HELPDESK))


GROUP_CASES = [
    joining(["/everyone"], GroupRoles("/everyone", (f"{RM}.manage-clients",))),
    joining(["/all/of us"], GroupRoles("/all/of us", ("helpdesk",)), GroupRoles("/plain", ("offline_access",))),
    joining((), GroupRoles("/viewers", (f"{RM}.view-users",))),
    case(roles_default_group_privileged, default_groups=[]),
]

ADMINS = [holder(f"admin{number}", f"{RM}.realm-admin") for number in range(5)]


def holding(finds: Any, *more: Any, **parameters: int) -> Case:
    holders = [*ADMINS, *more]
    sections = by_default(f"{RM}.realm-admin", more=(HELPDESK,))
    return case(
        roles_too_many_realm_admins, finds, parameters=parameters, role_holders=holders, people_listed=True, **sections
    )


ADMIN_CASES = [
    holding(()),
    holding([REALM], max_realm_admins=4),
    holding([REALM], holder("sixth", f"{RM}.realm-admin")),
    holding([REALM], holder("sixth", f"{RM}.realm-admin", group="/bosses")),
    holding([REALM], holder("sixth", "helpdesk")),
    holding([REALM], holder("service-account-robot", f"{RM}.realm-admin")),
    holding((), holder("sixth", f"{RM}.realm-admin", enabled=False)),
    holding((), holder("sixth", f"{RM}.manage-users")),
    # The same user twice is one.
    holding((), holder("admin1", "helpdesk")),
    # roles-default-privileged reports administrators by the default role.
    holding((), holder("sixth", "default-roles-shop")),
    case(
        roles_too_many_realm_admins,
        ["master"],
        parameters={"max_realm_admins": 1},
        role_holders=[holder("one", "admin"), holder("two", "admin")],
        people_listed=True,
        **on_master(role("admin"), role("default-roles-master")),
    ),
]

TEMPORARY = {"username": "temp-admin", "enabled": True, "attributes": {"is_temporary_admin": ["true"]}}
CASES: list[Case] = [
    *DEFAULT_CASES,
    *HIDING_CASES,
    *GROUP_CASES,
    *ADMIN_CASES,
    case(realm_bootstrap_admin_left, ["temp-admin"], name="master", temporary_admins=[TEMPORARY]),
    case(
        realm_bootstrap_admin_left,
        {"temp-admin": "info"},
        name="master",
        temporary_admins=[{**TEMPORARY, "enabled": False}],
    ),
    case(realm_bootstrap_admin_left, temporary_admins=[]),
]


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()


def test_the_evidence_names_what_is_held_in_the_end() -> None:
    sections = by_default("left", more=CIRCLE)
    (finding,) = found(roles_default_privileged, sections)
    assert finding.evidence["roles"] == [f"{RM}.manage-users"]
    assert finding.details == (f"{RM}.manage-users",)


def test_a_growing_number_of_administrators_is_the_same_finding() -> None:
    (finding,) = found(
        roles_too_many_realm_admins,
        {**by_default(), "people_listed": True, "role_holders": [*ADMINS, holder("x", f"{RM}.realm-admin")]},
    )
    assert finding.details == ()


@pytest.mark.parametrize(
    "check", [roles_composite_hides_admin, roles_default_privileged, roles_default_read_token], ids=lambda each: each.id
)
def test_roles_without_those_that_administer_say_nothing(check: Check) -> None:
    shown = {"default-roles-shop": role("default-roles-shop", f"{RM}.realm-admin")}
    with pytest.raises(NotEvaluated):
        found(check, {"realm": DEFAULT_ROLE, "roles": shown})
