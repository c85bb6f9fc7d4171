# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many calls in one task (requests), in process and shipped, as a server counts them."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.installed import NEWEST, ON_THREE, core_of
from ansible_collections.authkit.oauth.tests.integration.support.plays import Core, Run, Workspace
from ansible_collections.authkit.oauth.tests.servers.counting import CountingServer
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming, Settings

CLIENT, SECRET = "many", "s3cret-of-many-calls"
HOSTS = ("controller", "node")
#: Seconds within which a task ends that is interrupted, Ansible's own end included.
BOUND = 10.0


class EndingServer(CountingServer):
    """Revokes its token once, in the middle of a task, when it is old enough for the store to replace it."""

    def __init__(self) -> None:
        super().__init__({CLIENT: SECRET}, Settings(api_delay=0.25))
        self._guard, self._posts = threading.Lock(), 0

    def _api(self, request: Incoming) -> Answer:
        with self._guard:
            self._posts += request.method == "POST"
            if self._posts == 21:
                self.revoke()
        return super()._api(request)


@dataclass(frozen=True)
class Played:
    """One play on the host `controller`, in process, and on `node`, shipped; and what each one's server saw."""

    run: Run
    servers: Mapping[str, CountingServer]

    def result(self, task: str, host: str) -> Any:
        return self.run.expect().one(task, host).result


@pytest.fixture(scope="module", params=ON_THREE)
def played(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, collections: Path
) -> Iterator[Played]:
    workspace = Workspace(tmp_path_factory.mktemp("many"), core_of(str(request.param)), collections)
    with EndingServer() as one, EndingServer() as two:
        servers = dict(zip(HOSTS, (one, two), strict=True))
        own = {host: {"server": server.url, "authkit_token_url": server.token_url} for host, server in servers.items()}
        own["node"]["node_environment"] = {"SOME": "thing"}  # type: ignore[assignment]  # hosts have variables of any kind
        variables = {"authkit_client_id": CLIENT, "authkit_client_secret": SECRET}
        run = workspace.play("many_calls.yml", own, variables=variables, arguments=["-vvv"])
        yield Played(run, servers)


@pytest.mark.parametrize("host", HOSTS)
def test_nothing_is_processed_twice(played: Played, host: str) -> None:
    result = played.result("A token that ends in the middle", host)
    assert [item["name"] for item in result["results"]] == [str(number) for number in range(40)]
    assert [item["status"] for item in result["results"]] == [200] * 40
    posts = [record for record in played.servers[host].records if record.method == "POST" and record.kind == "api"]
    assert Counter(record.path for record in posts if record.status == 200) == {
        f"/api/{number}": 1 for number in range(40)
    }
    assert 1 <= sum(record.status == 401 for record in posts) <= 2
    assert played.servers[host].token_requests == 2
    if host == "controller":
        assert len({record.connection for record in posts}) <= 2


@pytest.mark.parametrize("host", HOSTS)
def test_failures(played: Played, host: str) -> None:
    collected, fast = played.result("Some fail", host)["results"]
    assert [item["status"] for item in collected["results"]] == [200, 404, 200]
    assert [item["sent"] for item in fast["results"]] == [True, True, False]
    assert collected["msg"].startswith("1 of 3 calls failed; entry 2 ('missing'): GET ")
    assert fast["msg"].startswith("1 of 3 calls failed, 1 was not sent; entry 2 ('missing'): GET ")


@pytest.mark.parametrize("host", HOSTS)
def test_a_wrong_entry_and_check_mode(played: Played, host: str) -> None:
    wrong = played.result("A wrong entry", host)
    assert wrong["msg"].startswith("Entry 2 of requests ('bad'): client_secret holds for all calls")
    checked = played.result("Check mode", host)
    assert [(item["sent"], item["status"]) for item in checked["results"]] == [(True, 200), (False, None)]
    assert checked["changed"]
    assert "/api/unsent" not in {record.path for record in played.servers[host].records}


def test_nothing_secret_is_shown(played: Played) -> None:
    secrets = [SECRET, "a-secret-in-the-wrong-place", *(t for each in played.servers.values() for t in each.issued)]
    shown = played.run.output + played.run.log + json.dumps([result.result for result in played.run.results])
    assert not [secret for secret in secrets if secret in shown]
    assert not played.run.traceback


class Stalling(CountingServer):
    """Its API does not answer."""

    def __init__(self) -> None:
        super().__init__({CLIENT: SECRET})
        self.asked, self.closing = threading.Event(), threading.Event()

    def _api(self, request: Incoming) -> Answer:
        self.asked.set()
        self.closing.wait(120)
        return Answer(503)

    def __exit__(self, *exception: object) -> None:
        self.closing.set()
        super().__exit__(*exception)

    def variables(self, seconds: int) -> dict[str, object]:
        client = {"authkit_client_id": CLIENT, "authkit_client_secret": SECRET}
        return {"authkit_token_url": self.token_url, "server": self.url, "seconds": seconds, **client}


@pytest.mark.parametrize("core", [NEWEST], indirect=True)
def test_a_timeout_ends_all_calls(core: Core, workspace: Workspace) -> None:
    with Stalling() as server:
        run = workspace.play("many_calls_timeout.yml", {"localhost": {}}, variables=server.variables(2)).expect(2)
        assert run.seconds < BOUND + 2
        assert not run.traceback
        assert server.count("api") <= 10


@pytest.mark.parametrize("core", [NEWEST], indirect=True)
def test_ctrl_c_ends_all_calls(core: Core, workspace: Workspace) -> None:
    with Stalling() as server:
        running = workspace.start("many_calls_timeout.yml", {"localhost": {}}, server.variables(100))
        try:
            assert server.asked.wait(60)
            interrupted = time.monotonic()
            os.killpg(running.pid, signal.SIGINT)
            assert running.wait(BOUND) != 0
            assert time.monotonic() - interrupted < BOUND
        finally:
            running.kill()
