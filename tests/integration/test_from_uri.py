# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guide for moving from ansible.builtin.uri: its table is complete, and its examples run."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import subprocess
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.installed import (
    MATRIX,
    NEWEST,
    ON_THREE,
    core_of,
    in_matrix,
)
from ansible_collections.authkit.oauth.tests.integration.support.plays import Core, Run, Workspace
from ansible_collections.authkit.oauth.tests.servers.assets_api import AssetsApi
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.tools.examples import ROOT, of_page
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import Scripted, scripted

PAGE = ROOT / "docs/docsite/rst/guide_from_uri.rst"
HOSTS = ("controller", "node")
TOKEN = "a-token-0123456789"
#: Short names of an option, which the table does not list.
ALIASES = frozenset({"attr", "user", "password"})


def documentation(core: Core, folder: Path) -> dict[str, Any]:
    """What that core says about uri."""
    environment = {**os.environ, "HOME": str(folder), "ANSIBLE_HOME": str(folder)}
    command = [str(core.command("ansible-doc")), "--json", "ansible.builtin.uri"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment, timeout=120)
    found: dict[str, Any] = json.loads(done.stdout)["ansible.builtin.uri"]
    return found


def listed(section: str) -> set[str]:
    """The names in the first column of a section's table."""
    text = PAGE.read_text(encoding="utf-8").partition(f"\n{section}\n---")[2]
    table = text.partition("\n---")[0]
    return {
        name for row in re.findall(r"^   \* - (.*)$", table, re.MULTILINE) for name in re.findall(r"``(\w+)``", row)
    }


@pytest.mark.parametrize("core", ON_THREE)
def test_the_table_has_each_option_and_result(core: str, tmp_path: Path) -> None:
    found = documentation(core_of(core), tmp_path)
    assert set(found["doc"]["options"]) - ALIASES - listed("Options") == set()
    assert set(found["return"]) - listed("Results") == set()


@dataclass(frozen=True)
class Played:
    """The examples on the host `controller`, in process, and on `node`, shipped; and what each one's server saw."""

    run: Run
    servers: dict[str, Scripted]


def _api(request: Incoming) -> Answer:
    """An API that wants this token."""
    if request.headers.get("authorization") != f"Bearer {TOKEN}":
        return Answer(401, {})
    if request.path == "/index.php":
        return Answer(302, b"", {"Location": "/dashboard.php", "Set-Cookie": "SESSIONID=4f1c; Path=/; HttpOnly"})
    return Answer(201 if request.path.endswith("/issue/") else 200, b"AWESOME", content_type="text/plain")


@pytest.fixture(scope="module", params=ON_THREE)
def played(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, collections: Path
) -> Iterator[Played]:
    """One play with all examples of the page, for each core; only its host and the path of a file are replaced."""
    workspace = Workspace(tmp_path_factory.mktemp("uri"), core_of(str(request.param)), collections)
    remote = workspace.root / "remote.json"
    remote.write_text("{}", encoding="utf-8")
    for name in ("issue.json", "file.json"):
        # A shipped module looks beside the playbook only.
        for folder in (workspace.cwd, workspace.cwd / "files"):
            folder.mkdir(exist_ok=True)
            (folder / name).write_text(json.dumps({"from": name}), encoding="utf-8")
    examples = "".join(block.text for block in of_page(PAGE) if block.is_yaml and not block.file)
    examples = re.sub(r"url: https://api\.example\.com(.*)", r'url: "{{ server }}\1"', examples)
    examples = examples.replace("/path/to/my/file.json", str(remote))
    playbook = workspace.cwd / "examples.yml"
    head = (
        '- hosts: all\n  gather_facts: false\n  environment: "{{ node_environment | default({}) }}"\n'
        f"  module_defaults: {{authkit.oauth.api: {{access_token: {TOKEN}}}}}\n  tasks:\n"
    )
    playbook.write_text(head + textwrap.indent(examples, "    "), encoding="utf-8")
    with scripted(_api) as one, scripted(_api) as two:
        own: dict[str, dict[str, object]] = {"controller": {"server": one.url}, "node": {"server": two.url}}
        own["node"]["node_environment"] = {"AUTHKIT_TEST_NODE": "1"}
        yield Played(workspace.play(str(playbook), own), {"controller": one, "node": two})


