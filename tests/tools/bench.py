# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``make bench``: the collection side by side with ``ansible.builtin.uri``, in one run on one machine.

All plays are run in turn, several times over, so that a busy minute hits all of them; every number is the median of the
repeats with the smallest and the largest beside it. Each play's calls are counted by the server: a play that did
not do its work is an error, not a fast play.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import requests

from ansible_collections.authkit.oauth.tests.benchmarks import store
from ansible_collections.authkit.oauth.tests.servers.counting_model import Settings
from ansible_collections.authkit.oauth.tests.servers.counting_process import RemoteCounting, counting_process
from ansible_collections.authkit.oauth.tests.tools import collection
from ansible_collections.authkit.oauth.tests.tools.interpreters import Missing
from ansible_collections.authkit.oauth.tests.tools.processes import clean_environment, run, say
from ansible_collections.authkit.oauth.tests.tools.runs import run_folder
from ansible_collections.authkit.oauth.tests.tools.tree import ROOT

PLAYBOOKS = ROOT / "tests" / "benchmarks" / "playbooks"
CLIENT = "bench"
HOSTS, TASKS, LOOPED = 20, 3, 40
FORKS = 20
#: Seconds of work that a play is taken to have at least.
LEAST = 0.01


@dataclass(frozen=True)
class Play:
    """One playbook to time; ``calls`` is what the API must have seen, ``warm`` starts with a token in the store."""

    name: str
    playbook: str
    what: str
    calls: int
    hosts: int = HOSTS
    forks: int = FORKS
    warm: bool = False


EMPTY = Play("empty", "empty.yml", "a play without a task", 0)
URI_ONCE = Play("uri once", "hosts_uri_once.yml", "uri, one token task for the play", HOSTS * TASKS)
URI_EACH = Play("uri each", "hosts_uri_each.yml", "uri, one token task for each host", HOSTS * TASKS)
API = Play("api", "hosts_api.yml", "authkit.oauth.api, an empty store", HOSTS * TASKS)
LOOP_URI = Play("loop uri", "loop_uri.yml", "uri, one token task", LOOPED, hosts=1)
LOOP_API = Play("loop api", "loop_api.yml", "authkit.oauth.api, an empty store", LOOPED, hosts=1)
GIVEN = Play("given", "hosts_api_given.yml", "authkit.oauth.api, the token given", HOSTS * TASKS, forks=1)
STORED = Play("stored", "hosts_api.yml", "authkit.oauth.api, the token in the store", HOSTS * TASKS, forks=1, warm=True)
PLAYS = (EMPTY, URI_ONCE, URI_EACH, API, LOOP_URI, LOOP_API, GIVEN, STORED)


@dataclass(frozen=True)
class Sample:
    """One run of a play: seconds, and the token requests that it cost."""

    seconds: float
    token_requests: int


@dataclass(frozen=True)
class Spread:
    """The median of some numbers, with the smallest and the largest."""

    middle: float
    low: float
    high: float

    def text(self, unit: str = "", digits: int = 2) -> str:
        """For the table: ``8.41x (7.90 - 8.66)``."""
        return f"{self.middle:.{digits}f}{unit} ({self.low:.{digits}f} - {self.high:.{digits}f})"


def spread(numbers: Sequence[float]) -> Spread:
    """The spread of some numbers, at least one."""
    return Spread(statistics.median(numbers), min(numbers), max(numbers))


def main(words: list[str]) -> int:
    """Measure, and print the tables. ``words`` may hold the number of repeats (5)."""
    repeats = int(words[0]) if words else 5
    secret = secrets.token_urlsafe(24)
    with run_folder("bench") as folder:
        say("building the collection and installing it from its tarball")
        bench = Bench(folder, collection.install(Path(sys.prefix), folder), secret)
        with counting_process({CLIENT: secret}, Settings(lifetime=3600.0)) as server:
            bench.prepare(server)
            samples: dict[Play, list[Sample]] = {play: [] for play in PLAYS}
            for repeat in range(repeats):
                say(f"repeat {repeat + 1} of {repeats}")
                for play in PLAYS:
                    samples[play].append(bench.time(play, server, f"{play.name} {repeat}"))
        say("the store")
        lines = [*report(samples), "", *store_report()]
    for line in lines:
        say(line)
    return 0


