# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The 401 rule: which results lead to a new token, and what is reported."""

from __future__ import annotations

import random
import time
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._api.call import ApiCall
from ansible_collections.authkit.oauth.plugins.module_utils._errors import WrongClientSecret
from ansible_collections.authkit.oauth.plugins.plugin_utils._action.repair import (
    MOST_LEGS,
    MOST_RENEWALS,
    Tokens,
    with_given_token,
    with_own_token,
)

CALL = ApiCall("GET", "https://api.example.com/x")


def result(status: int, *, url: str = CALL.url, **more: Any) -> dict[str, Any]:
    failed = {"failed": True, "msg": f"answered {status}."} if status >= 400 else {}
    return {"status": status, "url": url, "attempts": 1, "elapsed": 0.5, **failed, **more}


class Story:
    """Returns tokens and results in turn, and records the requests. ended: tokens that expire before they arrive."""

    def __init__(
        self, results: list[dict[str, Any]], tokens: tuple[str, ...] = ("old", "new"), ended: tuple[str, ...] = ()
    ) -> None:
        self.results, self.left, self.ended = list(results), list(tokens), ended
        self.sent: list[str] = []
        self.rejected: list[str | None] = []
        self.pauses: list[float] = []

    def fresh(self, rejected: str | None) -> str:
        self.rejected.append(rejected)
        return self.left.pop(0)

    def send(self, token: str) -> dict[str, Any]:
        self.sent.append(token)
        return self.results.pop(0)

    def told(self, sources: str = "client_id from the call") -> dict[str, Any]:
        return with_own_token(CALL, Tokens(self.fresh, sources, self.ended.__contains__, self.pauses.append), self.send)


def test_a_401_is_repaired_and_its_cost_is_counted() -> None:
    story = Story([result(401), result(200)])
    assert story.told() == {**result(200), "attempts": 2, "elapsed": 1.0}
    assert (story.sent, story.rejected) == (["old", "new"], [None, "old"])


def test_twice_401_is_reported_once() -> None:
    story = Story([result(401), result(401)])
    told = story.told()
    assert "although the access token is new" in told["msg"]
    assert told["msg"].endswith("(client_id from the call).")
    assert story.sent == ["old", "new"]


def test_a_new_token_that_ends_on_its_way_is_replaced_as_well() -> None:
    tokens = ("old", "slow", "slower", "new")
    story = Story([*[result(401)] * 3, result(200)], tokens, ended=tokens[:3])
    assert story.told() == {**result(200), "attempts": 4, "elapsed": 2.0}
    assert (tuple(story.sent), story.rejected) == (tokens, [None, "old", "slow", "slower"])


