# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is shipped to a node, again after a 401, and what is left if the node is lost."""

from __future__ import annotations

import itertools
import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from ansible.errors import AnsibleConnectionFailure

from ansible_collections.authkit.oauth.plugins.action.api import ActionModule
from ansible_collections.authkit.oauth.plugins.module_utils._api.many.entries import Entry, Many, prepare_many
from ansible_collections.authkit.oauth.plugins.module_utils._api.many.node import calls_on_node
from ansible_collections.authkit.oauth.plugins.module_utils._errors import AuthkitError, WrongClientSecret
from ansible_collections.authkit.oauth.plugins.plugin_utils._action import own_tokens
from ansible_collections.authkit.oauth.plugins.plugin_utils._action.repair import MOST_LEGS, MOST_RENEWALS, Tokens
from ansible_collections.authkit.oauth.plugins.plugin_utils._action.shipments import Shipments
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer
from ansible_collections.authkit.oauth.tests.unit.support.actions import SECRET, Result, Shipping, Tasks
from ansible_collections.authkit.oauth.tests.unit.support.many_calls import Server, gets

TASKS = Tasks("authkit.oauth.api", ActionModule)
action, run = TASKS.action, TASKS.run


def _on_node(arguments: dict[str, Any]) -> Result:
    return calls_on_node(arguments, check_mode=False)


class Shipped(Shipping, ActionModule):
    """The action with a node in place of the connection."""

    on_node = staticmethod(_on_node)


def test_results_survive_a_node_that_is_lost(server: Server, old_tokens: None) -> None:
    class Lost(Shipped):
        answered = staticmethod(lambda result: _second_is_lost(shipments, result))

    shipments: list[Result] = []
    server.ends_after = [2]
    result = run({"requests": gets(server, 4), "concurrency": 1}, server.variables, Lost)
    assert result["unreachable"]
    assert [item["status"] for item in result["results"]] == [200, 200, None, None]
    assert "outcome is not known: the module did not run to its end" in result["results"][3]["msg"]


def _second_is_lost(shipments: list[Result], result: Result) -> Result:
    shipments.append(result)
    if len(shipments) > 1:
        raise AnsibleConnectionFailure("no route")
    return result


def test_the_module_gets_only_what_is_left(server: Server, old_tokens: None) -> None:
    server.ends_after = [3]
    doing = action({"requests": gets(server, 6), "concurrency": 1}, server.variables, Shipped)
    assert not doing.run(task_vars=server.variables)["failed"]
    assert [len(shipped["requests"]) for shipped in doing.arguments] == [6, 3]
    assert SECRET not in json.dumps(doing.arguments, ensure_ascii=False)


def test_sentences_of_a_later_shipment_number_the_calls_of_the_task(server: Server, old_tokens: None) -> None:
    server.ends_after = [2]
    server.scripts = {"/api/3": Answer(404)}
    server.pages = {"/api/2": Answer(200, b"{")}
    result = run({"requests": gets(server, 6), "concurrency": 1}, server.variables, Shipped)
    assert [item["status"] for item in result["results"]] == [200, 200, 200, 404, None, None]
    assert result["results"][5]["msg"].endswith("/api/5 is not sent: entry 4 ('call 3') failed.")
    assert result["warnings"][0].startswith("entry 3 ('call 2'): The response from ")


@pytest.mark.parametrize(
    "lost", [{"unreachable": True, "msg": "no route"}, {"changed": False, "failed": True, "rc": 1}]
)
def test_writes_that_were_done_before_the_node_was_lost_are_a_change(
    server: Server, old_tokens: None, lost: Result
) -> None:
    class Lost(Shipped):
        answered = staticmethod(lambda result: result if next(shipments) == 1 else lost)

    shipments = itertools.count(1)
    server.ends_after = [2]
    entries = [{**entry, "method": "POST"} for entry in gets(server, 2)] + gets(server, 4)[2:]
    result = run({"requests": entries, "concurrency": 1}, server.variables, Lost)
    assert [item["changed"] for item in result["results"]] == [True, True, False, False]
    assert result["changed"]


