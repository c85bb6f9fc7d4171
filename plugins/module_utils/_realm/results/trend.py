# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is new, fixed and unchanged since an earlier report.

A finding is the same if its fingerprint is. It counts if it is above info in one of the two reports. What could not be
evaluated in one of them is neither new nor fixed nor unchanged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ..audit import OPEN
from ..model import INFO, PASS, SEVERITIES
from .earlier import Earlier, EarlierRealm, Seen

#: How a finding of this report compares with the earlier report, in the words of a line.
STATES: Mapping[str, str] = {
    "new": "new",
    "worse": "more severe",
    "milder": "less severe",
    "reopened": "no longer accepted",
    "accepted": "newly accepted",
    "unchanged": "unchanged",
    "not_compared": "without an earlier result",
}
#: All counts of a realm, in the order of a line.
COUNTS: Mapping[str, str] = {
    "new": STATES["new"],
    "fixed": "fixed",
    **STATES,
    "not_evaluated": "not evaluated this time",
}
_ALWAYS = ("new", "fixed", "unchanged")
_NOT_RUN = "The check did not run."
_LEFT_OUT = "The report leaves out findings of this severity."

Json = dict[str, Any]


def with_trend(report: Json, known: Sequence[Mapping[str, Any]], level: str, earlier: Earlier) -> Json:
    """The report with its trend: of each finding, of each realm, and of the whole.

    :param report: what the module returns.
    :param known: the findings of the run's own baseline, which has those that the report leaves out.
    :param level: the severity below which the report leaves findings out.
    """
    severities: tuple[str, ...] = SEVERITIES
    left_out = severities[severities.index(level) + 1 :]
    before = _pairs(report["realms"], earlier.realms)
    realms = []
    for realm, old in zip(report["realms"], before):
        own = [each for each in known if each["realm"] == realm["realm"]]
        realms.append(realm if old is None else _compared(realm, own, left_out, old))
    used = [id(each) for each in before]
    return {
        **report,
        "realms": realms,
        "trend": {
            "since": earlier.time,
            "only_now": [realm["realm"] for realm, old in zip(report["realms"], before) if old is None],
            "only_before": [each.realm for each in earlier.realms if id(each) not in used],
        },
    }


def without_trend(report: Json) -> Json:
    """The report, which says that there was no earlier one."""
    return {**report, "trend": {"since": None, "only_now": [], "only_before": []}}


def lines(report: Mapping[str, Any]) -> list[str]:
    """A line for each realm of the two reports. Empty if no comparison was asked for."""
    trend = report.get("trend")
    if trend is None:
        return []
    if trend["since"] is None:
        return ["No earlier report, so nothing is compared."]
    since = _moment(trend["since"])
    shown = [
        line_of(realm, trend["since"]) if "trend" in realm else f"{realm['realm']}: not in the report of {since}"
        for realm in report["realms"]
    ]
    return shown + [f"{name}: only in the report of {since}" for name in trend["only_before"]]


def line_of(realm: Mapping[str, Any], since: str) -> str:
    """The trend of a realm as one line."""
    trend = realm["trend"]
    counts = [f"{trend[name]} {word}" for name, word in COUNTS.items() if trend[name] or name in _ALWAYS]
    was, now = (_verdict(failed) for failed in (trend["failed_before"], realm["summary"]["failed"]))
    verdict = f"was {was}, now {now}" if was != now else f"{now} as before"
    server = f", then at {trend['other_server']}" if trend["other_server"] else ""
    return f"{realm['realm']}: {', '.join(counts)} since {_moment(since)} ({verdict}{server})"


def _moment(time: str) -> str:
    return f"{time[:10]} {time[11:16]} UTC"


def _verdict(failed: bool) -> str:
    return "failed" if failed else "passed"


def _pairs(realms: Sequence[Json], earlier: Sequence[EarlierRealm]) -> list[EarlierRealm | None]:
    """The earlier realm for each realm: of the same server if there is one, and each for one realm only."""
    left = list(earlier)
    found: list[EarlierRealm | None] = [None] * len(realms)
    for same_server in (True, False):
        for place, realm in enumerate(realms):
            for old in left if found[place] is None else ():
                if old.realm == realm["realm"] and (old.server == realm["server"] or not same_server):
                    found[place] = old
                    left = [each for each in left if each is not old]
                    break
    return found


def _compared(realm: Json, known: Sequence[Mapping[str, Any]], left_out: Collection[str], old: EarlierRealm) -> Json:
    counts: Counter[str] = Counter()
    here = {each["fingerprint"] for check in realm["checks"] for each in check["findings"]}
    checks = []
    for check in realm["checks"]:
        findings = [_marked(each, check["id"], old) for each in check["findings"]]
        counts.update(each["trend"] for each in findings if _counts(each["severity"], each["previous"]))
        checks.append({**check, "findings": findings})
    for each in known:
        if each["fingerprint"] not in here:  # the report leaves it out, but it is there
            here.add(each["fingerprint"])
            counts[_state(each["severity"], None, each["check"], each["fingerprint"], old)] += 1
    gone = [(seen, _why_unknown(seen, realm, left_out)) for mark, seen in old.findings.items() if mark not in here]
    fixed = [_shown(seen) for seen, why in gone if why is None and seen.severity != INFO]
    unknown = [{**_shown(seen), "reason": why} for seen, why in gone if why is not None and seen.severity != INFO]
    trend = {
        **{name: counts[name] for name in STATES},
        "fixed": len(fixed),
        "not_evaluated": len(unknown),
        "failed_before": old.failed,
        "other_server": None if old.server == realm["server"] else old.server,
        "fixed_findings": fixed,
        "not_evaluated_findings": unknown,
    }
    return {**realm, "checks": checks, "trend": trend}


def _marked(finding: Mapping[str, Any], check: str, old: EarlierRealm) -> Json:
    seen = old.findings.get(finding["fingerprint"])
    state = _state(finding["severity"], finding["status"], check, finding["fingerprint"], old)
    previous = None if seen is None else {"severity": seen.severity, "status": seen.status}
    return {**finding, "trend": state, "previous": previous}


def _counts(severity: str, previous: Mapping[str, str] | None) -> bool:
    return severity != INFO or (previous is not None and previous["severity"] != INFO)


def _state(severity: str, status: str | None, check: str, mark: str, old: EarlierRealm) -> str:
    """How a finding of this report compares. The status is None if it is not known."""
    seen = old.findings.get(mark)
    if seen is None:
        return "new" if old.checks.get(check, False) and severity not in old.left_out else "not_compared"
    if severity != seen.severity:
        return "worse" if SEVERITIES.index(severity) < SEVERITIES.index(seen.severity) else "milder"
    if status is None or (status == OPEN) == (seen.status == OPEN):
        return "unchanged"
    return "reopened" if status == OPEN else "accepted"


def _why_unknown(seen: Seen, realm: Json, left_out: Collection[str]) -> str | None:
    """Why nobody knows whether an earlier finding is gone; None if it is."""
    check = next((each for each in realm["checks"] if each["id"] == seen.check), None)
    if check is None:
        return _NOT_RUN
    if check["reason"] is not None:
        return str(check["reason"])
    # Findings that are waived, or only for information, may be there and below the report's level.
    return _LEFT_OUT if check["status"] != PASS and seen.severity in left_out else None


def _shown(seen: Seen) -> Json:
    return {
        "check": seen.check,
        "target": seen.target,
        "target_type": seen.target_type,
        "severity": seen.severity,
        "status": seen.status,
        "fingerprint": seen.fingerprint,
    }
