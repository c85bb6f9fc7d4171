# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ways through an authentication flow: which steps a user has to pass, and which may be skipped, to log in.

A way is the set of tags of the steps on it. A check uses only a few tags, so that a flow has only a few ways.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Callable

from ..snapshot.snapshot import Execution
from .flows import ALTERNATIVE, CONDITIONAL, below, folded, is_condition, live

Way = frozenset[str]
DENY = "deny-access-authenticator"
NOTHING: Way = frozenset()
NO_WAY: frozenset[Way] = frozenset()

#: Returns the tags of a step.
Tag = Callable[[Execution], Way]
#: Takes a conditional sub-flow and the ways through it; returns the ways if it runs, and the ways if it does not.
Choice = Callable[[Execution, "frozenset[Way]"], "tuple[frozenset[Way], frozenset[Way]]"]


def tagged(tags: Mapping[str, Iterable[str]]) -> Tag:
    """Tags steps by their provider ids.

    :param tags: tag -> provider ids.
    """
    sets = {tag: frozenset(providers) for tag, providers in tags.items()}
    return lambda step: frozenset(tag for tag, providers in sets.items() if step.provider in providers)


def may_be_skipped(_execution: Execution, inner: frozenset[Way]) -> tuple[frozenset[Way], frozenset[Way]]:
    """Treats a conditional sub-flow as one that some users skip."""
    return inner, frozenset({NOTHING})


def ways(root: Execution, tag: Tag, choice: Choice = may_be_skipped) -> frozenset[Way]:
    """All ways through a flow; empty if nobody can log in. Cached by tag and choice: pass the same objects again."""
    key = ways, tag, choice

    def through(step: Execution) -> frozenset[Way]:
        if step.children or step.provider is None:
            return below(step, key, NO_WAY)
        return NO_WAY if step.provider == DENY else frozenset({tag(step)})

    def of(level: Sequence[Execution]) -> frozenset[Way]:
        steps = [each for each in live(level) if not is_condition(each)]
        if any(each.requirement == ALTERNATIVE for each in steps):
            return NO_WAY.union(*map(through, steps))
        return _one_after_the_other(steps, through, choice)

    return folded(root, key, of)


def _one_after_the_other(
    steps: Iterable[Execution], through: Callable[[Execution], frozenset[Way]], choice: Choice
) -> frozenset[Way]:
    # Each way carries whether a step ran: a level whose steps are all skipped lets nobody in.
    found: set[tuple[Way, bool]] = {(NOTHING, False)}
    known: dict[int, list[tuple[Way, bool]]] = {}  # by identity: an exported flow may repeat a step many times
    for each in steps:
        if id(each) not in known:
            inner = through(each)
            ran, skipped = choice(each, inner) if each.requirement == CONDITIONAL else (inner, frozenset())
            known[id(each)] = [(way, True) for way in ran] + [(way, False) for way in skipped]
        found = {(before | way, any_ran or runs) for before, any_ran in found for way, runs in known[id(each)]}
    return frozenset(way for way, any_ran in found if any_ran)
