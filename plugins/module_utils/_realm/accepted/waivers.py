# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waivers: findings that an owner accepts until a date."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..._errors import InvalidOption
from ..._words import quoted
from .fingerprint import DIGITS

REQUIRED = ("check", "reason", "owner", "expires")
OPTIONAL = ("target", "fingerprint", "realm")
_FINGERPRINT = re.compile(rf"[0-9a-f]{{{DIGITS}}}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Waiver:
    """Waives a check's findings: all of them, or those on a target, with a fingerprint or in a realm.

    :param expires: the last day on which it is valid.
    """

    check: str
    reason: str
    owner: str
    expires: date
    target: str | None = None
    fingerprint: str | None = None
    realm: str | None = None

    def covers(self, realm: str, target: str, fingerprint: str) -> bool:
        """Whether it waives this finding of its check."""
        pairs = ((self.realm, realm), (self.target, target), (self.fingerprint, fingerprint))
        return all(wanted is None or wanted == found for wanted, found in pairs)

    def __str__(self) -> str:
        parts = [f"the waiver of {self.check}"]
        parts += [f"on {quoted(self.target)}"] if self.target is not None else []
        parts += [f"in the realm {quoted(self.realm)}"] if self.realm is not None else []
        parts += [f"with the fingerprint {self.fingerprint}"] if self.fingerprint is not None else []
        return " ".join(parts)

    def shown(self) -> dict[str, str]:
        """What a report says about it."""
        return {"reason": self.reason, "owner": self.owner, "expires": self.expires.isoformat()}


def waivers_from(entries: Iterable[Mapping[str, Any]], today: date) -> tuple[Waiver, ...]:
    """The waivers of the option. Raises InvalidOption, also for an expired one."""
    found = tuple(_waiver(entry, f"waivers: entry {place}") for place, entry in enumerate(entries, 1))
    for waiver in found:
        if waiver.expires < today:
            raise InvalidOption(
                f"waivers: {waiver} expired on {waiver.expires}: fix what it waived, or ask {quoted(waiver.owner)} to "
                "review it and set another date."
            )
    return found


def unused(waivers: Sequence[Waiver], used: Collection[Waiver], ended: Mapping[str, Mapping[str, bool]]) -> list[str]:
    """A sentence for each waiver that certainly matches no finding.

    :param ended: realm -> id of each check that ran there -> whether it finished.
    """
    return [
        f"T{str(waiver)[1:]} matches no finding: what it waived is gone or has changed, remove it from waivers."
        for waiver in waivers
        if waiver not in used and _surely_matches_nothing(waiver, ended)
    ]


def _surely_matches_nothing(waiver: Waiver, ended: Mapping[str, Mapping[str, bool]]) -> bool:
    meant = [checks for realm, checks in ended.items() if waiver.realm in (None, realm)]
    return bool(meant) and all(checks.get(waiver.check, False) for checks in meant)


def _waiver(entry: Mapping[str, Any], what: str) -> Waiver:
    for name in REQUIRED:
        if not str(entry.get(name) or "").strip():
            raise InvalidOption(f"{what} has no {name}: a waiver needs {', '.join(REQUIRED[:-1])} and {REQUIRED[-1]}.")
    check, reason, owner, expires = (str(entry[name]) for name in REQUIRED)
    target, mark, realm = (None if entry.get(name) in (None, "") else str(entry[name]) for name in OPTIONAL)
    if mark is not None and not _FINGERPRINT.fullmatch(mark):
        raise InvalidOption(f"{what} has an invalid fingerprint: copy the {DIGITS} digits from the report.")
    return Waiver(check, reason, owner, _date(expires, what), target, mark, realm)


def _date(text: str, what: str) -> date:
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise InvalidOption(f"{what}: expires must be a date such as 2027-01-31, not {quoted(text)}.")
