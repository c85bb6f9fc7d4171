# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the files of a realm diff refuse; tests/reports/test_diff.py has the files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from ansible_collections.authkit.oauth.plugins.action.realm_diff_files import ActionModule
from ansible_collections.authkit.oauth.plugins.doc_fragments import report_files
from ansible_collections.authkit.oauth.plugins.module_utils._realm.diff import FILES_MODULE, FILES_SPEC
from ansible_collections.authkit.oauth.plugins.modules import realm_diff, realm_diff_files
from ansible_collections.authkit.oauth.plugins.plugin_utils._realm_diff import report as reports
from ansible_collections.authkit.oauth.tests.unit.support.actions import make_action


def run(root: Path, found: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    result: dict[str, Any] = {"report": found, "failures": []}
    variables: dict[str, Any] = {} if found is None else {"__realm_diff_result": result}
    variables |= more.pop("variables", {})
    args = {"directory": str(root / "reports"), **more}
    done: dict[str, Any] = {}
    for validate_only in (True, False):  # as the role does
        step = {"validate_only": validate_only, **args}
        done = make_action(ActionModule, FILES_MODULE, step, variables).run(task_vars=dict(variables))
    return done


def test_a_directory_with_other_files_is_refused_by_the_roles_option(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "mine.txt").write_text("x")
    (said,) = run(tmp_path, None, validate_only=True)["problems"]
    assert said.endswith("name a directory of its own in realm_diff_report_dir.")


def test_without_a_comparison_there_is_nothing_to_write(tmp_path: Path) -> None:
    assert "run authkit.oauth.realm_diff first" in run(tmp_path, None)["msg"]


def test_facts_named_like_the_roles_variables_are_refused(tmp_path: Path) -> None:
    result = run(tmp_path, None, variables={"ansible_facts": {"realm_diff_report_dir": "x"}})
    assert result["msg"].startswith("realm_diff_report_dir is defined by this host's facts")
    assert list(tmp_path.iterdir()) == []


def test_the_documentation_has_the_options() -> None:
    assert f"the first {reports.MOST_SHOWN:,}" in realm_diff.RETURN
    texts = (realm_diff_files.DOCUMENTATION, report_files.ModuleDocFragment.DOCUMENTATION)
    documented = {name: rules for text in texts for name, rules in yaml.safe_load(text)["options"].items()}
    assert set(documented) == set(FILES_SPEC)
    for name, rules in FILES_SPEC.items():
        for key in ("type", "choices", "default"):
            assert documented[name].get(key) == rules.get(key), (name, key)
