# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of a realm check as a few lines for a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap

from ...module_utils._realm.model import INCONCLUSIVE, INFO, NOT_EVALUATED, PASS, SEVERITIES
from .view import OPEN, View, reasons, view

#: The most columns for a target, and for a line of names.
WIDEST, COLUMNS = 48, 110
#: The most targets of a check.
NAMED = 3
_STATUSES: Mapping[str, str] = {
    PASS: "passed",
    "fail": "failed",
    "waived": "waived",
    NOT_EVALUATED: "not evaluated",
    INCONCLUSIVE: "inconclusive",
}


def lines(report: object, worst: int = 10) -> list[str]:
    """A few lines for each realm: its counts, the checks with the worst open findings, and what was not evaluated.

    A comparison with an earlier report comes first, in one line for each realm.

    :param worst: the most checks of a realm with findings.
    :raises InvalidOption: it is not a report.
    """
    whole = view(report, "terminal")
    realms: Sequence[View] = whole["realms"]
    shown = [*whole["trend"], ""] if whole["trend"] else []
    for number, realm in enumerate(realms):
        shown += [*([""] if number else []), *_realm(realm, worst)]
    return shown


def _realm(realm: View, worst: int) -> list[str]:
    version = f", Keycloak {realm['server_version']}" if realm["server_version"] else ""
    roles = realm["missing_roles"]
    return [
        f"Realm {realm['realm']} ({realm['server']}{version}): {realm['verdict']}",
        f"  Checks:   {_counts({name: realm['checks'][status] for status, name in _STATUSES.items()})}",
        f"  Findings: {_counts({severity: realm['findings'][severity] for severity in SEVERITIES})}",
        *(_indented(f"Note: {realm['version_note']}", 2) if realm["version_note"] else []),
        *([f"  Missing roles: {', '.join(roles)}"] if roles else []),
        *(f"  Requirements of {each['name']}: {_counts(each['summary'])}" for each in realm["standards"]),
        *_worst(realm, worst),
        *_without_result(realm),
    ]


def _counts(named: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in named.items() if count) or "none"


def _worst(realm: View, most: int) -> Iterator[str]:
    """The checks with open findings, a line each, the worst first."""
    rows = [
        (check["severity"], check["id"], shown)
        for group in realm["groups"]
        for check in group["checks"]
        if (shown := [each for each in check["findings"] if each["status"] == OPEN and each["severity"] != INFO])
    ]
    rows.sort(key=lambda row: SEVERITIES.index(row[0]))
    width = max((len(row[1]) for row in rows[:most]), default=0)
    for severity, check, findings in rows[:most]:
        yield f"  {severity:<8}  {check:<{width}}  {_targets(findings)}".rstrip()
    if len(rows) > most:
        yield f"  and {len(rows) - most} more"


def _targets(findings: Sequence[View]) -> str:
    """The first targets of a check's findings, each kind named once: `client a, b, group c and 5 more`."""
    shown: list[str] = []
    before = "realm"
    for each in findings[:NAMED]:
        kind = each["target_type"]
        if kind != "realm":
            shown.append(_cut(each["target"]) if kind == before else f"{kind} {_cut(each['target'])}")
        before = kind
    rest = f" and {len(findings) - NAMED} more" if len(findings) > NAMED else ""
    return ", ".join(shown) + rest


def _without_result(realm: View) -> Iterator[str]:
    """Why checks have no result, and which."""
    for group in realm["groups"]:
        if group["status"] in (NOT_EVALUATED, INCONCLUSIVE):
            yield f"  {_STATUSES[group['status']].capitalize()}:"
            for each in reasons(group["checks"]):
                yield from _indented(each["reason"], 4)
                yield from _indented(", ".join(each["checks"]), 6)


def _indented(text: str, columns: int) -> list[str]:
    indent = " " * columns
    return wrap(text, COLUMNS, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)


def _cut(text: str) -> str:
    """The text, cut to WIDEST terminal columns."""
    taken = 0
    for index, character in enumerate(text):
        taken += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if taken > WIDEST:
            return f"{text[:index].rstrip()}…"
    return text
