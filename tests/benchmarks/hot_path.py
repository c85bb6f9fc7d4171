# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a token lookup costs a task while the store is warm: processor time of whole plays, side by side.

Each forked worker compiles and runs the collection's files again, so this is about their number and size. Processor
time, since a task's seconds hide it behind idle forks.
"""

from __future__ import annotations

from ansible_collections.authkit.oauth.tests.benchmarks.plays import Play, Sample, Samples
from ansible_collections.authkit.oauth.tests.benchmarks.tables import Bound, Spread, spread, table

HOSTS, TASKS, FORKS = 30, 5, 10
#: A lookup may add so many times the processor time of the rest of a debug task.
MOST_ADDED = 0.6


def _play(name: str, playbook: str, what: str, *, warm: bool = False) -> Play:
    return Play(name, playbook, what, calls=0, hosts=HOSTS, forks=FORKS, warm=warm)


EMPTY = _play("no task", "empty.yml", "a play without a task")
PLAIN = _play("debug plain", "debug_plain.yml", "debug, a plain variable")
ENV = _play("debug env", "debug_env.yml", "debug, lookup('env')")
TOKEN = _play("debug token", "debug_token.yml", "debug, lookup('authkit.oauth.token'), a warm store", warm=True)
PLAYS = (EMPTY, PLAIN, ENV, TOKEN)


def added(samples: Samples) -> Spread:
    """How many times the processor time of a debug task with lookup('env') a token lookup adds to it, run by run.

    The rest of the task is what the play costs beyond one without tasks.
    """
    runs = zip(*(samples[play] for play in (EMPTY, ENV, TOKEN)), strict=True)
    return spread([(token.processor - env.processor) / (env.processor - empty.processor) for empty, env, token in runs])


def report(samples: Samples) -> list[str]:
    """The table and its one ratio."""
    rows = [("processor time", "seconds", "ms a task", "ms a task more than with lookup('env')")]
    rows += [(play.what, *_row(samples, play)) for play in PLAYS]
    return [
        f"{HOSTS} hosts x {TASKS} tasks with {FORKS} forks; median (smallest - largest) of {len(samples[EMPTY])}",
        "",
        *table(rows),
        "",
        f"a lookup adds {added(samples).text()} times the processor time of the rest of a debug task",
    ]


def bounds(samples: Samples) -> list[Bound]:
    return [Bound("a lookup on a warm store, times the rest of a debug task", added(samples).middle, MOST_ADDED)]


def _row(samples: Samples, play: Play) -> tuple[str, str, str]:
    taken, idle, env = samples[play], samples[EMPTY], samples[ENV]
    seconds = spread([one.processor for one in taken]).text()
    if play is EMPTY:
        return seconds, "", ""
    more = _a_task(taken, env).text(digits=1) if play is not ENV else ""
    return seconds, _a_task(taken, idle).text(digits=1), more


def _a_task(taken: list[Sample], less: list[Sample]) -> Spread:
    """Milliseconds of processor time a task, less what another play cost in the same turn."""
    pairs = zip(taken, less, strict=True)
    return spread([(one.processor - other.processor) / (HOSTS * TASKS) * 1000 for one, other in pairs])
