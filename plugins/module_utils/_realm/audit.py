# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The audit: runs each check of a policy on a snapshot. Pure: no network, no changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .accepted.fingerprint import fingerprint
from .accepted.waivers import Waiver
from .model import FAIL, INCONCLUSIVE, INFO, NOT_EVALUATED, PASS, SEVERITIES, WAIVED, Check, Finding, Severity
from .policy import Policy, Rule
from .snapshot.gaps import Inconclusive, Unknown
from .snapshot.snapshot import Snapshot

OPEN, KNOWN = "open", "known"


@dataclass(frozen=True)
class Judged:
    """A finding under the policy.

    :param status: open, waived, or known from the baseline.
    :param waiver: the one that covers it.
    """

    finding: Finding
    severity: Severity
    fingerprint: str
    status: str = OPEN
    waiver: Waiver | None = None


@dataclass(frozen=True)
class Result:
    """The result of a check.

    :param unknown: why it could not finish; what it had found before still counts.
    """

    check: Check
    status: str
    findings: tuple[Judged, ...] = ()
    unknown: Unknown | None = None

    @property
    def open(self) -> tuple[Judged, ...]:
        """The findings that are neither waived nor in the baseline."""
        return tuple(each for each in self.findings if each.status == OPEN)


def audit(snapshot: Snapshot, policy: Policy) -> tuple[Result, ...]:
    """One result for each rule of the policy, in its order."""
    return tuple(judge(rule, snapshot, policy) for rule in policy.rules)


def judge(rule: Rule, snapshot: Snapshot, policy: Policy) -> Result:
    """The result of one rule."""
    found, unknown = _run(rule, snapshot)
    judged = [_judged(rule, finding, snapshot.shown, policy) for finding in found]
    judged.sort(key=lambda each: (SEVERITIES.index(each.severity), each.finding.target_type, each.finding.target))
    return Result(rule.check, _status(judged, unknown), tuple(judged), unknown)


def _run(rule: Rule, snapshot: Snapshot) -> tuple[list[Finding], Unknown | None]:
    found: list[Finding] = []
    try:
        for finding in rule.check.run(snapshot, dict(rule.parameters)):
            found.append(finding)  # one by one: findings before an exception count
    except Unknown as unknown:
        return found, unknown
    except Exception as error:  # a realm may be hostile: what breaks one check must not hide the findings of others
        return found, Inconclusive(
            f"The check {rule.check.id} hit an unexpected {type(error).__name__}: this is a bug in the collection, "
            "please report it."
        )
    return found, None


def _judged(rule: Rule, finding: Finding, realm: str, policy: Policy) -> Judged:
    severity, mark = _severity(rule, finding), fingerprint(rule.check.id, realm, finding)
    for waiver in policy.waivers:
        if waiver.check == rule.check.id and waiver.covers(realm, finding, mark):
            return Judged(finding, severity, mark, WAIVED, waiver)
    return Judged(finding, severity, mark, KNOWN if mark in policy.known else OPEN)


def _severity(rule: Rule, finding: Finding) -> Severity:
    if finding.severity == INFO or finding.severity is None:
        return finding.severity or rule.check.severity
    return rule.check.severity if rule.forced else finding.severity


def _status(judged: Iterable[Judged], unknown: Unknown | None) -> str:
    states = {each.status for each in judged if each.severity != INFO}
    if OPEN in states:
        return FAIL
    if unknown is not None:
        return INCONCLUSIVE if isinstance(unknown, Inconclusive) else NOT_EVALUATED
    return WAIVED if states else PASS
