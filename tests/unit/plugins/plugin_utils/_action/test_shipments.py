# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is shipped to a node, again after a 401, and what is left if the node is lost."""

from __future__ import annotations

import json
from typing import Any

from ansible.errors import AnsibleConnectionFailure

from ansible_collections.authkit.oauth.plugins.action.api import ActionModule
from ansible_collections.authkit.oauth.plugins.module_utils._api.many.node import calls_on_node
from ansible_collections.authkit.oauth.tests.unit.support.actions import SECRET, Result, Shipping, Tasks
from ansible_collections.authkit.oauth.tests.unit.support.many_calls import Server, gets

TASKS = Tasks("authkit.oauth.api", ActionModule)
action, run = TASKS.action, TASKS.run


def _on_node(arguments: dict[str, Any]) -> Result:
    return calls_on_node(arguments, check_mode=False)


class Shipped(Shipping, ActionModule):
    """The action with a node in place of the connection."""

    on_node = staticmethod(_on_node)


def test_results_survive_a_node_that_is_lost(server: Server, old_tokens: None) -> None:
    class Lost(Shipped):
        answered = staticmethod(lambda result: _second_is_lost(shipments, result))

    shipments: list[Result] = []
    server.ends_after = [2]
    result = run({"requests": gets(server, 4), "concurrency": 1}, server.variables, Lost)
    assert result["unreachable"]
    assert [item["status"] for item in result["results"]] == [200, 200, None, None]
    assert "outcome is not known: the module did not run to its end" in result["results"][3]["msg"]


def _second_is_lost(shipments: list[Result], result: Result) -> Result:
    shipments.append(result)
    if len(shipments) > 1:
        raise AnsibleConnectionFailure("no route")
    return result


def test_the_module_gets_only_what_is_left(server: Server, old_tokens: None) -> None:
    server.ends_after = [3]
    doing = action({"requests": gets(server, 6), "concurrency": 1}, server.variables, Shipped)
    assert not doing.run(task_vars=server.variables)["failed"]
    assert [len(shipped["requests"]) for shipped in doing.arguments] == [6, 3]
    assert SECRET not in json.dumps(doing.arguments, ensure_ascii=False)
