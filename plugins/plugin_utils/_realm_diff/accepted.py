# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accepted differences: each with a reason, and optionally an owner and a last day."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

from ...module_utils._errors import InvalidOption
from ...module_utils._realm.accepted.waivers import last_day
from ...module_utils._words import nearest, quoted
from .compare import Difference, Unknown
from .sections import SECTIONS

NAMES = ("section", "object", "path", "reason", "owner", "expires")


@dataclass(frozen=True)
class Accepted:
    """Accepts the differences of a section: all of them, or those of an object and path, where * stands for any text.

    :param expires: the last day on which it is valid, or None.
    """

    section: str
    reason: str
    object: str | None = None
    path: str | None = None
    owner: str | None = None
    expires: date | None = None

    def covers(self, found: Difference) -> bool:
        return (
            self.section == found.section
            and (self.object is None or _matches(found.object, self.object))
            and (self.path is None or _matches(found.path, self.path))
        )

    def may_cover(self, unknown: Unknown) -> bool:
        """Whether it could cover a difference that is unknown."""
        return self.section == unknown.section and (
            not unknown.object or self.object is None or _matches(unknown.object, self.object)
        )

    def __str__(self) -> str:
        parts = [f"the accepted difference in {self.section}"]
        parts += [f"on {quoted(self.object)}"] if self.object is not None else []
        parts += [f"at {quoted(self.path)}"] if self.path is not None else []
        return " ".join(parts)

    def shown(self) -> dict[str, Any]:
        """What a report says about it."""
        values = {name: getattr(self, name) for name in NAMES}
        values["expires"] = None if self.expires is None else self.expires.isoformat()
        return {name: value for name, value in values.items() if value is not None}


def _matches(text: str, pattern: str) -> bool:
    """Whether a pattern names a text. Only * is special: names may contain ? and [."""
    return fnmatchcase(text, pattern.replace("[", "[[]").replace("?", "[?]"))


def accepted_from(entry: Mapping[str, Any], place: int, today: date) -> Accepted:
    """An entry of the option, the first of which has place 1. Raises InvalidOption, also for an expired one."""
    what = f"accepted: entry {place}"
    given = {name: None if entry.get(name) in (None, "") else str(entry[name]) for name in NAMES}
    section, reason = given["section"], given["reason"]
    if not section or not reason or not reason.strip():
        raise InvalidOption(f"{what} has no {'section' if not section else 'reason'}: it needs a section and a reason.")
    if section not in SECTIONS:
        raise InvalidOption(f"{what}: there is no section {quoted(section)}; {nearest(section, tuple(SECTIONS))}")
    expires = None if given["expires"] is None else last_day(given["expires"], what)
    found = Accepted(section, reason, given["object"], given["path"], given["owner"], expires)
    if expires is not None and expires < today:
        raise InvalidOption(f"accepted: {found} expired on {expires}: review it, and set another date or remove it.")
    return found


def stale(accepted: Sequence[Accepted], used: Collection[Accepted], unknown: Sequence[Unknown]) -> list[str]:
    """A sentence for each accepted difference that certainly does not exist any more."""
    return [
        f"T{str(each)[1:]} matches no difference: remove it from accepted."
        for each in accepted
        if each not in used and not any(each.may_cover(one) for one in unknown)
    ]
