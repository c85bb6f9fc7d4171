# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Virtual environments are made once, again when their requirements change, and never half."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.tests.tools import venvs
from ansible_collections.authkit.oauth.tests.tools.interpreters import Missing
from ansible_collections.authkit.oauth.tests.tools.tree import ROOT
from ansible_collections.authkit.oauth.tests.tools.venvs import Environment, ensure

VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with one environment, ``small``, that needs no package."""
    place = tmp_path / "a place"
    (place / "requirements").mkdir(parents=True)
    (place / "requirements" / "small.txt").write_text("# nothing\n")
    monkeypatch.setattr(venvs, "BUILD", place)
    monkeypatch.setattr(venvs, "REQUIREMENTS", place / "requirements")
    monkeypatch.setattr(venvs, "ENVIRONMENTS", {"small": Environment("small", ("small.txt",), (VERSION,))})
    return place


def test_is_made_once_and_runs_where_the_path_has_a_space(place: Path) -> None:
    folder = ensure("small")
    made = (folder / "pyvenv.cfg").stat().st_mtime_ns
    assert ensure("small") == folder
    assert (folder / "pyvenv.cfg").stat().st_mtime_ns == made
    prefix = subprocess.check_output([folder / "bin" / "python", "-c", "import sys; print(sys.prefix)"], text=True)
    assert Path(prefix.strip()) == folder


def test_changed_requirements_make_another_one(place: Path) -> None:
    before = ensure("small")
    (place / "requirements" / "small.txt").write_text("# something else\n")
    assert ensure("small") != before


def test_a_moved_checkout_makes_another_one(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = ensure("small")
    moved = place.with_name("another place")
    place.rename(moved)
    monkeypatch.setattr(venvs, "BUILD", moved)
    monkeypatch.setattr(venvs, "REQUIREMENTS", moved / "requirements")
    after = ensure("small")
    assert after.name != before.name
    assert str(after) in subprocess.check_output([after / "bin" / "pip", "--version"], text=True)


def test_a_half_made_one_is_made_again(place: Path) -> None:
    folder = ensure("small")
    (folder / "ready").unlink()
    (folder / "left over").touch()
    assert ensure("small") == folder
    assert not (folder / "left over").exists()


def test_runs_beside_each_other_make_it_once(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    threads = [threading.Thread(target=ensure, args=("small",)) for _number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    said = capsys.readouterr().out
    assert said.count("making the environment small (") == 1
    assert "waiting" in said


def test_a_package_that_is_not_there_is_one_sentence(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    (place / "requirements" / "small.txt").write_text("no-such-package-of-authkit~=1.0\n")
    with pytest.raises(Missing, match="packages of the environment small could not be installed") as raised:
        ensure("small")
    assert "\n" not in str(raised.value)
    assert not list(place.glob("venvs/*/ready"))


def test_every_environment_has_its_requirements_pinned() -> None:
    for environment in venvs.ENVIRONMENTS.values():
        for file in environment.files:
            lines = (ROOT / "tests" / "requirements" / file).read_text().splitlines()
            wanted = [line for line in lines if line and not line.startswith("#")]
            assert wanted, file
            assert all("~=" in line for line in wanted), file