class Bench:
    """Runs plays in a run folder."""

    def __init__(self, folder: Path, collections: Path, secret: str) -> None:
        self._folder = folder
        self._collections = collections
        self._secret = secret
        self._warm = folder / "warm"

    def prepare(self, server: RemoteCounting) -> None:
        """Write the inventories, get the token that is given, and fill the store of the warm plays."""
        form = {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": self._secret}
        given = requests.post(server.token_url, data=form, timeout=30).json()["access_token"]
        for play in PLAYS:
            variables = {
                "ansible_connection": "local",
                "ansible_python_interpreter": "{{ ansible_playbook_python }}",
                "api_url": f"{server.url}/api",
                "authkit_token_url": server.token_url,
                "authkit_client_id": CLIENT,
                "authkit_client_secret": self._secret,
                "calls": LOOPED,
                "given_token": given,
            }
            hosts: dict[str, dict[str, str]] = {f"host{number:02}": {} for number in range(play.hosts)}
            self._inventory(play).write_text(json.dumps({"all": {"hosts": hosts, "vars": variables}}))
        say("warming up")
        self.time(STORED, server, "warming up")

    def _inventory(self, play: Play) -> Path:
        return self._folder / f"{play.name.replace(' ', '-')}.json"

    def time(self, play: Play, server: RemoteCounting, label: str) -> Sample:
        """Run a play once.

        :raises Missing: it failed, or did not make its calls.
        """
        server.clear()
        log = self._folder / "play.log"
        log.unlink(missing_ok=True)
        command: list[object] = [Path(sys.prefix) / "bin" / "ansible-playbook", "-i", self._inventory(play)]
        with self._runtime(play, label) as runtime:
            env = self._environment(runtime)
            begin = time.perf_counter()
            code = run([*command, "-f", str(play.forks), PLAYBOOKS / play.playbook], env=env, cwd=self._folder, log=log)
            seconds = time.perf_counter() - begin
        if code != 0 or server.count("api", 200) != play.calls:
            tail = " ".join(log.read_text(errors="replace").split())[-800:]
            raise Missing(f"the play {play.playbook} made {server.count('api', 200)} of {play.calls} calls: {tail}")
        return Sample(seconds, server.token_requests)

    @contextlib.contextmanager
    def _runtime(self, play: Play, label: str) -> Iterator[Path]:
        """A runtime directory: the warm plays share one, every other run has an empty one."""
        folder = self._warm if play.warm else self._folder / f"runtime {label}"
        folder.mkdir(mode=0o700, exist_ok=True)
        yield folder

    def _environment(self, runtime: Path) -> dict[str, str]:
        env = clean_environment(
            ANSIBLE_COLLECTIONS_PATH=str(self._collections),
            ANSIBLE_HOME=str(self._folder / "ansible"),
            XDG_RUNTIME_DIR=str(runtime),
        )
        env["PATH"] = f"{Path(sys.prefix) / 'bin'}{os.pathsep}{env.get('PATH', '')}"
        return env


def report(samples: dict[Play, list[Sample]]) -> list[str]:
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
        "",
        f"{HOSTS} hosts x {TASKS} tasks with {FORKS} forks, {LOOPED} looped calls; median (smallest - largest)",
        "",
        *table(rows),
        "",
        *table(ratios),
        "",
        cost,
    ]


def store_report() -> list[str]:
    """The store's own cost, in process and from many processes."""
    hit = store.hit_latency()
    storm = store.cold_storm()
    slowest = spread([seconds * 1000 for seconds in storm.slowest])
    fetches = f"{min(storm.fetches)} to {max(storm.fetches)}"
    return [
        *table(
            [
                ("the store", "", ""),
                ("a hit in process", f"{hit.p50 * 1000:.3f} ms", f"99 % within {hit.p99 * 1000:.3f} ms"),
                (
                    f"{storm.processes} processes cold, {len(storm.fetches)} repeats",
                    slowest.text(" ms", 0),
                    f"{fetches} token requests of {storm.fetch_seconds * 1000:.0f} ms",
                ),
            ]
        )
    ]


def _requests(runs: Sequence[Sample]) -> str:
    counts = sorted({one.token_requests for one in runs})
    return " or ".join(str(count) for count in counts)


def _ratio(samples: dict[Play, list[Sample]], theirs: Play, ours: Play) -> tuple[str, str]:
    """How many times as fast, run by run: of the whole play, and of what an empty play does not cost anyway."""
    # The quickest empty play: what is left then holds all the noise, of a fast play above all, and flatters nobody.
    empty = min(one.seconds for one in samples[EMPTY])
    pairs = [(a.seconds, b.seconds) for a, b in zip(samples[theirs], samples[ours], strict=True)]
    whole = spread([a / b for a, b in pairs])
    work = spread([(a - empty) / max(b - empty, LEAST) for a, b in pairs])
    return whole.text("x", 1), work.text("x", 1)


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return [lines[0], "-" * max(len(line) for line in lines), *lines[1:]]
