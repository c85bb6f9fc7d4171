# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waivers: findings that an owner accepts until a date."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..._errors import InvalidOption
from ..._words import close_name, quoted
from ..model import Finding
from .fingerprint import DIGITS

REQUIRED = ("check", "reason", "owner", "expires")
OPTIONAL = ("target", "fingerprint", "realm")
_FINGERPRINT = re.compile(rf"[0-9a-f]{{{DIGITS}}}")
#: How alike a target must be to be the one that was meant.
_ALIKE = 0.8
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

    def covers(self, realm: str, finding: Finding, fingerprint: str) -> bool:
        """Whether it waives this finding of its check. Reports spell a target with its type, `client auditor`."""
        spelled = (None, finding.target, f"{finding.target_type} {finding.target}")
        return self.realm in (None, realm) and self.target in spelled and self.fingerprint in (None, fingerprint)

    def __str__(self) -> str:
        parts = [f"the waiver of {self.check}"]
        parts += [f"on {quoted(self.target)}"] if self.target is not None else []
        parts += [f"in the realm {quoted(self.realm)}"] if self.realm is not None else []
        parts += [f"with the fingerprint {self.fingerprint}"] if self.fingerprint is not None else []
        return " ".join(parts)

    def shown(self) -> dict[str, str]:
        """What a report says about it."""
        return {"reason": self.reason, "owner": self.owner, "expires": self.expires.isoformat()}


def waiver_from(entry: Mapping[str, Any], place: int, today: date) -> Waiver:
    """An entry of the option, the first of which has place 1. Raises InvalidOption, also for an expired one."""
    waiver = _waiver(entry, f"waivers: entry {place}")
    if waiver.expires < today:
        raise InvalidOption(
            f"waivers: {waiver} expired on {waiver.expires}: fix what it waived, or ask {quoted(waiver.owner)} to "
            "review it and set another date."
        )
    return waiver


def unused(
    waivers: Sequence[Waiver],
    used: Collection[Waiver],
    ended: Mapping[str, Mapping[str, bool]],
    targets: Mapping[str, Sequence[str]],
) -> dict[Waiver, str]:
    """A sentence for each waiver that certainly matches no finding.

    :param ended: realm -> id of each check that ran there -> whether it finished.
    :param targets: check id -> the targets of its findings, in each spelling.
    """
    return {
        waiver: f"T{str(waiver)[1:]} matches no finding: {_advice(waiver, targets.get(waiver.check, ()))}"
        for waiver in waivers
        if waiver not in used and _surely_matches_nothing(waiver, ended)
    }


def _advice(waiver: Waiver, targets: Sequence[str]) -> str:
    close = None if waiver.target is None else close_name(waiver.target, targets, cutoff=_ALIKE)
    if close is None or close == waiver.target:
        return "what it waived is gone or has changed, remove it from waivers."
    return f"did you mean the target {quoted(close)}? If what it waived is gone, remove it from waivers."


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
    return Waiver(check, reason, owner, last_day(expires, what), target, mark, realm)


def last_day(text: str, what: str) -> date:
    """The day on which something expires, as YYYY-MM-DD. Raises InvalidOption.

    :param what: names the entry, for the error.
    """
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise InvalidOption(f"{what}: expires must be a date such as 2027-01-31, not {quoted(text)}.")
