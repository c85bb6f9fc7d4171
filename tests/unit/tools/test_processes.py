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

from ansible_collections.authkit.oauth.tests.tools.processes import clean_environment, run

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


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


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
    deadline = time.monotonic() + 10
    while alive(grandchild) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(grandchild)


def test_the_environment_is_free_of_what_steers_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ANSIBLE_CONFIG", "AUTHKIT_CLIENT_SECRET", "PYTHONPATH", "MAKEFLAGS"):
        monkeypatch.setenv(name, "elsewhere")
    monkeypatch.setenv("NO_PROXY", "example.com")
    cleaned = clean_environment(ANSIBLE_CONFIG="ours")
    assert cleaned["ANSIBLE_CONFIG"] == "ours"
    assert "elsewhere" not in cleaned.values()
    assert cleaned["NO_PROXY"] == "example.com,127.0.0.1,localhost"
    assert cleaned["PATH"] == os.environ["PATH"]
