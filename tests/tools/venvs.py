# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Virtual environments of the tests, below ``build/venvs``: made once, under a lock, and shared by every run.

The folder's name carries a hash of the requirements, the interpreter and the place (an environment's commands name the
folder they were made in), so a changed requirement and a moved checkout make a new one.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.authkit.oauth.tests.tools import limits
from ansible_collections.authkit.oauth.tests.tools.interpreters import Interpreter, Missing, find
from ansible_collections.authkit.oauth.tests.tools.processes import clean_environment, run, say
from ansible_collections.authkit.oauth.tests.tools.tree import BUILD, ROOT

REQUIREMENTS = ROOT / "tests" / "requirements"
NEWEST = ("3.12", "3.13", "3.14")


@dataclass(frozen=True)
class Environment:
    """What a virtual environment is made of: requirement files, and the Python versions that will do."""

    name: str
    files: tuple[str, ...]
    pythons: tuple[str, ...]


def _core(version: str, *pythons: str) -> Environment:
    return Environment(f"core-{version}", (f"core-{version}.txt", "controller.txt", "pytest.txt"), pythons)


ENVIRONMENTS = {
    made.name: made
    for made in (
        _core("2.16", "3.10", "3.11", "3.12"),
        _core("2.17", "3.12", "3.11", "3.10"),
        _core("2.18", "3.12", "3.13", "3.11"),
        _core("2.19", "3.12", "3.13", "3.11"),
        _core("2.20", *NEWEST),
        _core("2.21", *NEWEST),
        _core("2.22", "3.13", "3.14"),
        Environment("node", ("node.txt",), ("3.9",)),
        Environment("tools", ("core-2.21.txt", "controller.txt", "pytest.txt", "tools.txt"), NEWEST),
        Environment("bench", ("core-2.21.txt", "controller.txt", "bench.txt"), NEWEST),
        Environment("reports", ("core-2.21.txt", "controller.txt", "pytest.txt", "reports.txt"), NEWEST),
        Environment("community", ("community.txt", "controller.txt"), NEWEST),
        Environment("demo", ("demo.txt", "controller.txt"), (*NEWEST, "3.11", "3.10")),
    )
}


def ensure(name: str) -> Path:
    """The folder of a virtual environment, made first where it is missing.

    :raises Missing: no interpreter will do, or a package could not be installed.
    """
    wanted = ENVIRONMENTS[name]
    python = find(wanted.pythons, f"the environment {name}")
    files = [REQUIREMENTS / file for file in wanted.files]
    folder = BUILD / "venvs" / f"{name}-{_fingerprint(files, python)}"
    ready = folder / "ready"
    if ready.exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f"{folder.name}.lock").open("w") as lock:
        limits.lock(lock, f"the environment {name} is being made", say)
        if not ready.exists():
            _make(name, folder, python, files)
            ready.touch()
    return folder


def _fingerprint(files: Sequence[Path], python: Interpreter) -> str:
    digest = hashlib.sha256(f"{python.path} {python.version} {BUILD}".encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _make(name: str, folder: Path, python: Interpreter, files: Sequence[Path]) -> None:
    say(f"making the environment {name} (Python {python.version})")
    shutil.rmtree(folder, ignore_errors=True)
    log = folder.with_suffix(".log")
    log.unlink(missing_ok=True)
    environment = clean_environment(PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1")
    if run([python.path, "-m", "venv", folder], env=environment, log=log) != 0:
        raise Missing(f"{python.path} could not make a virtual environment; {log} says why.")
    named = [word for file in files for word in ("-r", file)]
    if run([folder / "bin" / "python", "-m", "pip", "install", "-q", *named], env=environment, log=log) != 0:
        raise Missing(f"the packages of the environment {name} could not be installed: {_reason(log)}")
    log.unlink(missing_ok=True)


def _reason(log: Path) -> str:
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.startswith("ERROR:")]
    return (lines or ["pip failed"])[0].removeprefix("ERROR: ") + f" ({log} has it all)"
