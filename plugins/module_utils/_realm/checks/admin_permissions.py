# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fine-grained admin permissions: who administers without a role for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..keycloak.admin_permissions import PERMISSIONS, Permission, names_of_everybody, permissions
from ..keycloak.clients import MASTER
from ..keycloak.findings import on_realm
from ..keycloak.roles import REALM_MANAGEMENT, closure, default_role
from ..keycloak.settings import switch
from ..keycloak.versions import has_feature, is_since
from ..model import INFO, SEVERITIES, Finding, Parameters, Severity, check
from ..snapshot.gaps import Json, NotEvaluated, known
from ..snapshot.snapshot import Snapshot

_REFERENCE = "Keycloak Server Administration Guide, Delegating realm administration using permissions"
_VERSION_1 = "ADMIN_FINE_GRAINED_AUTHZ"
_VERSION_2_SINCE = (26, 2)
_SHOWN = 20


@check(
    id="realm-fine-grained-admin-unreviewed",
    area="roles",
    level="L3",
    severity="info",
    tier="extended",
    title="Fine-grained admin permissions are in use",
    rationale="They delegate administration outside of roles, so checks of roles cannot see what they grant.",
    remediation="Review the permissions of the admin-permissions client.",
    reference=_REFERENCE,
)
def realm_fine_grained_admin_unreviewed(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    if switch(snapshot.realm, "adminPermissionsEnabled"):
        message = "adminPermissionsEnabled is true: its permissions delegate administration outside of roles."
        yield on_realm(snapshot, message, {"adminPermissionsEnabled": True})


@check(
    id="realm-fine-grained-admin-grants",
    area="roles",
    level="L3",
    severity="medium",
    tier="core",
    title="Fine-grained admin permissions grant much",
    rationale=(
        "Who may manage all users, set their passwords, impersonate them or assign roles controls the accounts of the "
        "realm, although no role shows it."
    ),
    remediation="Limit each permission to the objects and scopes that are needed, and its policies to few people.",
    reference=_REFERENCE,
)
def realm_fine_grained_admin_grants(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    granted = [each for settings in _in_force(snapshot) for each in permissions(settings)]
    if not granted:
        return
    everybody = names_of_everybody(snapshot.roles, closure(snapshot.roles, [default_role(snapshot).id]))
    by_severity: dict[Severity, list[Permission]] = {}
    for each in granted:
        by_severity.setdefault(_severity(each, everybody), []).append(each)
    worst = min(by_severity, key=SEVERITIES.index)
    who = "every user" if worst in ("critical", "high") else "others than the realm's administrators"
    said = _described(by_severity[worst])
    message = f"Permissions let {who} administer, without a role for it: {'; '.join(said)}."
    evidence: dict[str, object] = {severity: _described(found) for severity, found in by_severity.items()}
    details = tuple(sorted(each.described for each in by_severity[worst]))
    yield on_realm(snapshot, message, evidence, severity=worst, details=details)


def _severity(permission: Permission, everybody: frozenset[str]) -> Severity:
    if permission.lets_in_everybody(everybody):
        return "high" if permission.only_views else "critical"
    if permission.only_views:
        return INFO
    return "medium" if permission.on_all else "low"


def _described(found: Sequence[Permission]) -> list[str]:
    return sorted(each.described for each in found)[:_SHOWN]


def _in_force(snapshot: Snapshot) -> Iterator[Json]:
    """The settings of the authorization services that hold permissions, unless the server ignores them."""
    servers = snapshot.resource_servers
    if PERMISSIONS in servers and switch(snapshot.realm, "adminPermissionsEnabled"):
        yield known(servers[PERMISSIONS])
    older = f"{MASTER}-realm" if snapshot.name == MASTER else REALM_MANAGEMENT
    if older in servers:
        settings = known(servers[older])
        if any(True for _each in permissions(settings)) and _version_1_is_on(snapshot):
            yield settings


def _version_1_is_on(snapshot: Snapshot) -> bool:
    """Whether permissions of realm-management are in force. Raises Unknown."""
    on = has_feature(snapshot, _VERSION_1)
    if on is None and is_since(snapshot, _VERSION_2_SINCE) is False:
        return True  # Keycloak wrote the export, and only with the feature can permissions be made.
    if on is None:
        raise NotEvaluated(
            "The export has fine-grained admin permissions of version 1, which only count if the server has the "
            "feature admin-fine-grained-authz:v1 on: check the server itself."
        )
    return on
