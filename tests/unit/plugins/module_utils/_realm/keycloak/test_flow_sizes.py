# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Maliciously large graphs of flows, roles and groups: time grows only linearly with their size."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.admin.flow_tree import flow_tree
from ansible_collections.authkit.oauth.plugins.module_utils._realm.audit import audit
from ansible_collections.authkit.oauth.plugins.module_utils._realm.export.export import snapshot_of
from ansible_collections.authkit.oauth.plugins.module_utils._realm.keycloak.second_factor import NONE, second_factor
from ansible_collections.authkit.oauth.plugins.module_utils._realm.model import FAIL, INCONCLUSIVE
from ansible_collections.authkit.oauth.plugins.module_utils._realm.policy import policy_from
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Gap
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import Flow, Snapshot

#: Processor seconds for what took minutes, or did not end.
BOUND = 5.0


def runs(alias: str, requirement: str = "REQUIRED") -> dict[str, Any]:
    """A step that runs another flow."""
    return {"requirement": requirement, "authenticatorFlow": True, "flowAlias": alias}


def does(provider: str, requirement: str = "REQUIRED") -> dict[str, Any]:
    return {"requirement": requirement, "authenticator": provider}


def export(flows: dict[str, list[dict[str, Any]]], **more: Any) -> dict[str, Any]:
    """A realm whose browser flow is the first of these."""
    return {
        "realm": "shop",
        "sslRequired": "external",
        "resetPasswordAllowed": True,
        "authenticationFlows": [
            {"id": alias, "alias": alias, "topLevel": alias == next(iter(flows)), "authenticationExecutions": steps}
            for alias, steps in flows.items()
        ],
        **dict.fromkeys(("browserFlow", "directGrantFlow", "resetCredentialsFlow"), next(iter(flows))),
        **more,
    }


