# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Roles: closures of composites that terminate, and who is an administrator."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.keycloak.roles import (
    admin_ids,
    admin_names,
    closure,
    default_role,
    full_admin_ids,
    labels,
    named,
    privileged,
    view_ids,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import NotEvaluated
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import Role, Snapshot


def catalog(*roles: Role) -> dict[str, Role]:
    return {each.id: each for each in roles}


MANAGE_USERS = Role("mu", "manage-users", "realm-management")
REALM_ADMIN = Role("ra", "realm-admin", "realm-management", ("mu", "vu"))
VIEW_USERS = Role("vu", "view-users", "realm-management", ("qu",))
QUERY_USERS = Role("qu", "query-users", "realm-management")
INNER = Role("inner", "inner", None, ("mu", "outer"))
OUTER = Role("outer", "outer", None, ("inner",))
OWN = Role("own", "manage-orders", "shop-realm")
ADMIN = Role("admin", "admin")
REALM = catalog(MANAGE_USERS, REALM_ADMIN, VIEW_USERS, QUERY_USERS, INNER, OUTER, OWN, ADMIN)


def test_a_circle_of_composites_ends() -> None:
    assert closure(REALM, ["outer"]) == {"outer", "inner", "mu"}


def test_a_deep_chain_of_composites_ends() -> None:
    chain = catalog(*(Role(str(n), f"r{n}", None, (str(n + 1),)) for n in range(5000)))
    assert len(closure(chain, ["0"])) == 5001


def test_a_role_that_was_not_read_is_kept_by_its_id() -> None:
    assert closure({}, ["gone"]) == {"gone"}
    assert labels({}, ["gone"]) == []


def test_what_administers_a_realm() -> None:
    assert admin_ids(REALM, "shop") == {"mu", "ra"}
    assert full_admin_ids(REALM, "shop") == {"ra"}
    assert view_ids(REALM, "shop") == {"vu"}


@pytest.mark.parametrize(
    "name",
    ["realm-admin", "create-client", "impersonation", "manage-realm", "manage-clients", "manage-identity-providers"],
)
def test_each_role_that_administers(name: str) -> None:
    assert admin_ids(catalog(Role("x", name, "realm-management")), "shop") == {"x"}
    assert admin_ids(catalog(Role("x", name, "another")), "shop") == set()
    assert admin_ids(catalog(Role("x", name)), "shop") == set()


@pytest.mark.parametrize("name", ["admin", "create-realm"])
def test_on_master_realm_roles_administer(name: str) -> None:
    assert admin_ids(catalog(Role("x", name)), "master") == {"x"}
    assert admin_ids(catalog(Role("x", name)), "shop") == set()


def test_on_master_each_realm_has_a_client() -> None:
    roles = catalog(Role("x", "manage-users", "shop-realm"), Role("v", "view-users", "shop-realm"))
    assert admin_ids(roles, "master") == {"x"}
    assert view_ids(roles, "master") == {"v"}
    assert admin_ids(roles, "shop") == set()


def test_on_master_the_role_admin_is_the_whole_realm() -> None:
    assert full_admin_ids(REALM, "master") == {"ra", "admin"}


def test_a_composite_that_contains_administration_is_privileged() -> None:
    assert privileged(REALM, "shop") == {"mu", "ra", "inner", "outer"}


def test_evidence_names_roles_by_client() -> None:
    assert admin_names(REALM, "shop", ["outer", "qu"]) == ["realm-management.manage-users"]
    assert admin_names(REALM, "shop", ["ra", "mu"]) == ["realm-management.realm-admin"]
    assert labels(REALM, ["outer", "mu"]) == ["outer", "realm-management.manage-users"]


def test_administering_roles_that_contain_each_other_are_named() -> None:
    circle = catalog(
        Role("a", "manage-users", "realm-management", ("b",)), Role("b", "manage-realm", "realm-management", ("a",))
    )
    assert admin_names(circle, "shop", ["a"]) == ["realm-management.manage-realm", "realm-management.manage-users"]


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("outer", "outer"),
        ("realm-management.manage-users", "mu"),
        ("my.app.can.read", "dotted"),
        ("plain.dot", "plain"),
        ("nobody", None),
        ("realm-management.nobody", None),
    ],
)
def test_a_setting_names_a_role(text: str, role: str | None) -> None:
    roles = {**REALM, **catalog(Role("dotted", "can.read", "my.app"), Role("plain", "plain.dot"))}
    found = named(roles, text)
    assert (found.id if found else None) == role


def realm(shown: object) -> Snapshot:
    return Snapshot("shop", "https://sso.example.com", {"realm": {"defaultRole": shown}, "roles": REALM})


def test_the_default_role_by_its_name() -> None:
    assert default_role(realm({"id": "of another server", "name": "outer"})) is OUTER
    assert default_role(realm({"name": "outer"})) is OUTER


@pytest.mark.parametrize("shown", [None, "outer", {}, {"id": "outer", "name": 5}, {"name": "nobody"}])
def test_a_default_role_that_is_not_known_is_not_guessed(shown: object) -> None:
    with pytest.raises(NotEvaluated):
        default_role(realm(shown))
