# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading a realm for a comparison: only GETs, each part a gap where it cannot be read, and nothing that crashes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Gap
from ansible_collections.authkit.oauth.plugins.plugin_utils._realm_diff import report as reports
from ansible_collections.authkit.oauth.plugins.plugin_utils._realm_diff.live import Live
from ansible_collections.authkit.oauth.plugins.plugin_utils._realm_diff.side import PARTS, Side
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.unit.support.fake_keycloak import DirectTransport, Tokens

BELOW = "/admin/realms/shop"
ROLE = {"id": "r1", "name": "reader", "composite": False, "clientRole": False, "containerId": "shop"}
ANSWERS: Mapping[str, Any] = {
    "": {
        "realm": "shop",
        "sslRequired": "external",
        "organizationsEnabled": True,
        "smtpServer": {"password": "**********"},
    },
    "/clients": [
        {"id": "c1", "clientId": "realm-management", "bearerOnly": True},
        {
            "id": "c2",
            "clientId": "batch",
            "secret": "s3cret-of-batch",
            "serviceAccountsEnabled": True,
            "authorizationServicesEnabled": True,
            "fullScopeAllowed": False,
        },
    ],
    "/clients/c1/roles": [{"id": "r3", "name": "view-realm", "clientRole": True, "containerId": "c1"}],
    "/clients/c2/roles": [],
    "/clients/c2/scope-mappings": {"realmMappings": [ROLE]},
    "/clients/c2/service-account-user": {"id": "u1", "username": "service-account-batch", "enabled": True},
    "/clients/c2/authz/resource-server/settings": {"resources": [{"name": "order", "owner": {"name": "batch"}}]},
    "/users/u1/role-mappings": {"realmMappings": [ROLE]},
    "/users/u1/groups": [{"path": "/staff"}],
    "/client-scopes": [{"id": "s1", "name": "orders"}],
    "/client-scopes/s1/scope-mappings": {},
    "/default-default-client-scopes": [{"name": "orders"}],
    "/default-optional-client-scopes": [],
    "/roles": [ROLE, {**ROLE, "id": "r2", "name": "chief", "composite": True}],
    "/roles-by-id/r2/composites": [ROLE, {"id": "r3", "name": "view-realm", "clientRole": True, "containerId": "c1"}],
    "/groups": [{"id": "g1", "name": "staff", "path": "/staff", "subGroupCount": 1, "realmRoles": ["reader"]}],
    "/groups/g1/children": [{"id": "g2", "name": "leads", "path": "/staff/leads", "subGroupCount": 0}],
    "/authentication/flows": [{"id": "f1", "alias": "browser", "providerId": "basic-flow"}],
    "/authentication/flows/browser/executions": [
        {"displayName": "forms", "authenticationFlow": True, "level": 0, "requirement": "REQUIRED"},
        {"providerId": "otp", "level": 1, "requirement": "REQUIRED", "authenticationConfig": "a1"},
    ],
    "/authentication/config/a1": {"id": "a1", "alias": "own", "config": {"x": "1"}},
    "/authentication/required-actions": [{"alias": "VERIFY_EMAIL"}],
    "/identity-provider/instances": [{"alias": "corp", "config": {"clientSecret": "**********"}}],
    "/identity-provider/instances/corp/mappers": [{"id": "m1", "name": "site"}],
    "/components": [{"id": "k1", "name": "ldap", "providerId": "ldap", "providerType": "a.B", "parentId": "shop"}],
    "/users/profile": {"attributes": [{"name": "email"}]},
    "/client-policies/policies": {"policies": [{"name": "p"}]},
    "/client-policies/profiles": {"profiles": [{"name": "p"}]},
    "/localization": ["en"],
    "/localization/en": {"password": "Your password"},
    "/organizations": [{"id": "o1", "name": "acme"}],
    "/organizations/o1/identity-providers": [{"alias": "corp"}],
    "/attack-detection/brute-force/users/00000000-0000-0000-0000-000000000000": {"disabled": False},
}


def side(changes: Mapping[str, Any] | None = None, refused: str | None = None, asked: list[str] | None = None) -> Side:
    """The realm; a path among the changes has another answer, and one that is refused the status 403.

    :param asked: gets the paths of all requests.
    """
    asked = [] if asked is None else asked

    def reply(request: Incoming) -> Answer:
        assert request.method == "GET"
        path = request.path.removeprefix(BELOW)
        asked.append(path)
        answers = {**ANSWERS, **(changes or {})}
        if path == refused:
            return Answer(403, body={"error": "HTTP 403 Forbidden"})
        if path not in answers:
            return Answer(404, body={"error": "Could not find it"})
        return Answer(200, body=answers[path])

    return Live("https://sso.example.com", "shop", Tokens(), DirectTransport(reply), 0).side()


