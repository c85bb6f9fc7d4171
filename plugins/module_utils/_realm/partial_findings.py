# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Findings on many things of which some could not be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from .model import SEVERITIES, Finding, Severity
from .snapshot.gaps import Unknown

T = TypeVar("T")
R = TypeVar("R")


def knowable(find: Callable[[T], Iterable[R]], items: Iterable[T]) -> Iterator[R]:
    """What is found in each item. What one of them leaves unknown is raised when all have been looked at."""
    unknown: Unknown | None = None
    for item in items:
        try:
            yield from find(item)
        except Unknown as error:
            unknown = unknown or error
    if unknown is not None:
        raise unknown


def gathered(items: Iterable[T]) -> tuple[list[T], Unknown | None]:
    """The items that there are, and what left others unknown."""
    found: list[T] = []
    try:
        for item in items:
            found.append(item)  # one by one: what came before counts
    except Unknown as unknown:
        return found, unknown
    return found, None


def one_a_target(findings: Iterable[Finding], severity: Severity) -> Iterator[Finding]:
    """The worst finding of each target, for things whose names repeat. severity: the check's own.

    What ends the findings as unknown is raised after those that there are.
    """
    worst: dict[tuple[str, str], Finding] = {}
    unknown: Unknown | None = None
    try:
        for each in findings:
            key = (each.target_type, each.target)
            if key not in worst or _rank(each, severity) < _rank(worst[key], severity):
                worst[key] = each
    except Unknown as error:
        unknown = error
    yield from worst.values()
    if unknown is not None:
        raise unknown


def _rank(finding: Finding, severity: Severity) -> int:
    return SEVERITIES.index(finding.severity or severity)
