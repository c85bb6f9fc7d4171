# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of the api action share: the action as Ansible makes it, its server, and plays in a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible_collections.authkit.oauth.plugins.action.api import ActionModule
from ansible_collections.authkit.oauth.plugins.module_utils._api import call as _calls
from ansible_collections.authkit.oauth.tests.servers.counting import CountingServer
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.unit.plugins.plugin_utils.task_support import Result, Shipping, made

CLIENT, SECRET = "app", 'se+cret %&="é'
COLLECTIONS = Path(_calls.__file__).parents[6]
# Runs on this machine, and Ansible cannot know: what ssh is in a play.
CONNECTION = '''
from __future__ import annotations
DOCUMENTATION = """
name: elsewhere
short_description: this machine under another name
description: For tests.
version_added: "1.0"
options: {}
"""
from ansible.plugins.connection.local import Connection as Local
class Connection(Local):
    transport = "elsewhere"
'''


class EchoServer(CountingServer):
    """Its API says what it was sent, the Authorization header included, as the worst of APIs may."""

    def __init__(self) -> None:
        super().__init__(clients={CLIENT: SECRET})
        self.scripts: dict[str, Answer] = {}

    def reply(self, kind: str, request: Incoming) -> Answer:
        if request.path in self.scripts:
            return self.scripts[request.path]
        answer = super().reply(kind, request)
        if kind == "api" and answer.status == 200:
            sent = request.headers["authorization"]
            return Answer(200, {**answer.body, "sent": sent, "deep": [{"er": [sent]}]}, {"X-Sent": sent})
        return answer

    @property
    def variables(self) -> dict[str, Any]:
        """The variables of a play whose client this server knows."""
        return {
            "authkit_token_url": self.token_url,
            "authkit_client_id": CLIENT,
            "authkit_client_secret": SECRET,
            "authkit_cache": "memory",
        }


def _on_node(arguments: dict[str, Any]) -> Result:
    params = {"method": "GET", "follow_redirects": "safe", **arguments}
    return {**_calls.call_on_node(params), "invocation": {"module_args": params}}


class Shipped(Shipping, ActionModule):
    """The action with a node in place of the connection."""

    on_node = staticmethod(_on_node)


def action(
    args: Mapping[str, Any], variables: Mapping[str, Any], kind: type[ActionModule] = ActionModule, **more: Any
) -> ActionModule:
    """The action for a task of these arguments, on the controller unless kind or the rest says otherwise."""
    return made(kind, "authkit.oauth.api", args, variables, **more)


def run(
    args: Mapping[str, Any], variables: Mapping[str, Any], kind: type[ActionModule] = ActionModule, **more: Any
) -> Any:
    """The result of such a task."""
    return action(args, variables, kind, **more).run(task_vars=dict(variables))


def play(
    folder: Path, tasks: list[dict[str, Any]], variables: Mapping[str, Any], *options: str, **settings: str
) -> str:
    """What ansible-playbook prints for these tasks on the host `node`. settings: environment variables."""
    folder.mkdir(exist_ok=True)
    plays = [{"hosts": "all", "gather_facts": False, "tasks": tasks}]
    (folder / "play.json").write_text(json.dumps(plays), encoding="utf-8")
    (folder / "vars.json").write_text(json.dumps(dict(variables)), encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "AUTHKIT_"))}
    environment.update(
        HOME=str(folder),
        XDG_RUNTIME_DIR=str(folder),
        ANSIBLE_COLLECTIONS_PATH=str(COLLECTIONS),
        ANSIBLE_LOCAL_TEMP=str(folder / "local"),
        ANSIBLE_REMOTE_TEMP=str(folder / "remote"),
        ANSIBLE_ASYNC_DIR=str(folder / "async"),
        ANSIBLE_NOCOLOR="1",
        **settings,
    )
    command = [sys.executable, "-m", "ansible", "playbook", "-i", "node,", "-e", f"@{folder}/vars.json", *options]
    done = subprocess.run(
        [*command, str(folder / "play.json")], env=environment, cwd=folder, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr
