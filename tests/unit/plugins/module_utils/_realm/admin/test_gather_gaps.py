# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The live snapshot if something is missing: roles, responses, a valid token, the server."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from time import sleep
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import WrongClientSecret
from ansible_collections.authkit.oauth.plugins.module_utils._realm.admin.gather import gather
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Gap, Inconclusive, NotEvaluated
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import Flow
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.unit.support.fake_keycloak import (
    ALL_ROLES,
    SECTIONS,
    FakeKeycloak,
    Take,
    Tokens,
    client,
    gaps,
    role,
    take,
)
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import free_port
from ansible_collections.authkit.oauth.tests.unit.support.transports import MakeTransport

WITHOUT: Mapping[str, set[str]] = {
    "view-realm": {
        "realm",
        "keys",
        "components",
        "client_policies",
        "client_profiles",
        "required_actions",
        "client_scope_mappings",
        "organizations",
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
    fake.answers["/clients"][1]["authorizationServicesEnabled"] = False
    assert take(fake).resource_servers == {}


def test_a_client_that_is_deleted_meanwhile() -> None:
    fake = FakeKeycloak()
    fake.answers["/clients"].append(client("gone", fullScopeAllowed=False))
    snapshot = take(fake)
    assert gaps(snapshot) == {}
    assert isinstance(snapshot.client_scope_mappings["gone"], Gap)


@pytest.mark.parametrize("answer", [Answer(404, b"404 page not found"), Answer(404, {"error": "HTTP 404 Not Found"})])
@pytest.mark.parametrize("path", ["/roles-by-id/realm-admin/composites", "/clients/id-Portal.One/roles"])
def test_a_404_that_is_not_about_the_role_or_client_is_no_empty_answer(path: str, answer: Answer) -> None:
    fake = FakeKeycloak()
    fake.faults[path] = answer
    found = gaps(take(fake))
    assert set(found) >= {"roles", "role_holders"}
    assert all(isinstance(unknown, Inconclusive) for unknown in found.values())


def test_a_listing_that_is_not_there_fails_the_server_and_no_right() -> None:
    fake = FakeKeycloak()
    fake.faults["/clients"] = Answer(404, b"404 page not found")
    found = gaps(take(fake))
    assert {"clients", "roles", "client_scope_mappings"} <= set(found)
    assert all(isinstance(unknown, Inconclusive) and not unknown.roles for unknown in found.values())


def test_services_that_are_on_and_not_shown_are_a_gap() -> None:
    fake = FakeKeycloak()
    fake.faults["/clients/id-Portal.One/authz/resource-server"] = Answer(404, {"error": "HTTP 404 Not Found"})
    assert isinstance(take(fake).resource_servers["Portal.One"], Gap)


@pytest.mark.parametrize(
    "path",
    [
        "/clients/id-Portal.One/scope-mappings/clients/id-realm-management",
        "/client-scopes/scope-profile/scope-mappings/clients/id-realm-management",
    ],
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
        ("/clients/id-Portal.One/scope-mappings/clients/id-realm-management", "client_scope_mappings", "Portal.One"),
        ("/client-scopes/scope-profile/scope-mappings/clients/id-Portal.One", "scope_scope_mappings", "profile"),
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
    ("/clients/id-Portal.One/scope-mappings/clients/id-Portal.One", [{"id": 7}]),
    ("/groups/g-leaf/role-mappings", {"clientMappings": {"x": []}}),
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
    assert all("during the audit (401)" in unknown.reason for unknown in found.values())
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
    # The realm, and twice the number of concurrent requests.
    assert len(fake.asked) <= 1 + 2 * 8


class NoTokens(Tokens):
    """Cannot sign in."""

    def token(self) -> str:
        raise WrongClientSecret("The client secret is another one.")


def test_without_any_token_there_is_no_snapshot() -> None:
    with pytest.raises(WrongClientSecret):
        take(FakeKeycloak(), tokens=NoTokens())


def test_secrets_that_are_masked_name_the_role_that_shows_them() -> None:
    fake = FakeKeycloak()
    fake.answers["/clients"][1]["secret"] = "*" * 10
    gap = take(fake).secret_traits["Portal.One"]
    assert isinstance(gap, Gap)
    assert gap.roles == ("manage-clients",)
    assert "26.8" in gap.reason


def test_default_scopes_that_are_empty_for_want_of_rights_are_a_gap() -> None:
    fake = FakeKeycloak(rights=set(ALL_ROLES) - {"view-clients"})
    fake.faults["/default-default-client-scopes"] = Answer(200, [])
    gap = take(fake).sections["default_client_scopes"]
    assert isinstance(gap, Gap)
    assert gap.roles == ("view-clients",)


@pytest.mark.parametrize("known", [True, False], ids=["new", "old"])
def test_organizations_that_are_not_shown(known: bool) -> None:
    fake = FakeKeycloak()
    fake.answers[""]["organizationsEnabled"] = True
    fake.answers["/organizations"] = []
    if known:
        managing = "/clients/id-realm-management/roles"
        fake.answers[managing].append(role("view-organizations", "view-organizations"))
    gap = take(fake).sections["organizations"]
    assert isinstance(gap, Gap)
    assert gap.roles == (("view-organizations",) if known else ())
    assert gap.expected is not known


def test_a_server_that_does_not_show_its_features() -> None:
    fake = FakeKeycloak()
    fake.features = []
    snapshot = take(fake)
    assert isinstance(snapshot.sections["features"], Gap)
    assert snapshot.server_version == "26.7.3"
