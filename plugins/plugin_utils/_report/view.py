# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of a realm check in reading order: the worst first, passed checks last."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ...module_utils._errors import InvalidOption
from ...module_utils._realm.model import FAIL, INCONCLUSIVE, NOT_EVALUATED, PASS, SEVERITIES, STATUSES, WAIVED
from ...module_utils._realm.results.trend import STATES, lines
from .._templating import plain
from .text import ESCAPES, escaped

View = dict[str, Any]

OPEN = "open"
#: From worst to best. The user decides what fails a run, so a run with findings may pass.
VERDICTS = ("failed", "passed with findings", "passed")
_READING_ORDER = (FAIL, INCONCLUSIVE, NOT_EVALUATED, WAIVED, PASS)
_UNSET = "(not set)"
_EMPTY = "(empty)"


def realms_of(report: object) -> list[dict[str, Any]]:
    """The realms of a report, in Python's own types.

    :raises InvalidOption: it is not a report.
    """
    found = plain(report)
    realms = found.get("realms") if isinstance(found, dict) else None
    if not isinstance(realms, list) or not all(isinstance(realm, dict) and "checks" in realm for realm in realms):
        raise InvalidOption(
            "This is not a report of a realm check: pass the report that authkit.oauth.realm_check returns."
        )
    return realms


def view(report: object, output: str) -> View:
    """The report for a template, with every text in it escaped.

    :param output: what the template writes, a key of ESCAPES.
    :raises InvalidOption: the output is unknown, or this is not a report.
    """
    if output not in ESCAPES:
        raise InvalidOption(f"There is no such output: the outputs are {', '.join(sorted(ESCAPES))}.")
    realms = [_realm(realm, number) for number, realm in enumerate(realms_of(report), 1)]
    given = plain(report)
    verdicts = {realm["verdict"] for realm in realms}
    whole: View = {
        "failed": any(realm["failed"] for realm in realms),
        "verdict": next((verdict for verdict in VERDICTS if verdict in verdicts), VERDICTS[-1]),
        "findings": _sums((realm["findings"] for realm in realms), SEVERITIES),
        "checks": _sums((realm["checks"] for realm in realms), STATUSES),
        "trend": lines(given),
        "since": (given.get("trend") or {}).get("since"),
        "realms": realms,
    }
    made: View = escaped(whole, ESCAPES[output])
    return made


def worst_open(check: Mapping[str, Any]) -> str:
    """The severity of a check's worst open finding; the check's own if there is none."""
    found = [each["severity"] for each in check["findings"] if each["status"] == OPEN]
    return min(found, key=SEVERITIES.index) if found else str(check["severity"])


def reasons(checks: Iterable[Mapping[str, Any]]) -> Iterator[View]:
    """Why checks have no result, and which: the reason of the most checks first."""
    named: dict[str, list[str]] = {}
    for check in checks:
        named.setdefault(check["reason"], []).append(check["id"])
    for reason, names in sorted(named.items(), key=lambda each: -len(each[1])):
        yield {"reason": reason, "count": len(names), "checks": names}


def _realm(realm: Mapping[str, Any], number: int) -> View:
    checks = [_check(check) for check in realm["checks"]]
    groups = {status: [check for check in checks if check["status"] == status] for status in _READING_ORDER}
    summary = realm["summary"]
    return {
        "number": number,
        "realm": realm["realm"],
        "server": realm["server"],
        "server_version": summary["server_version"],
        "version_note": summary.get("version_note"),
        "failed": summary["failed"],
        "verdict": _verdict(summary),
        "findings": summary["findings"],
        "checks": summary["checks"],
        "missing_roles": summary["missing_roles"],
        "trend": realm.get("trend"),
        "standards": [_standard(each) for each in realm.get("standards") or ()],
        "reasons": list(reasons(check for check in checks if check["status"] == NOT_EVALUATED)),
        "groups": [
            {"status": status, "checks": sorted(found, key=lambda each: SEVERITIES.index(each["severity"]))}
            for status, found in groups.items()
            if found
        ],
    }


def _verdict(summary: Mapping[str, Any]) -> str:
    if summary["failed"]:
        return VERDICTS[0]
    return VERDICTS[1] if summary["checks"][FAIL] else VERDICTS[2]


def _standard(table: Mapping[str, Any]) -> View:
    """A standard's table, with statuses as words, and what failed first."""
    order = list(table["summary"])
    return {
        **table,
        "summary": {_words(status): count for status, count in table["summary"].items()},
        "requirements": [
            {**each, "status": _words(each["status"])}
            for each in sorted(table["requirements"], key=lambda each: order.index(each["status"]))
        ],
    }


def _words(status: str) -> str:
    return status.replace("_", " ")


def _check(check: Mapping[str, Any]) -> View:
    remediation = check["remediation"]
    findings = [_finding(each, remediation) for each in check["findings"]]
    return {
        **check,
        "severity": worst_open(check),
        "open": sum(each["status"] == OPEN for each in findings),
        "findings": findings,
    }


def _finding(finding: Mapping[str, Any], remediation: object) -> View:
    """A finding, without a remediation that repeats its check's."""
    own = finding.get("remediation")
    return {
        **finding,
        "remediation": None if own == remediation else own,
        "since": _since(finding),
        "evidence": [{"name": name, "value": shown(value)} for name, value in (finding.get("evidence") or {}).items()],
    }


def _since(finding: Mapping[str, Any]) -> str:
    """What happened to the finding since the earlier report, "" if nothing did or none was given."""
    state, previous = finding.get("trend", "unchanged"), finding.get("previous")
    if state == "unchanged":
        return ""
    was = "" if previous is None else f", was {previous['severity']}, {previous['status']}"
    return f"{STATES.get(state, state)}{was}"


def shown(value: object) -> str:
    """A value of the evidence in readable form."""
    if value is None:
        return _UNSET
    if isinstance(value, str):
        return value or _EMPTY
    if isinstance(value, list) and all(isinstance(item, (str, int, float)) for item in value):
        return ", ".join(shown(item) for item in value) or _EMPTY
    return json.dumps(value, ensure_ascii=False)


def _sums(counts: Iterable[Mapping[str, int]], names: Iterable[str]) -> dict[str, int]:
    every = list(counts)
    return {name: sum(each.get(name, 0) for each in every) for name in names}
