# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``make test``: runs the gates one after the other and ends with a table."""

from __future__ import annotations

import contextlib
import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ansible_collections.authkit.oauth.tests.servers.keycloak import keycloak
from ansible_collections.authkit.oauth.tests.servers.keycloak_dist import ServerUnavailable, distribution
from ansible_collections.authkit.oauth.tests.tools.gates import GATES, Gate, Need, Workshop
from ansible_collections.authkit.oauth.tests.tools.interpreters import Missing
from ansible_collections.authkit.oauth.tests.tools.processes import say
from ansible_collections.authkit.oauth.tests.tools.runs import keep_logs, run_folder

#: Seconds between two lines that say a gate goes on.
HEARTBEAT = 60.0


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
        shop = Workshop(folder)
        results = list(_run_all(chosen, shop))
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


def _run_all(gates: Sequence[Gate], shop: Workshop) -> Iterator[Result]:
    with contextlib.ExitStack() as servers:
        for gate in gates:
            yield _run_one(gate, shop, servers)


def _run_one(gate: Gate, shop: Workshop, servers: contextlib.ExitStack) -> Result:
    say(f"== {gate.name}: {gate.what}")
    start = time.monotonic()
    with _heartbeat(gate.name):
        try:
            _provide(gate, shop, servers)
            problem = gate.run(shop, shop.log(gate.name))
        except (Missing, ServerUnavailable) as error:
            problem = str(error)
    if problem and shop.keycloak and shop.keycloak.log and gate.keycloak is Need.SERVER:
        shutil.copy(shop.keycloak.log, shop.folder / "logs")
    seconds = time.monotonic() - start
    if problem:
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


@contextlib.contextmanager
def _heartbeat(name: str) -> Iterator[None]:
    done = threading.Event()
    start = time.monotonic()

    def beat() -> None:
        while not done.wait(HEARTBEAT):
            say(f"   {name} goes on ({time.monotonic() - start:.0f} s)")

    teller = threading.Thread(target=beat, daemon=True)
    teller.start()
    try:
        yield
    finally:
        done.set()
        teller.join()


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
