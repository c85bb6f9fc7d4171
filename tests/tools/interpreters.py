# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds Python interpreters that really run: on PATH, and where pyenv keeps them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PROBE = "import sys, venv, ensurepip; print('%d.%d.%d' % sys.version_info[:3]); print(sys.executable)"


class Missing(Exception):
    """Something is not installed; the message is one sentence that says what to install."""


@dataclass(frozen=True)
class Interpreter:
    """A Python that runs and can make virtual environments."""

    path: Path
    version: str
    """With its patch level: ``3.12.1``."""


def find(versions: Sequence[str], purpose: str) -> Interpreter:
    """The first interpreter of the versions (``3.12``), the one named first preferred.

    :raises Missing: there is none.
    """
    for version in versions:
        found = look_for(version)
        if found is not None:
            return found
    wanted = " or ".join(versions)
    first = versions[0]
    raise Missing(
        f"{purpose} needs Python {wanted}, which is neither on PATH nor in {pyenv_root() / 'versions'};"
        f" install it with its venv module (python{first} and python{first}-venv, or: pyenv install {first})."
    )


@cache
def look_for(version: str) -> Interpreter | None:
    """An interpreter of one version (``3.12``), or None."""
    for candidate in _candidates(version):
        found = _probe(candidate)
        if found is not None and found.version.rpartition(".")[0] == version:
            return found
    return None


def pyenv_root() -> Path:
    """Where pyenv keeps its versions."""
    return Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")


def pyenv_folders() -> list[Path]:
    """The ``bin`` folders of pyenv's versions, newest first."""
    return [home / "bin" for home in sorted((pyenv_root() / "versions").glob("3.*"), key=_order, reverse=True)]


def _order(home: Path) -> list[int]:
    return [int(part) for part in home.name.split(".") if part.isdigit()]


def _candidates(version: str) -> Iterator[Path]:
    name = f"python{version}"
    folders = [Path(entry) for entry in os.environ.get("PATH", "").split(os.pathsep) if entry]
    for folder in (*folders, *pyenv_folders()):
        path = folder / name
        if path.is_file() and os.access(path, os.X_OK):
            yield path


def _probe(path: Path) -> Interpreter | None:
    """What a candidate says of itself; a pyenv shim of a version that is not chosen says nothing of use."""
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    try:
        said = subprocess.run(
            [str(path), "-c", PROBE], capture_output=True, text=True, timeout=30, check=True, env=environment
        )
    except (OSError, subprocess.SubprocessError):
        return None
    lines = said.stdout.split("\n")
    return Interpreter(Path(lines[1]), lines[0])
