# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each run has a folder of its own; what a killed run left is swept, what a living one uses is not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.tests.tools import runs
from ansible_collections.authkit.oauth.tests.tools.runs import keep_logs, run_folder

HOLDER = """
import sys
from pathlib import Path
from ansible_collections.authkit.oauth.tests.tools import runs
runs.BUILD = Path(sys.argv[1])
with runs.run_folder("held") as folder:
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(runs, "BUILD", tmp_path / "build")
    return tmp_path / "build"


def test_two_runs_have_two_folders_and_both_go(build: Path) -> None:
    with run_folder("demo") as one, run_folder("demo") as two:
        assert one != two
        assert one.is_dir()
        assert two.is_dir()
    assert list(build.iterdir()) == []


def test_the_folder_goes_when_the_run_fails(build: Path) -> None:
    with pytest.raises(KeyboardInterrupt), run_folder("demo"):
        raise KeyboardInterrupt
    assert list(build.iterdir()) == []


def test_a_killed_run_is_swept_and_a_living_one_is_not(build: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", HOLDER, str(build)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as holder:
        assert holder.stdout is not None
        held = Path(holder.stdout.readline().strip())
        with run_folder("test"):
            assert held.is_dir()
        holder.kill()
    assert held.is_dir()
    with run_folder("test"):
        assert not held.exists()


def test_a_folder_that_was_just_made_is_left_alone(build: Path) -> None:
    young = build / "run-test-young"
    young.mkdir(parents=True)
    with run_folder("test"):
        assert young.exists()


def test_logs_outlive_the_run(build: Path) -> None:
    with run_folder("test") as folder:
        (folder / "logs").mkdir()
        (folder / "logs" / "mypy.log").write_text("said")
        kept = keep_logs(folder)
    assert (kept / "mypy.log").read_text() == "said"
