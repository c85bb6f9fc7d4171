# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report as plain data."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.authkit.oauth.plugins.module_utils._realm.audit import audit
from ansible_collections.authkit.oauth.plugins.module_utils._realm.model import Finding
from ansible_collections.authkit.oauth.plugins.module_utils._realm.results.report import realm_report, table
from ansible_collections.authkit.oauth.plugins.module_utils._realm.results.verdict import Audited
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import NotEvaluated
from ansible_collections.authkit.oauth.tests.unit.support.checks import audited, finding, make_check, policy, snapshot

WAIVER = {"check": "bad-one", "target": "b", "reason": "Known.", "owner": "alice", "expires": "2999-12-31"}
CHECKS = [
    make_check("bad-one", finding("a"), finding("b"), finding("c", "low")),
    make_check("closed-one", NotEvaluated("view-users is missing.", ("view-users",)), severity="low", tier="core"),
    make_check("good-one"),
]


def test_all_that_a_report_says() -> None:
    params: dict[str, Any] = {"waivers": [WAIVER], "report_level": "medium"}
    report = realm_report(audited(CHECKS, **params), policy(CHECKS, **params), failed=True)
    assert (report["realm"], report["server"]) == ("shop", "https://sso.example.com")
    assert report["summary"] == {
        "failed": True,
        "checks": {"pass": 1, "fail": 1, "waived": 0, "not_evaluated": 1, "inconclusive": 0},
        "findings": {"critical": 0, "high": 1, "medium": 0, "low": 1, "info": 0},
        "missing_roles": ["view-users"],
        "server_version": None,
        "version_note": None,
    }
    bad, closed, good = report["checks"]
    first, second = bad.pop("findings")
    assert bad == {
        "id": "bad-one",
        "status": "fail",
        "level": "L3",
        "area": "clients",
        "severity": "high",
        "tier": "core",
        "title": "A title",
        "rationale": "A reason.",
        "remediation": "A remedy.",
        "reference": "",
        "reason": None,
    }
    assert len(first.pop("fingerprint")) == 32
    assert first == {
        "target": "a",
        "target_type": "client",
        "severity": "high",
        "message": "a is wrong.",
        "remediation": "A remedy.",
        "evidence": {"setting": 1},
        "status": "open",
        "waiver": None,
    }
    assert second["status"] == "waived"
    assert second["waiver"] == {"reason": "Known.", "owner": "alice", "expires": "2999-12-31"}
    assert (closed["status"], closed["reason"]) == ("not_evaluated", "view-users is missing.")
    assert (good["status"], good["findings"]) == ("pass", [])


def test_a_row_for_each_realm() -> None:
    given = audited(CHECKS)
    reports = [realm_report(given, policy(CHECKS), failed=failed) for failed in (True, False)]
    rows = table(reports)
    assert [row["status"] for row in rows] == ["failed", "passed"]
    assert list(rows[0]) == [
        *("realm", "status", "pass", "fail", "waived", "not_evaluated", "inconclusive"),
        *("critical", "high", "medium", "low", "info"),
    ]


def test_a_hostile_realm_becomes_plain_data_that_can_be_written() -> None:
    class Text(str):
        __slots__ = ()

    hostile = Finding(
        Text("half\ud83d"),
        "client",
        'x{{ lookup("pipe", "id") }}\udfff.',
        {"s": {2, 1}, "n": float("nan"), "t": ("a", None, True, 1.5), "o": object, "\ud800": {Text("k"): Text("v")}},
    )
    taken = snapshot("r\ud800", server_version="26.7.3\ud800")
    checks = [make_check("bad-one", hostile)]
    report = realm_report(Audited(taken, audit(taken, policy(checks))), policy(checks), failed=True)
    assert json.loads(json.dumps(report, ensure_ascii=False, allow_nan=False).encode("utf-8")) == report
    found = report["checks"][0]["findings"][0]
    assert (found["target"], type(found["target"])) == ("half?", str)
    assert found["message"] == 'x{{ lookup("pipe", "id") }}?.'
    assert found["evidence"]["s"] == [1, 2]
    assert found["evidence"]["n"] == "nan"
    assert (report["realm"], report["summary"]["server_version"]) == ("r?", "26.7.3?")
