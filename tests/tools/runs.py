# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder for each run, so that any number of runs go on beside each other in one checkout."""

from __future__ import annotations

import contextlib
import fcntl
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from ansible_collections.authkit.oauth.tests.tools.tree import BUILD

#: Seconds that a folder without a locked lock is left alone: its run may just be about to lock it.
YOUNG = 60.0


@contextlib.contextmanager
def run_folder(kind: str) -> Iterator[Path]:
    """A new folder ``build/run-KIND-...`` that is gone afterwards, whatever happens.

    It stays locked meanwhile, so that a folder whose run was killed can be told and is swept by the next one.
    """
    BUILD.mkdir(exist_ok=True)
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=f"run-{kind}-", dir=BUILD))
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def keep_logs(folder: Path) -> Path:
    """Move the ``logs`` of a run to where they outlive it; returns that folder."""
    kept = BUILD / "logs" / f"{time.strftime('%Y%m%d-%H%M%S')}-{folder.name}"
    kept.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(folder / "logs", kept)
    return kept


def _sweep() -> None:
    for folder in BUILD.glob("run-*"):
        with contextlib.suppress(OSError):
            if time.time() - folder.stat().st_mtime < YOUNG and not (folder / "lock").exists():
                continue
            with (folder / "lock").open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
