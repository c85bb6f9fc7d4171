# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the test servers are made of: downloaded and built once per user, and shared by all runs.

It is in ``$XDG_CACHE_HOME/authkit-tests`` (``~/.cache/authkit-tests``). A folder gets its final name by a rename, so it
is always complete; a lock prevents concurrent downloads.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

#: Seconds between two progress messages.
PROGRESS_EVERY = 10.0

Say = Callable[[str], None]


class ServerUnavailable(Exception):
    """There is no server for the tests; the message is one sentence that says what to do."""


def cache_folder() -> Path:
    """The user's folder that outlives checkouts and runs."""
    base = os.environ.get("XDG_CACHE_HOME") or ""
    root = Path(base) if os.path.isabs(base) else Path.home() / ".cache"
    return root / "authkit-tests"


def prepared(name: str, title: str, make: Callable[[Path], Path], say: Say) -> Path:
    """The folder of that name; if it is missing, ``make`` builds it in a folder of its own and returns its path.

    :raises ServerUnavailable: ``make`` failed.
    """
    folder = cache_folder()
    final = folder / name
    if final.is_dir():
        return final
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder / f"{name}.lock", title, say):
        if not final.is_dir():
            for left_over in folder.glob(f".{name}-*"):
                shutil.rmtree(left_over, ignore_errors=True)
            with tempfile.TemporaryDirectory(prefix=f".{name}-", dir=folder) as work:
                make(Path(work)).rename(final)
    return final


def of_sources(sources: Path) -> str:
    """A short hash of the files below a folder: changed sources are built in a new folder."""
    stamp = hashlib.sha256()
    for file in sorted(path for path in sources.rglob("*") if path.is_file()):
        stamp.update(f"{file.relative_to(sources)}\0".encode())
        stamp.update(file.read_bytes())
    return stamp.hexdigest()[:12]


@contextlib.contextmanager
def _locked(path: Path, title: str, say: Say) -> Iterator[None]:
    with path.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"another run is preparing {title}; waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def logged(command: Sequence[str], log: Path, cwd: Path | None = None) -> int:
    """Run a command with its output in a file; it ends with this process."""
    with log.open("ab") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=cwd)
        try:
            return process.wait()
        except BaseException:
            process.terminate()
            process.wait()
            raise


def last_line(log: Path) -> str:
    """What a log says of a failure: its first line with an error, else its last one."""
    text = log.read_text(errors="replace") if log.exists() else ""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if "ERROR" in line]
    return (errors or lines or ["it said nothing"])[0][:300]


@contextlib.contextmanager
def progress(words: str, say: Say, growing: Path | None = None) -> Iterator[None]:
    """Print progress every few seconds, with the size of a growing folder."""
    done = threading.Event()
    start = time.monotonic()

    def tell() -> None:
        while not done.wait(PROGRESS_EVERY):
            size = f", {_megabytes(growing)} MB so far" if growing else ""
            say(f"  {words} ({time.monotonic() - start:.0f} s{size})")

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        done.set()
        teller.join()


def _megabytes(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            total += path.stat().st_size
    return total // 1_000_000
