# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many calls in one task: beside a loop of ``ansible.builtin.uri``, and how much memory long responses take."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.authkit.oauth.tests.benchmarks.plays import PLAYBOOKS, Bench, Play, Samples
from ansible_collections.authkit.oauth.tests.benchmarks.tables import Bound, spread, table
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.servers.http_server import Handler, LoopbackServer
from ansible_collections.authkit.oauth.tests.tools.processes import Missing

TITLE = "Many calls in one task"
CALLS, MANY = 100, 10_000
#: Bytes of a response in the short and in the long runs.
SHORT, LONG = 200, 100_000
#: The least seconds of work that a play is assumed to do.
LEAST = 0.01
#: Runs of the plays that take few seconds, of which a single one says little.
FEWEST_RUNS = 15

_CALLS = {"calls": CALLS}
#: A task with an environment of its own is shipped, and needs a Python that the node would have.
_SHIPPED = {**_CALLS, "task_environment": {"BENCH": "1"}}
EMPTY = Play("empty one", "empty.yml", "a play without a task", 0, 1, 5)
URI = Play("loop uri 100", "loop_uri.yml", "a loop of uri", CALLS, 1, 5, variables=_CALLS)
LOOP = Play("loop api 100", "loop_api.yml", "a loop of authkit.oauth.api", CALLS, 1, 5, variables=_CALLS)
HERE = Play("many", "many_api.yml", "one task, in process", CALLS, 1, 5, variables=_CALLS)
THERE = Play("many shipped", "many_api.yml", "one task, shipped", CALLS, 1, 5, variables=_SHIPPED)
LONG_PLAYS, SHORT_PLAYS = (URI, LOOP), (EMPTY, HERE, THERE)
#: Runs a command, and prints the largest resident memory of its processes in KiB.
_PEAK = (
    "import resource, subprocess, sys; code = subprocess.call(sys.argv[1:]); "
    "print('peak', resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(code)"
)


@dataclass(frozen=True)
class Measured:
    """The plays, and MiB of the largest process by what it did."""

    samples: Samples
    peaks: Mapping[str, float]


def measure(bench: Bench, repeats: int) -> Measured:
    """Time the plays, and run those with many responses once."""
    samples = bench.run(LONG_PLAYS, repeats) | bench.run(SHORT_PLAYS, max(repeats, FEWEST_RUNS))
    files = bench.folder / "responses"
    runs: dict[str, tuple[int, dict[str, object]]] = {
        f"return_content: false, {SHORT} bytes each": (SHORT, {}),
        f"return_content: false, {LONG} bytes each": (LONG, {}),
        f"dest, {SHORT} bytes each": (SHORT, {"to_files": str(files)}),
        f"dest, {LONG} bytes each": (LONG, {"to_files": str(files)}),
    }
    peaks = {}
    for what, (size, variables) in runs.items():
        files.mkdir()
        peaks[what] = _peak(bench, size, variables)
        shutil.rmtree(files)
    return Measured(samples, peaks)


def report(measured: Measured) -> list[str]:
    """The tables."""
    empty = _quickest(measured.samples, EMPTY)
    theirs = _quickest(measured.samples, URI) - empty
    rows = [("play", "seconds", "runs", "times as fast as uri, less an empty play")]
    for play, runs in measured.samples.items():
        faster = theirs / max(_quickest(measured.samples, play) - empty, LEAST)
        text = "" if play is EMPTY else f"{faster:.1f}x"
        rows.append((play.what, spread([one.seconds for one in runs]).text(), str(len(runs)), text))
    memory = [(f"{MANY:,} calls in one task, run once", "MiB at most")]
    memory += [(what, f"{peak:.0f}") for what, peak in measured.peaks.items()]
    what = f"{CALLS} calls; median (smallest - largest); the last column compares the fastest runs"
    return [what, "", *table(rows), "", *table(memory)]


def bounds(measured: Measured) -> list[Bound]:
    """The bounds, by the fastest run of each play."""
    empty = _quickest(measured.samples, EMPTY)
    theirs, here, there = (max(_quickest(measured.samples, play) - empty, LEAST) for play in (URI, HERE, THERE))
    short, long, short_files, long_files = measured.peaks.values()
    return [
        Bound(f"{CALLS} calls in one task, times as fast as a loop of uri", theirs / here, 60, at_least=True),
        Bound(f"{CALLS} calls in one shipped task, times as fast as a loop of uri", theirs / there, 30, at_least=True),
        Bound(f"memory of {MANY:,} long responses over that of short ones", long / short, 1.1),
        Bound(f"memory of {MANY:,} long responses in files over that of short ones", long_files / short_files, 1.1),
    ]


def _quickest(samples: Samples, play: Play) -> float:
    return min(sample.seconds for sample in samples[play])


def _peak(bench: Bench, size: int, variables: Mapping[str, object]) -> float:
    with _api(size) as url:
        given = {
            "ansible_connection": "local",
            "ansible_python_interpreter": "{{ ansible_playbook_python }}",
            "api_url": url,
            "calls": MANY,
            "authkit_token_url": bench.server.token_url,
            **bench.client,
            **variables,
        }
        inventory = bench.folder / "many long.json"
        inventory.write_text(json.dumps({"all": {"hosts": {"one": {}}, "vars": given}}))
        playbook = Path(sys.prefix) / "bin" / "ansible-playbook"
        command: list[str | Path] = [sys.executable, "-c", _PEAK, playbook, "-i", inventory]
        runtime = bench.folder / "runtime of long"
        runtime.mkdir(mode=0o700, exist_ok=True)
        env = bench.environment(runtime)
        ran = subprocess.run(
            [*command, PLAYBOOKS / "many_long.yml"],
            env=env,
            cwd=bench.folder,
            capture_output=True,
            text=True,
            check=False,
        )
    if ran.returncode:
        raise Missing(f"the play many_long.yml failed: {' '.join(ran.stdout.split())[-800:]}")
    return int(ran.stdout.rpartition("peak ")[2]) / 1024


@contextmanager
def _api(size: int) -> Iterator[str]:
    """An API that answers with JSON of so many bytes."""
    answer = Answer(200, json.dumps({"text": "x" * (size - 12)}).encode())

    class Long(Handler):
        def answer(self, request: Incoming) -> Answer:
            return answer

    server = LoopbackServer(Long)
    server.start()
    try:
        yield server.url
    finally:
        server.stop()
