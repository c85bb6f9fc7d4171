# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The live snapshot of a small realm: whole, with rights missing, with faults, with odd answers."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, is_dataclass
from time import sleep
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import WrongClientSecret
from ansible_collections.authkit.oauth.plugins.module_utils._realm.gather import gather
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot import (
    Execution,
    Flow,
    Gap,
    GroupRoles,
    Holder,
    Inconclusive,
    NotEvaluated,
    Role,
    SecretTraits,
    Snapshot,
    Unknown,
)
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.unit.plugins.module_utils._realm.keycloak_support import (
    ALL_ROLES,
    MANAGEMENT_ROLES,
    SECRETS,
    Direct,
    FakeKeycloak,
    Tokens,
    client,
    role,
)
from ansible_collections.authkit.oauth.tests.unit.plugins.module_utils.http_support import (
    MakeTransport,
    Reply,
    Scripted,
    free_port,
)

Take = Callable[..., Snapshot]
SECTIONS = {
    "client_policies",
    "client_profiles",
    "client_scope_mappings",
    "client_scopes",
    "clients",
    "components",
    "default_client_scopes",
    "default_groups",
    "events_config",
    "flow_aliases",
    "flows",
    "identity_provider_mappers",
    "identity_providers",
    "keys",
    "people_listed",
    "realm",
    "required_actions",
    "resource_servers",
    "role_holders",
    "roles",
    "scope_scope_mappings",
    "secret_traits",
    "server_version",
    "temporary_admins",
    "user_profile",
}


@pytest.fixture
def take_live(server: Scripted, make_transport: MakeTransport) -> Take:
    """Takes the snapshot of what answers, over the network."""

    def taken(reply: Reply, realm: str = "shop", base: str = "", tokens: Tokens | None = None) -> Snapshot:
        server.reply = reply
        return gather(f"{server.url}{base}", realm, tokens or Tokens(), make_transport())

    return taken


def take(reply: Reply, realm: str = "shop", tokens: Tokens | None = None) -> Snapshot:
    """The snapshot of what answers, without a network."""
    return gather("https://sso.example.com", realm, tokens or Tokens(), Direct(reply))


def gaps(snapshot: Snapshot) -> dict[str, Unknown]:
    """What cannot be had of a snapshot."""
    found: dict[str, Unknown] = {}
    for name in SECTIONS:
        try:
            getattr(snapshot, name)
        except Unknown as unknown:
            found[name] = unknown
    return found


def leaves(value: Any) -> Iterator[Any]:
    """Everything in a snapshot, names too."""
    if is_dataclass(value) and not isinstance(value, type):
        value = vars(value)
    if isinstance(value, Mapping):
        yield from value
        value = list(value.values())
    if isinstance(value, (list, tuple, set, frozenset)):
        for each in value:
            yield from leaves(each)
    else:
        yield value


def test_every_section_is_read(take_live: Take) -> None:
    snapshot = take_live(FakeKeycloak())
    assert gaps(snapshot) == {}
    assert set(snapshot.sections) == SECTIONS
    assert snapshot.name == "shop"


def test_what_is_read() -> None:
    snapshot = take(FakeKeycloak())
    assert snapshot.server_version == "26.7.3"
    assert snapshot.realm["smtpServer"] == {"host": "mail.example.com"}
    assert [each["clientId"] for each in snapshot.clients] == ["realm-management", "Portal.One"]
    assert snapshot.clients[1]["attributes"] == {"client.secret.creation.time": "1700000000"}
    assert snapshot.secret_traits == {"Portal.One": SecretTraits(16, 12, False, False, False)}
    assert snapshot.components == [{"name": "ldap", "config": {"authType": ["simple"]}}]
    assert [each["name"] for each in snapshot.client_scopes] == ["profile"]
    assert snapshot.default_client_scopes == ["profile"]
    assert snapshot.client_scope_mappings == {"Portal.One": ["staff", "manage-users"]}
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
        Holder("ann", "portal-boss"),
        Holder("service-account-portal.one", "manage-users", enabled=False, service_account_of="Portal.One"),
        Holder("bob", "manage-realm", group="/top/leaf"),
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
    assert Holder("root", "admin") in snapshot.role_holders
    assert [each["username"] for each in snapshot.temporary_admins] == ["first"]


