# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which client policies certainly apply. Each case was verified on a Keycloak 26.7 server."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.keycloak.client_policies import covers, executors_for
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import NotEvaluated
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import Role, Snapshot

APP: dict[str, Any] = {
    "clientId": "app",
    "publicClient": True,
    "attributes": {"tier": "gold", "x": "1"},
    "defaultClientScopes": ["profile"],
    "optionalClientScopes": ["address"],
}
EXECUTORS = ("pkce-enforcer", "reject-ropc-grant", "reject-implicit-grant")
BINDING = ("dpop-bind-enforcer", "holder-of-key-enforcer")
UPDATER = {"update-client-source": ["ByAnonymous"]}
NOT = {"is-negative-logic": True}


def condition(provider: str, **configuration: Any) -> dict[str, Any]:
    return {"condition": provider, "configuration": configuration}


def realm(*conditions: Any, **policy: Any) -> Snapshot:
    made = {"name": "p", "enabled": True, "conditions": list(conditions), "profiles": ["q"], **policy}
    sections = {
        "client_policies": [made],
        "client_profiles": [{"name": "q", "executors": [{"executor": each} for each in (*EXECUTORS, *BINDING)]}],
        "roles": {"1": Role("1", "guard", "app"), "2": Role("2", "other", "elsewhere"), "3": Role("3", "realm-wide")},
    }
    return Snapshot("shop", "https://sso.example.com", sections)


def attributes(*pairs: tuple[str, str]) -> dict[str, Any]:
    return condition("client-attributes", attributes=json.dumps([{"key": k, "value": v} for k, v in pairs]))


ANY = condition("any-client")
APPLIES: list[list[Any]] = [
    [ANY],
    [condition("any-client", **{"is-negative-logic": "false"})],
    [condition("client-access-type", type=["confidential", "public"])],
    [condition("client-access-type", type=["confidential"], **NOT)],
    [attributes(("tier", "gold"))],
    [attributes(("tier", "gold"), ("x", "1"))],
    [attributes()],
    [condition("client-roles", roles=["guard", "nobody"])],
    [condition("client-roles", roles=["other"], **NOT)],
    [condition("client-scopes", type="Default", scopes=["profile"])],
    [condition("client-scopes", type="Any", scopes=["address", "profile"])],
    [condition("client-scopes", type="Optional", scopes=["unknown"], **NOT)],
    [condition("client-type", protocol="openid-connect")],
    [condition("grant-type", grant_types=["authorization_code", "implicit", "password"])],
    [ANY, condition("client-updater-context", **UPDATER)],
    [ANY, condition("identity-provider-alias", identity_provider_aliases=["x"])],
]
DOES_NOT: list[list[Any]] = [
    [],
    [condition("any-client", **NOT)],
    [condition("any-client", **{"is-negative-logic": "true"})],
    [condition("client-access-type", type=["confidential"])],
    [condition("client-access-type")],
    [condition("client-access-type", type="public")],
    [attributes(("tier", "tin"))],
    [attributes(("tier", "gold"), ("tier", "gold"))],
    [attributes(("missing", ""))],
    [condition("client-attributes", attributes='{"tier": "gold"}')],
    [condition("client-attributes", attributes="[" * 100000)],
    [condition("client-attributes")],
    [condition("client-roles", roles=["other", "realm-wide"])],
    [condition("client-scopes", type="Default", scopes=["address"])],
    [condition("client-scopes", type="Optional", scopes=["address"])],
    [condition("client-scopes", type="Optional", scopes=["address"], **NOT)],
    [condition("client-scopes", scopes=["profile"])],
    [condition("client-type", protocol="saml")],
    [condition("client-updater-context", **UPDATER)],
    [condition("client-updater-context", **UPDATER, **NOT)],
    [condition("client-updater-source-host", **{"trusted-hosts": ["a.example"]})],
    [ANY, condition("client-access-type", type=["confidential"])],
    [ANY, condition("acr-condition", **{"acr-property": "x"})],
    [ANY, condition("somebodys-own")],
    [ANY, condition("somebodys-own", **NOT)],
    [{"condition": "any-client"}],
    ["any-client"],
]


@pytest.mark.parametrize("conditions", APPLIES, ids=str)
def test_a_policy_applies(conditions: list[Any]) -> None:
    assert all(covers(realm(*conditions), APP, executor) for executor in EXECUTORS)


@pytest.mark.parametrize("conditions", DOES_NOT, ids=lambda conditions: str(conditions)[:90])
def test_a_policy_does_not_surely_apply(conditions: list[Any]) -> None:
    assert not any(covers(realm(*conditions), APP, executor) for executor in EXECUTORS)


@pytest.mark.parametrize(
    "policy", [{"enabled": False}, {"enabled": None}, {"profiles": []}, {"profiles": ["nowhere"]}, {"profiles": None}]
)
def test_a_policy_that_cannot_act_covers_nothing(policy: dict[str, Any]) -> None:
    assert executors_for(realm(ANY, **policy), APP) == ()


def test_profiles_that_exist_act_beside_one_that_does_not() -> None:
    assert covers(realm(ANY, profiles=["nowhere", "q"]), APP, "pkce-enforcer")


@pytest.mark.parametrize(
    ("grants", "covered"),
    [
        (["authorization_code"], ["pkce-enforcer"]),
        (["password"], ["reject-ropc-grant"]),
        (["implicit"], []),  # a hybrid flow gets round it
        (["implicit", "authorization_code"], ["pkce-enforcer", "reject-implicit-grant"]),
    ],
)
def test_a_grant_decides_for_its_own_executors(grants: list[str], covered: list[str]) -> None:
    snapshot = realm(condition("grant-type", grant_types=grants))
    assert [each for each in EXECUTORS if covers(snapshot, APP, each)] == covered


@pytest.mark.parametrize("grant", ["authorization_code", "password"])
@pytest.mark.parametrize("executor", BINDING)
def test_a_grant_decides_nothing_where_tokens_are_bound(executor: str, grant: str) -> None:
    grants = condition("grant-type", grant_types=[grant])
    assert not covers(realm(grants), APP, executor)
    assert covers(realm(ANY, grants), APP, executor)


def test_without_the_standard_flow_nothing_is_hybrid() -> None:
    snapshot = realm(condition("grant-type", grant_types=["implicit"]))
    assert covers(snapshot, {**APP, "standardFlowEnabled": False}, "reject-implicit-grant")


def test_bearer_only_clients_are_an_access_type() -> None:
    snapshot = realm(condition("client-access-type", type=["bearer-only"]))
    assert covers(snapshot, {"clientId": "api", "bearerOnly": True}, "pkce-enforcer")


def test_what_was_not_read_is_not_guessed() -> None:
    unread = {name: value for name, value in realm(ANY).sections.items() if name != "client_profiles"}
    with pytest.raises(NotEvaluated):
        covers(Snapshot("shop", "https://sso.example.com", unread), APP, "pkce-enforcer")
