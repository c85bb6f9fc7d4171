# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of ``make bench`` show what was measured, and an exceeded bound makes it exit with 1."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.tests.benchmarks import (
    hot_path,
    inventory,
    many,
    page,
    scale,
    server_down,
    side_by_side,
    store,
)
from ansible_collections.authkit.oauth.tests.benchmarks.plays import Play, Sample, Samples
from ansible_collections.authkit.oauth.tests.benchmarks.tables import Bound, spread
from ansible_collections.authkit.oauth.tests.tools import bench


def _samples(processor: Mapping[Play, Sequence[float]]) -> Samples:
    return {play: [Sample(one, 1, one) for one in runs] for play, runs in processor.items()}


SIDE_BY_SIDE = {
    side_by_side.EMPTY: (1.0, 1.0),
    side_by_side.URI_ONCE: (11.0, 21.0),
    side_by_side.URI_EACH: (21.0, 41.0),
    side_by_side.API: (2.0, 3.0),
    side_by_side.LOOP_URI: (9.0, 9.0),
    side_by_side.LOOP_API: (1.5, 1.5),
    side_by_side.GIVEN: (3.0, 3.0),
    side_by_side.STORED: (3.3, 3.6),
}
HOT_PATH = {
    hot_path.EMPTY: (1.0, 2.0, 1.0),
    hot_path.PLAIN: (7.0, 8.0, 7.0),
    hot_path.ENV: (7.0, 8.0, 7.0),
    hot_path.TOKEN: (16.0, 11.0, 13.0),
    hot_path.ENV_RECEIPT: (8.0, 9.0, 8.0),
    hot_path.TOKEN_RECEIPT: (8.6, 9.6, 8.6),
}
SCALE = {
    scale.EMPTY: [1.0, 1.0, 1.0],
    scale.ENV: [41.0, 61.0, 41.0],
    scale.TOKEN: [51.0, 61.0, 61.0],
    scale.ENABLED: [47.0, 67.0, 47.0],
    scale.API: [31.0],
}


def test_a_spread_is_median_smallest_and_largest() -> None:
    assert spread([3.0, 1.0, 10.0]).text("x", 1) == "3.0x (1.0 - 10.0)"


def test_ratios_are_taken_run_by_run() -> None:
    lines = "\n".join(side_by_side.report(_samples(SIDE_BY_SIDE)))
    assert "api against uri, token once     | 6.2x (5.5 - 7.0)" in lines
    assert "10.0x (10.0 - 10.0)" in lines
    assert "over the same with the token given: 7.50 ms (5.00 - 10.00)" in lines


def test_what_a_lookup_adds_is_measured_against_the_rest_of_a_debug_task() -> None:
    lines = "\n".join(hot_path.report(_samples(HOT_PATH)))
    assert "a lookup adds 1.00 (0.50 - 1.50) times the processor time of the rest of a debug task" in lines
    assert "with the receipt\n0.10 (0.10 - 0.10) times" in lines
    assert "| 13.00 (11.00 - 16.00) | 80.0 (60.0 - 100.0) | 40.0 (20.0 - 60.0) " in lines


@pytest.mark.parametrize(
    ("play", "seconds", "broken"),
    [
        (side_by_side.LOOP_API, 1.51, "40 looped calls, times as fast as uri: 5.96, at least 6"),
        (side_by_side.API, 2.3, "20 hosts x 3 tasks, times as fast as uri with one token: 4.78, at least 5"),
        (side_by_side.STORED, 3.7, "a token in the store over a given one, ms a task: 11.7, at most 10"),
    ],
)
def test_a_slow_play_breaks_its_bound(play: Play, seconds: float, broken: str) -> None:
    assert all(bound.kept for bound in side_by_side.bounds(_samples(SIDE_BY_SIDE)))
    slower = side_by_side.bounds(_samples({**SIDE_BY_SIDE, play: (seconds, seconds)}))
    assert [bound.text for bound in slower if not bound.kept] == [f"BROKEN: {broken}"]


def test_a_costly_lookup_breaks_its_bound() -> None:
    costly = {**HOT_PATH, hot_path.TOKEN: (70.0, 70.0, 70.0)}
    assert [bound.kept for bound in hot_path.bounds(_samples(costly))] == [False, True]
    costly = {**HOT_PATH, hot_path.TOKEN_RECEIPT: (9.0, 10.0, 9.0)}
    assert [bound.kept for bound in hot_path.bounds(_samples(costly))] == [False, False]


