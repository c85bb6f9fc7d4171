# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of the audit share: checks that find what they are told to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.authkit.oauth.plugins.module_utils._realm.audit import Result, audit
from ansible_collections.authkit.oauth.plugins.module_utils._realm.model import (
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
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import Snapshot
from ansible_collections.authkit.oauth.tests.unit.plugins.module_utils._realm.realm_support import REALM, SERVER

DEFAULTS = {name: rules.get("default") for name, rules in POLICY_SPEC.items()}


def finding(target: str = "web", severity: Severity | None = None, *details: str) -> Finding:
    return Finding(target, "client", f"{target} is wrong.", {"setting": 1}, severity=severity, details=details)


def made(
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
    return policy_from({**DEFAULTS, **params}, checks=checks)


def snapshot(realm: str = REALM, **sections: Any) -> Snapshot:
    return Snapshot(realm, SERVER, sections)


def audited(checks: Sequence[Check], realm: str = REALM, **params: Any) -> Audited:
    """A realm after an audit by these checks."""
    taken = snapshot(realm)
    return Audited(taken, audit(taken, policy(checks, **params)))


def statuses(results: Iterable[Result]) -> dict[str, str]:
    return {result.check.id: result.status for result in results}
