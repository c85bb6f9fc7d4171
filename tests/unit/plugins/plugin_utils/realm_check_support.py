# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of the realm_check action share: the action as Ansible makes it, in process and with a node."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

from ansible_collections.authkit.oauth.plugins.action.realm_check import ActionModule
from ansible_collections.authkit.oauth.plugins.module_utils._realm import job


class Shipped(ActionModule):
    """The action with a node in place of the connection: its module gets the arguments through JSON."""

    arguments: list[dict[str, Any]]
    answered: Callable[[dict[str, Any]], dict[str, Any]] = staticmethod(lambda result: result)

    def _execute_module(self, **given: Any) -> dict[str, Any]:
        sealed = given["module_args"]
        assert "SealedArguments" in repr(sealed), "ANSIBLE_DEBUG prints it"
        self.arguments.append(json.loads(json.dumps(sealed)))
        valid = ArgumentSpecValidator(job.ARGUMENT_SPEC).validate(self.arguments[-1])
        assert not valid.error_messages
        result = {**job.check_on_node(valid.validated_parameters), "invocation": {"module_args": {}}}
        return self.answered(json.loads(json.dumps(result)))


def action(
    args: Mapping[str, Any],
    variables: Mapping[str, Any],
    kind: type[ActionModule] = ActionModule,
    *,
    check_mode: bool = False,
) -> ActionModule:
    """The action for a task of these arguments."""
    where = "standin" if issubclass(kind, Shipped) else "ansible.builtin.local"
    task = SimpleNamespace(
        args=dict(args), async_val=0, check_mode=check_mode, environment=[{}], action="authkit.oauth.realm_check"
    )
    link = SimpleNamespace(ansible_name=where, become=None, _shell=SimpleNamespace(tmpdir=None))
    loader = DataLoader()
    made = kind(task, link, SimpleNamespace(), loader, Templar(loader, variables=dict(variables)), None)
    if isinstance(made, Shipped):
        made.arguments = []
    return made


def run(
    args: Mapping[str, Any], variables: Mapping[str, Any], kind: type[ActionModule] = ActionModule, **more: Any
) -> Any:
    """The result of such a task."""
    return action(args, variables, kind, **more).run(task_vars=dict(variables))