def test_every_part_is_read() -> None:
    found = side()
    assert {name for name in PARTS if isinstance(found.parts[name], Gap)} == set()
    report = reports.compared(found, side(), [])
    assert report["differences"] == []
    assert {each["path"] for each in report["unknown"]} == {"password", "config.clientSecret"}
    assert report["summary"]["objects"] > 15


@pytest.mark.parametrize("path", sorted(ANSWERS))
def test_what_is_refused_is_unknown_and_never_different(path: str) -> None:
    report = reports.compared(side(refused=path), side(), [])
    assert report["differences"] == []
    assert [each for each in report["unknown"] if each["side"] == "left" and "asterisks" not in each["reason"]]
    assert "s3cret" not in json.dumps(report)


@pytest.mark.parametrize("path", sorted(ANSWERS))
@pytest.mark.parametrize(
    "odd", [[], {}, 7, "s3cret", None, [[]], [{}], [{"id": 7, "name": ["s3cret"]}], {"a": {"secret": ["s3cret"]}}]
)
def test_odd_answers_neither_crash_nor_show_a_secret(path: str, odd: Any) -> None:
    report = reports.compared(side({path: odd}), side(), [])
    assert "s3cret-of" not in json.dumps(report)


def test_answers_nested_too_deeply_are_unknown() -> None:
    deep: Any = "x"
    for _level in range(150):
        deep = {"a": deep}
    report = reports.compared(side({"/users/profile": deep}), side(), [])
    assert report["differences"] == []
    assert [each["section"] for each in report["unknown"] if each["fault"]] == ["user_profile"]


def test_without_manage_authorization_the_policies_are_unknown() -> None:
    short = {"/clients/c2/authz/resource-server": {"policyEnforcementMode": "ENFORCING"}}
    report = reports.compared(side(short, refused="/clients/c2/authz/resource-server/settings"), side(), [])
    unknown = {each["path"] for each in report["unknown"] if "manage-authorization" in each["reason"]}
    assert "authorizationSettings.resources" in unknown
    assert report["differences"] == []
    assert not any(each["roles"] for each in report["unknown"])


def test_a_realm_that_does_not_exist_is_one_gap() -> None:
    found = Live("https://sso.example.com", "nope", Tokens(), DirectTransport(lambda _: Answer(404)), 0).side()
    reasons = {value.reason for value in found.parts.values() if isinstance(value, Gap)}
    assert len(reasons) == 1
    assert "no realm 'nope'" in reasons.pop()


def test_a_client_costs_only_the_requests_that_its_switches_call_for() -> None:
    plain = {"fullScopeAllowed": True, "serviceAccountsEnabled": False, "authorizationServicesEnabled": False}
    kinds: Mapping[str, tuple[Mapping[str, bool], set[str]]] = {
        "p": (plain, {"roles"}),
        "s": ({**plain, "fullScopeAllowed": False}, {"roles", "scope-mappings"}),
        "a": ({**plain, "serviceAccountsEnabled": True}, {"roles", "service-account-user"}),
        "z": ({**plain, "authorizationServicesEnabled": True}, {"roles", "authz/resource-server/settings"}),
    }
    several = 60
    clients: list[dict[str, Any]] = [
        {"id": f"{kind}{number}", "clientId": f"{kind}{number}", **switches}
        for kind, (switches, _requests) in kinds.items()
        for number in range(several)
    ]
    pages = {"/clients": [*ANSWERS["/clients"], *clients]}
    answers = {
        f"/clients/{each['id']}/{path}": [] if path == "roles" else {"id": "u1"}
        for each in clients
        for path in kinds[each["id"][0]][1]
    }
    before: list[str] = []
    asked: list[str] = []
    side(asked=before)
    side({**pages, **answers}, asked=asked)
    for each in clients:
        below = f"/clients/{each['id']}/"
        found = [path.removeprefix(below) for path in asked if path.startswith(below)]
        assert sorted(found) == sorted(kinds[each["id"][0]][1])
    of_accounts = 2 * several  # its roles and its groups
    assert len(asked) <= len(before) + len(answers) + of_accounts + 8
