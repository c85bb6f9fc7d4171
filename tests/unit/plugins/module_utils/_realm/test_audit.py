# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An audit's results from findings, and from checks that could not be evaluated."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.accepted.fingerprint import fingerprint
from ansible_collections.authkit.oauth.plugins.module_utils._realm.audit import Result, audit
from ansible_collections.authkit.oauth.plugins.module_utils._realm.model import Finding, Severity
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Gap, Inconclusive, NotEvaluated
from ansible_collections.authkit.oauth.tests.unit.support.checks import REALM, finding, make_check, policy, snapshot

WAIVER = {"check": "a-check", "reason": "Known.", "owner": "alice", "expires": "2999-12-31"}
NO_RIGHT = NotEvaluated("A role is missing.", ("view-users",))
FAULT = Inconclusive("The server answered 500.")


def result(*found: Finding | Exception, severity: Severity = "high", **params: object) -> Result:
    checks = [make_check("a-check", *found, severity=severity)]
    (only,) = audit(snapshot(), policy(checks, **params))
    return only


@pytest.mark.parametrize(
    ("found", "status"),
    [
        ((), "pass"),
        ((finding("a", "info"),), "pass"),
        ((finding("a", "low"),), "fail"),
        ((finding("a"), finding("b", "info")), "fail"),
        ((NO_RIGHT,), "not_evaluated"),
        ((FAULT,), "inconclusive"),
        ((finding("a", "info"), NO_RIGHT), "not_evaluated"),
        ((finding("a"), NO_RIGHT), "fail"),
        ((finding("a"), FAULT), "fail"),
    ],
)
def test_the_status_of_a_check(found: tuple[Finding | Exception, ...], status: str) -> None:
    assert result(*found).status == status


def test_what_was_found_before_an_unknown_is_kept() -> None:
    kept = result(finding("a"), NO_RIGHT)
    assert [each.finding.target for each in kept.findings] == ["a"]
    assert kept.unknown is NO_RIGHT


def test_a_gap_tells_the_roles_that_would_open_it() -> None:
    error = Gap("A role is missing.", roles=("view-users",)).error()
    assert (type(error), error.roles) == (NotEvaluated, ("view-users",))


def test_a_broken_check_does_not_end_the_audit_and_shows_no_value() -> None:
    checks = [make_check("a-check", finding("a", "info"), KeyError("value of the realm")), make_check("b-check")]
    broken, other = audit(snapshot(), policy(checks))
    assert (broken.status, other.status) == ("inconclusive", "pass")
    assert broken.unknown is not None
    assert "The check a-check hit an unexpected KeyError" in broken.unknown.reason
    assert "value of the realm" not in broken.unknown.reason
    assert [each.finding.target for each in broken.findings] == ["a"]


def test_findings_come_worst_first_and_by_name() -> None:
    ordered = result(finding("b"), finding("c", "info"), finding("d", "critical"), finding("a"))
    assert [each.finding.target for each in ordered.findings] == ["d", "a", "b", "c"]


@pytest.mark.parametrize(("own", "becomes"), [(None, "low"), ("critical", "low"), ("info", "info")])
def test_a_severity_of_the_users_holds_for_all_but_information(own: Severity | None, becomes: str) -> None:
    (judged,) = result(finding("a", own), overrides={"a-check": {"severity": "low"}}).findings
    assert judged.severity == becomes


def test_waived_and_known_findings_do_not_fail() -> None:
    known = {"version": 1, "findings": [{"fingerprint": fingerprint("a-check", REALM, finding("b"))}]}
    waived = result(finding("a"), finding("b"), waivers=[{**WAIVER, "target": "a"}], baseline=known)
    assert waived.status == "waived"
    assert [each.status for each in waived.findings] == ["waived", "known"]
    assert waived.findings[0].waiver is not None
    assert waived.findings[0].waiver.owner == "alice"
    assert waived.open == ()


def test_what_is_waived_does_not_hide_what_is_unknown() -> None:
    assert result(finding("a"), NO_RIGHT, waivers=[WAIVER]).status == "not_evaluated"


@pytest.mark.parametrize(
    ("waiver", "status"),
    [
        ({}, "waived"),
        ({"target": "a"}, "waived"),
        ({"target": "A"}, "fail"),
        ({"realm": REALM}, "waived"),
        ({"realm": "other"}, "fail"),
        ({"fingerprint": fingerprint("a-check", REALM, finding("a"))}, "waived"),
        ({"fingerprint": "0" * 32}, "fail"),
    ],
)
def test_what_a_waiver_covers(waiver: dict[str, str], status: str) -> None:
    assert result(finding("a"), waivers=[{**WAIVER, **waiver}]).status == status


def test_parameters_reach_the_check_and_cannot_be_changed_by_it() -> None:
    from ansible_collections.authkit.oauth.plugins.module_utils._realm.policy import Policy, Rule

    given = {"most": 3}
    seen = []

    def run(_snapshot: object, parameters: dict[str, int]) -> list[Finding]:
        seen.append(parameters.pop("most"))
        return []

    check = make_check("a-check")
    rule = Rule(type(check)(**{**vars(check), "run": run}), given)
    audit(snapshot(), Policy((rule,)))
    audit(snapshot(), Policy((rule,)))
    assert seen == [3, 3]
