# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Actions as Ansible makes them: in process, with a node instead of the connection, and in plays."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

from ansible.parsing.dataloader import DataLoader
from ansible.plugins.action import ActionBase
from ansible.template import Templar

from ansible_collections.authkit.oauth.tests.servers.counting import CountingServer
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming

Result = dict[str, Any]
Action = TypeVar("Action", bound=ActionBase)


class Shipping:
    """Stands before an action's class. on_node: what the module makes of the arguments that came through JSON."""

    on_node: Callable[[dict[str, Any]], Result]
    arguments: list[dict[str, Any]]
    answered: Callable[[Result], Result] = staticmethod(lambda result: result)

    def _execute_module(self, **given: Any) -> Result:
        sealed = given["module_args"]
        assert "SealedArguments" in repr(sealed), "ANSIBLE_DEBUG prints it"
        self.arguments.append(json.loads(json.dumps(sealed)))
        return self.answered(json.loads(json.dumps(self.on_node(self.arguments[-1]))))


def make_action(
    kind: type[Action],
    name: str,
    args: Mapping[str, Any],
    variables: Mapping[str, Any],
    *,
    check_mode: bool = False,
    connection: str | None = None,
    become: object = None,
    async_val: int = 0,
    environment: object = ({},),
) -> Action:
    """The action for a task of these arguments, on the controller unless kind or the rest says otherwise."""
    where = connection or ("standin" if issubclass(kind, Shipping) else "ansible.builtin.local")
    task = SimpleNamespace(
        args=dict(args),
        async_val=async_val,
        check_mode=check_mode,
        environment=environment,
        action=name,
        get_ds=lambda: None,
    )
    link = SimpleNamespace(ansible_name=where, become=become, _shell=SimpleNamespace(tmpdir=None))
    loader = DataLoader()
    action: Action = kind(task, link, SimpleNamespace(), loader, Templar(loader, variables=dict(variables)), None)
    if isinstance(action, Shipping):
        action.arguments = []
    return action


@dataclass(frozen=True)
class Tasks(Generic[Action]):
    """Tasks of one action, on the controller unless the kind of action or the rest says otherwise."""

    name: str
    kind: type[Action]

    def action(
        self, args: Mapping[str, Any], variables: Mapping[str, Any], kind: type[Action] | None = None, **more: Any
    ) -> Action:
        """The action for a task of these arguments."""
        return make_action(kind or self.kind, self.name, args, variables, **more)

    def run(
        self, args: Mapping[str, Any], variables: Mapping[str, Any], kind: type[Action] | None = None, **more: Any
    ) -> Any:
        """The result of such a task."""
        return self.action(args, variables, kind, **more).run(task_vars=dict(variables))


# ---- plays against an API that echoes its requests

#: The folder of this collection and its namespace, for plays.
COLLECTIONS = Path(__file__).parents[6]
CLIENT, SECRET = "app", 'se+cret %&="é'
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
