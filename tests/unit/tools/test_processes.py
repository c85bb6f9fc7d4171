# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The descendants of a command end with it, with this process, and at the limit."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.tests.tools import processes
from ansible_collections.authkit.oauth.tests.tools.processes import Missing, clean_environment, run

#: Runs a command that runs another. A shell's background jobs, and so these tests if they are one, ignore Ctrl-C: the
#: program hears it as one in the foreground does.
PROGRAM = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from ansible_collections.authkit.oauth.tests.tools.processes import program, run
child = "import subprocess, sys, os; p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
child += "print(p.pid, flush=True); p.wait()"
program(lambda words: run([sys.executable, "-c", child]))
"""
#: Ends an orphan of its child that ignores SIGTERM.
ADOPTS = r"""
import signal, subprocess
from ansible_collections.authkit.oauth.tests.tools.processes import adopt_orphans, end_children
adopt_orphans()
subprocess.run(["/bin/sh", "-c", "setsid /bin/sh -c \"trap '' TERM; sleep 60\" >/dev/null & echo $!"], check=True)
end_children(signal.SIGTERM, signal.SIGKILL)
"""
#: The worst kind of hang: ignores Ctrl-C and SIGTERM, and so does its child, in its own session like Ansible's workers.
HANGS = """
import os, signal, subprocess, threading
for signum in (signal.SIGINT, signal.SIGTERM):
    signal.signal(signum, signal.SIG_IGN)
child = subprocess.Popen(["sleep", "60"], start_new_session=True)
print(child.pid, flush=True)
def waits_for_good():
    threading.Event().wait()
waits_for_good()
"""


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sends the next signal soon to a process that ignores one."""
    monkeypatch.setattr(processes, "GRACE", 0.5)


def gone(pid: int) -> bool:
    """Whether a process ends within a few seconds."""
    deadline = time.monotonic() + 10
    while pid in processes._processes() and time.monotonic() < deadline:
        time.sleep(0.05)
    return pid not in processes._processes()


def test_returns_the_exit_code_and_writes_the_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert run(["/bin/sh", "-c", "echo out; echo err >&2; sleep 60 & echo $!; exit 7"], log=log) == 7
    out, err, left_behind = log.read_text().split()
    assert (out, err) == ("out", "err")
    assert gone(int(left_behind))


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_what_was_started_ends_with_us(signum: signal.Signals) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", PROGRAM]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment) as us:
        assert us.stdout is not None
        grandchild = int(us.stdout.readline())
        us.send_signal(signum)
        assert us.wait(timeout=40) != 0
    assert gone(grandchild)


def test_what_hangs_ends_at_the_limit_and_says_where_it_stood(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with pytest.raises(Missing, match="python[^ ]* was stopped at its limit of 2 seconds"):
        run([sys.executable, "-c", HANGS], env=clean_environment(), log=log, limit=2)
    said = log.read_text()
    assert "in waits_for_good" in said
    assert gone(int(said.split()[0]))


def test_an_orphan_in_a_session_of_its_own_is_ended() -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    orphan = int(subprocess.check_output([sys.executable, "-c", ADOPTS], env=environment, timeout=60))
    assert gone(orphan)
