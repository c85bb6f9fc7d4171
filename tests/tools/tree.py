# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Paths in the checkout, and the tree that makes it importable as ``ansible_collections.authkit.oauth``."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
TREE = BUILD / "tree"
COLLECTION = Path("ansible_collections", "authkit", "oauth")


def link() -> Path:
    """Create the tree (a link to the checkout) if it is missing, and return the folder for ``PYTHONPATH``."""
    place = TREE / COLLECTION
    if not (place.is_symlink() and place.resolve() == ROOT):
        place.parent.mkdir(parents=True, exist_ok=True)
        fresh = place.with_name(f".{place.name}-{os.getpid()}")
        fresh.symlink_to(ROOT, target_is_directory=True)
        os.replace(fresh, place)
    return TREE


@contextlib.contextmanager
def run_folder(kind: str) -> Iterator[Path]:
    """A temporary folder, inside that of the whole run if there is one."""
    within = Path(os.environ.get("AUTHKIT_TEST_RUN") or BUILD)
    within.mkdir(exist_ok=True)
    # The suffix matters: Sphinx takes a word for a reference if an underscore ends it, before a hyphen, too.
    how: dict[str, Any] = {"prefix": f"run-{kind}-", "suffix": "r", "dir": within, "ignore_cleanup_errors": True}
    with tempfile.TemporaryDirectory(**how) as name:
        yield Path(name)
