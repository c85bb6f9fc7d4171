# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``make test``: runs the gates, two at a time, and ends with a table."""

from __future__ import annotations

import contextlib
import os
import queue
import resource
import shutil
import threading
import time
import traceback
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ansible_collections.authkit.oauth.tests.servers.keycloak import keycloak
from ansible_collections.authkit.oauth.tests.servers.keycloak_dist import ServerUnavailable, distribution
from ansible_collections.authkit.oauth.tests.tools.gates import GATES, MINUTE, Gate, Need, Workshop, below
from ansible_collections.authkit.oauth.tests.tools.interpreters import Missing
from ansible_collections.authkit.oauth.tests.tools.limits import Overdue, limited
from ansible_collections.authkit.oauth.tests.tools.processes import end_all, end_strays, say
from ansible_collections.authkit.oauth.tests.tools.runs import keep_logs, run_folder
from ansible_collections.authkit.oauth.tests.tools.tree import ROOT

#: Seconds between two lines that say a gate goes on.
HEARTBEAT = 60.0
#: Seconds that all gates together may take: whoever waits 85 minutes for .ci/run gets the table, whatever hangs.
WHOLE = 65 * MINUTE
#: How many gates run beside each other.
LANES = 2
#: Seconds that a gate gets to stop when its limit is reached, before it is left to itself.
STOPPING = 90.0


@dataclass(frozen=True)
class Result:
    """How a gate ended."""

    gate: Gate
    problem: str
    """Empty for a gate that passed."""
    seconds: float


def main(words: list[str]) -> int:
    """Run the gates that are named, or are in a group that is named, or all; 0 when every one passed.

    A word with a slash names tests: pytest's gates run these only, and where no gate is named, no other gate runs.

    :raises Missing: there is no such gate, or none that runs such a test.
    """
    only = tuple(word for word in words if "/" in word)
    chosen = choose([word for word in words if "/" not in word], only)
    with run_folder("test") as folder:
        (folder / "logs").mkdir()
        # A gate that is stopped is aborted, so that it prints its stacks; nobody needs the memory of its processes.
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
        results = _run_all(chosen, Workshop(folder, only))
        for line in table(results):
            say(line)
        if any(result.problem for result in results):
            say(f"the logs are kept in {keep_logs(folder)}")
        say(verdict(results))
    return 1 if any(result.problem for result in results) else 0


def choose(words: Sequence[str], only: Sequence[str] = ()) -> list[Gate]:
    """The gates of some names and groups, in their own order; where tests are named, those that run them.

    :raises Missing: there is no such gate, or none that runs such a test.
    """
    known = {gate.name for gate in GATES} | {gate.group for gate in GATES}
    for word in words:
        if word not in known:
            raise Missing(f"there is no gate {word}; there are {', '.join(sorted(known))}.")
    chosen = [gate for gate in GATES if not words or gate.name in words or gate.group in words]
    for test in only:
        if not (ROOT / test.partition("::")[0]).exists() or not any(below(test, gate.folders) for gate in chosen):
            raise Missing(f"no gate runs {test}; name a file or folder of tests, as tests/unit/tools.")
    return [gate for gate in chosen if not only or any(below(test, gate.folders) for test in only)]


def _run_all(gates: Sequence[Gate], shop: Workshop) -> list[Result]:
    with contextlib.ExitStack() as servers:
        try:
            ended = _Lanes(shop, servers).run(gates)
        except BaseException:
            end_all()
            raise
    end_strays(shop.folder)
    return sorted(ended, key=lambda result: gates.index(result.gate))


@dataclass(frozen=True)
class _Started:
    """A gate at work, and what to say when its limit is reached."""

    start: float
    limit: float
    reached: str

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.start


