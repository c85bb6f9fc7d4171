# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is new, fixed and unchanged since an earlier report."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.results.earlier import earlier_report
from ansible_collections.authkit.oauth.plugins.module_utils._realm.results.trend import (
    lines,
    with_trend,
    without_trend,
)
from ansible_collections.authkit.oauth.tests.unit.support.reports import check, finding, realm, waived

Json = dict[str, Any]
SINCE = "since 2026-11-27 02:00 UTC"


def marked(digit: str, **changes: Any) -> Json:
    return finding(f"client-{digit}", fingerprint=digit * 32, **changes)


def failing(name: str, *digits: str, **changes: Any) -> Json:
    findings = [marked(digit) for digit in digits]
    return check(name, "fail" if findings else "pass", findings=findings, **changes)


def compared(now: Iterable[Json], then: Iterable[Json], *, known: Sequence[Json] = (), level: str = "info") -> Json:
    content = {"schema_version": 1, "time": "2026-11-27T02:00:00Z", "realms": list(then)}
    return with_trend({"realms": list(now)}, known, level, earlier_report(json.dumps(content).encode(), "report.json"))


def line(now: Json, then: Json, **options: Any) -> str:
    (only,) = lines(compared([realm("acme", [now])], [realm("acme", [then])], **options))
    return only


def test_a_night_reads_in_one_line() -> None:
    now = realm("acme", [failing("a", "1", "2", "3", "4"), failing("b"), failing("c", "7")])
    then = realm("acme", [failing("a", "4"), failing("b", "5", "6"), failing("c", "7")])
    then["summary"]["failed"] = False
    report = compared([now], [then])
    assert lines(report) == [f"acme: 3 new, 2 fixed, 2 unchanged {SINCE} (was passed, now failed)"]
    (acme,) = report["realms"]
    assert [each["trend"] for each in acme["checks"][0]["findings"]] == ["new", "new", "new", "unchanged"]
    assert [each["target"] for each in acme["trend"]["fixed_findings"]] == ["client-5", "client-6"]
    assert report["trend"] == {"since": "2026-11-27T02:00:00Z", "only_now": [], "only_before": []}


def test_nothing_new_is_said_as_well() -> None:
    same = failing("a", "1")
    assert line(same, same) == f"acme: 0 new, 0 fixed, 1 unchanged {SINCE} (failed as before)"


@pytest.mark.parametrize(
    ("now", "then", "said"),
    [
        ({"severity": "critical"}, {}, "1 more severe"),
        ({"severity": "low"}, {}, "1 less severe"),
        ({"severity": "info"}, {}, "1 less severe"),
        ({}, {"severity": "info"}, "1 more severe"),
        ({"status": "waived"}, {}, "1 newly accepted"),
        ({"status": "known"}, {}, "1 newly accepted"),
        ({}, {"status": "known"}, "1 no longer accepted"),
        ({"status": "known"}, {"status": "waived"}, "1 unchanged"),
    ],
    ids=["worse", "milder", "to-info", "from-info", "waived", "known", "reopened", "accepted-both"],
)
def test_a_change_of_severity_or_acceptance_is_said(now: Json, then: Json, said: str) -> None:
    text = line(check("a", "fail", findings=[marked("1", **now)]), check("a", "fail", findings=[marked("1", **then)]))
    assert said in text
    assert "0 new, 0 fixed" in text


def test_what_is_only_information_in_both_does_not_count() -> None:
    info = check("a", "pass", findings=[marked("1", severity="info")])
    assert "0 new, 0 fixed, 0 unchanged since" in line(info, info)
    assert "0 new, 0 fixed, 0 unchanged since" in line(info, failing("a"))
    assert "0 new, 0 fixed, 0 unchanged since" in line(failing("a"), info)


@pytest.mark.parametrize(
    "now",
    [
        check("a", "not_evaluated", reason="No role."),
        check("a", "inconclusive", reason="No server."),
        check("a", "fail", findings=[marked("2")], reason="Only a part."),
        check("b"),
    ],
    ids=["no-role", "no-server", "a-part", "not-run"],
)
def test_what_could_not_be_evaluated_is_neither_fixed_nor_unchanged(now: Json) -> None:
    report = compared([realm("acme", [now])], [realm("acme", [failing("a", "1")])])
    trend = report["realms"][0]["trend"]
    assert (trend["fixed"], trend["unchanged"], trend["not_evaluated"]) == (0, 0, 1)
    (unknown,) = trend["not_evaluated_findings"]
    assert unknown["reason"] == (now["reason"] or "The check did not run.")
    assert "1 not evaluated this time" in lines(report)[0]


@pytest.mark.parametrize(
    "then",
    [check("a", "not_evaluated", reason="No role."), check("b")],
    ids=["not-evaluated", "not-run"],
)
def test_without_an_earlier_result_nothing_is_new(then: Json) -> None:
    assert "0 new, 0 fixed, 0 unchanged, 1 without an earlier result since" in line(failing("a", "1"), then)


def test_what_an_earlier_report_left_out_is_not_new() -> None:
    then = realm("acme", [check("a", "fail")])
    then["summary"]["findings"]["high"] = 3
    (text,) = lines(compared([realm("acme", [failing("a", "1")])], [then]))
    assert "0 new, 0 fixed, 0 unchanged, 1 without an earlier result" in text


def test_what_this_report_leaves_out_is_not_fixed() -> None:
    known = [{"fingerprint": "1" * 32, "check": "a", "realm": "acme", "target": "client-1", "severity": "low"}]
    then = check("a", "fail", findings=[marked("1", severity="low"), marked("2", severity="low")])
    now = check("a", "fail", findings=[])
    text = line(now, then, known=known, level="high")
    assert "0 new, 0 fixed, 1 unchanged, 1 not evaluated this time" in text
    assert "0 new, 2 fixed, 0 unchanged since" in line(check("a"), then, level="high")


def test_fixed_and_waived_are_told_apart() -> None:
    then = check("a", "waived", findings=[waived()])
    assert "0 new, 1 fixed, 0 unchanged since" in line(check("a"), then)


def test_realms_of_one_report_only_are_said() -> None:
    report = compared([realm("acme", []), realm("new", [])], [realm("old", []), realm("acme", [])])
    assert lines(report)[1:] == [
        "new: not in the report of 2026-11-27 02:00 UTC",
        "old: only in the report of 2026-11-27 02:00 UTC",
    ]
    assert "trend" not in report["realms"][1]
    assert report["trend"]["only_now"] == ["new"]
    assert report["trend"]["only_before"] == ["old"]


def test_two_realms_of_one_name_are_told_apart_by_their_server() -> None:
    one = realm("acme", [failing("a", "1")], server="one.json")
    two = realm("acme", [failing("a")], server="two.json")
    assert [text.split(" (", maxsplit=1)[0] for text in lines(compared([one, two], [two, one]))] == [
        f"acme: 0 new, 0 fixed, 1 unchanged {SINCE}",
        f"acme: 0 new, 0 fixed, 0 unchanged {SINCE}",
    ]


def test_another_server_is_said() -> None:
    (text,) = lines(compared([realm("acme", [])], [realm("acme", [], server="https://old.example.com")]))
    assert text.endswith("(passed as before, then at https://old.example.com)")


def test_without_an_earlier_report_that_is_said() -> None:
    assert lines(without_trend({"realms": [realm("acme", [])]})) == ["No earlier report, so nothing is compared."]
    assert lines({"realms": []}) == []
