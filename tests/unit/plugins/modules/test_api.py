# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module as a process of its own, with the oldest Python at hand left to the matrix that runs these tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import yaml

from ansible_collections.authkit.oauth.plugins.doc_fragments import call, paging
from ansible_collections.authkit.oauth.plugins.module_utils._api.spec import API_SPEC
from ansible_collections.authkit.oauth.plugins.modules import api
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import Scripted

TOKEN = "a-token-0123456789"
Run = Callable[..., dict[str, Any]]


def test_a_call_with_the_token_that_was_shipped(run: Run, server: Scripted) -> None:
    result = run("api", url=f"{server.url}/x", method="post", body={"a": 1}, access_token=TOKEN, timeout=5)
    assert (result["status"], result["json"], result["changed"]) == (200, {"ok": True}, True)
    assert server.seen[0].headers["authorization"] == f"Bearer {TOKEN}"
    assert server.seen[0].body == b'{"a": 1}'


def test_check_mode_sends_no_write(run: Run, server: Scripted) -> None:
    result = run("api", url=server.url, method="PUT", access_token=TOKEN, _ansible_check_mode=True)
    assert (result["changed"], server.seen) == (True, [])


def test_without_a_token_it_says_where_one_comes_from(run: Run, server: Scripted) -> None:
    result = run("api", url=server.url)
    assert result["failed"]
    assert "got no access_token" in result["msg"]
    assert server.seen == []


def test_the_documentation_describes_the_options_that_there_are() -> None:
    documented = yaml.safe_load(call.ModuleDocFragment.DOCUMENTATION)["options"]
    documented |= yaml.safe_load(call.ModuleDocFragment.COMMON)["options"]
    documented |= yaml.safe_load(call.ModuleDocFragment.DEADLINE)["options"]
    documented |= yaml.safe_load(paging.ModuleDocFragment.DOCUMENTATION)["options"]
    documented |= yaml.safe_load(api.DOCUMENTATION)["options"]
    assert set(documented) == set(API_SPEC)
    for name, spec in API_SPEC.items():
        for key in ("type", "default", "choices", "elements", "required"):
            assert documented[name].get(key) == spec.get(key), (name, key)


def test_the_examples_name_the_module_in_full() -> None:
    examples = yaml.safe_load(api.EXAMPLES)
    tasks = [task for each in examples for task in each.get("tasks", [each])]
    assert sum("authkit.oauth.api" in task for task in tasks) >= 5
    assert yaml.safe_load(api.RETURN)["status"]["type"] == "int"


def test_an_example_shows_what_the_task_before_it_read() -> None:
    tasks = yaml.safe_load(api.EXAMPLES)
    shown = [(before, task) for before, task in zip(tasks, tasks[1:]) if "ansible.builtin.debug" in task]
    assert len(shown) == 2
    for before, task in shown:
        assert task["ansible.builtin.debug"]["msg"].startswith(f"{{{{ {before['register']}.")
        collects = before["authkit.oauth.api"].get("on_error") == "collect"
        assert before.get("ignore_errors", False) == collects, "a failed task ends the play"
