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
from ansible_collections.authkit.oauth.tests.benchmarks.tables import Bound, spread, table

HOSTS, TASKS, FORKS = 1000, 2, 50
TITLE = f"{HOSTS:,} hosts x {TASKS} tasks with {FORKS} forks"
#: The most CPU time that a task of ours may take more than a debug task, as a multiple of that; with the receipt.
MOST_ADDED, MOST_WITH_RECEIPT = 0.25, 0.15


def _play(name: str, playbook: str, what: str, *, calls: int = 0, receipt: bool = False) -> Play:
    return Play(name, playbook, what, calls, HOSTS, FORKS, environment=RECEIPT if receipt else {})


EMPTY = _play("scale empty", "empty.yml", "a play without a task")
ENV = _play("scale env", "scale_env.yml", "debug, lookup('env')")
TOKEN = _play("scale token", "scale_token.yml", "debug, lookup('authkit.oauth.token')")
ENABLED = _play("scale receipt", "scale_token.yml", "the same with the receipt", receipt=True)
API = _play("scale api", "scale_api.yml", "authkit.oauth.api, in process", calls=HOSTS * TASKS)
PLAYS = (EMPTY, ENV, TOKEN, ENABLED, API)


def measure(bench: Bench, _repeats: int) -> Samples:
    """Run each play once: they take minutes, and their many tasks even out what disturbs a few."""
    return bench.run(PLAYS, 1)


def added(samples: Samples, play: Play) -> float:
    """The CPU time that a task takes more than a debug task with lookup('env'), as a multiple of that."""
    empty, env, ours = (spread([run.processor for run in samples[each]]).middle for each in (EMPTY, ENV, play))
    return (ours - env) / (env - empty)


def report(samples: Samples) -> list[str]:
    rows = [("play", "seconds", "processor time", "ms a task", "more than debug", "token requests")]
    empty = samples[EMPTY][0].processor
    for play, (run, *_others) in samples.items():
        task = f"{(run.processor - empty) / (HOSTS * TASKS) * 1000:.1f}" if play is not EMPTY else ""
        more = f"{added(samples, play):.2f}" if play not in (EMPTY, ENV) else ""
        rows.append((play.what, f"{run.seconds:.1f}", f"{run.processor:.1f}", task, more, str(run.token_requests)))
    return [
        "An empty store; processor time without the server's; more than debug, as a multiple of a debug task's time.",
        "",
        *table(rows),
    ]


def bounds(samples: Samples) -> list[Bound]:
    limits = ((TOKEN, MOST_ADDED), (ENABLED, MOST_WITH_RECEIPT), (API, MOST_ADDED))
    found = [Bound(f"{play.what}, times a debug task more", added(samples, play), most) for play, most in limits]
    found += [
        Bound(f"{play.what}, token requests", samples[play][0].token_requests, 1) for play in (TOKEN, ENABLED, API)
    ]
    return found
