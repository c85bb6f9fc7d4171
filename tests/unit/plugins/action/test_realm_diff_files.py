# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of a realm diff: for each format, escaped, without templates, and never over a foreign file."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import yaml

from ansible_collections.authkit.oauth.plugins.action.realm_diff_files import ActionModule
from ansible_collections.authkit.oauth.plugins.module_utils._realm.diff import FILES_MODULE, FILES_SPEC
from ansible_collections.authkit.oauth.plugins.modules import realm_diff, realm_diff_files
from ansible_collections.authkit.oauth.plugins.plugin_utils._realm_diff import report as reports
from ansible_collections.authkit.oauth.tests.unit.support.actions import make_action
from ansible_collections.authkit.oauth.tests.unit.support.diff_sides import OTHER, SECRET, realm, report

HOSTILE = "<script>alert(1)</script>{{ 7 * 191 }}|`x`\u202e\x1b[31m"


def run(root: Path, found: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    result = {"report": found, "failures": []}
    variables: dict[str, Any] = {} if found is None else {"__realm_diff_result": result}
    variables |= more.pop("variables", {})
    args = {"directory": str(root / "reports"), **more}
    done: dict[str, Any] = {}
    for validate_only in (True, False):  # as the role does
        step = {"validate_only": validate_only, **args}
        done = make_action(ActionModule, FILES_MODULE, step, variables).run(task_vars=dict(variables))
    return done


def hostile() -> dict[str, Any]:
    left, right = realm(displayName=HOSTILE), realm(displayName="x")
    right["clients"].append({"clientId": HOSTILE, "publicClient": True})
    right["clients"][0]["secret"] = OTHER
    return report(left, right)


def test_every_format_escapes_what_a_realm_says(tmp_path: Path) -> None:
    done = run(tmp_path, hostile())
    assert done["files"] == ["diff.json", "diff.md", "diff.html"]
    texts = {name: (tmp_path / "reports" / name).read_text(encoding="utf-8") for name in done["files"]}
    for name, text in texts.items():
        assert "1337" not in text, name
        assert "\x1b" not in text, name
        assert "\u202e" not in text, name
        assert SECRET not in text, name
        assert OTHER not in text, name
        assert (tmp_path / "reports" / name).stat().st_mode & 0o777 == 0o600
    assert "<script" not in texts["diff.html"] + texts["diff.md"]
    assert json.loads(texts["diff.json"])["differences"][0]["left"] == HOSTILE
    assert "(secret, differs)" in texts["diff.html"]


def test_the_page_allows_only_its_own_style(tmp_path: Path) -> None:
    run(tmp_path, hostile(), formats=["html"])
    page = (tmp_path / "reports" / "diff.html").read_text(encoding="utf-8")
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'" in page
    assert "<script" not in page


def test_a_later_run_replaces_reports_and_nothing_else(tmp_path: Path) -> None:
    run(tmp_path, hostile())
    assert run(tmp_path, report(realm(), realm()))["files"]
    assert "No differences" in (tmp_path / "reports" / "diff.md").read_text(encoding="utf-8")
    (tmp_path / "reports" / "diff.json").write_text('{"mine": 1}')
    problems = run(tmp_path, None, validate_only=True)["problems"]
    assert "diff.json is not a diff.json of the realm diff" in problems[0]
    assert "realm_diff_report_dir" in problems[0]
    assert run(tmp_path, hostile())["failed"]


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
    documented = yaml.safe_load(realm_diff_files.DOCUMENTATION)["options"]
    assert set(documented) == set(FILES_SPEC)
    for name, rules in FILES_SPEC.items():
        for key in ("type", "choices", "default"):
            assert documented[name].get(key) == rules.get(key), (name, key)