def test_only_master_is_asked_for_temporary_administrators() -> None:
    fake = FakeKeycloak()
    take(fake)
    assert "/users" not in fake.asked


WITHOUT: Mapping[str, set[str]] = {
    "view-realm": {
        "realm",
        "keys",
        "components",
        "client_policies",
        "client_profiles",
        "required_actions",
        "client_scope_mappings",
        "scope_scope_mappings",
        "flows",
        "roles",
        "default_groups",
        "role_holders",
        "people_listed",
    },
    "view-clients": {
        "clients",
        "secret_traits",
        "client_scopes",
        "default_client_scopes",
        "client_scope_mappings",
        "scope_scope_mappings",
        "resource_servers",
        "roles",
        "default_groups",
        "role_holders",
        "people_listed",
    },
    "view-users": {"default_groups", "role_holders", "people_listed"},
    "view-events": {"events_config"},
    "view-identity-providers": {"identity_providers", "identity_provider_mappers"},
}


@pytest.mark.parametrize("query", [(), ("query-clients", "query-users", "query-groups")], ids=["alone", "query"])
@pytest.mark.parametrize("lacking", ALL_ROLES)
def test_a_role_that_is_lacking_leaves_gaps_with_its_name(lacking: str, query: tuple[str, ...]) -> None:
    rights = (set(ALL_ROLES) - {lacking}) | set(query)
    found = gaps(take(FakeKeycloak(rights=rights)))
    assert set(found) == WITHOUT[lacking]
    for unknown in found.values():
        assert isinstance(unknown, NotEvaluated)
        assert unknown.roles == (lacking,)
        assert lacking in unknown.reason


@pytest.mark.parametrize(
    ("lacking", "words"),
    [
        ("view-clients", "the flows that clients are bound to"),
        ("view-identity-providers", "the flows that identity providers are bound to"),
    ],
)
def test_flows_that_cannot_be_known_are_a_gap_among_the_flows(lacking: str, words: str) -> None:
    flows = take(FakeKeycloak(rights=set(ALL_ROLES) - {lacking})).flows
    assert isinstance(flows["browser"], Flow)
    unread = flows[words]
    assert isinstance(unread, Gap)
    assert unread.roles == (lacking,)


def test_all_roles_that_are_lacking_are_named() -> None:
    found = gaps(take(FakeKeycloak(rights=())))
    assert found["realm"].roles == ("view-realm",)
    assert set(found["role_holders"].roles) == {"view-realm", "view-clients", "view-users"}
    assert set(found["default_groups"].roles) == {"view-realm", "view-clients", "view-users"}
    assert {role for unknown in found.values() for role in unknown.roles} == set(ALL_ROLES)


def test_a_realm_that_refuses_everything() -> None:
    fake = FakeKeycloak()
    fake.faults = {path: Answer(403) for path in fake.answers}
    found = gaps(take(fake))
    assert found["realm"].roles == ("view-realm",)
    assert {role for unknown in found.values() for role in unknown.roles} == set(ALL_ROLES)


def test_the_version_is_shown_to_few() -> None:
    fake = FakeKeycloak()
    fake.system_info = {}
    found = gaps(take(fake))
    assert set(found) == {"server_version"}
    assert found["server_version"].roles == ()


def test_features_that_are_off_are_empty() -> None:
    fake = FakeKeycloak()
    del fake.answers["/clients/id-Portal.One/authz/resource-server"]
    assert take(fake).resource_servers == {}


def test_a_client_that_is_deleted_meanwhile() -> None:
    fake = FakeKeycloak()
    fake.answers["/clients"].append(client("gone", fullScopeAllowed=False))
    snapshot = take(fake)
    assert gaps(snapshot) == {}
    assert isinstance(snapshot.client_scope_mappings["gone"], Gap)


@pytest.mark.parametrize(
    "path", ["/clients/id-Portal.One/scope-mappings", "/client-scopes/scope-profile/scope-mappings"]
)
def test_a_server_that_does_not_show_scopes_has_no_empty_ones(path: str) -> None:
    fake = FakeKeycloak()
    del fake.answers[path]
    snapshot = take(fake)
    found = [*snapshot.client_scope_mappings.values(), *snapshot.scope_scope_mappings.values()]
    assert [each.fault for each in found if isinstance(each, Gap)] == [False]


