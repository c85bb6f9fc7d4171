# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calls that give exactly the roles of a plan, whatever the client had before."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import InvalidOption
from ansible_collections.authkit.oauth.plugins.plugin_utils._auditor.grants import Holder, calls, lacking, owners_of
from ansible_collections.authkit.oauth.plugins.plugin_utils._auditor.plan import Plan

PLAN = Plan("https://sso", "master", "auditor", ("shop",), ("view-realm", "view-users"), {})
OWNER = "shop-realm"
KNOWN = {OWNER: [{"id": f"id-{name}", "name": name} for name in ("view-realm", "view-users", "manage-users")]}


def held(*names: str, **more: Any) -> dict[str, Any]:
    """The mappings of a holder of these roles of the owner."""
    mappings = [{"id": f"id-{name}", "name": name} for name in names]
    return {"clientMappings": {OWNER: {"id": "o/1", "mappings": mappings}}, **more}


def called(mappings: dict[str, Any]) -> list[tuple[str, str, list[str]]]:
    """The method, the end of the address and the roles of each call."""
    holder = Holder("the account", "/users/u/role-mappings", mappings)
    made = calls(PLAN, {OWNER: "o/1"}, KNOWN, holder)
    start = "https://sso/admin/realms/master/users/u/role-mappings/"
    return [(each["method"], each["url"].removeprefix(start), [role["name"] for role in each["body"]]) for each in made]


def test_what_is_missing_is_given_and_the_rest_taken() -> None:
    default = {"id": "d", "name": "default-roles-master"}
    foreign = {"realm-management": {"id": "m", "mappings": [{"id": "x", "name": "view-realm"}]}}
    mappings = held("view-users", "manage-users", realmMappings=[default])
    mappings["clientMappings"].update(foreign)
    assert called(mappings) == [
        ("POST", "clients/o%2F1", ["view-realm"]),
        ("DELETE", "clients/o%2F1", ["manage-users"]),
        ("DELETE", "clients/m", ["view-realm"]),
        ("DELETE", "realm", ["default-roles-master"]),
    ]


def test_exactly_the_roles_need_no_call() -> None:
    assert called(held("view-realm", "view-users")) == []


def test_roles_that_the_server_lacks_are_named_and_not_given() -> None:
    known = {OWNER: KNOWN[OWNER][1:]}
    assert lacking(PLAN, known) == ["view-realm"]
    assert lacking(PLAN, KNOWN) == []
    (call,) = calls(PLAN, {OWNER: "o"}, known, Holder("the scope", "/clients/c/scope-mappings", {}))
    assert call["name"] == "give the scope: view-users of shop-realm"
    assert call["body"] == [{"id": "id-view-users", "name": "view-users"}]


def test_a_realm_that_is_not_there_is_named() -> None:
    assert owners_of(PLAN, [[{"clientId": OWNER, "id": "o"}]]) == {OWNER: "o"}
    with pytest.raises(InvalidOption, match="The server has no realm 'shop'"):
        owners_of(PLAN, [[]])
