# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Findings on many items, some of which could not be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar, cast

from .model import SEVERITIES, Finding, Severity
from .snapshot.gaps import Unknown, Unresolved
from .snapshot.references import Reference

T = TypeVar("T")
R = TypeVar("R")


def knowable(find: Callable[[T], Iterable[R]], items: Iterable[T]) -> Iterator[R]:
    """What find yields for each item. The first Unknown that it raises for an item is raised after the last item."""
    unknown: Unknown | None = None
    for item in items:
        found = False
        try:
            for each in find(item):
                found = True
                yield each
        except Unknown as error:
            unknown = unknown or error
            if isinstance(error, Unresolved) and not found:
                yield from gathered(_found(find, _resolved(item)))[0]
    if unknown is not None:
        raise unknown


def _found(find: Callable[[T], Iterable[R]], item: T) -> Iterator[R]:
    yield from find(item)


def _resolved(item: T) -> T:
    """The item without the references in its lists, so that a bad redirect URI beside one is found."""
    if not isinstance(item, Mapping):
        return item
    lists = {name: part for name, part in item.items() if isinstance(part, list)}
    kept = {name: [each for each in part if not isinstance(each, Reference)] for name, part in lists.items()}
    return cast("T", {**item, **{name: part for name, part in kept.items() if part}})


def gathered(items: Iterable[T]) -> tuple[list[T], Unknown | None]:
    """The items, and the Unknown that ended them, or None."""
    found: list[T] = []
    try:
        for item in items:
            found.append(item)  # one by one: items before the error count
    except Unknown as unknown:
        return found, unknown
    return found, None


def one_a_target(findings: Iterable[Finding], severity: Severity) -> Iterator[Finding]:
    """The worst finding of each target, for objects whose names may repeat.

    :param severity: the check's own.
    :raises Unknown: the findings end with it; it is raised after them.
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
