# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of a realm check as a few lines for a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from ...module_utils._realm.model import INFO, PASS, SEVERITIES
from .view import OPEN, View, view

#: The most columns for a target.
WIDEST = 48
_STATUSES: Mapping[str, str] = {
    PASS: "passed",
    "fail": "failed",
    "waived": "waived",
    "not_evaluated": "not evaluated",
    "inconclusive": "inconclusive",
}


def lines(report: object, worst: int = 10) -> list[str]:
    """A few lines for each realm: its counts, and the worst open findings.

    :param worst: the most findings of a realm.
    :raises InvalidOption: it is not a report.
    """
    realms: Sequence[View] = view(report, "terminal")["realms"]
    return [line for number, realm in enumerate(realms) for line in ([""] if number else []) + _realm(realm, worst)]


def _realm(realm: View, worst: int) -> list[str]:
    version = f", Keycloak {realm['server_version']}" if realm["server_version"] else ""
    roles = realm["missing_roles"]
    return [
        f"Realm {realm['realm']} ({realm['server']}{version}): {realm['verdict']}",
        f"  Checks:   {_counts({name: realm['checks'][status] for status, name in _STATUSES.items()})}",
        f"  Findings: {_counts({severity: realm['findings'][severity] for severity in SEVERITIES})}",
        *([f"  Missing roles: {', '.join(roles)}"] if roles else []),
        *_worst(realm, worst),
    ]


def _counts(named: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in named.items() if count) or "none"


def _worst(realm: View, most: int) -> Iterator[str]:
    rows = [
        (finding["severity"], check["id"], finding["target"], finding["target_type"])
        for group in realm["groups"]
        for check in group["checks"]
        for finding in check["findings"]
        if finding["status"] == OPEN and finding["severity"] != INFO
    ]
    rows.sort(key=lambda row: SEVERITIES.index(row[0]))
    width = max((len(row[1]) for row in rows[:most]), default=0)
    for severity, check, target, kind in rows[:most]:
        where = "" if kind == "realm" else f"  {kind} {_cut(target)}"
        yield f"  {severity:<8}  {check:<{width}}{where}".rstrip()
    if len(rows) > most:
        yield f"  and {len(rows) - most} more"


def _cut(text: str) -> str:
    """The text, cut to WIDEST terminal columns."""
    taken = 0
    for index, character in enumerate(text):
        taken += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if taken > WIDEST:
            return f"{text[:index].rstrip()}…"
    return text