@pytest.mark.parametrize("kind", [ActionModule, Shipped], ids=["in process", "shipped"])
def test_an_api_that_rejects_all_tokens_costs_two_requests_a_call_and_no_pause(
    server: Server, old_tokens: None, kind: type[ActionModule], monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(own_tokens, "Tokens", partial(Tokens, pause=pauses.append))
    server.scripts = {f"/api/{number}": Answer(401) for number in range(100)}
    doing = action({"requests": gets(server, 100), "on_error": "collect"}, server.variables, kind)
    result = doing.run(task_vars=server.variables)
    assert all("although the access token is new" in item["msg"] for item in result["results"])
    assert sum(record.kind == "api" for record in server.records) <= 200
    assert sum(pauses) == 0
    assert kind is ActionModule or len(doing.arguments) <= 4


# ---- a node that answers as the test wants


def _many(count: int, **options: Any) -> Many:
    requests = [{"name": f"call {number}", "url": f"https://api.example.com/{number}"} for number in range(count)]
    task = {"method": "GET", "follow_redirects": "safe", "on_error": "collect", **options}
    return prepare_many({"requests": requests, **task})


def _answered(status: int | None, **more: Any) -> Result:
    """What a node says of a call; None if it was not sent."""
    if status is None:
        return {"sent": False, "failed": False, "changed": False, "status": None, "msg": "not sent"}
    return {"sent": True, "failed": status >= 400, "status": status, "msg": "x", "attempts": 1, "elapsed": 0.5, **more}


class Node:
    """Ships to a node, and notes what. answers: for each call of a shipment its status or result, by its number."""

    def __init__(self, many: Many, *answers: Mapping[int, Any], ends: Callable[..., bool] | None = None) -> None:
        self.many, self.answers, self.ran = many, answers, 0.0
        self.shipped: list[list[int]] = []
        self.places: list[list[Mapping[str, Any]]] = []
        self.stops: list[bool] = []
        self.events: list[Any] = []
        self.warnings: list[Any] = []
        self.tokens = Tokens(self.fresh, "", ends or (lambda _token, _ago=0.0: False), self.events.append)

    def fresh(self, _rejected: str | None) -> str:
        self.events.append("token")
        return f"token {len(self.events)}"

    def ship(self, calls: Sequence[tuple[Entry, Mapping[str, Any]]], parameters: Mapping[str, Any]) -> Result:
        self.events.append("ship")
        self.shipped.append([entry.number for entry, _place in calls])
        self.places.append([place for _entry, place in calls])
        self.stops.append(parameters["renewable_token"])
        answers = self.answers[min(len(self.shipped), len(self.answers)) - 1]
        items = [answers.get(entry.number, answers.get(0)) for entry, _place in calls]
        results = [
            {"url": entry.call.url, **(item if isinstance(item, dict) else _answered(item))}
            for (entry, _place), item in zip(calls, items, strict=True)
        ]
        return {"results": results, "elapsed": self.ran, "warnings": list(self.warnings)}

    def results(self) -> list[Result]:
        self.shipments = Shipments(self.many, self.many.entries, self.ship)
        self.shipments.send_renewing(self.tokens)
        return self.shipments.in_order()

    @property
    def pauses(self) -> list[float]:
        return [event for event in self.events if isinstance(event, float)]


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each shipment takes six seconds, and pauses are as long as they may be."""
    clock = itertools.count(0.0, 6.0)
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(random, "uniform", lambda _low, high: high)


def _ended(_token: str, _ago: float = 0.0) -> bool:
    return True


def test_tokens_that_end_before_the_calls_begin_are_reported_for_all_calls(slow: None) -> None:
    node = Node(
        _many(30), {1: 401, 2: 401, 0: None}, *[{1: 401, 2: 401, 0: None}] * MOST_RENEWALS, {0: 401}, ends=_ended
    )
    results = node.results()
    assert all("expire before the task starts on its host" in item["msg"] for item in results)
    assert node.shipped == [list(range(1, 31))] * (1 + MOST_RENEWALS) + [list(range(3, 31))]
    assert node.pauses == [0.0, 12.0, 24.0, 48.0, 60.0, 0.0], "as for one call, and none for the others"


def test_a_token_is_fetched_after_the_pause(slow: None) -> None:
    node = Node(_many(2), *[{0: 401}] * 3, {0: 200}, ends=_ended)
    assert [item["status"] for item in node.results()] == [200, 200]
    again = [node.events[at : at + 3] for at in range(2, len(node.events), 3)]
    assert again == [[0.0, "token", "ship"], [12.0, "token", "ship"], [24.0, "token", "ship"]]


def test_a_token_that_ends_during_the_calls_was_rejected_all_the_same(slow: None) -> None:
    node = Node(_many(30), {0: 401}, ends=lambda _token, ago=0.0: ago < 5.0)
    node.ran = 5.0
    assert all("although the access token is new" in item["msg"] for item in node.results())
    assert len(node.shipped) == 2


def test_a_token_that_ends_while_a_call_waits_for_its_retry_is_replaced(slow: None) -> None:
    late = _answered(401, elapsed=5.5, waits=[{"seconds": 5.0, "status": 503, "retry_after": True}])
    node = Node(_many(1), {0: late}, {0: late}, {0: 200}, ends=lambda _token, ago=0.0: ago < 5.0)
    node.ran = 5.6
    assert [item["status"] for item in node.results()] == [200]
    assert len(node.shipped) == 3


def test_why_there_is_no_next_token_is_said_somewhere(slow: None) -> None:
    """Also if no call is left that was rejected."""
    node = Node(_many(30), {1: 401, 2: 401, 0: None}, ends=_ended)
    tokens = iter(range(1 + MOST_RENEWALS))

    def fresh(_rejected: str | None) -> str:
        found = next(tokens, None)
        if found is None:
            raise AuthkitError("login.example.org is down: try again later.")
        return f"token {found}"

    node.tokens = replace(node.tokens, fresh=fresh)
    results = node.results()
    assert "expire before the task starts on its host" in results[0]["msg"]
    assert all("login.example.org is down" in item["msg"] for item in results[2:])


def test_the_module_goes_on_after_a_401_until_a_token_ends() -> None:
    first = {1: 401, 0: None}
    node = Node(_many(9), first, first, {2: 200, 0: 401}, {3: 200, 4: 401, 0: None}, {0: 200})
    ended = iter([False, False, True, False, False])
    node.tokens = replace(node.tokens, ended=lambda _token, _ago=0.0: next(ended))
    assert [item["status"] for item in node.results()] == [401, 200, 200, 401, 200, 200, 200, 200, 200]
    assert node.stops == [True, True, False, True, False]


def test_a_listing_outlives_as_many_tokens_as_elsewhere() -> None:
    rounds = [{1: _answered(401, pages=number), 0: None} for number in range(1, 20)]
    node = Node(_many(2), *rounds, {1: _answered(200, pages=20), 0: 200})
    assert [item["status"] for item in node.results()] == [200, 200]
    assert sum(node.pauses) == 0


def test_a_node_that_claims_progress_forever_is_stopped() -> None:
    rounds = [{0: _answered(401, pages=number)} for number in range(MOST_LEGS + 10)]
    node = Node(_many(1), *rounds)
    assert "although the access token is new" in node.results()[0]["msg"]
    assert len(node.shipped) == MOST_LEGS + 2, "as for one call"


def test_all_shipments_of_a_call_share_its_deadline() -> None:
    refused, good = _answered(401, elapsed=12.0), _answered(200, elapsed=1.0)
    node = Node(_many(3, deadline=30.0), {1: good, 2: refused, 3: None}, {0: good})
    assert [item["status"] for item in node.results()] == [200, 200, 200]
    assert node.places == [[{}, {}, {}], [{"deadline": 18.0}, {}]]
    assert node.shipments.results[2]["elapsed"] == 13.0


def test_a_call_that_waits_keeps_what_it_has_cost() -> None:
    node = Node(_many(2), {0: 401}, {1: 401, 2: None}, {0: 200}, ends=_ended)
    results = node.results()
    assert [item["attempts"] for item in results] == [3, 2]


def test_where_no_new_token_is_to_be_had_all_rejected_calls_say_why() -> None:
    node = Node(_many(3), {0: 401}, {1: 401, 0: None}, ends=_ended)
    issued = iter(["token 1", "token 2"])

    def fresh(_rejected: str | None) -> str:
        try:
            return next(issued)
        except StopIteration:
            raise WrongClientSecret("The client_secret is wrong.") from None

    node.tokens = replace(node.tokens, fresh=fresh)
    assert [item["msg"] for item in node.results()] == ["The client_secret is wrong."] * 3


def test_warnings_of_all_shipments_are_shown_once() -> None:
    node = Node(_many(2), {1: 200, 2: 401}, {0: 200})
    node.warnings = ["entry 1 became shorter"]
    node.results()
    assert node.shipments.warnings == ["entry 1 became shorter"]
