# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests as a server sees them, from the controller and from a node: URLs and proxies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.installed import ON_BOTH_ENDS, core_of
from ansible_collections.authkit.oauth.tests.integration.support.plays import Run, Workspace
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import Scripted, free_port, scripted

HOSTS = ("controller", "node")


@dataclass(frozen=True)
class Played:
    """One play on the host `controller`, in process, and on `node`, shipped; and what each one's server saw."""

    run: Run
    servers: Mapping[str, Scripted]

    def seen(self, host: str, path: str) -> list[Incoming]:
        return [request for request in self.servers[host].seen if request.path.startswith(path)]


@pytest.fixture(scope="module", params=ON_BOTH_ENDS)
def played(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, collections: Path
) -> Iterator[Played]:
    """One play with all tasks, for each core."""
    workspace = Workspace(tmp_path_factory.mktemp("requests"), core_of(str(request.param)), collections)
    with scripted(_answer) as one, scripted(_answer) as two:
        own: dict[str, dict[str, object]] = {"controller": {"server": one.url}, "node": {"server": two.url}}
        own["node"]["node_environment"] = {"https_proxy": "http://proxy.example.invalid:3128"}
        variables = {"nowhere": f"http://127.0.0.1:{free_port()}/token"}
        run = workspace.play("requests.yml", own, variables=variables, env={"ALL_PROXY": "socks5h://127.0.0.1:1080"})
        yield Played(run, {"controller": one, "node": two})


def _answer(request: Incoming) -> Answer:
    return Answer(200, {})


def results(played: Played, task: str, host: str) -> list[dict[str, Any]]:
    """The results of a task with a loop."""
    played.run.expect()
    found: Any = played.run.one(task, host).result["results"]
    return list(found)


@pytest.mark.parametrize("host", HOSTS)
def test_urls(played: Played, host: str) -> None:
    """Both send the same, and the result names what was sent."""
    asked = [result["url"] for result in results(played, "URL", host)]
    paths = ["/100%25?q=5%25", "/a%2Fb", "/~u?q=~"]
    assert asked == [f"{played.servers[host].url}{path}" for path in paths]
    sent = [f"{seen.path}?{seen.query}".rstrip("?") for seen in played.servers[host].seen]
    assert sent[: len(paths)] == paths


@pytest.mark.parametrize("host", HOSTS)
def test_proxies_of_the_environment(played: Played, host: str) -> None:
    """The error names the variable, and `none` switches it off."""
    assert "The proxy from ALL_PROXY is a SOCKS proxy" in played.run.one("SOCKS proxy", host).message
    assert played.run.one("No proxy", host).result["error"] == "name_not_resolved"


def test_a_proxy_of_the_task_that_the_token_request_does_not_use(played: Played) -> None:
    node = played.run.one("No token", "node").message
    assert "https_proxy in the task's environment applies to the node only, and the controller requests the" in node
    assert "environment" not in played.run.one("No token", "controller").message
