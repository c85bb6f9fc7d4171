# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts a server that says when it is ready, and stops it with all its processes; ``guard.py`` runs it."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from ansible_collections.authkit.oauth.tests.servers import guard
from ansible_collections.authkit.oauth.tests.servers.prepared import PROGRESS_EVERY, Say, ServerUnavailable, last_line

#: Seconds for the start of a server; it takes a few, and more on a busy machine.
START_TIMEOUT = 120.0
LOG, READY = "server.log", "ready.json"


@contextlib.contextmanager
def guarded(title: str, command: Sequence[str], folder: Path, say: Say) -> Iterator[None]:
    """Run a server until the block ends; it has written ``folder/ready.json`` when the block begins.

    Its output goes to ``folder/server.log``, which is kept elsewhere if the server or the block fails.

    :raises ServerUnavailable: it ended, or was not ready in time.
    """
    say(f"starting {title}")
    words = [sys.executable, guard.__file__, "--log", str(folder / LOG), "--", *command]
    process = subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, cwd=folder, env=_environment(), start_new_session=True
    )
    try:
        _wait(title, process, folder, say)
        yield
    except Exception:
        _keep(title, folder / LOG, say)
        raise
    finally:
        stop_guard(process)


def stop_guard(process: subprocess.Popen[bytes]) -> None:
    """Have a guard stop its server, and wait for it."""
    if process.stdin:
        with contextlib.suppress(OSError):
            process.stdin.close()
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        process.wait(timeout=guard.GRACE + 10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _environment() -> dict[str, str]:
    """What a server gets of our environment: nothing that steers Node.js, Java or Spring."""
    steering = ("NODE_", "JAVA_OPTS", "JAVA_TOOL", "JDK_JAVA", "SPRING_", "SERVER_", "LOGGING_", "DEBUG")
    return {name: value for name, value in os.environ.items() if not name.startswith(steering)}


def _wait(title: str, process: subprocess.Popen[bytes], folder: Path, say: Say) -> None:
    start = told = time.monotonic()
    while not (folder / READY).exists():
        now = time.monotonic()
        if process.poll() is not None:
            raise ServerUnavailable(f"{title} did not start; its log says: {last_line(folder / LOG)}")
        if now - start > START_TIMEOUT:
            raise ServerUnavailable(f"{title} was not ready after {START_TIMEOUT:g} s: {last_line(folder / LOG)}")
        if now - told > PROGRESS_EVERY:
            told = now
            say(f"  still starting ({now - start:.0f} s)")
        time.sleep(0.05)


def _keep(title: str, log: Path, say: Say) -> None:
    """After a failure, copy the log to a place that outlives the run, and print where it is."""
    if log.exists():
        handle, name = tempfile.mkstemp(prefix="authkit-server-", suffix=".log")
        os.close(handle)
        shutil.copyfile(log, name)
        say(f"the log of {title} is kept in {name}")
