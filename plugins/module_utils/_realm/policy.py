# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which checks run, with which parameters, and what fails a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from typing import Any

from .._errors import ContradictoryOptions, InvalidOption, UnknownOption
from .._realm import overrides
from .._words import nearest, quoted
from .accepted.baseline import known_fingerprints
from .accepted.waivers import Waiver, waiver_from
from .model import INFO, LEVELS, SEVERITIES, TIERS, Check, Severity
from .problems import Problems
from .registry import CHECKS
from .standards.known import STANDARDS, needed_checks

#: Profile -> the tiers that it runs.
PROFILES: Mapping[str, tuple[str, ...]] = {"baseline": TIERS[:1], "strict": TIERS}
NONE = "none"
FAIL_ON = (*SEVERITIES, NONE)

POLICY_SPEC: dict[str, dict[str, Any]] = {
    "check_profile": {"type": "str", "choices": list(PROFILES), "default": "baseline"},
    "levels": {"type": "list", "elements": "str", "choices": list(LEVELS), "default": list(LEVELS)},
    "only": {"type": "list", "elements": "str"},
    "skip": {"type": "list", "elements": "str"},
    "standards": {"type": "list", "elements": "str", "choices": list(STANDARDS)},
    "overrides": {"type": "dict"},
    "tolerate_findings": {"type": "bool", "default": False},
    "fail_on": {"type": "str", "choices": list(FAIL_ON), "default": "high"},
    "report_level": {"type": "str", "choices": list(SEVERITIES), "default": INFO},
    "waivers": {
        "type": "list",
        "elements": "dict",
        "options": {
            "check": {"type": "str", "required": True},
            "target": {"type": "str"},
            "fingerprint": {"type": "str"},
            "realm": {"type": "str"},
            "reason": {"type": "str", "required": True},
            "owner": {"type": "str", "required": True},
            "expires": {"type": "str", "required": True},
        },
    },
    "baseline": {"type": "raw"},
}


@dataclass(frozen=True)
class Rule:
    """A check as configured for this run.

    :param forced: the user's severity applies to all its findings except info.
    """

    check: Check
    parameters: Mapping[str, Any] = field(default_factory=dict)
    forced: bool = False


@dataclass(frozen=True)
class Policy:
    """What a run checks, and what fails it.

    :param known: the fingerprints of the baseline.
    :param standards: the names of those that the report has a table for.
    :param tolerate_findings: neither findings nor stale waivers fail the run, as when it writes a baseline.
    """

    rules: tuple[Rule, ...]
    waivers: tuple[Waiver, ...] = ()
    known: frozenset[str] = frozenset()
    fail_on: str = "high"
    report_level: str = INFO
    tolerate_findings: bool = False
    standards: tuple[str, ...] = ()

    def fails(self, severity: Severity) -> bool:
        """Whether an open finding of this severity fails the run."""
        return not self.tolerate_findings and self.fail_on != NONE and at_least(severity, self.fail_on)

    def reports(self, severity: Severity) -> bool:
        """Whether a finding of this severity is in the report."""
        return at_least(severity, self.report_level)


def at_least(severity: str, level: str) -> bool:
    """Whether a severity is the level or worse."""
    return SEVERITIES.index(severity) <= SEVERITIES.index(level)


def policy_from(params: Mapping[str, Any], *, checks: Sequence[Check] = CHECKS, today: date | None = None) -> Policy:
    """The policy for these parameters, which conform to POLICY_SPEC. No network.

    :raises OptionError: a check or parameter does not exist, a waiver has expired, or no check is left to run. It names
        every such problem.
    """
    problems = Problems()
    by_id = {check.id: check for check in checks}
    only, changes = params.get("only") or (), _by_name(params.get("overrides") or {})
    for option, names in (("only", only), ("skip", params.get("skip") or ()), ("overrides", changes)):
        for name in names:
            with problems.noted():
                _refuse_unknown(option, name, by_id)
    waivers = []
    for place, entry in enumerate(params.get("waivers") or (), 1):
        with problems.noted():
            waivers.append(waiver_from(entry, place, today or date.today()))
            _refuse_unknown("waivers", waivers[-1].check, by_id)
    rules: dict[str, Rule] = {}
    for check in checks:
        with problems.noted():
            rules[check.id] = _rule(check, changes.get(check.id))
    known: frozenset[str] = frozenset()
    if params.get("baseline") is not None:
        with problems.noted():
            known = known_fingerprints(params["baseline"])
    problems.refuse()
    return Policy(
        rules=tuple(rules[check.id] for check in _chosen(checks, only, params)),
        waivers=tuple(waivers),
        known=known,
        fail_on=params["fail_on"],
        report_level=params["report_level"],
        tolerate_findings=bool(params.get("tolerate_findings")),
        standards=tuple(dict.fromkeys(params.get("standards") or ())),
    )


def _chosen(checks: Iterable[Check], only: Sequence[str], params: Mapping[str, Any]) -> list[Check]:
    """The checks to run. only replaces the profile, standards add to it; levels and skip always count."""
    tiers, skip = PROFILES[params["check_profile"]], params.get("skip") or ()
    needed = needed_checks(params.get("standards") or ())
    named = [check for check in checks if check.id in needed or (check.id in only if only else check.tier in tiers)]
    chosen = [check for check in named if check.level in params["levels"] and check.id not in skip]
    if not chosen:
        # An audit without checks would pass.
        raise ContradictoryOptions(
            "check_profile, only, skip and levels together leave no check to run: remove a name from skip, or add one "
            "to only or levels."
        )
    return chosen


def _rule(check: Check, change: object) -> Rule:
    severity = overrides.severity(check, change)
    changed = check if severity is None else replace(check, severity=severity)
    return Rule(changed, overrides.parameters(check, change), forced=severity is not None)


def _by_name(changes: object) -> dict[str, object]:
    if not isinstance(changes, Mapping):
        raise InvalidOption("overrides must be a mapping of check ids to what to override.")
    return {str(name): change for name, change in changes.items()}


def _refuse_unknown(option: str, name: str, by_id: Mapping[str, Check]) -> None:
    if name not in by_id:
        close = get_close_matches(name, by_id, n=1)
        hint = nearest(name, close) if close else "the guide to the realm check lists all checks."
        raise UnknownOption(f"{option} names the check {quoted(name)}, which does not exist: {hint}")
