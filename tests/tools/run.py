# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Called by the Makefile with the Python of build/nox: ``run.py [WORD...]`` runs sessions of nox, some side by side.

A word is a session (``mypy``), a tag (``unit``), or a path of tests, which the session for its folder runs alone;
words after ``--`` go to the sessions. Without words, nox's default sessions run. All sessions share one Keycloak and
one of each other server, each has a time limit, and no process or folder is left behind. The last lines name the
sessions that took longer than their budget.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[2])
    importlib.import_module("noxfile")  # makes the collection importable
from ansible_collections.authkit.oauth.tests.servers.keycloak import keep_log, keycloak
from ansible_collections.authkit.oauth.tests.servers.prepared import ServerUnavailable
from ansible_collections.authkit.oauth.tests.tools import budget, processes
from ansible_collections.authkit.oauth.tests.tools.processes import Missing, say
from ansible_collections.authkit.oauth.tests.tools.tree import ROOT, run_folder

#: The session that runs a path of tests if none is named.
TESTED_BY = {
    "tests/unit/": "unit-2.21",
    "tests/integration/": "integration",
    "tests/reports/": "reports",
    "tests/browser/": "browser-login",
    "tests/oracles/": "oracles",
}


def main(words: list[str]) -> int:
    """Run what the words name; 0 if every session passed."""
    noxfile, sessions = importlib.import_module("noxfile"), importlib.import_module("nox.registry").get()
    split = words.index("--") if "--" in words else len(words)
    names, tests = choose(words[:split], sessions)
    kind, jobs = kind_of(names, sessions)
    # No core dumps of aborted processes.
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    threading.Thread(target=_heartbeat, daemon=True).start()
    with run_folder("nox") as folder, contextlib.ExitStack() as stack:
        processes.adopt_orphans()
        stack.callback(processes.end_children, signal.SIGTERM, signal.SIGKILL)
        server, environment = None, processes.clean_environment(AUTHKIT_TEST_RUN=str(folder))
        if any("keycloak" in sessions[name].tags for name in names):
            try:
                server = stack.enter_context(keycloak(folder, say))
            except ServerUnavailable as error:
                raise Missing(str(error)) from None
            environment |= noxfile.handed_over(server)
        if any("providers" in sessions[name].tags for name in names):
            try:
                environment |= stack.enter_context(noxfile.providers(folder))
            except ServerUnavailable as error:
                raise Missing(str(error)) from None
        report = folder / "report.json"
        command = [sys.executable, "-m", "nox", "-j", str(jobs), "--report", str(report), "-s", *names]
        command += ["--", *tests, *words[split + 1 :]]
        began = time.monotonic()
        limit = budget.STOPPED[kind or "matrix"] * 60
        code = processes.run(command, env=environment, cwd=ROOT, limit=limit)
        if kind:
            _say_what_was_slow(kind, time.monotonic() - began, report)
        if code and server:
            keep_log(server.log, say)
        return code


def kind_of(names: Sequence[str], sessions: Mapping[str, Any]) -> tuple[str | None, int]:
    """Which of budget.RUNS the sessions are, None for a tool such as bench; and how many of them run at a time."""
    if all(name.endswith("-alone") for name in names):
        return "alone", 1
    at_a_time = budget.jobs() if len(names) > 1 else 1
    if any("matrix" in sessions[name].tags for name in names):
        return "matrix", at_a_time
    return "test" if any(sessions[name].default for name in names) else None, at_a_time


def _say_what_was_slow(kind: str, whole: float, report: Path) -> None:
    took = json.loads(report.read_text(encoding="utf-8"))["sessions"] if report.exists() else []
    for line in budget.exceeded(kind, whole, {session["name"]: session["duration"] for session in took}):
        say(line)


def choose(words: Sequence[str], sessions: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """The sessions and the tests that the words name.

    :raises Missing: a word names neither.
    """
    tests = [word for word in words if "/" in word]
    named = [word for word in words if "/" not in word]
    for word in named:
        if not any(word == name or word in session.tags for name, session in sessions.items()):
            raise Missing(f"{word} is neither a session nor a tag; `make sessions` lists them.")
    for test in tests:
        if not (ROOT / test.partition("::")[0]).exists() or not test.startswith(tuple(TESTED_BY)):
            raise Missing(f"{test} names no tests; name a file or folder below {', '.join(TESTED_BY)}.")
    if tests and not named:
        named = [name for folder, name in TESTED_BY.items() if any(test.startswith(folder) for test in tests)]
    chosen = [name for name, session in sessions.items() if name in named or set(named) & set(session.tags)]
    return chosen or [name for name, session in sessions.items() if session.default], tests


def _heartbeat() -> None:
    """Print a sign of life every minute; at a terminal nox does."""
    start = time.monotonic()
    while not os.isatty(1):
        time.sleep(60)
        say(f"   still running ({time.monotonic() - start:.0f} s)")


if __name__ == "__main__":
    processes.program(main)
