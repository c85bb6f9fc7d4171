# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many hosts at once: what a token lookup and a call add to a task, and how many tokens they request.

The store is empty when a play begins, and the collection has no bytecode when the first one does. CPU time is that of
ansible-playbook and its workers, not of the server.
"""

from __future__ import annotations

from ansible_collections.authkit.oauth.tests.benchmarks.hot_path import RECEIPT
from ansible_collections.authkit.oauth.tests.benchmarks.plays import Bench, Play, Samples
from ansible_collections.authkit.oauth.tests.benchmarks.tables import Bound, Spread, spread, table

HOSTS, TASKS, FORKS = 1000, 2, 50
TITLE = f"{HOSTS:,} hosts x {TASKS} tasks with {FORKS} forks"
#: The most CPU time that a task of ours may take more than a debug task, as a multiple of that; with the receipt.
MOST_ADDED, MOST_WITH_RECEIPT = 0.25, 0.15
#: Runs of the plays whose bounds are near: one turn may be slower than the next by a tenth.
TURNS = 3


def _play(name: str, playbook: str, what: str, *, calls: int = 0, receipt: bool = False) -> Play:
    return Play(name, playbook, what, calls, HOSTS, FORKS, environment=RECEIPT if receipt else {})


EMPTY = _play("scale empty", "empty.yml", "a play without a task")
ENV = _play("scale env", "scale_env.yml", "debug, lookup('env')")
TOKEN = _play("scale token", "scale_token.yml", "debug, lookup('authkit.oauth.token')")
ENABLED = _play("scale receipt", "scale_token.yml", "the same with the receipt", receipt=True)
API = _play("scale api", "scale_api.yml", "authkit.oauth.api, in process", calls=HOSTS * TASKS)
IN_TURNS, ONCE = (EMPTY, ENV, TOKEN, ENABLED), (API,)


def measure(bench: Bench, _repeats: int) -> Samples:
    """Run the plays a fixed number of times: they take a minute each."""
    return bench.run(IN_TURNS, TURNS) | bench.run(ONCE, 1)


def added(samples: Samples, play: Play) -> Spread:
    """The CPU time that a task takes more than a debug task with lookup('env'), as a multiple of that, turn by turn."""
    turns = zip(*([run.processor for run in samples[each]] for each in (EMPTY, ENV, play)), strict=False)
    return spread([(ours - env) / (env - empty) for empty, env, ours in turns])


def report(samples: Samples) -> list[str]:
    rows = [("play", "seconds", "processor time", "ms a task", "more than debug", "token requests")]
    empty = spread([run.processor for run in samples[EMPTY]]).middle
    for play, runs in samples.items():
        processor = spread([run.processor for run in runs])
        task = f"{(processor.middle - empty) / (HOSTS * TASKS) * 1000:.1f}" if play is not EMPTY else ""
        more = added(samples, play).text() if play not in (EMPTY, ENV) else ""
        seconds = spread([run.seconds for run in runs]).text(digits=1)
        requests = str(max(run.token_requests for run in runs))
        rows.append((play.what, seconds, processor.text(digits=1), task, more, requests))
    return [
        "An empty store; processor time without the server's; more than debug, as a multiple of a debug task's time,",
        f"turn by turn; median (smallest - largest) of {len(samples[ENV])}, api once",
        "",
        *table(rows),
    ]


def bounds(samples: Samples) -> list[Bound]:
    limits = ((TOKEN, MOST_ADDED), (ENABLED, MOST_WITH_RECEIPT), (API, MOST_ADDED))
    found = [Bound(f"{play.what}, times a debug task more", added(samples, play).middle, most) for play, most in limits]
    found += [
        Bound(f"{play.what}, token requests", max(run.token_requests for run in samples[play]), 1)
        for play in (TOKEN, ENABLED, API)
    ]
    return found
