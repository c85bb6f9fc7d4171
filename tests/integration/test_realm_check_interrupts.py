# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task's timeout or Ctrl-C ends an audit promptly, at any moment, even if responses never arrive."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event, Lock

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.installed import MATRIX, NEWEST
from ansible_collections.authkit.oauth.tests.integration.support.plays import Core, Workspace
from ansible_collections.authkit.oauth.tests.servers.counting import CountingServer
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.unit.support.fake_keycloak import SHOP, FakeKeycloak

#: Plays on each core in the matrix, and how many run at a time: more than there are processors.
PLAYS, AT_ONCE = 20, 5
#: Seconds after its first request within which an audit of one second must be over, Ansible's own end included.
BOUND = 10.0


class StallingKeycloak(CountingServer):
    """A Keycloak that returns its realm after a delay, some more responses at once, and then none."""

    def __init__(self, delay: float, answered: int) -> None:
        super().__init__({"auditor": "secret-of-auditor"})
        self._keycloak = FakeKeycloak()
        self._delay, self._left, self._guard = delay, answered, Lock()
        self._closing = Event()
        self.first: float | None = None
        self.stalled = Event()

    def __exit__(self, *exception: object) -> None:
        self._closing.set()
        super().__exit__(*exception)

    def answer(self, request: Incoming) -> Answer:
        if not request.path.startswith("/admin/"):
            return super().answer(request)
        with self._guard:
            first, self.first = self.first is None, self.first or time.monotonic()
            self._left -= not first
            stalls = self._left < 0
        if stalls:
            self.stalled.set()
            self._closing.wait(120)
            return Answer(503)
        if first:
            self._closing.wait(self._delay)
        return self._keycloak(replace(request, headers={"authorization": "Bearer valid"}))

    def variables(self, seconds: int) -> dict[str, object]:
        return {
            "authkit_auth_server": self.url,
            "authkit_realm": SHOP,
            "authkit_client_id": "auditor",
            "authkit_client_secret": self.clients["auditor"],
            "seconds": seconds,
        }


def processes(workspace: Workspace) -> set[int]:
    """The processes of a run of this workspace that still exist."""
    mark, found = os.fsencode(workspace.root) + b"/", set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes():
                found.add(int(folder.name))
        except OSError:  # another user's, or gone
            continue
    return found


def all_gone(workspace: Workspace) -> bool:
    end = time.monotonic() + BOUND
    while processes(workspace):
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


@pytest.mark.parametrize("core", [NEWEST], indirect=True)
@pytest.mark.parametrize("plays", [4, pytest.param(PLAYS, marks=MATRIX)])
def test_plays_whose_task_runs_out_of_time(plays: int, tmp_path: Path, core: Core, collections: Path) -> None:
    """The moment differs: the realm comes after 0 to 0.9 s of the one second, then 0 to 40 requests are answered."""

    def play(number: int) -> bool:
        workspace = Workspace(tmp_path / str(number), core, collections)
        step = number * 20 // plays
        with StallingKeycloak(delay=step % 10 * 0.1, answered=step // 2 * 4) as server:
            given = server.variables(1)
            run = workspace.play("realm_check_timeout.yml", {"localhost": {}}, variables=given).expect(2)
            ended = time.monotonic()
            (failed,) = run.failed
            assert "expected time frame (1)" in failed.message or "Timed out after 1 second" in failed.message
            assert not run.traceback
            assert all_gone(workspace)
            if server.first is not None:
                assert ended - server.first < BOUND
            return server.first is not None

    with ThreadPoolExecutor(AT_ONCE) as pool:
        struck = list(pool.map(play, range(plays)))
    assert any(struck), "the timeout must strike audits, not what comes before"


@pytest.mark.parametrize("answered", [pytest.param(-1, marks=MATRIX), 0, 9, pytest.param(30, marks=MATRIX)])
def test_ctrl_c_in_mid_audit_ends_it(workspace: Workspace, answered: int) -> None:
    with StallingKeycloak(0, answered) as server:
        running = workspace.start("realm_check_timeout.yml", {"localhost": {}}, server.variables(60))
        try:
            assert server.stalled.wait(60)
            time.sleep(0.2)
            interrupted = time.monotonic()
            os.killpg(running.pid, signal.SIGINT)
            assert running.wait(BOUND) != 0
            assert time.monotonic() - interrupted < BOUND
            assert all_gone(workspace)
        finally:
            running.kill()
