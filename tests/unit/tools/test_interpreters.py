# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Interpreters are found where they are, only when they run, and their absence is one sentence."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.tests.tools import interpreters
from ansible_collections.authkit.oauth.tests.tools.interpreters import Missing, find, look_for

RUNS = "#!/bin/sh\necho {version}\necho $0\n"
SHIM = "#!/bin/sh\necho 'pyenv: python3.12: command not found' >&2\nexit 127\n"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A machine with an empty ``bin`` on PATH and an empty pyenv."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    look_for.cache_clear()
    yield tmp_path
    look_for.cache_clear()


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def test_finds_the_interpreter_that_runs_this() -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    found = find([version], "this test")
    assert found.version.startswith(f"{version}.")


def test_path_goes_before_pyenv(machine: Path) -> None:
    program(machine / "pyenv" / "versions" / "3.12.9" / "bin" / "python3.12", RUNS.format(version="3.12.9"))
    on_path = program(machine / "bin" / "python3.12", RUNS.format(version="3.12.1"))
    assert find(["3.12"], "x").path == on_path


def test_a_dead_shim_is_passed_over(machine: Path) -> None:
    program(machine / "bin" / "python3.12", SHIM)
    real = program(machine / "pyenv" / "versions" / "3.12.1" / "bin" / "python3.12", RUNS.format(version="3.12.1"))
    assert find(["3.12"], "x").path == real


def test_a_name_that_lies_is_passed_over(machine: Path) -> None:
    program(machine / "bin" / "python3.12", RUNS.format(version="3.11.4"))
    assert look_for("3.12") is None


def test_the_newest_patch_level_of_pyenv(machine: Path) -> None:
    for version in ("3.12.9", "3.12.10", "3.12.1"):
        place = machine / "pyenv" / "versions" / version / "bin" / "python3.12"
        program(place, RUNS.format(version=version))
    assert find(["3.12"], "x").version == "3.12.10"


def test_the_first_version_that_is_there(machine: Path) -> None:
    program(machine / "bin" / "python3.13", RUNS.format(version="3.13.0"))
    assert find(["3.12", "3.13", "3.14"], "x").version == "3.13.0"


def test_none_is_one_sentence_with_what_to_install(machine: Path) -> None:
    with pytest.raises(Missing) as raised:
        find(["3.9"], "the environment node")
    said = str(raised.value)
    assert said.startswith("the environment node needs Python 3.9, ")
    assert "python3.9-venv" in said
    assert "\n" not in said
    assert interpreters.pyenv_folders() == []
