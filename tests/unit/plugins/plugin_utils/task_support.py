# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An action as Ansible makes it: in process, and with a node in place of the connection."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any, TypeVar

from ansible.parsing.dataloader import DataLoader
from ansible.plugins.action import ActionBase
from ansible.template import Templar

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


def made(
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
        args=dict(args), async_val=async_val, check_mode=check_mode, environment=environment, action=name
    )
    link = SimpleNamespace(ansible_name=where, become=become, _shell=SimpleNamespace(tmpdir=None))
    loader = DataLoader()
    action: Action = kind(task, link, SimpleNamespace(), loader, Templar(loader, variables=dict(variables)), None)
    if isinstance(action, Shipping):
        action.arguments = []
    return action
