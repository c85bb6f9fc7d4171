# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A playbook that hangs is ended with its workers, and the test that ran it shows its stacks."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.tests.integration.support import plays
from ansible_collections.authkit.oauth.tests.integration.support.plays import Core, Workspace

#: A fake ansible-playbook: forks a worker that leaves the session, and both wait forever.
STUCK = f"""#!{sys.executable}
import os, threading
def waits_for_good():
    threading.Event().wait()
print("a task", flush=True)
if os.fork() == 0:
    os.setsid()
    open("worker", "w").write(str(os.getpid()))
waits_for_good()
"""


def test_a_stuck_play_is_ended_with_its_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plays, "PATIENCE", 3)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "ansible-playbook").write_text(STUCK)
    (tmp_path / "bin" / "ansible-playbook").chmod(0o755)
    workspace = Workspace(tmp_path / "machine", Core("2.21", tmp_path / "bin" / "python"), tmp_path)
    with pytest.raises(AssertionError, match="still running after 3 s") as raised:
        workspace.play("nothing.yml", {})
    assert "a task" in str(raised.value)
    assert "in waits_for_good" in str(raised.value)
    worker = Path("/proc", (tmp_path / "machine" / "cwd" / "worker").read_text(), "stat")
    assert not worker.exists() or worker.read_text().rpartition(")")[2].split()[0] == "Z"
