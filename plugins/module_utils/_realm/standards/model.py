# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a standard requires, in our own words, and which checks answer it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Limits = Mapping[str, Mapping[str, Any]]
#: A limit that no realm reaches, for a parameter that a requirement leaves open.
NO_LIMIT = 10**9


@dataclass(frozen=True)
class Requirement:
    """One requirement of a standard.

    :param id: the standard's own number, or its section and our letter.
    :param level: the standard's own level or keyword.
    :param title: what it asks for, in our words.
    :param checks: those that answer it. Each of them that finds something makes it fail.
    :param reason: what no check sees. With checks, it can fail but not pass.
    :param limits: the parameters that the requirement itself sets, by check. They replace the user's.
    :param grave: those of its checks whose milder findings, with a severity below the check's own, do not break it.
    :param strictest: the limits at the standard's highest level, if they differ there.
    """

    id: str
    level: str
    title: str
    checks: tuple[str, ...] = ()
    reason: str = ""
    limits: Limits = field(default_factory=dict)
    strictest: Limits = field(default_factory=dict)
    grave: tuple[str, ...] = ()

    def limits_of(self, check: str, *, highest: bool) -> Mapping[str, Any]:
        """The parameters that it sets for a check."""
        found = self.strictest.get(check) if highest else None
        return found if found is not None else self.limits.get(check, {})


@dataclass(frozen=True)
class Standard:
    """A text, and the requirements of the chapters that were mapped.

    :param edition: which text was read, for readers who want to compare.
    :param levels: the levels that are chosen; empty for all.
    :param highest: whether the highest level is among them.
    """

    name: str
    title: str
    edition: str
    url: str
    requirements: tuple[Requirement, ...]
    levels: tuple[str, ...] = ()
    highest: bool = False

    @property
    def chosen(self) -> tuple[Requirement, ...]:
        """The requirements of the chosen levels."""
        return tuple(each for each in self.requirements if not self.levels or each.level in self.levels)

    @property
    def checks(self) -> frozenset[str]:
        """The checks that answer them."""
        return frozenset(check for each in self.chosen for check in each.checks)