@MATRIX
@pytest.mark.parametrize("host", HOSTS)
def test_the_examples_run(played: Played, host: str) -> None:
    played.run.expect()
    assert len([result for result in played.run.results if result.host == host]) == 11
    seen = played.servers[host].seen
    assert {request.headers["authorization"] for request in seen} == {f"Bearer {TOKEN}"}
    assert [request.headers["cookie"] for request in seen if request.path == "/dashboard.php"] == ["SESSIONID=4f1c"]
    issue = next(request for request in seen if request.path.endswith("/issue/"))
    assert (issue.body, issue.headers["content-type"]) == (b'{"from": "issue.json"}', "application/json")
    forms = [request.body for request in seen if request.path == "/index.php"]
    assert forms == [b"name=your_username&enter=Sign+in"] * 2
    form, local, remote = [request.body for request in seen if request.path == "/post"]
    assert form.count(b"Content-Disposition: form-data") == 3
    assert (local, remote) == (b'{"from": "file.json"}', b"{}")


class Machine:
    """A reader's machine with the page's files, and an API of their own for each playbook."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._secret = secrets.token_urlsafe(24)

    @contextlib.contextmanager
    def api(self, *names: str) -> Iterator[AssetsApi]:
        """An API with these assets; the page's files name it."""
        with AssetsApi({"inventory": self._secret}, names) as server:
            for block in of_page(PAGE):
                if block.file:
                    text = block.text.replace("https://api.example.com", f"{server.url}/api")
                    text = text.replace("https://auth.example.com", server.url)
                    (self._workspace.cwd / block.file).write_text(text, encoding="utf-8")
            yield server

    def play(self, server: AssetsApi, playbook: str, *arguments: str) -> Run:
        variables = {"authkit_token_url": server.token_url, "authkit_client_id": "inventory"}
        variables["authkit_client_secret"] = self._secret
        run = self._workspace.play(
            str(self._workspace.cwd / playbook), {"localhost": {}}, variables=variables, arguments=arguments
        )
        return run.expect()

    def outcome(self, file: str) -> str:
        """What a playbook wrote, then deleted."""
        written = self._workspace.cwd / file
        text = written.read_text(encoding="utf-8")
        written.unlink()
        return text


@pytest.fixture
def machine(workspace: Workspace) -> Machine:
    return Machine(workspace)


def changed(run: Run) -> bool:
    return any(result.state == "changed" or result.result.get("changed") for result in run.results)


@pytest.mark.parametrize("core", [NEWEST, *in_matrix("2.16")], indirect=True)
def test_a_paged_listing_is_one_task(machine: Machine) -> None:
    with machine.api(*(f"asset{number}" for number in range(8))) as server:
        machine.play(server, "assets_before.yml")
        before, reads = machine.outcome("assets.json"), server.count("api", 200)
        machine.play(server, "assets.yml")
        assert json.loads(before) == server.assets
        assert (machine.outcome("assets.json"), server.count("api", 200)) == (before, 2 * reads)
        assert reads == 3


@pytest.mark.parametrize("core", [NEWEST, *in_matrix("2.16")], indirect=True)
def test_a_resource_with_drift_is_one_task(machine: Machine) -> None:
    outcomes = []
    for playbook in ("asset_before.yml", "asset.yml"):
        with machine.api("db1") as missing:
            machine.play(missing, playbook)
        with machine.api("db1", "web1") as drifted:
            machine.play(drifted, playbook)
        outcomes.append((missing.assets, drifted.assets))
    assert outcomes[0] == outcomes[1]
    assert [len(assets) for assets in outcomes[0]] == [2, 2]
    assert [assets[1]["owner"] for assets in outcomes[0]] == ["shop", "shop"]


@pytest.mark.parametrize("core", in_matrix(NEWEST), indirect=True)
def test_only_the_new_task_predicts_in_check_mode_and_is_not_changed_twice(machine: Machine) -> None:
    for assets in (("db1",), ("db1", "web1")):
        with machine.api(*assets) as server:
            before = list(server.assets)
            assert changed(machine.play(server, "asset.yml", "--check", "--diff"))
            assert server.assets == before
            assert changed(machine.play(server, "asset.yml"))
            assert not changed(machine.play(server, "asset.yml"))


@pytest.mark.parametrize("core", in_matrix(NEWEST), indirect=True)
def test_a_loop_of_calls_is_one_task(machine: Machine) -> None:
    with machine.api() as server:
        machine.play(server, "bins_before.yml")
        before = machine.outcome("stock.json")
        server.clear()
        machine.play(server, "bins.yml")
        assert machine.outcome("stock.json") == before
        assert (server.token_requests, server.count("api", 200)) == (1, 3)
        assert [each["bin"] for each in json.loads(before)] == ["a1", "a2", "b1"]
