# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ways through an authentication flow: what somebody must do, and may leave out, to be let in.

A way is the set of tags of the steps on it. A check chooses few tags, so that there are few ways through any flow.
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

# The tags of a step.
Tag = Callable[[Execution], Way]
# Takes a conditional sub-flow and the ways through it; gives the ways when it runs, and those when it does not.
Choice = Callable[[Execution, "frozenset[Way]"], "tuple[frozenset[Way], frozenset[Way]]"]


def tagged(tags: Mapping[str, Iterable[str]]) -> Tag:
    """Tags by provider id, from tag -> provider ids."""
    sets = {tag: frozenset(providers) for tag, providers in tags.items()}
    return lambda step: frozenset(tag for tag, providers in sets.items() if step.provider in providers)


def may_be_skipped(_execution: Execution, inner: frozenset[Way]) -> tuple[frozenset[Way], frozenset[Way]]:
    """A conditional sub-flow counts for nothing with those whom its condition leaves out."""
    return inner, frozenset({NOTHING})


def ways(root: Execution, tag: Tag, choice: Choice = may_be_skipped) -> frozenset[Way]:
    """All ways through a flow. None: nobody is let in. They are remembered by tag and choice: give the same ones."""
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
    # Whether anything ran goes along: a level of which everything is skipped lets nobody in.
    found: set[tuple[Way, bool]] = {(NOTHING, False)}
    known: dict[int, list[tuple[Way, bool]]] = {}  # by identity: an exported step may stand there many times
    for each in steps:
        if id(each) not in known:
            inner = through(each)
            ran, skipped = choice(each, inner) if each.requirement == CONDITIONAL else (inner, frozenset())
            known[id(each)] = [(way, True) for way in ran] + [(way, False) for way in skipped]
        found = {(before | way, any_ran or runs) for before, any_ran in found for way, runs in known[id(each)]}
    return frozenset(way for way, any_ran in found if any_ran)
