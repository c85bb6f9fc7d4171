# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a check is, and what it finds.

A check is one small function beside its metadata. It reads a snapshot, without any network, and yields one finding for
each faulty target. It never guesses: reading a section that is a gap ends the check with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Callable, Literal, Union, get_args

if TYPE_CHECKING:
    from .snapshot.snapshot import Snapshot

#: The subject of a check. The list is fixed: reports and the catalogue group by it.
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
#: core runs in every profile, extended only in strict.
Tier = Literal["core", "extended"]
#: The kinds of targets that findings have.
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
#: The types of a parameter's value; overrides are converted to them.
ParameterValue = Union[bool, int, float, str, Sequence[str], Mapping[str, Union[int, str]]]


@dataclass(frozen=True)
class Parameter:
    """A value that a check depends on, and that users may override.

    :param default: the value unless overridden; None if there is none.
    :param description: what it means, with its unit.
    :param kind: the type of an override, if default is None.
    """

    default: ParameterValue | None
    description: str
    kind: type[ParameterValue] | None = None

    @property
    def type(self) -> type[object]:
        return self.kind if self.kind is not None else type(self.default)


@dataclass(frozen=True, init=False)
class Finding:
    """One target on which a check found something wrong. A check yields at most one per target.

    :param target: the realm's name, a clientId, an alias, a role's, scope's or component's name, or a group's path.
    :param message: one sentence that says what was found, with names and values of the realm, never a secret.
    :param evidence: the settings that were read, by Keycloak's names. Never a secret.
    :param severity: only if it differs from the check's own.
    :param details: names that distinguish this finding from another on the same target (redirect URIs, mappers,
        roles). They are part of its fingerprint, so no measured number belongs here.
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
        # Written by hand: dataclasses have keyword-only fields only since Python 3.10.
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
    """One check and its documentation.

    :param reference: a section of a standard or of Keycloak's documentation, or "".
    :param active: it sends a forged or failing request, or revokes a token.
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
        """The parameters' values without overrides."""
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
    """Decorator: makes a Check of the function, which is named after its id."""

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
