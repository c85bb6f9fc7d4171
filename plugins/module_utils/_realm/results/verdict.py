# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What fails a run: a sentence for each realm that fails, and one for each waiver that is no longer needed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..._words import listed, quoted
from ..accepted.waivers import Waiver, unused
from ..audit import Result
from ..model import CONFIGURATION, INCONCLUSIVE, NOT_EVALUATED
from ..policy import NONE, Policy
from ..snapshot.gaps import Inconclusive, Unknown
from ..snapshot.snapshot import Snapshot

MASTER = "master"
#: The most names in a sentence; the report has them all.
_MOST_NAMES = 5


@dataclass(frozen=True)
class Audited:
    """A realm and the results of its checks.

    :param without_token: at the end, no token was accepted.
    """

    snapshot: Snapshot
    results: Sequence[Result]
    without_token: bool = False

    @property
    def realm(self) -> str:
        return self.snapshot.shown


def missing_roles(results: Iterable[Result]) -> list[str]:
    """The roles that checks needed but the token lacked, sorted."""
    return sorted({role for result in results if result.unknown is not None for role in result.unknown.roles})


def realm_failure(audited: Audited, policy: Policy) -> str | None:
    """Why a realm fails the run, as one sentence; None if it does not.

    With fail_on none, the only reason is that the realm could not be read at all.
    """
    nothing = _nothing_known(audited.results)
    if policy.fail_on == NONE and not nothing:
        return None
    hindrances = list(_hindrances(audited))
    if nothing and not hindrances:
        what = " of the configuration" if nothing[0].check.level == CONFIGURATION else ""
        reasons = [result.unknown for result in nothing if result.unknown is not None]
        hindrances = [f"no check{what} could be evaluated, {_first(reasons)}"]
    parts = [*_open_findings(audited, policy), *hindrances]
    return f"Realm {quoted(audited.realm)}: {'; '.join(parts)}." if parts else None


def stale_waivers(audited: Sequence[Audited], policy: Policy) -> dict[Waiver, str]:
    """A sentence for each waiver that matched nothing, although its check finished in all realms that it is for."""
    if policy.tolerate_findings:
        return {}
    ended = {each.realm: {result.check.id: result.unknown is None for result in each.results} for each in audited}
    targets: dict[str, list[str]] = {}
    for result in (result for each in audited for result in each.results):
        for finding in (judged.finding for judged in result.findings):
            targets.setdefault(result.check.id, []).extend((finding.target, f"{finding.target_type} {finding.target}"))
    return unused(policy.waivers, _used(audited, policy.waivers), ended, targets)


def _used(audited: Iterable[Audited], waivers: Sequence[Waiver]) -> set[Waiver]:
    """The waivers that cover a finding, even one that another waiver covers, too."""
    found = [
        (result.check.id, each.realm, judged)
        for each in audited
        for result in each.results
        for judged in result.findings
    ]
    return {
        waiver
        for waiver in waivers
        if any(
            waiver.check == check and waiver.covers(realm, judged.finding, judged.fingerprint)
            for check, realm, judged in found
        )
    }


def _nothing_known(results: Sequence[Result]) -> Sequence[Result]:
    """The checks of the configuration if none of them could be evaluated; all checks if none of these was selected.

    The view from outside says little: an audit that could read no more must not look complete. If nothing is wrong,
    as with a token of another realm, the result is empty.
    """
    central = [result for result in results if result.check.level == CONFIGURATION] or list(results)
    if not all(result.status in (NOT_EVALUATED, INCONCLUSIVE) for result in central):
        return ()
    return () if all(result.unknown is not None and result.unknown.expected for result in central) else central


def _open_findings(audited: Audited, policy: Policy) -> Iterator[str]:
    found = Counter(
        result.check.id for result in audited.results for judged in result.open if policy.fails(judged.severity)
    )
    if found:
        yield (
            f"{_counted(sum(found.values()), 'open finding')} at or above {policy.fail_on} in {_names(found)}, "
            "fix or waive what the report shows"
        )


def _hindrances(audited: Audited) -> Iterator[str]:
    roles = missing_roles(audited.results)
    if roles:
        hindered = sum(bool(result.unknown and result.unknown.roles) for result in audited.results)
        yield (
            f"{_counted(hindered, 'check')} could not be evaluated without {listed(roles)}, grant "
            f"{'this role' if len(roles) == 1 else 'these roles'} {_to_whom(audited.realm)}"
        )
    faults = [result.unknown for result in audited.results if isinstance(result.unknown, Inconclusive)]
    if faults:
        yield f"{_counted(len(faults), 'check')} could not finish, {_first(faults)}"


def _first(unknown: Sequence[Unknown]) -> str:
    reasons = Counter(each.reason for each in unknown)
    reason, times = reasons.most_common(1)[0]
    which = "because" if times == len(unknown) else "most often because"
    return f"{which} of this: {reason.rstrip('.')}"


def _to_whom(realm: str) -> str:
    if realm == MASTER:
        return "of master-realm to a client of master"
    return f"of realm-management to a client of the realm, or of {quoted(f'{realm}-realm')} to a client of master"


def _names(found: Mapping[str, int]) -> str:
    names = [f"{name} ({count})" if count > 1 else name for name, count in found.items()]
    rest = len(names) - _MOST_NAMES
    return listed(names if rest <= 0 else [*names[:_MOST_NAMES], _counted(rest, "more check")])


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