def test_the_first_repair_is_at_once_and_the_later_ones_are_spread(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = ("old", "slow", "slower", "slowest", "new")
    story = Story([*[result(401)] * 4, result(200)], tokens, ended=tokens[:4])
    clock = iter(range(0, 600, 6))  # each answer takes six seconds
    monkeypatch.setattr(time, "monotonic", lambda: float(next(clock)))
    monkeypatch.setattr(random, "uniform", lambda _low, high: high)
    story.told()
    assert story.pauses == [0.0, 12.0, 24.0, 48.0]


def test_a_node_that_is_always_slower_than_tokens_live_is_reported_in_the_end() -> None:
    tokens = tuple(f"token-{number}" for number in range(9))
    story = Story([result(401) for _each in tokens], tokens, ended=tokens)
    assert "expire before the task starts on its host" in story.told()["msg"]
    assert len(story.sent) == 1 + MOST_RENEWALS


@pytest.mark.parametrize(
    "first",
    [
        result(403),
        result(500),
        result(200),
        {"status": 401, "url": CALL.url},
        result(401, url="https://other.example.com/x"),
        result(401, url="nonsense"),
        {"started": True, "ansible_job_id": "j1"},
        {"failed": True, "msg": "MODULE FAILURE", "rc": 1},
    ],
    ids=["403", "500", "200", "expected", "elsewhere", "nowhere", "async", "crash"],
)
def test_nothing_else_asks_for_a_new_token(first: dict[str, Any]) -> None:
    story = Story([first])
    story.told()
    assert (story.sent, story.rejected) == (["old"], [None])


def test_the_same_token_is_not_sent_again() -> None:
    story = Story([result(401)], tokens=("old", "old"))
    assert "although the access token is new" in story.told()["msg"]
    assert story.sent == ["old"]


def test_where_no_new_token_is_to_be_had_the_reason_is_reported() -> None:
    def fresh(rejected: str | None) -> str:
        if rejected is None:
            return "old"
        raise WrongClientSecret("The client_secret is wrong.")

    told = with_own_token(CALL, Tokens(fresh), Story([result(401)]).send)
    assert (told["status"], told["msg"]) == (401, "The client_secret is wrong.")


def test_a_second_answer_of_another_kind_stands() -> None:
    told = Story([result(401), {"failed": True, "status": -1, "msg": "Nothing listens."}]).told()
    assert (told["status"], told["msg"]) == (-1, "Nothing listens.")


def test_a_given_token_is_sent_once() -> None:
    story = Story([result(401)])
    assert "access_token, which is never renewed" in with_given_token(CALL, "given", story.send)["msg"]
    assert story.sent == ["given"]
    assert with_given_token(CALL, "given", Story([result(403)]).send)["msg"] == "answered 403."


def test_a_listing_takes_as_many_tokens_as_it_outlives() -> None:
    """Each token reads a page, so none of them counts as one that is rejected at once."""
    tokens = tuple(f"token{number}" for number in range(12))
    story = Story([*(result(401, pages=number) for number in range(11)), result(200, pages=11)], tokens, tokens)
    assert story.told()["status"] == 200
    assert story.sent == list(tokens)
    assert story.pauses == [0.0] * 11


def test_a_node_that_claims_progress_forever_is_stopped() -> None:
    tokens = tuple(f"token{number}" for number in range(MOST_LEGS + 10))
    story = Story([result(401, pages=number) for number in range(MOST_LEGS + 10)], tokens)
    assert "although the access token is new" in story.told()["msg"]
    assert len(story.sent) == MOST_LEGS + 2


def test_costs_add_up() -> None:
    wait = {"seconds": 0.5, "status": 503, "retry_after": False}
    first, second = result(401, waits=[wait]), result(200, waits=[wait, wait])
    answers = [first, second]
    tokens = Tokens(fresh=lambda rejected: "new" if rejected else "old", pause=lambda _seconds: None)
    made = with_own_token(CALL, tokens, lambda _token: answers.pop(0))
    assert (made["status"], made["attempts"], made["elapsed"], made["waits"]) == (200, 2, 1.0, [wait] * 3)


def test_costs_that_a_node_made_up_do_not_add_up() -> None:
    answers = [result(401, waits="x"), result(200, waits=[])]
    tokens = Tokens(fresh=lambda rejected: "new" if rejected else "old", pause=lambda _seconds: None)
    assert with_own_token(CALL, tokens, lambda _token: answers.pop(0))["waits"] == []


def test_warnings_of_all_tries_are_kept_each_once() -> None:
    first = result(401, pages=3, warnings=["became shorter", "odd"])
    assert Story([first, result(200, pages=9)]).told()["warnings"] == ["became shorter", "odd"]
    second = result(200, pages=9, warnings=["odd", "new"])
    assert Story([first, second]).told()["warnings"] == ["became shorter", "odd", "new"]
    assert Story([first, result(200, warnings="text")]).told()["warnings"] == ["became shorter", "odd"]
    assert Story([result(401, warnings="text"), result(200)]).told()["warnings"] == []
    assert "warnings" not in Story([result(401), result(200)]).told()
