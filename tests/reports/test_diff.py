# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The reports of a realm diff of two files that hold everything that a realm may hold against a reader."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

from ansible_collections.authkit.oauth.tests.integration.support.plays import Run, Workspace
from ansible_collections.authkit.oauth.tests.unit.support.diff_sides import OTHER, SECRET, realm

HOSTILE = "<script>alert(1)</script>{% raw %}{{ 7 * 191 }}|`x`\u202e\x1b[31m"
PLAYBOOK = str(Path(__file__).resolve().parents[1] / "integration" / "playbooks" / "realm_diff.yml")


def compare(machine: Workspace, left: dict[str, Any], right: dict[str, Any], **more: Any) -> Run:
    for name, side in (("left", left), ("right", right)):
        (machine.cwd / f"{name}.json").write_text(json.dumps(side), encoding="utf-8")
    sides = {f"realm_diff_{name}": {"source": str(machine.cwd / f"{name}.json")} for name in ("left", "right")}
    return machine.play(PLAYBOOK, {"localhost": {}}, variables={**sides, **more})


def hostile() -> dict[str, Any]:
    other = realm(displayName="x", keycloakVersion=HOSTILE)
    other["clients"][0]["secret"] = OTHER
    other["clients"].append({"clientId": HOSTILE, "publicClient": True})
    return other


def test_every_report_escapes_what_a_realm_says(workspace: Workspace) -> None:
    run = compare(workspace, realm(displayName=HOSTILE), hostile()).expect(2)
    assert not run.traceback
    folder = workspace.cwd / "realm-diff"
    texts = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("diff.*")}
    assert sorted(texts) == ["diff.html", "diff.json", "diff.md"]
    for name, text in {**texts, "output": run.output}.items():
        assert "1337" not in text, name
        assert "\x1b" not in text, name
        assert "\u202e" not in text, name
        assert SECRET not in text, name
        assert OTHER not in text, name
    assert "<script" not in texts["diff.html"] + texts["diff.md"]
    assert HOSTILE in [each["left"] for each in json.loads(texts["diff.json"])["differences"] if "left" in each]
    assert "(secret, differs)" in texts["diff.html"]


def test_the_page_allows_only_its_own_style(workspace: Workspace) -> None:
    compare(workspace, realm(), realm(), realm_diff_formats=["html"]).expect()
    page = (workspace.cwd / "realm-diff" / "diff.html").read_text(encoding="utf-8")
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'" in page
    assert "<h1>No differences</h1>" in page


def test_a_later_run_replaces_reports_and_nothing_else(workspace: Workspace) -> None:
    compare(workspace, realm(), hostile()).expect(2)
    compare(workspace, realm(), realm()).expect()
    folder = workspace.cwd / "realm-diff"
    assert "No differences" in (folder / "diff.md").read_text(encoding="utf-8")
    (folder / "diff.json").write_text('{"mine": 1}')
    (failed,) = compare(workspace, realm(), realm()).expect(2).failed
    assert "diff.json is not a diff.json of the realm diff" in failed.message
    assert (folder / "diff.json").read_text() == '{"mine": 1}'
