# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which checks run, and an error that names each mistake in a policy."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import OptionError
from ansible_collections.authkit.oauth.plugins.module_utils._realm.model import Parameter
from ansible_collections.authkit.oauth.plugins.module_utils._realm.policy import at_least, policy_from
from ansible_collections.authkit.oauth.tests.unit.support.checks import POLICY_DEFAULTS, make_check, policy

CHECKED = [
    make_check(
        "core-one",
        parameters={
            "most": Parameter(3, "Clients at most."),
            "names": Parameter(["a"], "Names that are right."),
            "fine": Parameter(False, "Whether it is right."),
            "each": Parameter({"x": 1, "y": 2}, "Numbers of each."),
            "version": Parameter(None, "The oldest version.", str),
            "factor": Parameter(0.5, "A part of the whole."),
        },
    ),
    make_check("core-two"),
    make_check("extended-one", tier="extended"),
    make_check("public-one", level="L1"),
]
WAIVER = {"check": "core-one", "reason": "Known.", "owner": "alice", "expires": "2999-12-31"}


def chosen(**params: Any) -> list[str]:
    return [rule.check.id for rule in policy(CHECKED, **params).rules]


def parameters(**given: Any) -> dict[str, Any]:
    rules = policy(CHECKED, overrides={"core-one": {"parameters": given}}).rules
    return dict(rules[0].parameters)


@pytest.mark.parametrize(
    ("params", "ids"),
    [
        ({}, ["core-one", "core-two", "public-one"]),
        ({"check_profile": "strict"}, ["core-one", "core-two", "extended-one", "public-one"]),
        ({"levels": ["L3"]}, ["core-one", "core-two"]),
        ({"only": ["extended-one"]}, ["extended-one"]),
        ({"skip": ["core-one"]}, ["core-two", "public-one"]),
        ({"only": ["core-one", "core-two"], "skip": ["core-one"]}, ["core-two"]),
    ],
)
def test_which_checks_run(params: dict[str, Any], ids: list[str]) -> None:
    assert chosen(**params) == ids


@pytest.mark.parametrize("params", [{"only": ["public-one"], "levels": ["L3"]}, {"levels": ["L2"]}])
def test_an_audit_of_nothing_is_refused(params: dict[str, Any]) -> None:
    with pytest.raises(OptionError, match="leave no check to run"):
        chosen(**params)


@pytest.mark.parametrize(
    ("given", "typed"),
    [
        ({}, {}),
        ({"most": 5, "names": ["b", "c d"]}, {"most": 5, "names": ["b", "c d"]}),
        ({"most": "5", "fine": "yes", "factor": "0.25"}, {"most": 5, "fine": True, "factor": 0.25}),
        ({"each": {"y": "7", "z": 8}}, {"each": {"x": 1, "y": 7, "z": 8}}),
        ({"version": "26.1"}, {"version": "26.1"}),
        ({"most": None}, {}),
    ],
)
def test_parameters_have_the_type_of_their_default(given: dict[str, Any], typed: dict[str, Any]) -> None:
    assert parameters(**given) == {**CHECKED[0].defaults(), **typed}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"most": "many"}, "overrides: most of core-one must be a number, 0 or more, and is text: write it in digits."),
        ({"most": True}, "overrides: most of core-one must be a number, 0 or more, and is a boolean: write"),
        ({"most": 2.5}, "overrides: most of core-one must be a whole number"),
        ({"most": -1}, "overrides: most of core-one must be a number, 0 or more."),
        ({"fine": "perhaps"}, "overrides: fine of core-one must be true or false, and is text."),
        ({"names": [{"a": 1}]}, "each of overrides: names of core-one must be text, and is a mapping"),
        ({"each": 3}, "overrides: each of core-one must be a mapping"),
        ({"each": {"y": "z"}}, "overrides: each of core-one, y, must be a number"),
        ({"version": 26.1}, "overrides: version of core-one must be text, and is a number with a fraction"),
        ({"mots": 3}, "core-one has no parameter 'mots': did you mean most?"),
    ],
)
def test_a_parameter_of_another_type_or_name_is_refused(given: dict[str, Any], says: str) -> None:
    with pytest.raises(OptionError) as error:
        parameters(**given)
    assert says in error.value.message


