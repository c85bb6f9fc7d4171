# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ends a server when the process that started it ends.

The guard starts one command in its own process group and ends that group as soon as one of these happens: the command
ends by itself, the guard's standard input closes (its owner died, by whatever signal), a process writes to the control
pipe, the guard gets SIGTERM, SIGINT or SIGHUP, or the lifetime is over.

It runs in its own process, ``python guard.py --log FILE [--control PIPE] -- COMMAND...``, because nothing inside
the owner's process can act after ``kill -9``.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
#: Seconds between SIGTERM and SIGKILL.
GRACE = 10.0
#: Seconds between two checks of the command.
TURN = 0.2


class _Signals:
    """Records that a stop signal arrived. It does not raise, so a signal cannot interrupt cleanup."""

    def __init__(self) -> None:
        self.seen = False
        for signum in STOP_SIGNALS:
            signal.signal(signum, self._note)

    def _note(self, _signum: int, _frame: FrameType | None) -> None:
        self.seen = True


def end_group(process: subprocess.Popen[bytes], grace: float = GRACE) -> None:
    """End the process group that ``process`` leads: SIGTERM, ``grace`` seconds, SIGKILL. Safe to call twice."""
    for signum, patience in ((signal.SIGTERM, grace), (signal.SIGKILL, 5.0)):
        try:
            os.killpg(process.pid, signum)
        except (ProcessLookupError, PermissionError):
            break
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            process.poll()
            if not group_alive(process.pid):
                break
            time.sleep(0.05)
        else:
            continue
        break
    process.poll()


def group_alive(group: int) -> bool:
    """Whether any process of the group is left, apart from zombies, which their parent may never reap."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not Path("/proc/self/stat").exists() or any(
        _running(stat, group) for stat in Path("/proc").glob("[0-9]*/stat")
    )


def _running(stat: Path, group: int) -> bool:
    """Whether /proc shows a process of the group that is not a zombie."""
    try:
        state, _parent, its_group, *_rest = stat.read_text(errors="replace").rpartition(")")[2].split()
    except OSError:  # it has just ended
        return False
    return int(its_group) == group and state not in "ZX"


def _watch(process: subprocess.Popen[bytes], source: int, signals: _Signals, deadline: float) -> None:
    """Wait for a reason to stop."""
    while process.poll() is None and not signals.seen and time.monotonic() < deadline:
        if select.select([source], [], [], TURN)[0]:
            return


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Run a command that ends with its owner.")
    parser.add_argument("--log", type=Path, required=True, help="where the command's output goes")
    parser.add_argument("--control", type=Path, help="a named pipe: any byte written to it stops the command")
    parser.add_argument("--lock", type=Path, help="a file that stays locked while the guard lives")
    parser.add_argument("--lifetime", type=float, default=7200.0, help="seconds after which the command is stopped")
    parser.add_argument("--remove", type=Path, help="a folder to remove when the command was stopped")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    return parser.parse_args(argv)


def main(argv: list[str]) -> int:
    """Run the command line; the exit code is the command's, or 0 if the guard was told to stop."""
    options = _arguments(argv)
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    signals = _Signals()
    # Opened for writing, too: otherwise the pipe would be at its end once the first writer closes it.
    source = os.open(options.control, os.O_RDWR | os.O_NONBLOCK) if options.control else sys.stdin.fileno()
    if options.lock:
        fcntl.flock(os.open(options.lock, os.O_RDWR | os.O_CREAT, 0o600), fcntl.LOCK_EX)
    deadline = time.monotonic() + options.lifetime
    with options.log.open("ab") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
        _watch(process, source, signals, deadline)
        ended_itself = process.poll() is not None
        end_group(process)
    if ended_itself:
        return process.returncode
    if options.remove:
        shutil.rmtree(options.remove, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
