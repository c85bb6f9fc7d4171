# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a token lookup costs a task while the store is warm: CPU time of whole plays, side by side.

Each forked worker loads the collection's files again, so their number and size matter, unless the receipt has loaded
them before. CPU time is measured because idle forks hide the cost in a task's elapsed time.
"""

from __future__ import annotations

from ansible_collections.authkit.oauth.tests.benchmarks.plays import Bench, Play, Sample, Samples
from ansible_collections.authkit.oauth.tests.benchmarks.tables import Bound, Spread, spread, table

TITLE = "A token lookup while the store is warm"
HOSTS, TASKS, FORKS = 30, 5, 10
FEWEST_RUNS = 15
#: The most CPU time that a lookup may add, as a multiple of the rest of a debug task; with the receipt.
MOST_ADDED, MOST_WITH_RECEIPT = 0.25, 0.15
#: The environment of a play with the receipt.
RECEIPT = {"ANSIBLE_CALLBACKS_ENABLED": "authkit.oauth.receipt"}


def _play(name: str, playbook: str, what: str, *, warm: bool = False, receipt: bool = False) -> Play:
    environment = RECEIPT if receipt else {}
    return Play(name, playbook, what, calls=0, hosts=HOSTS, forks=FORKS, warm=warm, environment=environment)


EMPTY = _play("no task", "empty.yml", "a play without a task")
PLAIN = _play("debug plain", "debug_plain.yml", "debug, a plain variable")
ENV = _play("debug env", "debug_env.yml", "debug, lookup('env')")
TOKEN = _play("debug token", "debug_token.yml", "debug, lookup('authkit.oauth.token'), a warm store", warm=True)
ENV_RECEIPT = _play("env receipt", "debug_env.yml", "debug, lookup('env'), with the receipt", receipt=True)
TOKEN_RECEIPT = _play(
    "token receipt",
    "debug_token.yml",
    "debug, the token lookup, with the receipt",
    warm=True,
    receipt=True,
)
PLAYS = (EMPTY, PLAIN, ENV, TOKEN, ENV_RECEIPT, TOKEN_RECEIPT)


def measure(bench: Bench, repeats: int) -> Samples:
    """Run each play several times: these plays are short, and a turn may be slower than the next by a tenth."""
    return bench.run(PLAYS, max(repeats, FEWEST_RUNS))


def added(samples: Samples, *, receipt: bool = False) -> Spread:
    """The CPU time that a token lookup adds, as a multiple of that of a debug task with lookup('env'), run by run.

    The debug task's own time is that of its play less that of a play without tasks.

    :param receipt: for plays with the receipt, which itself takes time once for each play.
    """
    without, with_token = (ENV_RECEIPT, TOKEN_RECEIPT) if receipt else (ENV, TOKEN)
    turns = zip(*([run.processor for run in samples[play]] for play in (EMPTY, ENV, without, with_token)), strict=True)
    return spread([(ours - theirs) / (env - empty) for empty, env, theirs, ours in turns])


def report(samples: Samples) -> list[str]:
    """The table and its ratio."""
    rows = [("processor time", "seconds", "ms a task", "ms a task more than with lookup('env')")]
    rows += [(play.what, *_row(samples, play)) for play in PLAYS]
    return [
        f"{HOSTS} hosts x {TASKS} tasks with {FORKS} forks; median (smallest - largest) of {len(samples[EMPTY])}",
        "",
        *table(rows),
        "",
        f"a lookup adds {added(samples).text()} times the processor time of the rest of a debug task, with the receipt",
        f"{added(samples, receipt=True).text()} times",
    ]


def bounds(samples: Samples) -> list[Bound]:
    what = "a lookup on a warm store, times the rest of a debug task"
    return [
        Bound(what, added(samples).middle, MOST_ADDED),
        Bound(f"{what}, with the receipt", added(samples, receipt=True).middle, MOST_WITH_RECEIPT),
    ]


def _row(samples: Samples, play: Play) -> tuple[str, str, str]:
    taken, idle, env = samples[play], samples[EMPTY], samples[ENV]
    seconds = spread([one.processor for one in taken]).text()
    if play is EMPTY:
        return seconds, "", ""
    more = _a_task(taken, env).text(digits=1) if play is not ENV else ""
    return seconds, _a_task(taken, idle).text(digits=1), more


def _a_task(taken: list[Sample], less: list[Sample]) -> Spread:
    """Milliseconds of CPU time per task, less those of another play in the same turn."""
    pairs = zip(taken, less, strict=True)
    return spread([(one.processor - other.processor) / (HOSTS * TASKS) * 1000 for one, other in pairs])
