# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs commands so that nothing of them stays behind, whatever ends us."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import IO, Any, NamedTuple, NoReturn

from ansible_collections.authkit.oauth.tests.tools.limits import Overdue, left

#: Seconds that a group gets to end after each signal.
GRACE = 15.0
#: Seconds that a group gets to print its stacks.
ABORT = 5.0

_running: set[subprocess.Popen[bytes]] = set()
_starting = threading.Lock()
_stopped = threading.Event()


def say(line: str = "") -> None:
    """Print a line at once, and in one piece: what runs in between may take long, and others speak as well."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


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

    Its output goes to ``log``, or to ours. When we are interrupted or the time limit is reached, the whole group is
    ended first; so is what the command leaves behind.

    :raises Overdue: the command was still running at the time limit.
    """
    words = [str(part) for part in command]
    output: IO[bytes] | None = log.open("ab") if log else None
    sys.stdout.flush()
    try:
        process = _start(words, env, cwd, output)
        try:
            code = process.wait(timeout=left())
        except subprocess.TimeoutExpired:
            end(process, stacks=True)
            raise Overdue(f"{Path(words[0]).name} was still running") from None
        except BaseException:
            end(process)
            raise
        finally:
            _running.discard(process)
        end(process)
        return code
    finally:
        if output:
            output.close()


def _start(
    words: list[str], env: Mapping[str, str] | None, cwd: Path | None, output: IO[bytes] | None
) -> subprocess.Popen[bytes]:
    with _starting:
        if _stopped.is_set():
            raise Overdue(f"{Path(words[0]).name} was not started: everything is being stopped")
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            env=env,
            cwd=cwd,
            start_new_session=True,
        )
        _running.add(process)
        return process


def end_all() -> None:
    """End what other threads run, and let them start nothing more: a signal reaches the main thread only."""
    with _starting:
        _stopped.set()
    for process in list(_running):
        end(process)


def end(process: subprocess.Popen[Any], *, stacks: bool = False) -> None:
    """End a command and all that it started, as a user at a terminal would: SIGINT, then SIGTERM, then SIGKILL.

    What left its process group, as Ansible's workers do, is found by its parents. With ``stacks``, all get SIGABRT
    before: a Python with its fault handler on prints the stacks of all threads then.
    """
    groups = {process.pid} if process.returncode is not None else _groups(process.pid)
    if stacks:
        groups = _wait_for({group for group in groups if _signalled(group, signal.SIGABRT)}, process, ABORT)
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        groups = _wait_for({group for group in groups if _signalled(group, signum)}, process, GRACE)


def end_strays(folder: Path) -> None:
    """End what names a folder in its command line or environment: only what a run started knows the run's folder.

    A process that was killed leaves such behind, as a playbook does whose workers are in sessions of their own.
    """
    for signum in (signal.SIGTERM, signal.SIGKILL):
        deadline = time.monotonic() + ABORT
        strays = _naming(folder)
        for pid in strays:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signum)
        while strays and time.monotonic() < deadline:
            time.sleep(0.05)
            strays = _naming(folder)


def _naming(folder: Path) -> list[int]:
    wanted = os.fsencode(f"{folder}/")
    found = []
    for each in _processes():
        with contextlib.suppress(OSError):
            said = b"".join(Path(f"/proc/{each.pid}/{name}").read_bytes() for name in ("cmdline", "environ"))
            if wanted in said and each.pid != os.getpid() and each.state != "Z":
                found.append(each.pid)
    return found


def _wait_for(groups: set[int], process: subprocess.Popen[Any], seconds: float) -> set[int]:
    """The process groups that are still there after at most so many seconds."""
    deadline = time.monotonic() + seconds
    while groups and time.monotonic() < deadline:
        process.poll()
        groups = {group for group in groups if _is_there(group)}
        if groups:
            time.sleep(0.05)
    return groups


def _signalled(group: int, signum: int) -> bool:
    """Send a signal to a process group; False when there is none any more."""
    try:
        os.killpg(group, signum)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _groups(leader: int) -> set[int]:
    """The process groups of a session's leader and of all its descendants, where there is a /proc to tell."""
    known = {each.pid: each for each in _processes()}
    family: set[int] = set()
    grown = {leader}
    while grown:
        family |= grown
        grown = {each.pid for each in known.values() if each.parent in family} - family
    return {leader} | {known[pid].group for pid in family if pid in known}


def _is_there(group: int) -> bool:
    """Whether a group has a process that is more than a zombie, which nobody may ever collect in a container."""
    if not _signalled(group, 0):
        return False
    known = _processes()
    return not known or any(each.group == group and each.state != "Z" for each in known)


class _Process(NamedTuple):
    pid: int
    state: str
    parent: int
    group: int


def _processes() -> list[_Process]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has just ended
            state, parent, group, *_rest = stat.read_text(errors="replace").rpartition(")")[2].split()
            found.append(_Process(int(stat.parent.name), state, int(parent), int(group)))
    return found


def clean_environment(**changes: str) -> dict[str, str]:
    """Our environment without what steers Ansible, Python or this collection elsewhere, with ``changes``.

    Loopback never goes through a proxy, and a Python that is aborted says where it stood.
    """
    steering = ("ANSIBLE_", "AUTHKIT_", "MOLECULE_")
    dropped = ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "VIRTUAL_ENV", "MAKEFLAGS", "MFLAGS", "MAKELEVEL")
    kept = {name: value for name, value in os.environ.items() if name not in dropped and not name.startswith(steering)}
    for name in ("no_proxy", "NO_PROXY"):
        kept[name] = ",".join(filter(None, (kept.get(name), "127.0.0.1", "localhost")))
    kept.setdefault("LC_ALL", "C.UTF-8")
    kept["PYTHONFAULTHANDLER"] = "1"
    return kept | changes