def chain(length: int, *steps: Callable[[str], dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Flows that each run the next one by these steps; the last one requires a password."""
    flows = {f"flow {number}": [step(f"flow {number + 1}") for step in steps] for number in range(length)}
    return {**flows, f"flow {length}": [does("auth-username-password-form")]}


def either(alias: str) -> dict[str, Any]:
    return runs(alias, "ALTERNATIVE")


def maybe(alias: str) -> dict[str, Any]:
    return runs(alias, "CONDITIONAL")


def ring(length: int) -> dict[str, list[dict[str, Any]]]:
    """Flows that all run each other."""
    names = [f"flow {number}" for number in range(length)]
    return {alias: [runs(each) for each in names] for alias in names}


def audited(snapshot: Snapshot) -> dict[str, str]:
    """Status of every check of the configuration."""
    policy = policy_from({"levels": ["L3"], "check_profile": "strict", "fail_on": "high", "report_level": "info"})
    return {result.check.id: result.status for result in audit(snapshot, policy)}


FLOWS = {
    "each runs the next one twice": chain(200, runs, runs),
    "each may run the next one twice": chain(200, either, either),
    "each runs the next one under a condition, too": chain(
        200, lambda _alias: does("conditional-user-role"), runs, maybe
    ),
    "a very long chain": chain(3000, runs),
    "one runs another one often, which is wide": {
        "top": [runs("wide"), maybe("wide")] * 1000,
        "wide": [does("auth-username-password-form") for _step in range(1000)],
    },
    "many run one that is wide": {
        "top": [runs(f"between {number}") for number in range(1000)],
        **{f"between {number}": [maybe("wide")] for number in range(1000)},
        "wide": [does("auth-cookie") for _step in range(1000)],
    },
}


@pytest.mark.parametrize("flows", FLOWS.values(), ids=FLOWS)
def test_exported_flows(flows: dict[str, list[dict[str, Any]]]) -> None:
    started = time.process_time()
    snapshot = snapshot_of(export(flows), "export.json")
    assert isinstance(snapshot.flows[next(iter(flows))], Flow)
    assert audited(snapshot)
    assert time.process_time() - started < BOUND


def test_200_flows_that_double_are_judged_in_less_than_a_second() -> None:
    started = time.process_time()
    found = snapshot_of(export(chain(200, runs, runs)), "export.json").flows["flow 0"]
    assert isinstance(found, Flow)
    assert second_factor(found) == NONE
    assert time.process_time() - started < 1.0


@pytest.mark.parametrize("flows", [ring(2), ring(5)], ids=["two", "five"])
def test_a_small_circle_ends_where_a_flow_comes_back_to_itself(flows: dict[str, list[dict[str, Any]]]) -> None:
    found = snapshot_of(export(flows), "export.json").flows["flow 0"]
    assert isinstance(found, Flow)


LARGE = {
    "all run each other": ring(40),
    "a long circle": {**chain(300, runs), "flow 300": [runs("flow 0")]},
    "each runs the next one twice, and the last one the first": {
        **chain(200, runs, runs),
        "flow 200": [runs("flow 0")],
    },
}


@pytest.mark.parametrize("flows", LARGE.values(), ids=LARGE)
def test_a_large_circle_is_said_to_be_one(flows: dict[str, list[dict[str, Any]]]) -> None:
    started = time.process_time()
    snapshot = snapshot_of(export(flows), "export.json")
    found = snapshot.flows["flow 0"]
    assert isinstance(found, Gap)
    assert "'flow 0' runs itself" in found.reason
    assert audited(snapshot)["flows-allow-access-authenticator"] == INCONCLUSIVE
    assert time.process_time() - started < BOUND


def test_flows_that_share_their_steps_are_judged_once() -> None:
    """Each flow runs the next one twice, and a client is bound to each."""
    count = 1000
    realm = export(chain(count, runs, runs))
    for flow in realm["authenticationFlows"]:
        flow["topLevel"] = True
    clients = [
        {
            "clientId": f"client {number}",
            "protocol": "openid-connect",
            "directAccessGrantsEnabled": True,
            "authenticationFlowBindingOverrides": dict.fromkeys(("browser", "direct_grant"), f"flow {number}"),
        }
        for number in range(count)
    ]
    started = time.process_time()
    more = {"clients": clients, "clientPolicies": {"policies": []}, "clientProfiles": {"profiles": []}}
    verdicts = audited(snapshot_of({**realm, **more}, "export.json"))
    assert verdicts["flows-direct-grant-no-otp"] == FAIL
    assert verdicts["mfa-browser-no-second-factor"] == FAIL
    assert time.process_time() - started < 2 * BOUND


@pytest.mark.parametrize("level", [lambda number: number, lambda number: number % 2, lambda _number: 0])
def test_the_steps_that_a_server_shows(level: Callable[[int], int]) -> None:
    """Deeper than Python's recursion limit, or very many."""
    started = time.process_time()
    shown = [
        {"authenticationFlow": True, "displayName": "x", "requirement": "REQUIRED", "level": level(number)}
        for number in range(10_000)
    ]
    last = {"providerId": "auth-username-password-form", "requirement": "REQUIRED", "level": level(10_000)}
    found = Flow("1", "browser", flow_tree([*shown, last], {}))
    assert second_factor(found)
    assert time.process_time() - started < BOUND


def test_composites_of_composites() -> None:
    """Each role contains the next two, and the last one administers."""
    count = 400
    names = [f"role {number}" for number in range(count)]
    roles = [
        {"name": name, "composite": True, "composites": {"realm": names[number + 1 : number + 3]}}
        for number, name in enumerate(names)
    ]
    roles[-1]["composites"] = {"client": {"realm-management": ["realm-admin"]}}
    started = time.process_time()
    realm = export(
        chain(1, runs),
        roles={"realm": roles, "client": {"realm-management": [{"name": "realm-admin"}]}},
        defaultRole={"name": names[0]},
        clients=[],
        users=[{"username": f"user {number}", "realmRoles": [names[number]]} for number in range(100)],
        groups=[],
    )
    assert FAIL in audited(snapshot_of(realm, "export.json")).values()
    assert time.process_time() - started < BOUND


def test_groups_in_groups() -> None:
    group: dict[str, Any] = {"name": "last", "realmRoles": ["staff"], "subGroups": []}
    for number in range(100):
        group = {"name": f"group {number}", "realmRoles": ["staff"], "subGroups": [group]}
    started = time.process_time()
    realm = export(
        chain(1, runs),
        roles={"realm": [{"name": "staff"}], "client": {"realm-management": [{"name": "realm-admin"}]}},
        clients=[],
        users=[],
        groups=[group] * 20,
    )
    assert audited(snapshot_of(realm, "export.json"))
    assert time.process_time() - started < BOUND
