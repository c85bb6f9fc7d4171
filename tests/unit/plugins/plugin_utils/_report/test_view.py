# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report in reading order."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import InvalidOption
from ansible_collections.authkit.oauth.plugins.plugin_utils._report.text import ESCAPES
from ansible_collections.authkit.oauth.plugins.plugin_utils._report.view import shown, view
from ansible_collections.authkit.oauth.tests.unit.support.reports import (
    HOSTILE,
    check,
    compared,
    finding,
    hostile,
    ordinary,
    realm,
    standard,
)
from ansible_collections.authkit.oauth.tests.unit.support.variables import from_a_node


def test_the_worst_is_first() -> None:
    (shop, empty) = view(ordinary(), "terminal")["realms"]
    order = [(group["status"], [each["id"] for each in group["checks"]]) for group in shop["groups"]]
    assert order == [
        ("fail", ["worse", "broken"]),
        ("inconclusive", ["server-down"]),
        ("not_evaluated", ["no-right"]),
        ("waived", ["accepted"]),
        ("pass", ["all-is-well", "for-information"]),
    ]
    assert (shop["number"], empty["number"], empty["failed"]) == (1, 2, False)


def test_realms_are_added_up() -> None:
    whole = view(ordinary(), "terminal")
    assert whole["failed"] is True
    assert whole["checks"] == {"pass": 3, "fail": 2, "waived": 1, "not_evaluated": 1, "inconclusive": 1}
    assert whole["findings"] == {"critical": 1, "high": 1, "medium": 0, "low": 1, "info": 1}


def test_a_check_is_as_bad_as_its_worst_open_finding() -> None:
    findings = [finding(severity="critical", status="waived"), finding("b", severity="low")]
    report = {"realms": [realm("r", [check("a", "fail", "high", findings), check("b", "not_evaluated", "medium")])]}
    shown_groups = view(report, "terminal")["realms"][0]["groups"]
    assert [each["checks"][0]["severity"] for each in shown_groups] == ["low", "medium"]
    assert shown_groups[0]["checks"][0]["open"] == 1


@pytest.mark.parametrize(
    ("status", "failed", "verdict"),
    [("fail", True, "failed"), ("fail", False, "passed with findings"), ("pass", False, "passed")],
)
def test_what_passes_with_findings_is_called_so(status: str, failed: bool, verdict: str) -> None:
    one = realm("r", [check("c", status)])
    one["summary"]["failed"] = failed
    whole = view({"realms": [realm("other", []), one]}, "html")
    assert (whole["verdict"], whole["realms"][1]["verdict"]) == (verdict, verdict)


def test_reasons_name_their_checks() -> None:
    checks = [check(name, "not_evaluated", reason=reason) for name, reason in (("a", "x"), ("b", "y"), ("c", "y"))]
    (one,) = view({"realms": [realm("r", [*checks, check("d", "inconclusive", reason="z")])]}, "html")["realms"]
    assert one["reasons"] == [
        {"reason": "y", "count": 2, "checks": ["b", "c"]},
        {"reason": "x", "count": 1, "checks": ["a"]},
    ]


def test_a_remediation_is_said_once() -> None:
    broken = view(ordinary(), "terminal")["realms"][0]["groups"][0]["checks"][1]
    assert [each["remediation"] for each in broken["findings"]] == [None, "Do this to intranet."]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "(not set)"),
        ("", "(empty)"),
        ([], "(empty)"),
        (True, "true"),
        (90, "90"),
        (["a", "", 1, False], "a, (empty), 1, false"),
        ({"a": ["ü"]}, '{"a": ["ü"]}'),
    ],
)
def test_values_of_the_evidence(value: object, text: str) -> None:
    assert shown(value) == text


@pytest.mark.parametrize("output", ESCAPES)
def test_no_hostile_text_is_left(output: str) -> None:
    def texts(value: Any) -> list[str]:
        if isinstance(value, dict):
            return [text for key, item in value.items() for text in (key, *texts(item))]
        if isinstance(value, list):
            return [text for item in value for text in texts(item)]
        return [value] if isinstance(value, str) else []

    found = texts(view(from_a_node(hostile()), output))
    assert {type(text) for text in found} == {str}
    own = ESCAPES[output]
    raw = [text for text in HOSTILE if own(f"in {text} between") != f"in {text} between"]
    assert not [text for text in found if any(each in text for each in raw)]


def test_the_report_is_left_as_it_was() -> None:
    report = ordinary()
    view(report, "html")
    assert report == ordinary()


@pytest.mark.parametrize("report", [None, "text", {}, {"realms": 1}, {"realms": [1]}, {"realms": [{}]}])
def test_what_is_no_report_is_refused(report: object) -> None:
    with pytest.raises(InvalidOption, match=r"This is not a report of a realm check"):
        view(report, "html")


def test_what_is_no_format_is_refused() -> None:
    with pytest.raises(InvalidOption, match="the outputs are html, markdown, terminal, xml"):
        view(ordinary(), "pdf")


def test_what_happened_since_the_earlier_report_is_said() -> None:
    whole = view(compared(), "terminal")
    shop, partners = whole["realms"]
    assert [each["since"] for each in shop["groups"][0]["checks"][0]["findings"]] == [
        "new",
        "more severe, was medium, waived",
        "",
    ]
    assert [line.split(":", maxsplit=1)[0] for line in whole["trend"]] == ["shop-realm", "partners", "old"]
    assert (shop["trend"]["fixed"], partners["trend"], whole["since"]) == (1, None, "2026-11-27T02:00:00Z")
    assert view(ordinary(), "terminal")["trend"] == []


def test_a_standards_table_shows_what_failed_first_and_in_words() -> None:
    (table,) = view({"realms": [realm("r", [check("a")], standards=[standard("x")])]}, "terminal")["realms"][0][
        "standards"
    ]
    words = ["failed", "waived", "not evaluated", "passed", "not covered"]
    assert [each["status"] for each in table["requirements"]] == words
    assert list(table["summary"]) == words
    assert view(ordinary(), "terminal")["realms"][0]["standards"] == []