def test_tasks_of_many_hosts_are_measured_against_a_debug_task() -> None:
    lines = " ".join(" ".join(scale.report(_samples(SCALE))).split())
    assert "| debug, lookup('env') | 41.0 (41.0 - 61.0) | 41.0 (41.0 - 61.0) | 20.0 | | 1 |" in lines
    assert "| 30.0 | 0.25 (0.00 - 0.50) | 1 |" in lines
    assert [bound.kept for bound in scale.bounds(_samples(SCALE))] == [True] * 6
    slower = scale.bounds(_samples({**SCALE, scale.TOKEN: [51.5, 60.0, 61.0]}))
    assert [bound.kept for bound in slower] == [False, *[True] * 5]


@pytest.mark.parametrize(("seconds", "kept"), [(8.9, True), (9.1, False)])
def test_hosts_that_each_ask_a_server_that_is_down_break_their_bound(seconds: float, kept: bool) -> None:
    taken = {server_down.IDLE: [2.0], server_down.ONE: [1.0], server_down.MANY: [seconds, 12.0]}
    (bound,) = server_down.bounds(_samples(taken))
    assert bound.kept == kept


def test_a_table_says_how_often_it_ran_a_play() -> None:
    samples = _samples({many.EMPTY: [1.0] * 15, many.URI: [52.0, 51.0], many.HERE: [2.0, 3.0, 2.5]})
    lines = "\n".join(many.report(many.Measured(samples, {"dest": 96.4})))
    assert "the last column compares the fastest runs" in lines
    assert "| a loop of uri         | 51.50 (51.00 - 52.00) | 2    | 1.0x " in lines
    assert "| one task, in process  | 2.50 (2.00 - 3.00)    | 3    | 50.0x " in lines
    assert "| 10,000 calls in one task, run once | MiB at most |" in lines
    listing = [inventory.Listing(2.0, 1, 100)] * 3
    assert "of 3" in inventory.report(dict.fromkeys((inventory.STATIC, inventory.ASKED), listing))[0]


@pytest.mark.parametrize(
    ("fetches", "said"),
    [((1, 1), "1 token request of 150 ms in each repeat"), ((2, 1), "1 to 2 token requests of 150 ms in each repeat")],
)
def test_the_requests_of_a_cold_start_are_counted(fetches: tuple[int, ...], said: str) -> None:
    hit, storm = store.HitLatency(0.0001, 0.0002, 10), store.ColdStorm(50, fetches, (0.2, 0.2), 0.15)
    assert f" {said} |" in store.report((hit, storm))[-1]


def test_a_slow_hit_and_a_second_request_break_their_bounds() -> None:
    hit = store.HitLatency(p50=0.00016, p99=0.001, rounds=10)
    storm = store.ColdStorm(processes=50, fetches=(1, 2), slowest=(0.2, 0.3), fetch_seconds=0.15)
    assert [bound.kept for bound in store.bounds((hit, storm))] == [False, False]


@pytest.mark.parametrize(("limit", "code"), [(1.0, 0), (0.0, 1)])
def test_the_command_ends_with_1_where_a_bound_is_broken(
    limit: float, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    measured = store.HitLatency(0.0001, 0.0002, 10), store.ColdStorm(50, (1,), (0.2,), 0.15)
    monkeypatch.setattr(store, "measure", lambda _bench, _repeats: measured)
    monkeypatch.setattr(store, "bounds", lambda _measured: [Bound("a hit, ms", 0.1, limit)])
    monkeypatch.setattr(bench, "_bench", contextlib.nullcontext)
    monkeypatch.setattr(page, "PAGE", tmp_path / "benchmarks.md")
    assert bench.main(["store"]) == code
    assert ("BROKEN: a hit, ms: 0.1, at most 0" in capsys.readouterr().out) == bool(code)
    assert list(tmp_path.iterdir()) == [], "a page of one table"
    monkeypatch.setattr(bench, "TABLES", {"store": store})
    assert bench.main(["3"]) == code
    written = page.PAGE.read_text(encoding="utf-8")
    assert page.faults(written, [store.TITLE]) == []
    assert f"| a hit, ms | 0.1      | at most {limit:g} | {'BROKEN' if code else 'kept'}" in written


def test_an_unknown_table_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["3", "hot_path"]) == 2
    assert f"hot_path is not a table; choose from {', '.join(bench.TABLES)}" in capsys.readouterr().out