class _Lanes:
    """Runs gates beside each other, each in a thread, so that one which does not even stop is left to itself."""

    def __init__(self, shop: Workshop, servers: contextlib.ExitStack) -> None:
        self._shop = shop
        self._servers = servers
        self._running: dict[Gate, _Started] = {}
        self._answers: queue.SimpleQueue[Result] = queue.SimpleQueue()
        self._end = time.monotonic() + WHOLE

    def run(self, gates: Sequence[Gate]) -> list[Result]:
        """All gates, those first that come first where they fit beside what runs."""
        waiting, ended = list(gates), list[Result]()
        while waiting or self._running:
            while (gate := next((gate for gate in waiting if fits(gate, self._running)), None)) is not None:
                waiting.remove(gate)
                ended += self._begin(gate)
            ended += self._await()
        return ended

    def _begin(self, gate: Gate) -> list[Result]:
        """Start a gate; its result at once where the time of the whole run is over."""
        left = self._end - time.monotonic()
        if left <= 0:
            return [_failed(gate, self._shop, f"not begun: {_whole()}", 0.0)]
        say(f"== {gate.name}: {gate.what}")
        limit = min(gate.limit, left)
        reached = f"stopped at its limit of {_length(gate.limit)}" if limit == gate.limit else f"stopped: {_whole()}"
        self._running[gate] = started = _Started(time.monotonic(), limit, reached)
        threading.Thread(
            target=lambda: self._answers.put(_run_one(gate, self._shop, self._servers, started)), daemon=True
        ).start()
        return []

    def _await(self) -> list[Result]:
        """What ended within a heartbeat, or cannot be stopped; nothing where all is well, which is said."""
        if not self._running:
            return []
        patience = min(started.limit + STOPPING - started.seconds for started in self._running.values())
        with contextlib.suppress(queue.Empty):
            result = self._answers.get(timeout=max(0.0, min(HEARTBEAT, patience)))
            return [result] if self._running.pop(result.gate, None) else []
        lost = [gate for gate, started in self._running.items() if started.seconds >= started.limit + STOPPING]
        if not lost:
            say("   " + ", ".join(f"{gate.name} goes on ({at.seconds:.0f} s)" for gate, at in self._running.items()))
        given_up = [(gate, self._running.pop(gate)) for gate in lost]
        return [_failed(gate, self._shop, f"{at.reached}, yet it goes on", at.seconds) for gate, at in given_up]


def fits(gate: Gate, running: Collection[Gate]) -> bool:
    """Whether a gate may begin beside those that run: on two cores there is room for two.

    Those that measure time run alone, and those that share the one Keycloak run one after the other.
    """
    if gate.alone or any(other.alone for other in running):
        return not running
    if gate.keycloak is Need.SERVER and any(other.keycloak is Need.SERVER for other in running):
        return False
    return len(running) < min(LANES, os.cpu_count() or 1)


def _whole() -> str:
    return f"the run reached its limit of {_length(WHOLE)}"


def _length(seconds: float) -> str:
    return f"{seconds / MINUTE:g} minutes" if seconds >= MINUTE else f"{seconds:g} seconds"


def _run_one(gate: Gate, shop: Workshop, servers: contextlib.ExitStack, started: _Started) -> Result:
    try:
        with limited(started.limit):
            _provide(gate, shop, servers)
            problem = gate.run(shop, shop.log(gate.name))
    except Overdue as error:
        problem = f"{started.reached}; {error}"
    except (Missing, ServerUnavailable) as error:
        problem = str(error)
    except Exception as error:
        traceback.print_exc()
        problem = f"the runner failed with {type(error).__name__}"
    if problem:
        return _failed(gate, shop, problem, started.seconds)
    say(f"== {gate.name} passed ({started.seconds:.0f} s)")
    return Result(gate, "", started.seconds)


def _failed(gate: Gate, shop: Workshop, problem: str, seconds: float) -> Result:
    """The result of a gate that failed, after telling it with its log."""
    if shop.keycloak and shop.keycloak.log and gate.keycloak is Need.SERVER:
        shutil.copy(shop.keycloak.log, shop.folder / "logs")
    with contextlib.suppress(OSError):
        say(shop.log(gate.name).read_text(errors="replace").rstrip())
    say(f"== {gate.name} FAILED: {problem}")
    return Result(gate, problem, seconds)


def _provide(gate: Gate, shop: Workshop, servers: contextlib.ExitStack) -> None:
    """Fetch or start Keycloak for the first gate that needs it, where its progress is seen."""
    if gate.keycloak is Need.DISTRIBUTION:
        distribution(say)
    elif gate.keycloak is Need.SERVER and shop.keycloak is None:
        shop.keycloak = servers.enter_context(keycloak(shop.folder, say))


def table(results: Sequence[Result]) -> list[str]:
    """One line a gate: what came of it and how long it took."""
    width = max((len(result.gate.name) for result in results), default=0)
    return [
        "",
        *(
            f"{result.gate.name:<{width}}  {'FAILED' if result.problem else 'passed'}  {result.seconds:6.1f} s"
            + (f"  {result.problem}" if result.problem else "")
            for result in results
        ),
        "",
    ]


def verdict(results: Sequence[Result]) -> str:
    """The last line: ``7 passed, 0 failed``."""
    failed = sum(1 for result in results if result.problem)
    return f"{len(results) - failed} passed, {failed} failed"
