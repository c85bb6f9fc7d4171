# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report as a SARIF log; tests/reports validates it against the schema."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import InvalidOption
from ansible_collections.authkit.oauth.plugins.plugin_utils._report.sarif import log
from ansible_collections.authkit.oauth.plugins.plugin_utils._report.version import collection_version
from ansible_collections.authkit.oauth.tests.unit.support.reports import (
    check,
    compared,
    finding,
    ordinary,
    realm,
    standard,
)


def run_of(report: dict[str, Any]) -> dict[str, Any]:
    return dict(log(report)["runs"][0])


def results(check_id: str) -> list[dict[str, Any]]:
    return [each for each in run_of(ordinary())["results"] if each["ruleId"] == check_id]


def test_a_run_for_each_realm() -> None:
    made = log(ordinary())
    assert made["version"] == "2.1.0"
    names = [run["automationDetails"]["id"] for run in made["runs"]]
    assert names == ["authkit.oauth.realm_check/shop-realm/", "authkit.oauth.realm_check/empty/"]


@pytest.mark.parametrize(
    ("server", "expected"),
    [("realms/a b.yml", "git/realms/a%20b.yml"), ("realms", "git/realms"), ("https://sso/realms", "git/realms")],
)
def test_a_realm_of_a_directory_is_shown_at_its_file(server: str, expected: str) -> None:
    report = {"realms": [realm("r", [check("c", "fail", findings=[finding()])], server=server)]}
    (result,) = log(report, "git/realms")["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == expected


def test_a_version_note_is_a_notification() -> None:
    old = realm("r", [])
    old["summary"]["version_note"] = "Keycloak 12.0.4 is older."
    (run,) = log({"realms": [old]})["runs"]
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note == {"level": "warning", "message": {"text": "Keycloak 12.0.4 is older."}}


def test_rules_are_all_checks_with_help() -> None:
    run = run_of(ordinary())
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules][:2] == ["all-is-well", "for-information"]
    assert all(rules[each["ruleIndex"]]["id"] == each["ruleId"] for each in run["results"])
    worse = next(rule for rule in rules if rule["id"] == "worse")
    assert worse["defaultConfiguration"] == {"level": "error"}
    assert worse["properties"] == {"tags": ["security", "clients", "L3", "core"], "security-severity": "9.5"}
    assert "Register exact URIs." in worse["help"]["text"]
    assert "**What to do:** Register exact URIs." in worse["help"]["markdown"]


@pytest.mark.parametrize(
    ("severity", "level", "number"),
    [
        ("critical", "error", "9.5"),
        ("high", "error", "8.0"),
        ("medium", "warning", "5.5"),
        ("low", "note", "3.0"),
        ("info", "none", "0.0"),
    ],
)
def test_severities_are_levels(severity: str, level: str, number: str) -> None:
    report = {"realms": [realm("r", [check("c", "fail", findings=[finding(severity=severity)])])]}
    (result,) = run_of(report)["results"]
    assert (result["level"], result["properties"]["security-severity"]) == (level, number)
    assert result["kind"] == ("informational" if severity == "info" else "fail")


def test_a_finding_has_both_locations_and_its_fingerprint() -> None:
    first, second = results("broken")
    assert first["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "realms/shop-realm.json"},
                "region": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 2},
            },
            "logicalLocations": [{"name": "shop", "fullyQualifiedName": "shop-realm/client/shop", "kind": "client"}],
        }
    ]
    assert first["partialFingerprints"] == {
        "authkitRealmCheck/v1": "4" * 32,
        "primaryLocationLineHash": f"{'4' * 32}:1",
    }
    assert second["properties"]["remediation"] == "Do this to intranet."
    (of_realm,) = results("worse")
    assert of_realm["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "shop-realm"


def test_a_given_file_and_line_are_where_results_are_shown() -> None:
    for run in log(ordinary(), "playbooks/audit.yml", 4)["runs"]:
        for result in run["results"]:
            physical = result["locations"][0]["physicalLocation"]
            assert physical["artifactLocation"] == {"uri": "playbooks/audit.yml"}
            assert physical["region"]["startLine"] == 4


@pytest.mark.parametrize("location", ["/home/alice/audit.yml", "file:///x", "a/../../x", "c:/x"])
def test_a_location_outside_the_repository_is_refused(location: str) -> None:
    with pytest.raises(InvalidOption, match="relative to the top of its repository"):
        log(ordinary(), location)


def test_a_line_is_a_number_from_one_on() -> None:
    with pytest.raises(InvalidOption, match="line a number from 1 on"):
        log(ordinary(), "audit.yml", 0)


def test_the_driver_has_the_collections_version() -> None:
    driver = run_of(ordinary())["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("authkit.oauth.realm_check", collection_version())


def test_names_are_no_steps_of_a_path() -> None:
    report = {"realms": [realm("a/b", [check("c", "fail", findings=[finding("../x")])])]}
    (result,) = run_of(report)["results"]
    assert result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "a%2Fb/client/..%2Fx"


def test_what_was_accepted_is_suppressed() -> None:
    waiver, known = (each["suppressions"][0] for each in results("accepted"))
    assert waiver == {
        "kind": "external",
        "status": "accepted",
        "justification": "The vendor is late. (ops@example.com, until 2030-05-31)",
    }
    assert known["justification"] == "It is in the baseline file."
    assert all("suppressions" not in each for each in results("broken"))


def test_what_could_not_be_judged_is_a_notification() -> None:
    (invocation,) = run_of(ordinary())["invocations"]
    assert invocation["executionSuccessful"] is False
    told = {each["associatedRule"]["id"]: each for each in invocation["toolExecutionNotifications"]}
    assert (told["no-right"]["level"], told["server-down"]["level"]) == ("warning", "error")
    assert "view-events" in told["no-right"]["message"]["text"]
    assert log(ordinary())["runs"][1]["invocations"] == [{"executionSuccessful": True}]


def test_results_have_a_state_if_there_is_an_earlier_report() -> None:
    run = run_of(compared())
    assert [each["baselineState"] for each in run["results"]] == ["new", "updated", "unchanged"]
    assert run["properties"]["trend"]["fixed_findings"][0]["target"] == "gone"
    assert not any("baselineState" in each for each in run_of(ordinary())["results"])


def test_a_standards_table_is_a_property_of_the_run() -> None:
    table = standard("x\x1b[31m")
    (run,) = log({"realms": [realm("r", [check("a")], standards=[table])]})["runs"]
    (shown,) = run["properties"]["standards"]
    assert shown["summary"] == table["summary"]
    assert "\x1b" not in shown["title"]
