# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the variables of the role become: a client and its roles, or one sentence that refuses them."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import OptionError
from ansible_collections.authkit.oauth.plugins.module_utils._realm.auditor import ROLES
from ansible_collections.authkit.oauth.plugins.plugin_utils._auditor.plan import MARK, check_destination, plan_of

SERVER = "https://sso.example.com/auth/"


def own(**changes: Any) -> dict[str, Any]:
    """The variables, which conform to the spec."""
    given = {"state": "present", "realms": ["shop"], "auditor_id": "realm-auditor", "roles": list(ROLES)}
    return {**given, "token_lifespan": 300, "secret_path": "/new", **changes}


@pytest.mark.parametrize(
    ("changes", "home", "owners"),
    [
        ({}, "shop", ("realm-management",)),
        ({"realms": ["shop", "shop"]}, "shop", ("realm-management",)),
        ({"client_realm": "master"}, "master", ("shop-realm",)),
        ({"realms": ["shop", "erp"]}, "master", ("shop-realm", "erp-realm")),
        ({"realms": ["master"]}, "master", ("master-realm",)),
    ],
    ids=["one", "twice", "in-master", "two", "master"],
)
def test_where_the_client_is(changes: dict[str, Any], home: str, owners: tuple[str, ...]) -> None:
    plan = plan_of(own(**changes), SERVER)
    assert (plan.home, plan.owners) == (home, owners)
    assert plan.admin_url == f"https://sso.example.com/auth/admin/realms/{home}"


def test_the_client_can_do_nothing_but_get_short_tokens_of_its_own() -> None:
    client = plan_of(own(token_lifespan=60), SERVER).client
    assert client["attributes"]["access.token.lifespan"] == "60"
    assert client["attributes"][MARK] == "true"
    assert {name for name, value in client.items() if value is True} == {"enabled", "serviceAccountsEnabled"}
    assert client["redirectUris"] == client["webOrigins"] == []
    assert "secret" not in client


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"realms": []}, "realm_auditor_realms is empty"),
        ({"realms": [".."]}, "realm_auditor_realms is not a valid realm name"),
        ({"realms": [""]}, "realm_auditor_realms is empty or has an empty name"),
        ({"client_realm": "erp"}, "can audit only that realm"),
        ({"client_realm": "shop", "realms": ["shop", "erp"]}, "set realm_auditor_client_realm to master"),
        ({"token_lifespan": 59}, "from 60 to 3600 seconds"),
        ({"token_lifespan": 3601}, "from 60 to 3600 seconds"),
        ({"auditor_id": "a b"}, "realm_auditor_client_id"),
        ({"auditor_id": "{{ x }}"}, "realm_auditor_client_id"),
        ({"roles": []}, "realm_auditor_roles is empty"),
        ({"roles": ["manage-users"]}, "a role that only reads"),
        ({"roles": ["view-users", "realm-admin"]}, "realm-admin"),
    ],
)
def test_what_is_refused(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(OptionError) as refused:
        plan_of(own(**changes), SERVER)
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"secret_path": ""}, "Nothing says where"),
        ({"secret_variable": "my_secret"}, "or two variables do"),
        ({"secret_path": "", "secret_variable": "My-Secret"}, "cannot be the name of your own variable"),
        ({"secret_path": "", "secret_variable": "ansible_password"}, "cannot be the name of your own variable"),
        ({"secret_path": "", "secret_variable": "authkit_client_secret"}, "cannot be the name of your own variable"),
        ({"secret_path": "", "secret_variable": "realm_auditor_state"}, "cannot be the name of your own variable"),
        ({"secret_path": "", "secret_variable": "vars"}, "cannot be the name of your own variable"),
        ({"secret_path": "/{{ x }}"}, "braces"),
        ({"secret_path": "/it's"}, "a quotation mark"),
        ({"secret_path": "/a\nb"}, "a control character"),
    ],
)
def test_a_place_that_cannot_keep_the_secret_is_refused(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(OptionError) as refused:
        check_destination(own(**changes))
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    "changes",
    [{}, {"secret_path": "", "secret_variable": "my_auditor_secret"}, {"state": "absent", "secret_path": ""}],
    ids=["file", "variable", "absent"],
)
def test_a_place_for_the_secret(changes: dict[str, Any]) -> None:
    check_destination(own(**changes))
