# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ways through an authentication flow: what somebody must do, and may leave out, to be let in.

A way is the set of tags of the steps on it. A check chooses few tags, so that there are few ways through any flow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Callable

from ansible_collections.authkit.oauth.plugins.module_utils._realm.flows import (
    ALTERNATIVE,
    CONDITIONAL,
    is_condition,
    live,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot import Execution

Way = frozenset[str]
DENY = "deny-access-authenticator"
NOTHING: Way = frozenset()

#: The tags of a step.
Tag = Callable[[Execution], Way]
#: Takes a conditional sub-flow and the ways through it; gives the ways when it runs, and those when it does not.
Choice = Callable[[Execution, "frozenset[Way]"], "tuple[frozenset[Way], frozenset[Way]]"]


def tagged(tags: Mapping[str, Iterable[str]]) -> Tag:
    """Tags by provider id, from tag -> provider ids."""
    sets = {tag: frozenset(providers) for tag, providers in tags.items()}
    return lambda step: frozenset(tag for tag, providers in sets.items() if step.provider in providers)


def may_be_skipped(_execution: Execution, inner: frozenset[Way]) -> tuple[frozenset[Way], frozenset[Way]]:
    """A conditional sub-flow counts for nothing with those whom its condition leaves out."""
    return inner, frozenset({NOTHING})


def ways(executions: Sequence[Execution], tag: Tag, choice: Choice = may_be_skipped) -> frozenset[Way]:
    """All ways through one level. None: nobody is let in."""
    steps = [each for each in live(executions) if not is_condition(each)]
    if any(each.requirement == ALTERNATIVE for each in steps):
        return frozenset().union(*(_through(each, tag, choice) for each in steps))
    # Whether anything ran goes along: a level of which everything is skipped lets nobody in.
    found: set[tuple[Way, bool]] = {(NOTHING, False)}
    for each in steps:
        ran, skipped = _options(each, tag, choice)
        options = [(way, True) for way in ran] + [(way, False) for way in skipped]
        found = {(before | way, any_ran or runs) for before, any_ran in found for way, runs in options}
    return frozenset(way for way, any_ran in found if any_ran)


def _options(step: Execution, tag: Tag, choice: Choice) -> tuple[frozenset[Way], frozenset[Way]]:
    through = _through(step, tag, choice)
    return choice(step, through) if step.requirement == CONDITIONAL else (through, frozenset())


def _through(step: Execution, tag: Tag, choice: Choice) -> frozenset[Way]:
    if step.children or step.provider is None:
        return ways(step.children, tag, choice)
    return frozenset() if step.provider == DENY else frozenset({tag(step)})
