# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report: bounded, in order, and with a summary in one line."""

from __future__ import annotations

import json

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Gap
from ansible_collections.authkit.oauth.plugins.plugin_utils._realm_diff import report as reports
from ansible_collections.authkit.oauth.plugins.plugin_utils._realm_diff.side import unreadable_side
from ansible_collections.authkit.oauth.tests.unit.support.diff_sides import live, realm, report


def test_long_values_are_cut() -> None:
    found = report(realm(displayName="x" * 5000), realm(displayName="y"))
    (difference,) = found["differences"]
    assert difference["left"] == "x" * 400 + "… (4600 more characters)"


def test_many_differences_are_counted_and_the_first_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "MOST_SHOWN", 3)
    other = realm(localizationTexts={"en": {f"k{number}": "v" for number in range(9)}})
    found = report(realm(localizationTexts={"en": {}}), other)
    assert len(found["differences"]) == 3
    assert (found["left_out"], found["summary"]["differences"]) == (6, 9)


def test_the_table_groups_by_object() -> None:
    other = realm(accessTokenLifespan=1)
    other["clients"].append({"clientId": "new", "publicClient": True})
    other["clients"][0]["secret"] = "another-secret"
    assert reports.table(report(realm(), other)) == [
        "3 differences in realm settings and 2 clients",
        "realm settings realm",
        "  ~ accessTokenLifespan: 300 -> 1",
        "client new",
        '  + (whole): {"clientId": "new", "publicClient": true}',
        "client portal",
        "  ~ secret: the secrets differ",
    ]


@pytest.mark.parametrize("strict", [True, False])
def test_a_realm_that_cannot_be_read_always_fails(strict: bool) -> None:
    sides = [live(realm()), unreadable_side("shop", "https://sso", Gap("No such realm."))]
    found = reports.compared(sides[0], sides[1], [])
    assert reports.failures(found, sides, fail_on_difference=strict) == [
        "The right realm could not be read: No such realm."
    ]
    assert found["summary"]["text"].startswith("No differences; ")


@pytest.mark.parametrize(
    ("gap", "said"),
    [
        (Gap("Needs it.", roles=("view-users",)), ["The left side lacks the role view-users."]),
        (Gap("The server failed.", fault=True), ["The left side could not be read completely: The server failed."]),
        (Gap("Masked."), []),
    ],
)
def test_gaps_fail_by_their_kind(gap: Gap, said: list[str]) -> None:
    side = live(realm())
    sides = [type(side)(side.realm, side.place, False, None, {**side.parts, "groups": gap}), side]
    found = reports.compared(sides[0], sides[1], [])
    assert reports.failures(found, sides, fail_on_difference=True) == said
    assert reports.failures(found, sides, fail_on_difference=False) == []
    assert "groups" in json.dumps(found["unknown"])
