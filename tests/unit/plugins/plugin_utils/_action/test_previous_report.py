# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report that a task's result is compared with: where it is read, and what is refused."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import InvalidOption
from ansible_collections.authkit.oauth.plugins.module_utils._realm.results.earlier import LARGEST_REPORT
from ansible_collections.authkit.oauth.plugins.plugin_utils._action.previous_report import comparison
from ansible_collections.authkit.oauth.tests.unit.support.reports import check, finding, realm


def written(path: Path, *findings: dict[str, Any]) -> Path:
    """A report.json, as the role writes it."""
    report = {
        "schema_version": 1,
        "time": "2026-11-27T02:00:00Z",
        "realms": [realm("acme", [check("a", "fail", findings=findings)])],
    }
    path.write_text(json.dumps(report), encoding="utf-8")
    return path


def result(*findings: dict[str, Any]) -> dict[str, Any]:
    """A task's result."""
    realms = [realm("acme", [check("a", "fail", findings=findings)])]
    return {"changed": False, "report": {"realms": realms}, "baseline": {"version": 1, "findings": []}}


@pytest.mark.parametrize("given", [None, ""], ids=["unset", "empty"])
def test_unset_compares_nothing(given: str | None) -> None:
    assert comparison({"previous_report": given}) is None


def test_the_result_gets_the_trend_and_keeps_the_rest(tmp_path: Path) -> None:
    found = comparison({"previous_report": str(written(tmp_path / "report.json")), "report_level": "info"})
    assert found is not None
    compared = found.of(result(finding()))
    assert compared["trend"] == ["acme: 1 new, 0 fixed, 0 unchanged since 2026-11-27 02:00 UTC (failed as before)"]
    assert compared["report"]["realms"][0]["trend"]["new"] == 1
    assert compared["changed"] is False


def test_it_is_relative_to_the_working_directory_like_the_reports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path / "report.json")
    monkeypatch.chdir(tmp_path)
    found = comparison({"previous_report": "report.json"})
    assert found is not None
    assert found.earlier is not None


def test_the_first_run_has_nothing_to_compare_with(tmp_path: Path) -> None:
    found = comparison({"previous_report": str(tmp_path / "report.json")})
    assert found is not None
    compared = found.of(result(finding()))
    assert compared["trend"] == ["No earlier report, so nothing is compared."]
    assert compared["report"]["trend"]["since"] is None
    assert "trend" not in compared["report"]["realms"][0]


def test_a_result_without_a_report_stays_as_it_is(tmp_path: Path) -> None:
    found = comparison({"previous_report": str(written(tmp_path / "report.json"))})
    assert found is not None
    assert found.of({"failed": True, "msg": "No token."}) == {"failed": True, "msg": "No token."}


def test_it_is_read_before_it_is_replaced(tmp_path: Path) -> None:
    path = written(tmp_path / "report.json", finding())
    found = comparison({"previous_report": str(path)})
    path.write_bytes(b"")
    assert found is not None
    assert "1 unchanged" in found.of(result(finding()))["trend"][0]


@pytest.mark.parametrize("kind", ["directory", "pipe", "dangling", "huge"])
def test_what_cannot_be_read_is_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "report.json"
    if kind == "directory":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "dangling":
        path.symlink_to(tmp_path / "nothing")
    else:
        with path.open("wb") as file:
            file.truncate(LARGEST_REPORT + 1)
    with pytest.raises(InvalidOption, match="previous_report '.*report.json' (is|does) "):
        comparison({"previous_report": str(path)})
