# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The door of the auditor's steps: validated options, the role's variables refused as facts, failures as sentences."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.action.realm_auditor_step import ActionModule
from ansible_collections.authkit.oauth.tests.unit.support.actions import Tasks

TASKS = Tasks("authkit.oauth.realm_auditor_step", ActionModule)
CONNECTION: dict[str, Any] = {
    "auth_server": "https://localhost:1",
    "realm": "master",
    "client_id": "admin",
    "client_secret": "a-secret-of-the-admin",
    "realms": ["shop"],
    "step": "plan",
    "secret_variable": "my_auditor_secret",
}
NO_FOLDER = {"secret_variable": "", "secret_path": "/gone/x"}


def test_the_plan_needs_no_server() -> None:
    result = TASKS.run(CONNECTION, {})
    assert result["clients_url"] == "https://localhost:1/admin/realms/shop/clients"
    assert "            {{ my_auditor_secret }}" in result["usage"]
    assert CONNECTION["client_secret"] not in str(result)


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        ({"step": "none"}, "arguments_refused", "step"),
        ({"realms": []}, "missing_option", "realm_auditor_realms is empty"),
        ({"secret_variable": "hostvars"}, "invalid_option", "realm_auditor_secret_variable"),
        ({"secret_variable": ""}, "missing_option", "Nothing says where"),
        ({"roles": ["realm-admin"]}, "invalid_option", "a role that only reads"),
        ({**NO_FOLDER, "step": "check", "found": {"clients": []}}, "secret_not_kept", "'/gone'"),
    ],
)
def test_what_is_wrong_is_one_sentence(arguments: dict[str, Any], error: str, sentence: str) -> None:
    result = TASKS.run({**CONNECTION, **arguments}, {})
    assert (result["failed"], result["changed"], result["error"]) == (True, False, error)
    assert sentence in result["msg"]
    assert CONNECTION["client_secret"] not in str(result)


@pytest.mark.parametrize("name", ["realm_auditor_roles", "realm_auditor_secret_path", "__realm_auditor_plan"])
def test_facts_set_no_variable_of_the_role(name: str) -> None:
    result = TASKS.run(CONNECTION, {name: "x", "ansible_facts": {name: "x"}})
    assert result["failed"]
    assert result["msg"].startswith(f"{name} is defined by this host's facts")
