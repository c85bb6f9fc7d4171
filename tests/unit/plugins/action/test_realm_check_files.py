# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of a realm check as its action writes them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.authkit.oauth.plugins.action.realm_check_files import ActionModule
from ansible_collections.authkit.oauth.plugins.doc_fragments import report_files
from ansible_collections.authkit.oauth.plugins.module_utils._realm.results.report_files import ARGUMENT_SPEC, MODULE
from ansible_collections.authkit.oauth.plugins.modules import realm_check_files
from ansible_collections.authkit.oauth.tests.unit.support.actions import make_action


def run(root: Path, variables: dict[str, Any], **more: Any) -> dict[str, Any]:
    args = {"directory": str(root / "reports"), "formats": "json", **more}
    return make_action(ActionModule, MODULE, args, variables).run(task_vars=dict(variables))


@pytest.mark.parametrize("name", ["realm_check_write_waivers", "__realm_check_result", "authkit_realm"])
@pytest.mark.parametrize("validate_only", [True, False])
def test_facts_named_like_the_roles_variables_are_refused_before_anything_is_made(
    tmp_path: Path, name: str, validate_only: bool
) -> None:
    variables = {"__realm_check_result": {}, "ansible_facts": {name: "x"}}
    result = run(tmp_path, variables, validate_only=validate_only, formats="no such format")
    assert result["failed"]
    assert result["msg"].startswith(f"{name} is defined by this host's facts")
    assert list(tmp_path.iterdir()) == []


def test_facts_of_another_host_of_the_play_are_refused_by_its_name(tmp_path: Path) -> None:
    class Hosts:
        def raw_get(self, host: str) -> dict[str, Any]:
            return {"ansible_facts": {"realm_check_realms": []} if host == "two" else {}}

    variables = {"inventory_hostname": "one", "ansible_play_batch": ["one", "two"], "hostvars": Hosts()}
    result = run(tmp_path, variables, validate_only=True)
    assert result["msg"].startswith("realm_check_realms is defined by the facts of the host 'two'")


def test_without_an_audit_there_is_nothing_to_write(tmp_path: Path) -> None:
    assert "run authkit.oauth.realm_check first" in run(tmp_path, {})["msg"]


def test_the_documentation_has_the_options() -> None:
    texts = (realm_check_files.DOCUMENTATION, report_files.ModuleDocFragment.DOCUMENTATION)
    documented = {name: rules for text in texts for name, rules in yaml.safe_load(text)["options"].items()}
    assert set(documented) == set(ARGUMENT_SPEC)
    for name, rules in ARGUMENT_SPEC.items():
        for key in ("type", "choices", "default"):
            assert documented[name].get(key) == rules.get(key), (name, key)
