# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing that was started stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.tests.tools import processes
from ansible_collections.authkit.oauth.tests.tools.processes import Missing, clean_environment, end_strays, run

#: Starts a command that starts another, and is told to end in the midst of it. A shell's background jobs, and so these
#: tests if they are one, ignore Ctrl-C: the runner is as in the foreground.
RUNNER = """
import signal
import sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from ansible_collections.authkit.oauth.tests.tools.processes import end_on_signals, run
end_on_signals()
child = "import subprocess, sys, os; p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
child += "print(p.pid, flush=True); p.wait()"
run([sys.executable, "-c", child])
"""
#: Hangs as the worst do: it joins a thread for good, and hears neither Ctrl-C nor SIGTERM. A child of its own session,
#: as Ansible's workers are, hangs with it.
HANGS = """
import os, signal, subprocess, sys, threading
for signum in (signal.SIGINT, signal.SIGTERM):
    signal.signal(signum, signal.SIG_IGN)
child = subprocess.Popen(["sleep", "60"], start_new_session=True)
print(child.pid, flush=True)
def waits_for_good():
    threading.Event().wait()
thread = threading.Thread(target=waits_for_good)
thread.start()
thread.join()
"""


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone(pid: int) -> bool:
    """Whether a process ends within a few seconds."""
    deadline = time.monotonic() + 10
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not alive(pid)


def test_returns_the_exit_code_and_writes_the_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert run([sys.executable, "-c", "import sys; print('out'); sys.exit(7)"], log=log) == 7
    assert run(["/bin/sh", "-c", "echo err >&2"], log=log) == 0
    assert log.read_text() == "out\nerr\n"


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_what_was_started_ends_with_us(signum: signal.Signals) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", RUNNER], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as runner:
        assert runner.stdout is not None
        grandchild = int(runner.stdout.readline())
        assert alive(grandchild)
        runner.send_signal(signum)
        runner.wait(timeout=40)
    assert gone(grandchild)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What ignores a signal gets the next one soon."""
    monkeypatch.setattr(processes, "GRACE", 0.5)


@pytest.mark.usefixtures("impatient")
def test_what_hangs_ends_at_the_limit_and_says_where_it_stood(tmp_path: Path) -> None:
    log = tmp_path / "log"
    start = time.monotonic()
    with pytest.raises(Missing, match="python[^ ]* was stopped at its limit of 2 seconds"):
        run([sys.executable, "-c", HANGS], env=clean_environment(), log=log, limit=2)
    assert time.monotonic() - start < 40
    said = log.read_text()
    assert "in waits_for_good" in said
    assert "in join" in said
    assert gone(int(said.split()[0]))


@pytest.mark.usefixtures("impatient")
def test_what_hears_no_signal_is_killed_at_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "ABORT", 0.5)
    log = tmp_path / "log"
    deaf = "trap '' ABRT INT TERM; echo $$; while true; do sleep 1; done"
    with pytest.raises(Missing, match="sh was stopped"):
        run(["/bin/sh", "-c", deaf], log=log, limit=1)
    assert gone(int(log.read_text().split()[0]))


@pytest.mark.usefixtures("impatient")
def test_what_a_command_leaves_behind_is_ended(tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert run(["/bin/sh", "-c", "sleep 60 & echo $!"], log=log) == 0
    assert gone(int(log.read_text()))


def test_what_names_the_folder_of_a_run_is_ended(tmp_path: Path) -> None:
    ours, others = tmp_path / "run-1", tmp_path / "run-10"
    quiet = "trap '' TERM; sleep 60"
    named = [
        subprocess.Popen(["/bin/sh", "-c", quiet, f"{ours}/x"]),
        subprocess.Popen(["sleep", "60"], env={"HOME": f"{ours}/home"}),
    ]
    with subprocess.Popen(["sleep", "60"], env={"HOME": f"{others}/home"}) as spared:
        end_strays(ours)
        assert spared.poll() is None
        spared.kill()
    assert [process.wait(timeout=10) for process in named] == [-signal.SIGKILL, -signal.SIGTERM]


def test_the_environment_is_free_of_what_steers_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ANSIBLE_CONFIG", "AUTHKIT_CLIENT_SECRET", "PYTHONPATH", "MAKEFLAGS"):
        monkeypatch.setenv(name, "elsewhere")
    monkeypatch.setenv("NO_PROXY", "example.com")
    cleaned = clean_environment(ANSIBLE_CONFIG="ours")
    assert cleaned["ANSIBLE_CONFIG"] == "ours"
    assert "elsewhere" not in cleaned.values()
    assert cleaned["NO_PROXY"] == "example.com,127.0.0.1,localhost"
    assert cleaned["PATH"] == os.environ["PATH"]
