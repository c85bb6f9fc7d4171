# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The receipt callback: its counts are what the server saw, beside other callbacks and whatever ends the run."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.installed import (
    COMMUNITY,
    MATRIX,
    NEWEST,
    ON_EACH_KIND,
    site_packages,
)
from ansible_collections.authkit.oauth.tests.integration.support.plays import PLAYBOOKS, Workspace
from ansible_collections.authkit.oauth.tests.servers.counting_model import Fault, Settings
from ansible_collections.authkit.oauth.tests.servers.counting_process import RemoteCounting, counting_process

SECRET = "s3cret of the app+{{ 1 }}"
NAME = "authkit.oauth.receipt"


@pytest.fixture
def counting() -> Iterator[RemoteCounting]:
    """An authorization server with an API, which counts."""
    with counting_process({"app": SECRET}, Settings(lifetime=600.0)) as running:
        yield running


def run(
    workspace: Workspace, server: RemoteCounting, playbook: str, count: int, *words: str, **env: str
) -> subprocess.CompletedProcess[str]:
    """Runs a playbook; the output and the receipt's file are those of the result."""
    variables = {
        "ansible_connection": "local",
        "ansible_python_interpreter": str(workspace.core.python),
        "api_url": f"{server.url}/api",
        "control_url": server.control,
        "authkit_token_url": server.token_url,
        "authkit_client_id": "app",
        "authkit_client_secret": "{% raw %}" + SECRET + "{% endraw %}",
    }
    inventory = workspace.cwd / "inventory.yml"
    hosts: dict[str, Any] = {f"host{number:02}": {} for number in range(count)}
    inventory.write_text(json.dumps({"all": {"hosts": hosts, "vars": variables}}), encoding="utf-8")
    command = [str(workspace.core.command("ansible-playbook")), "-i", str(inventory), *words, str(PLAYBOOKS / playbook)]
    settings = {
        "ANSIBLE_CALLBACKS_ENABLED": NAME,
        "ANSIBLE_CALLBACK_PLUGINS": "",
        "ANSIBLE_ASYNC_DIR": str(workspace.remote / "async"),
        "AUTHKIT_RECEIPT_PATH": str(receipt_of(workspace)),
        "ANSIBLE_CONFIG": str(workspace.cwd / "none.cfg"),
        **env,
    }
    return subprocess.run(
        command,
        env=workspace.environment(settings),
        cwd=workspace.cwd,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


def receipt_of(workspace: Workspace) -> Path:
    return workspace.cwd / "receipt.json"


def only_client(workspace: Workspace) -> dict[str, Any]:
    """The only client of the receipt's file."""
    (client,) = json.loads(receipt_of(workspace).read_text(encoding="utf-8"))["clients"]
    return dict(client)


def statuses(server: RemoteCounting, kind: str) -> list[int]:
    return [record["status"] for record in server.records if record["kind"] == kind]


@pytest.mark.parametrize("core", ON_EACH_KIND, indirect=True)
def test_it_counts_what_the_server_saw(workspace: Workspace, counting: RemoteCounting) -> None:
    """In process, in loops, hidden, from nodes, in the background; rejected, and asked to slow down."""
    count = 3
    counting.fault(Fault("rate_limited", "token", times=1, seconds=1, retry_after="seconds"))
    counting.fault(Fault("rate_limited", "api", times=2))
    done = run(workspace, counting, "receipt.yml", count, "-f", "50")
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    api, tokens = statuses(counting, "api"), statuses(counting, "token")
    client = only_client(workspace)
    assert client["client_id"] == "app"
    assert client["host"] == counting.url.partition("//")[2]
    assert (client["token_requests"], client["refreshes"]) == (len(tokens), 1) == (3, 1)
    given = 1  # the task with a token of its own
    assert client["rejections"] == api.count(401) - given
    assert client["rejections"] >= 1
    assert client["waits"] == api.count(429) + tokens.count(429) == 3
    assert client["seconds_waited"] >= 1.0
    # One lookup, one call, two in the loop and one from the node for each host, one in the background, and one more
    # for each rejection. Two of them were token requests.
    assert client["hits"] == 5 * count + 1 + client["rejections"] - 2
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("app at ")]
    assert f"token_requests={client['token_requests']} " in line
    assert f"429_waits={client['waits']} ({client['seconds_waited']:.1f} s)" in line
    assert SECRET not in done.stdout + done.stderr
    assert receipt_of(workspace).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "name",
    [
        "ansible.posix.json",
        *(pytest.param(name, marks=MATRIX) for name in ("ansible.posix.jsonl", "ansible.posix.profile_tasks", "free")),
    ],
)
def test_beside_other_callbacks(workspace: Workspace, counting: RemoteCounting, name: str) -> None:
    """JSON on stdout stays JSON; others are complete."""
    collections = f"{workspace.collections}:{site_packages(Path(os.environ[COMMUNITY]))}"
    env = {"ANSIBLE_COLLECTIONS_PATH": collections}
    if "json" in name:
        env["ANSIBLE_STDOUT_CALLBACK"] = name
    elif name == "free":
        env["ANSIBLE_STRATEGY"] = "free"
    else:
        env["ANSIBLE_CALLBACKS_ENABLED"] = f"{NAME},{name}"
    done = run(workspace, counting, "receipt_two_tasks.yml", 3, **env)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    client = only_client(workspace)
    assert (client["token_requests"], client["hits"]) == (1, 5)
    shown = done.stderr if "json" in name else done.stdout
    assert "OAUTH RECEIPT ***" in shown
    if name.endswith("json"):
        assert json.loads(done.stdout)["stats"]["host00"]["ok"] == 2
    elif name.endswith("jsonl"):
        assert all(json.loads(line) for line in done.stdout.splitlines())
    else:
        assert "PLAY RECAP" in done.stdout
        assert ("Lookup ---" in done.stdout) == (name == "ansible.posix.profile_tasks")


