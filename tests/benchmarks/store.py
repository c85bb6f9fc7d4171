# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the token store costs: one hit, and a cold start of many processes."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.authkit.oauth.plugins.module_utils._oauth.token import Token
from ansible_collections.authkit.oauth.plugins.module_utils._options.client import ClientOptions, Layer, client_options
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.store import open_store, store_key
from ansible_collections.authkit.oauth.tests.benchmarks.plays import Bench
from ansible_collections.authkit.oauth.tests.benchmarks.tables import Bound, spread, table

TITLE = "The token store"
#: A large but real access token: Keycloak's with many roles.
TOKEN_BYTES = 3000
#: The most milliseconds for a hit.
MOST_HIT = 0.15


@dataclass(frozen=True)
class HitLatency:
    """Seconds for one hit in process: from the options to the token, with key derivation and opening the store."""

    p50: float
    p99: float
    rounds: int


@dataclass(frozen=True)
class ColdStorm:
    """Many processes that find an empty store at the same moment.

    :param fetches: token requests in each repeat, ideally one.
    :param slowest: seconds of the slowest process in each repeat.
    :param fetch_seconds: seconds of the request, the lower bound for each process.
    """

    processes: int
    fetches: tuple[int, ...]
    slowest: tuple[float, ...]
    fetch_seconds: float


def measure(_bench: Bench, _repeats: int) -> tuple[HitLatency, ColdStorm]:
    """The two measurements, in this process: neither needs a play."""
    return hit_latency(), cold_storm()


def hit_latency(rounds: int = 5000) -> HitLatency:
    """Measure ``rounds`` hits after one miss, in a new store."""
    with _own_store():
        options = _options("hit")
        _get(options, _token)
        seconds = []
        for _turn in range(rounds):
            begin = time.perf_counter()
            _get(options, _no_fetch)
            seconds.append(time.perf_counter() - begin)
    return HitLatency(statistics.median(seconds), statistics.quantiles(seconds, n=100)[98], rounds)


def cold_storm(processes: int = 50, repeats: int = 20, fetch_seconds: float = 0.15) -> ColdStorm:
    """Start ``processes`` workers at once on an empty store, ``repeats`` times."""
    results = [_one_storm(processes, fetch_seconds) for _turn in range(repeats)]
    return ColdStorm(
        processes,
        tuple(fetches for fetches, _slowest in results),
        tuple(slowest for _fetches, slowest in results),
        fetch_seconds,
    )


def report(measured: tuple[HitLatency, ColdStorm]) -> list[str]:
    """The table of the store's cost, in process and with many processes."""
    hit, storm = measured
    slowest = spread([seconds * 1000 for seconds in storm.slowest])
    fetches = " to ".join(str(number) for number in sorted({min(storm.fetches), max(storm.fetches)}))
    requests = "token request" if fetches == "1" else "token requests"
    return table(
        [
            ("the store", "milliseconds", "of which"),
            ("a hit in process", f"{hit.p50 * 1000:.3f}", f"99 % within {hit.p99 * 1000:.3f} ms"),
            (
                f"{storm.processes} processes cold, {len(storm.fetches)} repeats",
                slowest.text("", 0),
                f"{fetches} {requests} of {storm.fetch_seconds * 1000:.0f} ms in each repeat",
            ),
        ]
    )


def bounds(measured: tuple[HitLatency, ColdStorm]) -> list[Bound]:
    hit, storm = measured
    return [
        Bound("a hit in process, ms", hit.p50 * 1000, MOST_HIT),
        Bound(f"token requests of {storm.processes} processes that find the store empty", max(storm.fetches), 1),
    ]


def _one_storm(processes: int, fetch_seconds: float) -> tuple[int, float]:
    """The number of requests, and the seconds of the slowest process."""
    with _own_store() as folder:
        log = folder / "requests"
        options = _options("storm")

        def fetch() -> Token:
            with log.open("ab", buffering=0) as requests:
                requests.write(b"\n")  # O_APPEND: no write of another process is lost
            token = _token()
            time.sleep(fetch_seconds)
            return token

        slowest = max(_at_once(processes, lambda: _timed(lambda: _get(options, fetch))))
        return len(log.read_bytes()), slowest


def _at_once(processes: int, work: Callable[[], float]) -> list[float]:
    """The results of ``work`` in that many forked processes, which start at the same time."""
    gate_out, gate_in = os.pipe()
    answer_out, answer_in = os.pipe()
    children = []
    for _turn in range(processes):
        child = os.fork()
        if not child:
            _child(work, gate_out, gate_in, answer_in)
        children.append(child)
    for descriptor in (gate_out, gate_in, answer_in):
        os.close(descriptor)  # the last writer's end opens the gate
    with open(answer_out, encoding="ascii") as answers:
        seconds = [float(line) for line in answers]
    for child in children:
        os.waitpid(child, 0)
    if len(seconds) != processes:
        raise RuntimeError(f"{processes - len(seconds)} of {processes} processes got no token.")
    return seconds


def _child(work: Callable[[], float], gate_out: int, gate_in: int, answers: int) -> None:
    try:
        os.close(gate_in)
        os.read(gate_out, 1)
        os.write(answers, f"{work():.6f}\n".encode("ascii"))
    finally:
        os._exit(0)


def _timed(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _get(options: ClientOptions, fetch: Callable[[], Token]) -> Token:
    return open_store("file", _refuse).get(store_key(options), fetch)


def _options(client_id: str) -> ClientOptions:
    values: dict[str, object] = {
        "token_url": "https://login.example.org/token",
        "client_id": client_id,
        "client_secret": "a secret of some length",
        "scope": ["read", "write"],
    }
    return client_options([Layer("call", values, dict.fromkeys(values, "the call"))])


def _token() -> Token:
    now = time.time()
    return Token("x" * TOKEN_BYTES, "Bearer", "read write", now, now + 3600)


def _no_fetch() -> Token:
    raise RuntimeError("A hit was expected, but the store wants to fetch.")


def _refuse(sentence: str) -> None:
    raise RuntimeError(f"The store warns: {sentence}")


@contextmanager
def _own_store() -> Iterator[Path]:
    """A new, empty store; yields the folder that contains it."""
    before = os.environ.get("XDG_RUNTIME_DIR")
    with tempfile.TemporaryDirectory(prefix="authkit-bench-") as folder:
        os.environ["XDG_RUNTIME_DIR"] = folder
        try:
            yield Path(folder)
        finally:
            if before is None:
                del os.environ["XDG_RUNTIME_DIR"]
            else:
                os.environ["XDG_RUNTIME_DIR"] = before
