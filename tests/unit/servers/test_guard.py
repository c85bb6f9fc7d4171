# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""However its owner ends, the guard ends the whole group that it started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.tests.servers import guard

#: A command that is a group of two, of which the first ignores SIGTERM if asked to; both write their pid.
GROUP = """
import os, signal, subprocess, sys, time
if "stubborn" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open("pids.new", "w").write(f"{os.getpid()} {child.pid}")
os.rename("pids.new", "pids")
time.sleep(60)
"""


def start(folder: Path, *options: str, words: tuple[str, ...] = ()) -> subprocess.Popen[bytes]:
    log = str(folder / "log")
    command = [sys.executable, guard.__file__, "--log", log, *options, "--", sys.executable, "-c", GROUP, *words]
    return subprocess.Popen(command, stdin=subprocess.PIPE, cwd=folder, start_new_session=True)


def pids(folder: Path) -> list[int]:
    wait_for((folder / "pids").exists)
    return [int(pid) for pid in (folder / "pids").read_text().split()]


def running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def wait_for(condition: object, seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if callable(condition) and condition():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


@pytest.mark.parametrize("how", ["the owner lets go", *(s.name for s in guard.STOP_SIGNALS)])
def test_ends_the_group(tmp_path: Path, how: str) -> None:
    process = start(tmp_path)
    group = pids(tmp_path)
    if how == "the owner lets go":
        assert process.stdin is not None
        process.stdin.close()
    else:
        process.send_signal(signal.Signals[how])
    assert process.wait(timeout=15) == 0
    wait_for(lambda: not any(running(pid) for pid in group))


def test_ends_the_group_when_the_owner_is_killed(tmp_path: Path) -> None:
    owner_code = (
        "import subprocess, sys, time\n"
        "subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, start_new_session=True)\n"
        "time.sleep(60)\n"
    )
    guarded = [sys.executable, guard.__file__, "--log", "log", "--", sys.executable, "-c", GROUP]
    owner = subprocess.Popen([sys.executable, "-c", owner_code, *guarded], cwd=tmp_path)
    group = pids(tmp_path)
    owner.kill()
    owner.wait()
    wait_for(lambda: not any(running(pid) for pid in group))


def test_kills_what_does_not_listen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    process = subprocess.Popen([sys.executable, "-c", GROUP, "stubborn"], start_new_session=True)
    group = pids(tmp_path)
    guard.end_group(process, grace=0.5)
    wait_for(lambda: not any(running(pid) for pid in group))
    guard.end_group(process, grace=0.5)


def test_the_control_pipe_stops_it_and_the_folder_goes(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    control = folder / "control"
    os.mkfifo(control)
    process = start(folder, "--control", str(control), "--remove", str(folder))
    group = pids(folder)
    handle = os.open(control, os.O_WRONLY | os.O_NONBLOCK)
    os.write(handle, b"stop")
    os.close(handle)
    assert process.wait(timeout=15) == 0
    assert not folder.exists()
    wait_for(lambda: not any(running(pid) for pid in group))


def test_the_lifetime_ends_it(tmp_path: Path) -> None:
    process = start(tmp_path, "--lifetime", "1")
    assert process.wait(timeout=20) == 0


def test_a_command_that_ends_by_itself_gives_its_exit_code(tmp_path: Path) -> None:
    log = tmp_path / "log"
    command = [sys.executable, guard.__file__, "--log", str(log), "--", sys.executable, "-c", "print('x'); exit(3)"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE)
    assert process.wait(timeout=15) == 3
    assert log.read_text() == "x\n"
