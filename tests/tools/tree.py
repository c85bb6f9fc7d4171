# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where things lie in the checkout, and the tree that makes it importable as ``ansible_collections.authkit.oauth``."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
TREE = BUILD / "tree"
COLLECTION = Path("ansible_collections", "authkit", "oauth")
#: Folders that are never part of the collection, for a checkout that git does not know.
NOT_OURS = frozenset({"build", ".git", ".venv", "venv", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"})


def link() -> Path:
    """Make the tree (a link to the checkout) if it is missing; returns the folder for ``PYTHONPATH``."""
    place = TREE / COLLECTION
    if not (place.is_symlink() and place.resolve() == ROOT):
        place.parent.mkdir(parents=True, exist_ok=True)
        fresh = place.with_name(f".{place.name}-{os.getpid()}")
        fresh.symlink_to(ROOT, target_is_directory=True)
        os.replace(fresh, place)
    return TREE


@contextlib.contextmanager
def run_folder(kind: str) -> Iterator[Path]:
    """A new folder that is gone afterwards: in the folder of the whole run, where there is one."""
    within = Path(os.environ.get("AUTHKIT_TEST_RUN") or BUILD)
    within.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f"run-{kind}-", dir=within, ignore_cleanup_errors=True) as name:
        yield Path(name)


def files() -> list[Path]:
    """The files of the checkout, relative to it: what git tracks or would track, else everything but build folders."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    top = ["git", "-C", str(ROOT), "rev-parse", "--show-toplevel"]
    try:
        is_ours = Path(os.fsdecode(subprocess.check_output(top, stderr=subprocess.DEVNULL)).rstrip("\n")) == ROOT
        listed = subprocess.check_output(command, stderr=subprocess.DEVNULL) if is_ours else b""
    except (OSError, subprocess.CalledProcessError):
        listed = b""
    names = [Path(os.fsdecode(name)) for name in listed.split(b"\0") if name] or _walk()
    return sorted({name for name in names if (ROOT / name).is_file()})


def _walk() -> list[Path]:
    found: list[Path] = []
    for folder, below, names in os.walk(ROOT):
        below[:] = [name for name in below if name not in NOT_OURS]
        found += [Path(folder, name).relative_to(ROOT) for name in names]
    return found
