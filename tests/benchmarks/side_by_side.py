# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection side by side with ``ansible.builtin.uri``: whole plays, timed in turn."""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.authkit.oauth.tests.benchmarks.plays import LOOPED, Play, Sample, Samples
from ansible_collections.authkit.oauth.tests.benchmarks.tables import Bound, spread, table

TITLE = "Side by side with ansible.builtin.uri"
HOSTS, TASKS, FORKS = 20, 3, 20
#: The least seconds of work that a play is assumed to do.
LEAST = 0.01

EMPTY = Play("empty", "empty.yml", "a play without a task", 0, HOSTS, FORKS)
URI_ONCE = Play("uri once", "hosts_uri_once.yml", "uri, one token task for the play", HOSTS * TASKS, HOSTS, FORKS)
URI_EACH = Play("uri each", "hosts_uri_each.yml", "uri, one token task for each host", HOSTS * TASKS, HOSTS, FORKS)
API = Play("api", "hosts_api.yml", "authkit.oauth.api, an empty store", HOSTS * TASKS, HOSTS, FORKS)
LOOP_URI = Play("loop uri", "loop_uri.yml", "uri, one token task", LOOPED, 1, FORKS)
LOOP_API = Play("loop api", "loop_api.yml", "authkit.oauth.api, an empty store", LOOPED, 1, FORKS)
GIVEN = Play("given", "hosts_api_given.yml", "authkit.oauth.api, the token given", HOSTS * TASKS, HOSTS, 1)
STORED = Play(
    "stored", "hosts_api.yml", "authkit.oauth.api, the token in the store", HOSTS * TASKS, HOSTS, 1, warm=True
)
PLAYS = (EMPTY, URI_ONCE, URI_EACH, API, LOOP_URI, LOOP_API, GIVEN, STORED)


def report(samples: Samples) -> list[str]:
    """The tables of the plays."""
    rows = [("play", "seconds", "token requests")]
    rows += [
        (play.what, spread([one.seconds for one in runs]).text(), _requests(runs)) for play, runs in samples.items()
    ]
    calls = HOSTS * TASKS
    overhead = [
        (stored.seconds - given.seconds) / calls * 1000
        for stored, given in zip(samples[STORED], samples[GIVEN], strict=True)
    ]
    ratios = [("side by side", "whole play", "less an empty play")]
    ratios += [
        (f"{HOSTS} hosts x {TASKS} tasks: api against uri, token once", *_ratio(samples, URI_ONCE, API)),
        (f"{HOSTS} hosts x {TASKS} tasks: api against uri, token per host", *_ratio(samples, URI_EACH, API)),
        (f"{LOOPED} looped calls: api against uri, token once", *_ratio(samples, LOOP_URI, LOOP_API)),
    ]
    cost = f"a task with the token in the store, over the same with the token given: {spread(overhead).text(' ms')}"
    return [
        f"{HOSTS} hosts x {TASKS} tasks with {FORKS} forks, {LOOPED} looped calls; median (smallest - largest)",
        "",
        *table(rows),
        "",
        *table(ratios),
        "",
        cost,
    ]


def bounds(samples: Samples) -> list[Bound]:
    """The bounds, by the fastest run of each play: the others may have been slowed by a busy machine."""
    looped = _quickest(samples, LOOP_URI) / _quickest(samples, LOOP_API)
    many = _quickest(samples, URI_ONCE) / _quickest(samples, API)
    added = (_quickest(samples, STORED) - _quickest(samples, GIVEN)) / (HOSTS * TASKS) * 1000
    return [
        Bound(f"{LOOPED} looped calls, times as fast as uri", looped, 6, at_least=True),
        Bound(f"{HOSTS} hosts x {TASKS} tasks, times as fast as uri with one token", many, 5, at_least=True),
        Bound("a token in the store over a given one, ms a task", added, 10),
    ]


def _quickest(samples: Samples, play: Play) -> float:
    return min(sample.seconds for sample in samples[play])


def _requests(runs: Sequence[Sample]) -> str:
    counts = sorted({one.token_requests for one in runs})
    return " or ".join(str(count) for count in counts)


def _ratio(samples: Samples, theirs: Play, ours: Play) -> tuple[str, str]:
    """The speedup, run by run: of the whole play, and of the play less an empty one."""
    # The fastest empty play is subtracted, so that all noise stays in the rest and the ratio is not flattering.
    empty = min(one.seconds for one in samples[EMPTY])
    pairs = [(a.seconds, b.seconds) for a, b in zip(samples[theirs], samples[ours], strict=True)]
    whole = spread([a / b for a, b in pairs])
    work = spread([(a - empty) / max(b - empty, LEAST) for a, b in pairs])
    return whole.text("x", 1), work.text("x", 1)
