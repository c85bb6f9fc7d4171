# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Findings on many things of which some could not be read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.model import Finding, Severity
from ansible_collections.authkit.oauth.plugins.module_utils._realm.partial_findings import knowable, one_a_target
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import (
    Inconclusive,
    NotEvaluated,
    Unknown,
)


def found(target: str, severity: Severity | None = None, message: str = "A message.") -> Finding:
    return Finding(target, "component", message, severity=severity)


def find(item: str | Unknown) -> Iterator[Finding]:
    if isinstance(item, Unknown):
        raise item
    yield found(item)


def test_what_is_unknown_of_one_comes_last() -> None:
    items: list[str | Unknown] = [Inconclusive("First."), "a", NotEvaluated("Second."), "b"]
    findings = knowable(find, items)
    assert [next(findings).target, next(findings).target] == ["a", "b"]
    with pytest.raises(Inconclusive, match="First."):
        next(findings)


def test_all_that_is_known_just_ends() -> None:
    items: list[str | Unknown] = ["a", "b"]
    assert [each.target for each in knowable(find, items)] == ["a", "b"]


def test_the_worst_of_a_target_stays() -> None:
    findings = [found("a", "info"), found("a", None, "The worst."), found("a", "low"), found("b", "low")]
    kept = list(one_a_target(findings, "high"))
    assert [(each.target, each.message) for each in kept] == [("a", "The worst."), ("b", "A message.")]


def test_the_worst_are_there_before_what_is_unknown() -> None:
    items: list[str | Unknown] = ["a", NotEvaluated("A gap."), "b"]
    findings = one_a_target(knowable(find, items), "high")
    assert [next(findings).target, next(findings).target] == ["a", "b"]
    with pytest.raises(NotEvaluated, match="A gap."):
        next(findings)
