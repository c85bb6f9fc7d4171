# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A table for each chosen standard: what became of each of its requirements in a realm.

A requirement fails with any open finding of its checks. It passes only if all of its checks passed, and if they see
everything that it asks for. Findings that are waived or known from a baseline make it `waived`, not passed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..audit import OPEN, Judged, Result, judge
from ..model import INFO
from ..policy import Policy, Rule
from ..snapshot.snapshot import Snapshot
from ..standards.known import STANDARDS
from ..standards.model import Requirement, Standard

PASSED, FAILED, WAIVED, NOT_COVERED, NOT_EVALUATED = "passed", "failed", "waived", "not_covered", "not_evaluated"
STATUSES = (FAILED, WAIVED, NOT_EVALUATED, PASSED, NOT_COVERED)
#: The most findings that a requirement names; the report has all of them, by check.
_MOST = 3
#: What each table is about: a status says nothing of the clients that are left out.
SCOPE = (
    "Only what checks see of the realm is judged: not the clients that are disabled, and for most requirements not "
    "those that Keycloak creates, such as admin-cli with its password grant."
)

Json = dict[str, Any]


def tables(snapshot: Snapshot, results: Mapping[str, Result], policy: Policy) -> list[Json]:
    """The tables, in the order in which the standards were chosen.

    :param results: what the run's checks found, by id.
    """
    return [_table(STANDARDS[name], snapshot, results, policy) for name in policy.standards]


def _table(standard: Standard, snapshot: Snapshot, results: Mapping[str, Result], policy: Policy) -> Json:
    rules = {rule.check.id: rule for rule in policy.rules}
    rows = []
    for requirement in standard.chosen:
        found = [
            _result(requirement, name, standard, snapshot, results, rules, policy)
            for name in requirement.checks
            if name in rules
        ]
        left_out = [name for name in requirement.checks if name not in rules]
        status, reason = _judged(requirement, found, left_out)
        rows.append(
            {
                "id": requirement.id,
                "level": requirement.level,
                "title": requirement.title,
                "status": status,
                "reason": reason,
                "checks": list(requirement.checks),
            }
        )
    counts = Counter(row["status"] for row in rows)
    return {
        "name": standard.name,
        "title": standard.title,
        "edition": standard.edition,
        "url": standard.url,
        "scope": SCOPE,
        "summary": {status: counts[status] for status in STATUSES},
        "requirements": rows,
    }


def _result(
    requirement: Requirement,
    name: str,
    standard: Standard,
    snapshot: Snapshot,
    results: Mapping[str, Result],
    rules: Mapping[str, Rule],
    policy: Policy,
) -> Result:
    """A check's result, under the requirement's own limits if it has any."""
    limits = requirement.limits_of(name, highest=standard.highest)
    rule = rules[name]
    if not limits:
        return results[name]
    return judge(replace(rule, parameters={**rule.parameters, **limits}), snapshot, policy)


def _judged(requirement: Requirement, found: list[Result], left_out: list[str]) -> tuple[str, str | None]:
    """The status of a requirement, and why; None if it passed."""
    if not requirement.checks:
        return NOT_COVERED, requirement.reason
    counting = [(result, judged) for result in found for judged in _counting(result, requirement)]
    opened = [_said(result, judged) for result, judged in counting if judged.status == OPEN]
    if opened:
        return FAILED, _some(opened)
    unknown = [f"{result.check.id}: {result.unknown.reason}" for result in found if result.unknown is not None]
    unknown += [f"{name}: The run's options leave this check out." for name in left_out]
    if unknown:
        return NOT_EVALUATED, _some(unknown)
    if counting:
        return WAIVED, _some([_said(result, judged) for result, judged in counting])
    return (NOT_COVERED, requirement.reason) if requirement.reason else (PASSED, None)


def _counting(result: Result, requirement: Requirement) -> Iterator[Judged]:
    """The findings that break a requirement: those above info, and those of a check that is itself info."""
    for judged in result.findings:
        milder = judged.finding.severity in (INFO, "low") and result.check.id in requirement.grave
        if not milder and (judged.severity != INFO or result.check.severity == INFO):
            yield judged


def _said(result: Result, judged: Judged) -> str:
    finding = judged.finding
    return f"{result.check.id} on {finding.target_type} {finding.target}: {finding.message}"


def _some(sentences: list[str]) -> str:
    """The first sentences, and how many more there are."""
    distinct = list(dict.fromkeys(sentences))
    more = f" And {len(distinct) - _MOST} more." if len(distinct) > _MOST else ""
    return " ".join(distinct[:_MOST]) + more
