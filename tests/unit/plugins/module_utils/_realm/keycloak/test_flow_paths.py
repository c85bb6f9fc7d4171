# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The paths through a flow."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.keycloak.flow_paths import tagged, ways
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import Execution
from ansible_collections.authkit.oauth.tests.unit.support.snapshot_parts import CONFIGURED, either, step, sub

A, B, C = step("a"), step("b"), step("c")
DENY = step("deny-access-authenticator")
TAG = tagged({"A": ["a"], "B": ["b"], "C": ["c", "cc"]})


def flow(executions: list[Execution]) -> Execution:
    return Execution(None, "REQUIRED", "a flow", None, tuple(executions))


@pytest.mark.parametrize(
    ("executions", "found"),
    [
        ([A], ["A"]),
        ([A, B], ["AB"]),
        ([either("a"), either("b")], ["A", "B"]),
        ([A, sub("REQUIRED", either("b"), either("cc"))], ["AB", "AC"]),
        ([step("none")], [""]),
        # Skipped by its condition, or not.
        ([A, sub("CONDITIONAL", CONFIGURED, B)], ["A", "AB"]),
        ([sub("CONDITIONAL", CONFIGURED, A), sub("CONDITIONAL", CONFIGURED, B)], ["A", "AB", "B"]),
        # If every step is skipped, no user gets in.
        ([sub("CONDITIONAL", CONFIGURED, A)], ["A"]),
        ([A, DENY], []),
        ([either("a"), either("deny-access-authenticator")], ["A"]),
        ([A, sub("CONDITIONAL", CONFIGURED, DENY)], ["A"]),
        ([], []),
        ([sub("REQUIRED")], []),
        ([A, sub("REQUIRED")], []),
        ([A, sub("REQUIRED", sub("REQUIRED", sub("ALTERNATIVE", B, C)))], ["ABC"]),
    ],
)
def test_the_ways(executions: list[Execution], found: Any) -> None:
    assert {"".join(sorted(way)) for way in ways(flow(executions), TAG)} == set(found)


def test_a_large_flow_has_few_ways() -> None:
    level = [sub("REQUIRED", *(either(name) for name in "abc")) for _copy in range(200)]
    assert len(ways(flow(level), TAG)) == 7


def test_ways_are_remembered_by_tag_and_choice() -> None:
    shared = sub("CONDITIONAL", CONFIGURED, A)
    both, other = flow([B, shared]), tagged({"X": ["a"]})
    assert ways(both, TAG) == {frozenset("AB"), frozenset("B")}
    assert ways(both, other) == {frozenset("X"), frozenset()}
    assert ways(both, TAG, lambda _step, inner: (inner, frozenset())) == {frozenset("AB")}
    assert ways(flow([C, shared]), TAG) == {frozenset("AC"), frozenset("C")}
