# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The live snapshot of a small realm: all that is read, and what it costs."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.keycloak.flows import steps
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Gap
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import (
    Execution,
    Flow,
    GroupRoles,
    Role,
    RoleHolder,
    SecretTraits,
)
from ansible_collections.authkit.oauth.tests.unit.support.fake_keycloak import (
    MANAGEMENT_ROLES,
    SECRETS,
    SECTIONS,
    FakeKeycloak,
    Take,
    client,
    execution,
    gaps,
    leaves,
    role,
    sub_flow,
    take,
)
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import Scripted


def test_every_section_is_read(take_live: Take) -> None:
    snapshot = take_live(FakeKeycloak())
    assert gaps(snapshot) == {}
    assert set(snapshot.sections) == SECTIONS
    assert snapshot.name == "shop"


def test_what_is_read() -> None:
    snapshot = take(FakeKeycloak())
    assert snapshot.server_version == "26.7.3"
    assert snapshot.features == {"DPOP": True}
    assert snapshot.organizations == []
    assert snapshot.realm["smtpServer"] == {"host": "mail.example.com"}
    assert [each["clientId"] for each in snapshot.clients] == ["realm-management", "Portal.One"]
    assert snapshot.clients[1]["attributes"] == {"client.secret.creation.time": "1700000000"}
    assert snapshot.secret_traits == {"Portal.One": SecretTraits(16, 12, False, False, False)}
    assert snapshot.components == [{"name": "ldap", "config": {"authType": ["simple"]}}]
    assert [each["name"] for each in snapshot.client_scopes] == ["profile"]
    assert snapshot.default_client_scopes == ["profile"]
    assert snapshot.client_scope_mappings == {"Portal.One": ["manage-users"]}
    assert snapshot.scope_scope_mappings == {"profile": []}
    assert snapshot.resource_servers == {"Portal.One": {"policyEnforcementMode": "ENFORCING"}}
    assert [each["name"] for each in snapshot.client_policies] == ["mine", "global"]
    assert [each["name"] for each in snapshot.client_profiles] == ["own", "fapi-2"]
    assert [each["alias"] for each in snapshot.identity_providers] == ["partner"]
    assert snapshot.identity_provider_mappers == {"partner": [{"name": "admins"}]}
    assert snapshot.keys == [{"type": "RSA", "status": "ACTIVE"}]
    assert snapshot.events_config == {"eventsEnabled": True}
    assert snapshot.user_profile == {"attributes": []}
    assert snapshot.required_actions == [{"alias": "CONFIGURE_TOTP"}]
    assert snapshot.temporary_admins == []


def test_the_roles_are_a_graph() -> None:
    roles = take(FakeKeycloak()).roles
    assert roles["default"] == Role("default", "default-roles-shop", None, ("staff",), "of default-roles-shop")
    assert roles["portal-boss"] == Role("portal-boss", "boss", "Portal.One", ("realm-admin",), "of boss")
    assert set(roles) == {"default", "staff", "portal-boss", *MANAGEMENT_ROLES}


def test_who_administers() -> None:
    assert set(take(FakeKeycloak()).role_holders) == {
        RoleHolder("ann", "portal-boss"),
        RoleHolder("service-account-portal.one", "manage-users", enabled=False, service_account_of="Portal.One"),
        RoleHolder("bob", "manage-realm", group="/top/leaf"),
    }


def test_everybody_is_not_listed() -> None:
    fake = FakeKeycloak()
    fake.answers["/roles-by-id/default/composites"] = [role("realm-admin", "realm-admin")]
    assert take(fake).role_holders
    assert not [path for path in fake.asked if "default-roles" in path]


def test_the_default_groups_give_their_parents_roles_too() -> None:
    assert take(FakeKeycloak()).default_groups == [GroupRoles("/top/leaf", ("view-users", "staff"))]


