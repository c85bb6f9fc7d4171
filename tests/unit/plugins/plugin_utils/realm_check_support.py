# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of the realm_check action share: the action as Ansible makes it, in process and with a node."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.authkit.oauth.plugins.action.realm_check import ActionModule
from ansible_collections.authkit.oauth.plugins.module_utils._realm import job
from ansible_collections.authkit.oauth.tests.unit.plugins.plugin_utils.task_support import Result, Shipping, made


def _on_node(arguments: dict[str, Any]) -> Result:
    valid = ArgumentSpecValidator(job.ARGUMENT_SPEC).validate(arguments)
    assert not valid.error_messages
    return {**job.check_on_node(valid.validated_parameters), "invocation": {"module_args": {}}}


class Shipped(Shipping, ActionModule):
    """The action with a node in place of the connection."""

    on_node = staticmethod(_on_node)


def action(
    args: Mapping[str, Any], variables: Mapping[str, Any], kind: type[ActionModule] = ActionModule, **more: Any
) -> ActionModule:
    """The action for a task of these arguments."""
    return made(kind, "authkit.oauth.realm_check", args, variables, **more)


def run(
    args: Mapping[str, Any], variables: Mapping[str, Any], kind: type[ActionModule] = ActionModule, **more: Any
) -> Any:
    """The result of such a task."""
    return action(args, variables, kind, **more).run(task_vars=dict(variables))
