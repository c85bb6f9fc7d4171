# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``make test``: runs the gates one after the other and ends with a table."""

from __future__ import annotations

import contextlib
import queue
import resource
import shutil
import threading
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass

from ansible_collections.authkit.oauth.tests.servers.keycloak import keycloak
from ansible_collections.authkit.oauth.tests.servers.keycloak_dist import ServerUnavailable, distribution
from ansible_collections.authkit.oauth.tests.tools.gates import GATES, MINUTE, Gate, Need, Workshop
from ansible_collections.authkit.oauth.tests.tools.interpreters import Missing
from ansible_collections.authkit.oauth.tests.tools.limits import Overdue, limited
from ansible_collections.authkit.oauth.tests.tools.processes import end_all, say
from ansible_collections.authkit.oauth.tests.tools.runs import keep_logs, run_folder

#: Seconds between two lines that say a gate goes on.
HEARTBEAT = 60.0
#: Seconds that all gates together may take: whoever waits 85 minutes for .ci/run gets the table, whatever hangs.
WHOLE = 65 * MINUTE
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

    :raises Missing: there is no such gate.
    """
    chosen = choose(words)
    with run_folder("test") as folder:
        (folder / "logs").mkdir()
        # A gate that is stopped is aborted, so that it prints its stacks; nobody needs the memory of its processes.
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
        results = _run_all(chosen, Workshop(folder))
        for line in table(results):
            say(line)
        if any(result.problem for result in results):
            say(f"the logs are kept in {keep_logs(folder)}")
        say(verdict(results))
    return 1 if any(result.problem for result in results) else 0


def choose(words: Sequence[str]) -> list[Gate]:
    """The gates of some names and groups, in their own order.

    :raises Missing: there is no such gate.
    """
    known = {gate.name for gate in GATES} | {gate.group for gate in GATES}
    for word in words:
        if word not in known:
            raise Missing(f"there is no gate {word}; there are {', '.join(sorted(known))}.")
    return [gate for gate in GATES if not words or gate.name in words or gate.group in words]


def _run_all(gates: Sequence[Gate], shop: Workshop) -> list[Result]:
    end = time.monotonic() + WHOLE
    with contextlib.ExitStack() as servers:
        try:
            return [_watch(gate, shop, servers, end - time.monotonic()) for gate in gates]
        except BaseException:
            end_all()
            raise


def _watch(gate: Gate, shop: Workshop, servers: contextlib.ExitStack, left: float) -> Result:
    """Run a gate in a thread, so that one which does not even stop at its limit is left to itself.

    :param left: the seconds that the whole run still has.
    """
    say(f"== {gate.name}: {gate.what}")
    if left <= 0:
        return _failed(gate, shop, f"not begun: {_whole()}", 0.0)
    limit = min(gate.limit, left)
    reached = f"stopped at its limit of {_length(gate.limit)}" if limit == gate.limit else f"stopped: {_whole()}"
    results: queue.SimpleQueue[Result] = queue.SimpleQueue()
    threading.Thread(target=lambda: results.put(_run_one(gate, shop, servers, limit, reached)), daemon=True).start()
    start = time.monotonic()
    while (waited := time.monotonic() - start) < limit + STOPPING:
        with contextlib.suppress(queue.Empty):
            return results.get(timeout=min(HEARTBEAT, limit + STOPPING - waited))
        say(f"   {gate.name} goes on ({time.monotonic() - start:.0f} s)")
    return _failed(gate, shop, f"{reached}, yet it goes on", time.monotonic() - start)


def _whole() -> str:
    return f"the run reached its limit of {_length(WHOLE)}"


def _length(seconds: float) -> str:
    return f"{seconds / MINUTE:g} minutes" if seconds >= MINUTE else f"{seconds:g} seconds"


def _run_one(gate: Gate, shop: Workshop, servers: contextlib.ExitStack, limit: float, reached: str) -> Result:
    start = time.monotonic()
    try:
        with limited(limit):
            _provide(gate, shop, servers)
            problem = gate.run(shop, shop.log(gate.name))
    except Overdue as error:
        problem = f"{reached}; {error}"
    except (Missing, ServerUnavailable) as error:
        problem = str(error)
    except Exception as error:
        traceback.print_exc()
        problem = f"the runner failed with {type(error).__name__}"
    seconds = time.monotonic() - start
    return _failed(gate, shop, problem, seconds) if problem else Result(gate, "", seconds)


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