@pytest.mark.parametrize(
    ("path", "sections"),
    [
        ("", {"realm", "flows", "role_holders", "people_listed", "roles", "default_groups"}),
        ("/clients/id-Portal.One/roles", {"roles", "role_holders", "people_listed"}),
        ("/roles-by-id/default/composites", {"roles", "role_holders", "people_listed"}),
        ("/clients/id-realm-management/roles/manage-users/users", {"role_holders", "people_listed"}),
        ("/groups/g-leaf/members", {"role_holders", "people_listed"}),
        ("/groups/g-top/role-mappings", {"default_groups"}),
        ("/keys", {"keys"}),
        ("/authentication/flows", {"flows", "flow_aliases"}),
        ("/events/config", {"events_config"}),
    ],
)
def test_a_fault_is_inconclusive_where_it_happens(path: str, sections: set[str]) -> None:
    fake = FakeKeycloak()
    fake.faults[path] = Answer(500, b"planted")
    found = gaps(take(fake))
    assert set(found) >= sections
    for unknown in found.values():
        assert isinstance(unknown, Inconclusive)
        assert "500 Internal Server Error" in unknown.reason
        assert "planted" not in unknown.reason


@pytest.mark.parametrize(
    ("path", "section", "item"),
    [
        ("/clients/id-Portal.One/scope-mappings", "client_scope_mappings", "Portal.One"),
        ("/client-scopes/scope-profile/scope-mappings", "scope_scope_mappings", "profile"),
        ("/clients/id-Portal.One/authz/resource-server", "resource_servers", "Portal.One"),
        ("/identity-provider/instances/partner/mappers", "identity_provider_mappers", "partner"),
        ("/authentication/flows/own/executions", "flows", "own"),
    ],
)
def test_a_fault_with_one_item_is_a_gap_there(path: str, section: str, item: str) -> None:
    fake = FakeKeycloak()
    fake.faults[path] = Answer(500)
    snapshot = take(fake)
    assert gaps(snapshot) == {}
    value = getattr(snapshot, section)[item]
    assert isinstance(value, Gap)
    assert value.fault


def test_an_authenticators_configuration_may_be_missing() -> None:
    fake = FakeKeycloak()
    fake.faults["/authentication/config/otp"] = Answer(500)
    flow = take(fake).flows["browser"]
    assert isinstance(flow, Flow)
    assert isinstance(flow.executions[1].children[0].config, Gap)


SHAPES = (b"null", b"7", b'"planted"', b"{}", b"[]", b"[null]", b'["planted"]', b"[{}]", b'[{"id": 1}]', b'{"id": []}')


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_no_answer_of_another_shape_raises(shape: bytes) -> None:
    for path in FakeKeycloak().answers:
        fake = FakeKeycloak()
        fake.faults[path] = Answer(200, shape)
        found = gaps(take(fake))
        assert all("planted" not in unknown.reason for unknown in found.values())


BROKEN_PARTS: tuple[tuple[str, Any], ...] = (
    ("/clients", [{"id": "a", "clientId": "realm-management", "authenticationFlowBindingOverrides": [1]}]),
    ("/clients", [{"id": "..", "clientId": "realm-management"}]),
    ("/authentication/flows/browser/executions", [{"providerId": "x", "requirement": "REQUIRED", "level": "0"}]),
    ("/clients/id-Portal.One/scope-mappings", {"clientMappings": {"x": []}}),
    ("/roles", [{"id": "default", "name": "..", "composite": True}]),
    ("/roles-by-id/default/composites", [{"id": "realm-admin"}]),
    ("/default-groups", [{"id": "..", "path": "/x"}]),
)


@pytest.mark.parametrize(("path", "value"), BROKEN_PARTS)
def test_no_part_of_another_shape_raises(path: str, value: Any) -> None:
    fake = FakeKeycloak()
    fake.answers[path] = value
    assert take(fake).realm["realm"] == "shop"


def test_a_role_whose_name_leads_elsewhere_is_no_holders_list() -> None:
    fake = FakeKeycloak()
    fake.answers["/roles"].append(role("dots", "..", composite=True))
    fake.answers["/roles-by-id/dots/composites"] = [role("realm-admin", "realm-admin")]
    fake.answers["/users"] = [{"username": "everybody"}]
    found = gaps(take(fake))
    assert set(found) == {"role_holders", "people_listed"}
    assert "'..'" in found["role_holders"].reason


