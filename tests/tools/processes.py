# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs commands so that no process is left behind, however they or this process end."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

#: Seconds that processes get to end after each signal (GRACE), and to print their stacks (ABORT).
GRACE, ABORT = 15.0, 5.0


class Missing(Exception):
    """Something is not installed or failed; the message is one sentence that says what to do."""


def say(line: str = "") -> None:
    """Print a line immediately and in one write, because other processes print as well."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def program(main: Callable[[list[str]], int]) -> NoReturn:
    """Run a program's ``main`` and exit with its code, or with one sentence if something is missing.

    SIGTERM and SIGHUP end it like Ctrl-C: every ``finally`` runs.
    """
    for signum in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, lambda number, _frame: sys.exit(128 + number))
    try:
        sys.exit(main(sys.argv[1:]))
    except Missing as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit("interrupted; all processes were stopped")


def run(
    command: Sequence[object],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    log: Path | None = None,
    limit: float | None = None,
) -> int:
    """Run a command in its own process session, and return its exit code. Output goes to ``log``, or to ours.

    Its child processes end with it, and all of them end if we are interrupted.

    :raises Missing: it was still running after ``limit`` seconds; each of its Pythons has printed its stacks.
    """
    words = [str(part) for part in command]
    with contextlib.ExitStack() as stack:
        output = stack.enter_context(log.open("ab")) if log else None
        streams: dict[str, Any] = {"stdout": output, "stderr": subprocess.STDOUT} if output else {}
        sys.stdout.flush()
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, env=env, cwd=cwd, start_new_session=True, **streams)
        try:
            return process.wait(timeout=limit)
        except subprocess.TimeoutExpired:
            end(process, stacks=True)
            raise Missing(f"{Path(words[0]).name} was stopped at its limit of {limit:g} seconds") from None
        finally:
            end(process)


def end(process: subprocess.Popen[Any], *, stacks: bool = False) -> None:
    """End a command and its descendants as a user at a terminal would: SIGINT, then SIGTERM, then SIGKILL.

    With ``stacks``, all get SIGABRT first, at which a Python with an enabled fault handler prints all its stacks.
    """
    known = _family(process.pid)  # later, orphans could not be recognized
    steps = [(signal.SIGABRT, ABORT)] if stacks else []
    for signum, seconds in (*steps, (signal.SIGINT, GRACE), (signal.SIGTERM, GRACE), (signal.SIGKILL, GRACE)):
        _signal(lambda: known | _family(process.pid), signum, seconds, process.poll)


def adopt_orphans() -> None:
    """Become the parent of orphaned descendants (on Linux), so that :func:`end_children` finds all of them."""
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def end_children(*signums: int) -> None:
    """End all descendants of this process, with one signal after the other; code that waits for one sees a failure."""
    for signum in signums:
        _signal(lambda: _family(os.getpid()), signum, ABORT)


def _signal(targets: Callable[[], set[int]], signum: int, seconds: float, collect: Callable[[], Any] = int) -> None:
    """Send a signal to processes other than this one, and wait up to so many seconds for them to end."""
    for pid in targets() - {os.getpid()}:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signum)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        collect()
        if not (targets() - {os.getpid()}) & _processes().keys():
            return
        time.sleep(0.05)


def _family(leader: int) -> set[int]:
    """A process, all its descendants, and the members of process groups that any of them led."""
    known = _processes()
    if not known:  # no /proc: only its process group is known
        return {-leader}
    family: set[int] = set()
    grown = {leader}
    while grown:
        family |= grown
        grown = {pid for pid, (parent, group) in known.items() if parent in family or group in family} - family
    return family & known.keys()


def _processes() -> dict[int, tuple[int, int]]:
    """The running processes, with parent and process group; no zombies, which may never be reaped in a container."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has just ended
            state, parent, group, *_rest = stat.read_text(errors="replace").rpartition(")")[2].split()
            if state != "Z":
                found[int(stat.parent.name)] = int(parent), int(group)
    return found


def clean_environment(**changes: str) -> dict[str, str]:
    """Our environment without variables that affect Ansible, Python or this collection, updated with ``changes``.

    Requests to loopback use no proxy, and an aborted Python prints its stacks.
    """
    steering = ("ANSIBLE_", "AUTHKIT_", "MOLECULE_")
    dropped = ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "VIRTUAL_ENV", "MAKEFLAGS", "MFLAGS", "MAKELEVEL")
    kept = {name: value for name, value in os.environ.items() if name not in dropped and not name.startswith(steering)}
    for name in ("no_proxy", "NO_PROXY"):
        kept[name] = ",".join(filter(None, (kept.get(name), "127.0.0.1", "localhost")))
    kept.setdefault("LC_ALL", "C.UTF-8")
    kept["PYTHONFAULTHANDLER"] = "1"
    return kept | changes