@pytest.mark.parametrize(
    ("params", "says"),
    [
        ({"only": ["core-ome"]}, "only names the check 'core-ome', which does not exist: did you mean core-one?"),
        ({"skip": ["zzz"]}, "skip names the check 'zzz', which does not exist: the guide to the realm check lists"),
        ({"overrides": {"core-tow": {}}}, "overrides names the check 'core-tow', which does not exist: did you mean"),
        ({"overrides": {7: {}}}, "overrides names the check '7'"),
        ({"overrides": {"core-one": 3}}, "the value for core-one must be a mapping with severity or parameters"),
        ({"overrides": {"core-one": {"most": 3}}}, "'most' of core-one is unknown: put it below parameters."),
        ({"overrides": {"core-one": {"x": 3}}}, "'x' of core-one is unknown: use severity or parameters."),
        ({"overrides": {"core-one": {"severity": "hgih"}}}, "core-one has no severity 'hgih': did you mean high?"),
        ({"overrides": {"core-one": {"severity": 5}}}, "core-one has no severity '5': known are critical, high,"),
        ({"overrides": {"core-one": {"parameters": []}}}, ""),
        ({"overrides": {"core-one": {"parameters": [1]}}}, "the parameters of core-one must be a mapping"),
        (
            {"overrides": {"core-two": {"parameters": {"x": 1}}}},
            "core-two has no parameter 'x': it has no parameters at all.",
        ),
        ({"waivers": [{**WAIVER, "check": "core-on"}]}, "waivers names the check 'core-on', which does not exist: did"),
        (
            {"waivers": [WAIVER, {**WAIVER, "owner": " "}]},
            "waivers: entry 2 has no owner: a waiver needs check, reason",
        ),
        ({"waivers": [{**WAIVER, "reason": None}]}, "waivers: entry 1 has no reason"),
        ({"waivers": [{**WAIVER, "expires": "31.12.2030"}]}, "expires must be a date such as 2027-01-31, not '31.12"),
        ({"waivers": [{**WAIVER, "expires": "2030-02-30"}]}, "expires must be a date such as 2027-01-31"),
        ({"waivers": [{**WAIVER, "fingerprint": "abc"}]}, "entry 1 has an invalid fingerprint: copy the 32 digits"),
        (
            {"waivers": [{**WAIVER, "target": "web", "realm": "shop", "expires": "2020-01-31"}]},
            "the waiver of core-one on 'web' in the realm 'shop' expired on 2020-01-31: fix what it waived, or ask "
            "'alice' to review it",
        ),
        ({"baseline": "/a/path"}, "baseline is not a valid baseline file"),
        ({"baseline": {"version": 2, "findings": []}}, "baseline has a version other than 1"),
        ({"baseline": {"version": 1, "findings": {}}}, 'its "findings" must be a list'),
        ({"baseline": {"version": 1, "findings": [{}]}}, "finding 1 has no fingerprint of 32 hexadecimal digits"),
        ({"baseline": {"version": 1, "findings": ["x"]}}, "finding 1 has no fingerprint of 32 hexadecimal digits"),
    ],
)
def test_every_fault_is_named(params: dict[str, Any], says: str) -> None:
    if not says:
        assert chosen(**params)
        return
    with pytest.raises(OptionError) as error:
        policy(CHECKED, **params)
    assert says in error.value.message
    assert error.value.message.endswith((".", "?"))


def test_a_waiver_holds_through_its_last_day() -> None:
    day = date(2026, 5, 31)
    params = {**POLICY_DEFAULTS, "waivers": [{**WAIVER, "expires": "2026-05-31"}]}
    assert policy_from(params, checks=CHECKED, today=day).waivers[0].expires == day
    with pytest.raises(OptionError, match="expired on 2026-05-31"):
        policy_from(params, checks=CHECKED, today=day + timedelta(days=1))


def test_severities_are_in_order() -> None:
    found = policy(CHECKED, fail_on="medium", report_level="low")
    assert [found.fails(each) for each in ("critical", "medium", "low", "info")] == [True, True, False, False]
    assert [found.reports(each) for each in ("critical", "low", "info")] == [True, True, False]
    assert not policy(CHECKED, fail_on="none").fails("critical")
    assert at_least("high", "high")


def test_all_defaults_run_core_checks() -> None:
    assert {rule.check.tier for rule in policy_from(POLICY_DEFAULTS).rules} == {"core"}
