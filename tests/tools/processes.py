# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs commands so that nothing of them stays behind, whatever ends us."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import IO, NoReturn

#: Seconds that a group gets to end after each signal.
GRACE = 15.0


def say(line: str = "") -> None:
    """Print a line at once: what runs in between may take long."""
    print(line, flush=True)


def end_on_signals() -> None:
    """Make SIGTERM and SIGHUP end us as Ctrl-C does: through every ``finally``."""

    def stop(signum: int, _frame: FrameType | None) -> NoReturn:
        raise SystemExit(128 + signum)

    for signum in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, stop)


def run(
    command: Sequence[object],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    log: Path | None = None,
) -> int:
    """Run a command, its words as text, in a process group of its own and wait for it; returns its exit code.

    Its output goes to ``log``, or to ours. When we are interrupted, the whole group is ended first.
    """
    output: IO[bytes] | None = log.open("ab") if log else None
    sys.stdout.flush()
    try:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            env=env,
            cwd=cwd,
            start_new_session=True,
        )
        try:
            return process.wait()
        except BaseException:
            end(process)
            raise
    finally:
        if output:
            output.close()


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process group as a user at a terminal would: SIGINT, then SIGTERM, then SIGKILL."""
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        deadline = time.monotonic() + GRACE
        try:
            os.killpg(process.pid, signum)
            while time.monotonic() < deadline:
                process.poll()
                os.killpg(process.pid, 0)
                time.sleep(0.05)
        except (ProcessLookupError, PermissionError):
            return


def clean_environment(**changes: str) -> dict[str, str]:
    """Our environment without what steers Ansible, Python or this collection elsewhere, with ``changes``.

    Loopback never goes through a proxy.
    """
    steering = ("ANSIBLE_", "AUTHKIT_", "MOLECULE_")
    dropped = ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "VIRTUAL_ENV", "MAKEFLAGS", "MFLAGS", "MAKELEVEL")
    kept = {name: value for name, value in os.environ.items() if name not in dropped and not name.startswith(steering)}
    for name in ("no_proxy", "NO_PROXY"):
        kept[name] = ",".join(filter(None, (kept.get(name), "127.0.0.1", "localhost")))
    kept.setdefault("LC_ALL", "C.UTF-8")
    return kept | changes
