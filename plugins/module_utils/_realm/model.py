# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a check is, and what it finds.

A check is one small function beside its metadata. It reads a snapshot, contacts nobody, and yields one finding for each
target that is wrong. What it cannot know it does not guess: asking the snapshot for a section that could not be read
ends the check with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Callable, Literal, Union, get_args

if TYPE_CHECKING:
    from .snapshot.snapshot import Snapshot

#: What a check is about. The list is fixed: reports group by it, and so does the catalogue.
Area = Literal[
    "clients",
    "discovery",
    "email",
    "events",
    "federation",
    "flows",
    "idp",
    "keys",
    "logging",
    "mappers",
    "mfa",
    "passwords",
    "protocol-probe",
    "realm",
    "redirects",
    "roles",
    "scopes",
    "service-accounts",
    "sessions",
    "tls",
    "tokens",
]
#: L1: the public endpoints. L2: the caller's own token. L3: the configuration, read with view-* roles.
Level = Literal["L1", "L2", "L3"]
#: From the worst to the mildest.
Severity = Literal["critical", "high", "medium", "low", "info"]
#: core runs in every profile, extended in strict alone.
Tier = Literal["core", "extended"]
#: What a finding's target may be.
TargetType = Literal[
    "realm",
    "client",
    "role",
    "group",
    "user",
    "client-scope",
    "identity-provider",
    "component",
    "client-policy",
    "flow",
    "server",
]
AREAS: tuple[Area, ...] = get_args(Area)
LEVELS: tuple[Level, ...] = get_args(Level)
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
TIERS: tuple[Tier, ...] = get_args(Tier)
TARGET_TYPES: tuple[TargetType, ...] = get_args(TargetType)
INFO: Severity = "info"
CONFIGURATION: Level = "L3"
PASS, FAIL, WAIVED = "pass", "fail", "waived"
NOT_EVALUATED, INCONCLUSIVE = "not_evaluated", "inconclusive"
STATUSES = (PASS, FAIL, WAIVED, NOT_EVALUATED, INCONCLUSIVE)

Parameters = Mapping[str, Any]
#: What a parameter may be; overrides are read as one of these.
ParameterValue = Union[bool, int, float, str, Sequence[str], Mapping[str, Union[int, str]]]


@dataclass(frozen=True)
class Parameter:
    """A number, list or text that a check goes by, and that its user may override.

    default: the value unless overridden; None where there is none, then kind says which type an override has.
    description: what it means, with its unit.
    """

    default: ParameterValue | None
    description: str
    kind: type[ParameterValue] | None = None

    @property
    def type(self) -> type[object]:
        return self.kind if self.kind is not None else type(self.default)


@dataclass(frozen=True, init=False)
class Finding:
    """One target on which a check found something wrong. A check yields at most one for a target.

    target: the realm's name, a clientId, an alias, a role's or scope's or component's name, a group's path.
    message: one sentence with what was found; names and values of the realm, never a secret.
    evidence: the settings that were read, as Keycloak names them. Never a secret.
    severity: where it differs from the check's own.
    details: names that tell this finding from another on the same target (redirect URIs, mappers, roles). They are part
    of its fingerprint, so no measured number belongs here.
    """

    target: str
    target_type: TargetType
    message: str
    evidence: Mapping[str, object]
    severity: Severity | None
    details: tuple[str, ...]

    def __init__(
        self,
        target: str,
        target_type: TargetType,
        message: str,
        evidence: Mapping[str, object] | None = None,
        *,
        severity: Severity | None = None,
        details: tuple[str, ...] = (),
    ) -> None:
        # Written out, since a dataclass has keyword-only fields from Python 3.10 on.
        vars(self).update(
            target=target,
            target_type=target_type,
            message=message,
            evidence=evidence or {},
            severity=severity,
            details=details,
        )


CheckFunction = Callable[["Snapshot", Parameters], Iterable[Finding]]


@dataclass(frozen=True)
class Check:
    """One rule and its documentation.

    reference: a section of a standard or of Keycloak's documentation that was looked up, or empty. active: it sends a
    forged or failing request, or ends a token.
    """

    id: str
    area: Area
    level: Level
    severity: Severity
    tier: Tier
    title: str
    rationale: str
    remediation: str
    run: CheckFunction = field(repr=False)
    reference: str = ""
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    active: bool = False

    def defaults(self) -> dict[str, Any]:
        """The parameters' values when nobody overrides them."""
        return {name: parameter.default for name, parameter in self.parameters.items()}


def check(
    *,
    id: str,
    area: Area,
    level: Level,
    severity: Severity,
    tier: Tier,
    title: str,
    rationale: str,
    remediation: str,
    reference: str = "",
    parameters: Mapping[str, Parameter] | None = None,
    active: bool = False,
) -> Callable[[CheckFunction], Check]:
    """Makes a Check of the function below, which is named after its id."""

    def made(run: CheckFunction) -> Check:
        return Check(
            id=id,
            area=area,
            level=level,
            severity=severity,
            tier=tier,
            title=title,
            rationale=rationale,
            remediation=remediation,
            run=run,
            reference=reference,
            parameters=parameters or {},
            active=active,
        )

    return made
