# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Inventory sources: a server whose API lists hosts, and ansible-inventory as a user runs it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import yaml

from ansible_collections.authkit.oauth.tests.integration.support.plays import PATIENCE, Workspace
from ansible_collections.authkit.oauth.tests.servers.counting import CountingServer
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming

CLIENT, SECRET = "inventory", "s3cret-of-the-inventory"


class ListingServer(CountingServer):
    """Lists items at any path below /api/, by pages whose Link header names the next one."""

    def __init__(self, items: Sequence[Any] = (), page: int = 100) -> None:
        self.items, self.page = list(items), page
        super().__init__({CLIENT: SECRET})

    def _api(self, request: Incoming) -> Answer:
        answer = super()._api(request)
        if answer.status != 200:
            return answer
        number = int(parse_qs(request.query).get("page", ["1"])[0])
        rest = self.items[(number - 1) * self.page :]
        link = {"Link": f'<{self.url}{request.path}?page={number + 1}>; rel="next"'} if len(rest) > self.page else {}
        return Answer(200, rest[: self.page], link)


@dataclass(frozen=True)
class Listed:
    """What ansible-inventory did."""

    returncode: int
    output: str = field(repr=False)
    errors: str = field(repr=False)

    @property
    def inventory(self) -> dict[str, Any]:
        assert self.returncode == 0, self.errors[-3000:]
        found: dict[str, Any] = json.loads(self.output)
        return found

    @property
    def hosts(self) -> dict[str, dict[str, Any]]:
        """By name, their variables."""
        found: dict[str, dict[str, Any]] = _unmarked(self.inventory["_meta"]["hostvars"])
        return found

    @property
    def warnings(self) -> str:
        """Standard error on one line: Ansible wraps it."""
        return " ".join(self.errors.split())


def _unmarked(value: Any) -> Any:
    """The value without the marks that ansible-inventory shows of data."""
    if isinstance(value, dict):
        return (
            value["__ansible_unsafe"]
            if value.keys() == {"__ansible_unsafe"}
            else {key: _unmarked(each) for key, each in value.items()}
        )
    return [_unmarked(each) for each in value] if isinstance(value, list) else value


def source(server: CountingServer, **options: Any) -> dict[str, Any]:
    """The content of an inventory file for this server."""
    return {
        "plugin": "authkit.oauth.hosts",
        "token_url": server.token_url,
        "client_id": CLIENT,
        "client_secret": SECRET,
        "url": f"{server.url}/api/servers",
        "host_name": "authkit_item.name",
        **options,
    }


def written(workspace: Workspace, content: Mapping[str, Any] | str, name: str = "cmdb.authkit.yml") -> Path:
    """An inventory file in the workspace's folder."""
    path = workspace.cwd / name
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(dict(content)))
    return path


def listed(workspace: Workspace, path: Path, *arguments: str, env: Mapping[str, str] | None = None) -> Listed:
    """Runs ansible-inventory with this source: --list unless the arguments say otherwise."""
    return started(workspace, "ansible-inventory", "-i", str(path), *(arguments or ("--list",)), env=env)


def started(workspace: Workspace, program: str, *arguments: str, env: Mapping[str, str] | None = None) -> Listed:
    """Runs a program of Ansible's."""
    process = subprocess.run(
        [str(workspace.core.command(program)), *arguments],
        cwd=workspace.cwd,
        env=workspace.environment({"COLUMNS": "1000", **(env or {})}),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return Listed(process.returncode, process.stdout, process.stderr)