def test_the_flows_that_are_bound() -> None:
    snapshot = take(FakeKeycloak())
    otp = Execution("auth-otp-form", "REQUIRED", "auth-otp-form", {"alias": "otp", "config": {"site": "1"}})
    assert snapshot.flows == {
        "browser": Flow(
            "flow-browser",
            "browser",
            (
                Execution("auth-cookie", "REQUIRED", "auth-cookie"),
                Execution(None, "CONDITIONAL", "forms", None, (otp,)),
            ),
            True,
        ),
        "own": Flow("flow-own", "own", (Execution("auth-cookie", "REQUIRED", "auth-cookie"),)),
        "broker": Flow("flow-broker", "broker", (Execution("idp-review-profile", "REQUIRED", "idp-review-profile"),)),
    }
    assert snapshot.flow_aliases == {f"flow-{name}": name for name in ("browser", "own", "broker", "unused")}


def test_a_flow_that_is_not_there_is_a_gap() -> None:
    fake = FakeKeycloak()
    fake.answers["/identity-provider/instances"][0]["postBrokerLoginFlowAlias"] = "gone"
    flow = take(fake).flows["gone"]
    assert isinstance(flow, Gap)
    assert not flow.fault


def test_no_secret_is_anywhere_in_the_snapshot() -> None:
    snapshot = take(FakeKeycloak())
    found = [str(each) for each in leaves(snapshot)]
    assert "mail.example.com" in found
    assert not [secret for secret in SECRETS for each in found if secret in each]
    assert "*" * 10 not in found


@pytest.mark.parametrize(
    ("realm", "base"), [("my shop/größe%41", ""), ("shop", "/auth"), ("{{ x }}", "/a/b"), ("a?b#c;d", "")]
)
def test_odd_realms_and_servers_below_a_path(take_live: Take, server: Scripted, realm: str, base: str) -> None:
    snapshot = take_live(FakeKeycloak(realm, base), realm, base)
    assert gaps(snapshot) == {}
    assert (snapshot.name, snapshot.server) == (realm, f"{server.url}{base}")


def test_master_has_a_management_client_of_its_own() -> None:
    fake = FakeKeycloak("master")
    fake.answers["/users"] = [{"username": "first", "attributes": {"is_temporary_admin": ["true"]}}]
    snapshot = take(fake, "master")
    assert gaps(snapshot) == {}
    assert RoleHolder("root", "admin") in snapshot.role_holders
    assert [each["username"] for each in snapshot.temporary_admins] == ["first"]


def test_only_master_is_asked_for_temporary_administrators() -> None:
    fake = FakeKeycloak()
    take(fake)
    assert "/users" not in fake.asked


def test_many_clients_take_one_request_each_and_no_more() -> None:
    fake = FakeKeycloak()
    for number in range(120):
        name = f"c{number:03}"
        fake.answers["/clients"].append(client(name, serviceAccountsEnabled=True))
        fake.answers[f"/clients/id-{name}/roles"] = []
    before = FakeKeycloak()
    assert [gaps(take(before)), gaps(take(fake))] == [{}, {}]
    assert len(fake.asked) <= len(before.asked) + 120 + 5


def test_a_scope_is_asked_for_the_roles_that_administer_and_no_others() -> None:
    fake = FakeKeycloak()
    take(fake)
    below = "/clients/id-Portal.One/scope-mappings"
    asked = {path for path in fake.asked if path.startswith(below)}
    assert asked == {f"{below}/clients/id-realm-management", f"{below}/clients/id-Portal.One"}


def test_on_master_the_scope_of_the_realms_roles_is_asked_for_too() -> None:
    fake = FakeKeycloak("master")
    fake.answers["/clients/id-Portal.One/scope-mappings/realm"] = [role("admin", "admin")]
    assert take(fake, "master").client_scope_mappings == {"Portal.One": ["admin", "manage-users"]}


def test_where_many_clients_own_roles_that_administer_a_scope_is_one_request() -> None:
    fake = FakeKeycloak()
    for name in "abcd":
        fake.answers["/clients"].append(client(name))
        fake.answers[f"/clients/id-{name}/roles"] = [role(f"{name}-boss", "boss", composite=True)]
        fake.answers[f"/roles-by-id/{name}-boss/composites"] = [role("realm-admin", "realm-admin")]
        fake.answers.update({f"/clients/id-{name}/roles/boss/{kind}": [] for kind in ("users", "groups")})
    snapshot = take(fake)
    assert gaps(snapshot) == {}
    assert snapshot.client_scope_mappings == {"Portal.One": ["staff", "manage-users"]}
    assert [path for path in fake.asked if path.startswith("/clients/id-Portal.One/scope-mappings")] == [
        "/clients/id-Portal.One/scope-mappings"
    ]