def test_a_killed_worker_takes_nothing_else_along(workspace: Workspace, counting: RemoteCounting) -> None:
    """Ansible ends the run, and the receipt is shown all the same."""
    done = run(workspace, counting, "receipt_death.yml", 5)
    assert done.returncode != 0
    assert "dead state" in done.stdout + done.stderr
    client = only_client(workspace)
    assert (client["token_requests"], client["hits"]) == (1, 5)
    assert done.stdout.count("OAUTH RECEIPT ***") == 1


def test_without_a_home_and_without_a_client(workspace: Workspace, counting: RemoteCounting) -> None:
    """As in AWX: no terminal, no home to write to. A run without a client shows nothing."""
    away = {"HOME": "/proc/none", "XDG_RUNTIME_DIR": "", "ANSIBLE_LOCAL_TEMP": str(workspace.remote)}
    done = run(workspace, counting, "receipt_two_tasks.yml", 2, **away)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    client = only_client(workspace)
    assert (client["token_requests"], client["hits"]) == (statuses(counting, "token").count(200), 0) == (4, 0)
    done = run(workspace, counting, "nothing.yml", 2)
    assert "RECEIPT" not in done.stdout + done.stderr
    assert json.loads(receipt_of(workspace).read_text(encoding="utf-8"))["clients"] == []


@pytest.mark.parametrize(("core", "count"), [pytest.param(NEWEST, 1000, marks=pytest.mark.alone)], indirect=["core"])
def test_a_thousand_hosts_make_one_token_request(workspace: Workspace, counting: RemoteCounting, count: int) -> None:
    done = run(workspace, counting, "receipt_two_tasks.yml", count, "-f", "50")
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    client = only_client(workspace)
    assert statuses(counting, "api") == [200] * count
    assert statuses(counting, "token") == [200]
    assert (client["token_requests"], client["hits"], client["rejections"]) == (1, 2 * count - 1, 0)
