# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cases for the checks of the collection, and audits with checks that a test makes.

A test file of checks holds CASES; a test of the registry sees to it that every check has one that finds something and
one that finds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm import job
from ansible_collections.authkit.oauth.plugins.module_utils._realm.audit import Result, audit
from ansible_collections.authkit.oauth.plugins.module_utils._realm.model import (
    INFO,
    SEVERITIES,
    TARGET_TYPES,
    Check,
    Finding,
    Level,
    Parameter,
    Parameters,
    Severity,
    Tier,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.policy import POLICY_SPEC, Policy, policy_from
from ansible_collections.authkit.oauth.plugins.module_utils._realm.results.verdict import Audited
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Unknown
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import Snapshot

# ---- cases

REALM = "shop"
SERVER = "https://sso.example.com"


def found(
    check: Check, sections: Mapping[str, Any], parameters: Mapping[str, Any] | None = None, name: str = REALM
) -> list[Finding]:
    """What a check finds in a realm of these sections. Raises Unknown."""
    return list(check.run(Snapshot(name, SERVER, sections), {**check.defaults(), **(parameters or {})}))


@dataclass(frozen=True)
class Case:
    """A realm, and what a check must find there: target -> severity. unknown: the Unknown that it ends with instead."""

    check: Check
    sections: Mapping[str, Any] = field(repr=False)
    finds: Mapping[str, str] = field(default_factory=dict)
    unknown: type[Unknown] | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    name: str = REALM

    def __str__(self) -> str:
        return f"{self.check.id}-{','.join(self.finds) or (self.unknown.__name__ if self.unknown else 'nothing')}"

    def verify(self) -> None:
        if self.unknown is not None:
            with pytest.raises(self.unknown):
                found(self.check, self.sections, self.parameters, self.name)
            return
        findings = found(self.check, self.sections, self.parameters, self.name)
        assert {each.target: each.severity or self.check.severity for each in findings} == dict(self.finds)
        assert len({(each.target_type, each.target) for each in findings}) == len(findings), "one finding a target"
        for each in findings:
            assert each.target_type in TARGET_TYPES
            assert each.severity is None or each.severity in SEVERITIES
            assert each.message.endswith(".")
            assert all(isinstance(detail, str) for detail in each.details)

    @property
    def fails(self) -> bool:
        return any(self.check.severity == INFO or severity != INFO for severity in self.finds.values())

    @property
    def passes(self) -> bool:
        return not self.finds and self.unknown is None


def case(
    check: Check,
    finds: Mapping[str, str] | Sequence[str] = (),
    *,
    unknown: type[Unknown] | None = None,
    parameters: Mapping[str, Any] | None = None,
    name: str = REALM,
    **sections: Any,
) -> Case:
    """A case; targets that are only named are found with the check's own severity."""
    wanted = dict(finds) if isinstance(finds, Mapping) else dict.fromkeys(finds, check.severity)
    return Case(check, sections, wanted, unknown, parameters or {}, name)


# ---- audits of one snapshot

POLICY_DEFAULTS = {name: rules.get("default") for name, rules in POLICY_SPEC.items()}


def finding(target: str = "web", severity: Severity | None = None, *details: str) -> Finding:
    return Finding(target, "client", f"{target} is wrong.", {"setting": 1}, severity=severity, details=details)


def make_check(
    name: str,
    *found: Finding | Exception,
    severity: Severity = "high",
    tier: Tier = "core",
    level: Level = "L3",
    parameters: Mapping[str, Parameter] | None = None,
) -> Check:
    """A check that finds these one after the other, and raises what is an exception."""

    def run(_snapshot: Snapshot, _parameters: Parameters) -> Iterator[Finding]:
        for each in found:
            if isinstance(each, Exception):
                raise each
            yield each

    return Check(
        id=name,
        area="clients",
        level=level,
        severity=severity,
        tier=tier,
        title="A title",
        rationale="A reason.",
        remediation="A remedy.",
        run=run,
        parameters=parameters or {},
    )


def policy(checks: Sequence[Check], **params: Any) -> Policy:
    """The policy of these options; the others have their defaults."""
    return policy_from({**POLICY_DEFAULTS, **params}, checks=checks)


def snapshot(realm: str = REALM, **sections: Any) -> Snapshot:
    return Snapshot(realm, SERVER, sections)


def audited(checks: Sequence[Check], realm: str = REALM, **params: Any) -> Audited:
    """A realm after an audit by these checks."""
    taken = snapshot(realm)
    return Audited(taken, audit(taken, policy(checks, **params)))


def statuses(results: Iterable[Result]) -> dict[str, str]:
    return {result.check.id: result.status for result in results}


# ---- audits of whole realms, without a server

HOSTILE_NAME = 'x{{ lookup("pipe","id") }}'


def _wrong_clients(snapshot: Snapshot, _parameters: Parameters) -> list[Finding]:
    names = [str(each) for each in snapshot.clients]
    return [Finding(name, "client", f"The client {name} is wrong.", {"name": name}) for name in names]


CHECKS = (Check(**{**vars(make_check("bad-clients")), "run": _wrong_clients}), make_check("good-one"))


class Realms:
    """Replaces gather: realm -> its clients, or an exception to raise. Remembers what it was asked."""

    def __init__(self, realms: Mapping[str, Any]) -> None:
        self.realms = realms
        self.asked: list[tuple[str, str, int]] = []
        self.rejecting: set[str] = set()

    def gather(self, server: str, realm: str, tokens: Any, _transport: Any, *, retries: int = 0) -> Snapshot:
        self.asked.append((server, realm, retries))
        sent = tokens.token()
        if realm in self.rejecting:
            tokens.renewed(sent)
        found = self.realms[realm]
        if isinstance(found, Exception):
            raise found
        return Snapshot(realm, server, {"clients": found} if isinstance(found, list) else found)


def use_realms(patch: pytest.MonkeyPatch, realms: Mapping[str, Any], checks: Sequence[Check] = CHECKS) -> Realms:
    """Has audits use these realms and checks."""
    found = Realms(realms)
    patch.setattr(job, "gather", found.gather)
    patch.setattr(job, "policy_from", lambda params: policy(checks, **params))
    return found
