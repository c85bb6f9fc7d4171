# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What fails a run, in sentences."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.model import Check
from ansible_collections.authkit.oauth.plugins.module_utils._realm.results.verdict import (
    missing_roles,
    realm_failure,
    stale_waivers,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Inconclusive, NotEvaluated
from ansible_collections.authkit.oauth.tests.unit.support.checks import audited, finding, make_check, policy

WAIVER = {"check": "bad-one", "reason": "Known.", "owner": "alice", "expires": "2999-12-31"}
GOOD = make_check("good-one")
BAD = make_check("bad-one", finding("a"), finding("b", "critical"), finding("c", "low"))
HALF = make_check("half-one", finding("a", "low"), Inconclusive("The server answered 500."))
CLOSED = make_check("closed-one", NotEvaluated("view-users is missing.", ("view-users",)))
CLOSED_TOO = make_check("closed-two", NotEvaluated("view-clients is missing.", ("view-clients",)))
UNSET = make_check("unset-one", NotEvaluated("The parameter min_server_version is not set."))


def failure(*checks: Check, realm: str = "shop", **params: Any) -> str | None:
    return realm_failure(audited(checks, realm, **params), policy(checks, **params))


@pytest.mark.parametrize(
    ("checks", "params"),
    [
        ([GOOD], {}),
        ([GOOD, BAD], {"waivers": [WAIVER]}),
        ([GOOD, BAD, HALF, CLOSED], {"fail_on": "none"}),
        ([GOOD, UNSET], {}),
        ([GOOD, make_check("mild-one", finding("a", "medium"))], {}),
    ],
)
def test_what_does_not_fail(checks: list[Check], params: dict[str, Any]) -> None:
    assert failure(*checks, **params) is None


def test_open_findings_fail_by_their_severity() -> None:
    assert failure(GOOD, BAD) == (
        "Realm 'shop': 2 open findings at or above high in bad-one (2), fix or waive what the report shows."
    )
    assert "3 open findings at or above info" in str(failure(BAD, fail_on="info"))
    assert "1 open finding at or above critical in bad-one," in str(failure(BAD, fail_on="critical"))


def test_many_checks_are_counted() -> None:
    many = [make_check(f"bad-{n}", finding()) for n in range(7)]
    assert "in bad-0, bad-1, bad-2, bad-3, bad-4 and 2 more checks, fix" in str(failure(*many))


def test_missing_roles_fail_and_are_named() -> None:
    assert failure(GOOD, CLOSED) == (
        "Realm 'shop': 1 check could not be evaluated without view-users, grant this role of "
        "realm-management to a client of the realm, or of 'shop-realm' to a client of master."
    )
    said = str(failure(GOOD, CLOSED, CLOSED_TOO, realm="master"))
    assert "2 checks could not be evaluated without view-clients and view-users" in said
    assert said.endswith("grant these roles of master-realm to a client of master.")
    assert missing_roles(audited([CLOSED, CLOSED_TOO, HALF]).results) == ["view-clients", "view-users"]


def test_a_fault_fails_also_beside_findings_that_do_not() -> None:
    assert failure(GOOD, HALF) == ("Realm 'shop': 1 check could not finish, because of this: The server answered 500.")
    other = make_check("other-one", Inconclusive("Nothing listens."))
    again = make_check("again-one", Inconclusive("Nothing listens."))
    assert "3 checks could not finish, most often because of this: Nothing listens." in str(
        failure(GOOD, HALF, other, again)
    )


@pytest.mark.parametrize("fail_on", ["high", "none"])
def test_an_audit_that_knows_nothing_always_fails(fail_on: str) -> None:
    fault = make_check("faulty-one", Inconclusive("The server answered 500."))
    said = str(failure(CLOSED, fault, fail_on=fail_on))
    assert "1 check could not be evaluated without view-users, grant" in said
    assert said.endswith("; 1 check could not finish, because of this: The server answered 500.")
    assert failure(UNSET, fail_on=fail_on) == (
        "Realm 'shop': no check of the configuration could be evaluated, because of this: The parameter "
        "min_server_version is not set."
    )


@pytest.mark.parametrize("fail_on", ["high", "none"])
def test_what_is_seen_from_outside_is_no_audit_of_the_configuration(fail_on: str) -> None:
    outside = [make_check("public-one", level="L1"), make_check("bad-public-one", finding("web"), level="L1")]
    unread = make_check("good-one", NotEvaluated("The server has no such realm."))
    said = str(failure(*outside, unread, fail_on=fail_on))
    assert said.endswith(
        "no check of the configuration could be evaluated, because of this: The server has no such realm."
    )
    assert ("1 open finding at or above high in bad-public-one" in said) is (fail_on == "high")
    assert failure(*outside, fail_on="none") is None
    assert failure(make_check("own-one", NotEvaluated("Another realm issued the token."), level="L2"), GOOD) is None


@pytest.mark.parametrize("fail_on", ["high", "none"])
def test_where_nothing_is_amiss_nothing_has_to_be_known(fail_on: str) -> None:
    elsewhere = make_check("own-one", NotEvaluated("Another realm issued the token.", expected=True), level="L2")
    other = make_check("own-two", NotEvaluated("The parameter is not set."), level="L2")
    assert failure(elsewhere, fail_on=fail_on) is None
    assert "no check could be evaluated" in str(failure(elsewhere, other, fail_on=fail_on))
    assert "no check of the configuration" in str(failure(elsewhere, UNSET, fail_on=fail_on))


def test_a_hostile_name_is_quoted() -> None:
    assert str(failure(BAD, realm="a\x1b[31m\n")).startswith("Realm 'a?[31m?': ")


def unused(*realms: tuple[str, Check], **waiver: str) -> list[str]:
    waivers = [{**WAIVER, **waiver}]
    given = policy([realms[0][1], GOOD], waivers=waivers)
    return list(stale_waivers([audited([check], realm, waivers=waivers) for realm, check in realms], given).values())


def test_a_waiver_that_matches_nothing_is_named() -> None:
    assert unused(("shop", BAD), target="z") == [
        "The waiver of bad-one on 'z' matches no finding: what it waived is gone or has changed, remove it from "
        "waivers."
    ]
    assert unused(("shop", BAD)) == []
    assert unused(("shop", BAD), target="a") == []


@pytest.mark.parametrize("target", ["client a", "client b", "b"])
def test_a_target_is_spelled_with_its_type_or_without(target: str) -> None:
    check = make_check("bad-one", finding("a"), finding("b"))
    assert unused(("shop", check), target=target) == []


def test_a_target_that_is_nearly_right_is_named() -> None:
    check = make_check("bad-one", finding("inventory"), finding("shop"))
    assert unused(("shop", check), target="Inventry") == [
        "The waiver of bad-one on 'Inventry' matches no finding: did you mean the target 'inventory'? If what it "
        "waived is gone, remove it from waivers."
    ]
    assert "did you mean" not in unused(("shop", check), target="ledger")[0]
    assert len(unused(("shop", check), target="group shop")) == 1


def test_a_waiver_is_judged_only_where_its_check_came_to_an_end() -> None:
    unfinished = make_check("bad-one", finding("a"), NotEvaluated("A role is missing."))
    assert unused(("shop", unfinished), target="z") == []
    assert unused(("shop", BAD), ("other", unfinished), target="z") == []
    assert unused(("shop", BAD), realm="other", target="z") == []
    assert len(unused(("shop", BAD), ("other", unfinished), realm="shop", target="z")) == 1
    assert len(unused(("shop", BAD), ("other", BAD), target="z")) == 1


def test_a_waiver_of_a_check_that_did_not_run_is_not_judged() -> None:
    params: dict[str, Any] = {"waivers": [WAIVER], "only": ["good-one"]}
    checks = [GOOD, BAD]
    assert stale_waivers([audited(checks, **params)], policy(checks, **params)) == {}


def test_a_waiver_whose_finding_another_one_covers_too_is_in_use() -> None:
    params: dict[str, Any] = {"waivers": [WAIVER, {**WAIVER, "target": "a"}]}
    assert stale_waivers([audited([BAD], **params)], policy([BAD], **params)) == {}


def test_a_run_that_writes_a_baseline_fails_on_neither_findings_nor_stale_waivers() -> None:
    tolerant: dict[str, Any] = {"tolerate_findings": True}
    assert failure(GOOD, BAD, **tolerant) is None
    assert "could not be evaluated without view-users" in str(failure(BAD, CLOSED, **tolerant))
    assert "could not finish" in str(failure(BAD, HALF, **tolerant))
    stale: dict[str, Any] = {"waivers": [{**WAIVER, "target": "z"}], **tolerant}
    assert stale_waivers([audited([BAD], **stale)], policy([BAD], **stale)) == {}