def test_a_token_that_expires_in_mid_audit_is_renewed(take_live: Take) -> None:
    fake = FakeKeycloak()
    tokens = Tokens("first", "second")
    fake.tokens = {"first"}

    def reply(request: Incoming) -> Answer:
        if len(fake.asked) >= 10:
            fake.tokens = {"second"}
        return fake(request)

    assert gaps(take_live(reply, tokens=tokens)) == {}
    assert tokens.renewals == ["first"]


def test_a_token_that_cannot_be_renewed_keeps_what_was_read(take_live: Take) -> None:
    fake = FakeKeycloak()

    def reply(request: Incoming) -> Answer:
        if len(fake.asked) >= 10:
            fake.tokens = set()
        return fake(request)

    snapshot = take_live(reply, tokens=Tokens("valid", None))
    found = gaps(snapshot)
    assert snapshot.realm["realm"] == "shop"
    assert "role_holders" in found
    assert all("in mid-audit (401)" in unknown.reason for unknown in found.values())
    assert all(isinstance(unknown, NotEvaluated) for unknown in found.values())


def test_a_server_that_goes_down_in_mid_audit_keeps_what_was_read(take_live: Take) -> None:
    fake = FakeKeycloak()
    snapshot = take_live(lambda request: fake(request) if len(fake.asked) < 10 else Answer(200, reset=True))
    found = gaps(snapshot)
    assert snapshot.realm["realm"] == "shop"
    assert "role_holders" in found
    assert all(isinstance(unknown, Inconclusive) for unknown in found.values())


def test_a_token_that_is_never_accepted(take_live: Take) -> None:
    found = gaps(take_live(FakeKeycloak(), tokens=Tokens("wrong", None)))
    assert set(found) == SECTIONS
    assert all("does not accept the access token" in unknown.reason for unknown in found.values())


@pytest.mark.parametrize("realm", ["nowhere", "..", "."])
def test_a_realm_that_is_not_there(take_live: Take, realm: str) -> None:
    found = gaps(take_live(FakeKeycloak(), realm))
    assert set(found) == SECTIONS
    assert all(f"'{realm}'" in unknown.reason for unknown in found.values())
    assert all(isinstance(unknown, NotEvaluated) for unknown in found.values())


def test_a_server_that_is_not_there(make_transport: MakeTransport) -> None:
    found = gaps(gather(f"http://127.0.0.1:{free_port()}", "shop", Tokens(), make_transport()))
    assert set(found) == SECTIONS
    assert all("connection refused" in unknown.reason for unknown in found.values())
    assert all(isinstance(unknown, Inconclusive) for unknown in found.values())


def test_a_task_that_runs_out_of_time_stops_asking() -> None:
    fake = FakeKeycloak()

    def reply(request: Incoming) -> Answer:
        sleep(0.1)
        return fake(request)

    def over(_signal: int, _frame: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, 0.15)
    try:
        with pytest.raises(TimeoutError):
            take(reply)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    # The realm, and twice as many as may be under way at once.
    assert len(fake.asked) <= 1 + 2 * 8


class NoTokens(Tokens):
    """Cannot sign in."""

    def token(self) -> str:
        raise WrongClientSecret("The client secret is another one.")


def test_without_any_token_there_is_no_snapshot() -> None:
    with pytest.raises(WrongClientSecret):
        take(FakeKeycloak(), tokens=NoTokens())


def test_many_clients_take_one_request_each_and_no_more() -> None:
    fake = FakeKeycloak()
    for number in range(120):
        name = f"c{number:03}"
        fake.answers["/clients"].append(client(name, serviceAccountsEnabled=True))
        fake.answers[f"/clients/id-{name}/roles"] = []
    before = FakeKeycloak()
    assert [gaps(take(before)), gaps(take(fake))] == [{}, {}]
    assert len(fake.asked) <= len(before.asked) + 120 + 5


def test_what_is_found_can_be_shown() -> None:
    snapshot = take(FakeKeycloak())
    assert asdict(snapshot)["name"] == "shop"
    assert not [secret for secret in SECRETS if secret in repr(snapshot)]
