# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results as plain data: what the module returns, and the source of all reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from math import isfinite
from typing import Any

from ..accepted.baseline import VERSION
from ..audit import Judged, Result
from ..keycloak.releases import outside_range
from ..model import INFO, SEVERITIES, STATUSES, WAIVED, Parameters
from ..policy import Policy
from ..snapshot.gaps import Unknown
from .remediation import remediation
from .standards import tables
from .verdict import Audited, missing_roles

#: In the evidence on a realm file: the settings that the file does not state, with the default that an import sets.
DEFAULTS = "default that an import sets"


def realm_report(audited: Audited, policy: Policy, *, failed: bool) -> dict[str, Any]:
    """A realm's part of the report. Findings below the policy's report_level are counted but not listed."""
    return {
        "realm": _plain(audited.realm),
        **({"name": _plain(audited.snapshot.name)} if audited.snapshot.label else {}),
        "server": _plain(audited.snapshot.server),
        "summary": _summary(audited, failed=failed),
        "checks": [_check(result, policy, audited.snapshot.filled) for result in audited.results],
        "remediation": _plain(remediation(audited.snapshot, audited.results, _parameters(policy))),
        **({"standards": _plain(_standards(audited, policy))} if policy.standards else {}),
    }


def _standards(audited: Audited, policy: Policy) -> list[dict[str, Any]]:
    return tables(audited.snapshot, {result.check.id: result for result in audited.results}, policy)


def _parameters(policy: Policy) -> dict[str, Parameters]:
    """Check id -> the check's parameters."""
    return {rule.check.id: rule.parameters for rule in policy.rules}


def table(reports: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A summary row for each realm: its name, whether it passed, and all counts."""
    return [
        {
            "realm": report["realm"],
            "status": "failed" if report["summary"]["failed"] else "passed",
            **report["summary"]["checks"],
            **report["summary"]["findings"],
        }
        for report in reports
    ]


def baseline(audited: Iterable[Audited]) -> dict[str, Any]:
    """The content of a baseline file: all findings above info that are not waived, regardless of report_level."""
    return {
        "version": VERSION,
        "findings": [
            {
                "fingerprint": judged.fingerprint,
                "check": result.check.id,
                "realm": _plain(each.realm),
                "target": _plain(judged.finding.target),
                "severity": judged.severity,
            }
            for each in audited
            for result in each.results
            for judged in result.findings
            if judged.severity != INFO and judged.status != WAIVED
        ],
    }


def _summary(audited: Audited, *, failed: bool) -> dict[str, Any]:
    version = _server_version(audited)
    states = Counter(result.status for result in audited.results)
    severities = Counter(judged.severity for result in audited.results for judged in result.open)
    return {
        "failed": failed,
        "checks": {status: states[status] for status in STATUSES},
        "findings": {severity: severities[severity] for severity in SEVERITIES},
        "missing_roles": missing_roles(audited.results),
        "server_version": version,
        "version_note": outside_range(version),
    }


def _server_version(audited: Audited) -> str | None:
    try:
        return str(_plain(audited.snapshot.server_version))
    except Unknown:
        return None


def _check(result: Result, policy: Policy, filled: Collection[str]) -> dict[str, Any]:
    check = result.check
    return {
        "id": check.id,
        "status": result.status,
        "level": check.level,
        "area": check.area,
        "severity": check.severity,
        "tier": check.tier,
        "title": check.title,
        "rationale": check.rationale,
        "remediation": check.remediation,
        "reference": check.reference,
        "reason": None if result.unknown is None else _plain(result.unknown.reason),
        "findings": [
            _finding(each, check.remediation, filled) for each in result.findings if policy.reports(each.severity)
        ],
    }


def _finding(judged: Judged, remediation: str, filled: Collection[str]) -> dict[str, Any]:
    finding = judged.finding
    place = f"clients/{finding.target}/" if finding.target_type == "client" else ""
    usual = sorted(name for name in finding.evidence if f"{place}{name}" in filled)
    evidence = {**finding.evidence, **({DEFAULTS: usual} if usual else {})}
    return {
        "target": _plain(finding.target),
        "target_type": finding.target_type,
        "severity": judged.severity,
        "message": _plain(finding.message),
        "remediation": remediation,
        "evidence": _plain(evidence),
        "fingerprint": judged.fingerprint,
        "status": judged.status,
        "waiver": None if judged.waiver is None else judged.waiver.shown(),
    }


def _plain(value: object) -> Any:
    """The value as JSON. A realm may contain lone surrogates, which UTF-8 cannot encode: they become question marks."""
    if value is None or isinstance(value, (bool, int)) or (isinstance(value, float) and isfinite(value)):
        return value
    if isinstance(value, Mapping):
        return {str(_plain(str(key))): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted((_plain(item) for item in value), key=str)
    return str(value).encode("utf-8", "replace").decode("utf-8")