def test_what_is_found_can_be_shown() -> None:
    snapshot = take(FakeKeycloak())
    assert asdict(snapshot)["name"] == "shop"
    assert not [secret for secret in SECRETS if secret in repr(snapshot)]


def test_groups_that_are_below_themselves_come_to_an_end() -> None:
    fake = FakeKeycloak()
    fake.answers["/groups/g-top/children"].append({"id": "g-top", "path": "/top"})
    fake.answers["/groups/g-top"]["parentId"] = "g-leaf"
    fake.answers["/groups/g-leaf"] = {"id": "g-leaf", "path": "/top/leaf", "parentId": "g-top"}
    snapshot = take(fake)
    assert gaps(snapshot) == {}
    assert snapshot.default_groups == [GroupRoles("/top/leaf", ("view-users", "staff"))]
    assert RoleHolder("bob", "manage-realm", group="/top/leaf") in snapshot.role_holders


def test_a_flow_with_more_levels_than_python_has_calls() -> None:
    fake = FakeKeycloak()
    fake.answers["/authentication/flows/browser/executions"] = [
        *(sub_flow(f"level {level}", level, requirement="REQUIRED") for level in range(5000)),
        execution("auth-otp-form", 5000),
    ]
    snapshot = take(fake)
    assert gaps(snapshot) == {}
    flow = snapshot.flows["browser"]
    assert isinstance(flow, Flow)
    assert [step.provider for step in steps(flow)] == ["auth-otp-form"]


def delegating(fake: FakeKeycloak, name: str = "admin-permissions") -> str:
    """Gives the realm a client with fine-grained admin permissions, and returns the path of its settings."""
    path = f"/clients/id-{name}/authz/resource-server"
    fake.answers["/clients"] = [
        *(each for each in fake.answers["/clients"] if each["clientId"] != name),
        client(name, publicClient=False, authorizationServicesEnabled=True),
    ]
    fake.answers[f"/clients/id-{name}/roles"] = fake.answers.get(f"/clients/id-{name}/roles", [])
    fake.answers[path] = {"policies": []}
    fake.answers[f"{path}/policy"] = [
        {"id": "p1", "name": "help", "type": "scope", "config": {"defaultResourceType": "Users"}},
        {"id": "p2", "name": "ann", "type": "user", "config": {"users": '["id-ann"]'}},
    ]
    parts = {"associatedPolicies": "ann", "resources": "Users", "scopes": "manage"}
    fake.answers.update({f"{path}/policy/p1/{part}": [{"name": value}] for part, value in parts.items()})
    return path


@pytest.mark.parametrize("name", ["admin-permissions", "realm-management"])
def test_fine_grained_permissions_are_read_in_the_form_of_an_export(name: str) -> None:
    fake = FakeKeycloak()
    delegating(fake, name)
    settings = take(fake).resource_servers[name]
    assert not isinstance(settings, Gap)
    help_users, ann = settings["policies"]
    assert help_users["config"] == {
        "applyPolicies": '["ann"]',
        "defaultResourceType": "Users",
        "resources": '["Users"]',
        "scopes": '["manage"]',
    }
    assert ann["config"] == {"users": '["id-ann"]'}


def test_more_permissions_than_are_read_are_a_gap() -> None:
    fake = FakeKeycloak()
    path = delegating(fake)
    fake.answers[f"{path}/policy"] = [{"id": f"p{each}", "name": "n", "type": "scope"} for each in range(301)]
    assert isinstance(take(fake).resource_servers["admin-permissions"], Gap)
    assert not [each for each in fake.asked if each.endswith("/scopes")]


def test_other_clients_policies_are_not_read() -> None:
    fake = FakeKeycloak()
    take(fake)
    assert not [path for path in fake.asked if path.endswith("/policy")]


def test_organizations_are_read_where_the_realm_has_them() -> None:
    fake = FakeKeycloak()
    fake.answers[""]["organizationsEnabled"] = True
    fake.answers["/organizations"] = [{"id": "a", "name": "acme", "domains": []}]
    fake.rights.add("view-organizations")
    assert [each["name"] for each in take(fake).organizations] == ["acme"]
