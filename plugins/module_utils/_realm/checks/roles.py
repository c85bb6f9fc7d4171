# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Roles: who administers the realm unintentionally."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..._words import listed
from ..keycloak.clients import severity_for
from ..keycloak.findings import on_realm
from ..keycloak.roles import (
    admin_ids,
    admin_names,
    all_roles,
    closure,
    default_role,
    default_role_name,
    full_admin_ids,
    label,
    labels,
    privileged,
    view_ids,
)
from ..keycloak.settings import text
from ..model import Finding, Parameter, Parameters, Severity, check
from ..snapshot.gaps import NotEvaluated
from ..snapshot.snapshot import Role, Snapshot

_WORST = frozenset({"realm-admin", "manage-users", "impersonation", "admin"})


@check(
    id="roles-default-privileged",
    area="roles",
    level="L3",
    severity="critical",
    tier="core",
    title="Default roles grant administration",
    rationale="Every new user becomes an administrator.",
    remediation="Realm settings > User registration > Default roles: remove the role.",
    reference="Keycloak Server Administration Guide, Default roles",
)
def roles_default_privileged(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    role, roles = default_role(snapshot), all_roles(snapshot)
    held = closure(roles, [role.id])
    administering, viewing = held & admin_ids(roles, snapshot.name), held & view_ids(roles, snapshot.name)
    if not administering and not viewing:
        return
    names = admin_names(roles, snapshot.name, [role.id]) or labels(roles, viewing)
    severity: Severity
    if not administering:
        severity, does = "medium", "read the configuration or the users"
    else:
        severity = "critical" if any(roles[each].name in _WORST for each in administering) else "high"
        does = "administer the realm"
    message = f"The default role {role.name} lets every user {does}, through {', '.join(names)}."
    evidence = {"defaultRole": role.name, "roles": names}
    yield on_realm(snapshot, message, evidence, severity=severity, details=tuple(names))


@check(
    id="roles-default-read-token",
    area="roles",
    level="L3",
    severity="medium",
    tier="extended",
    title="Every user may read stored identity provider tokens",
    rationale="Third-party tokens can be read from the browser session.",
    remediation="Remove broker.read-token from the default roles.",
    reference="Keycloak Server Administration Guide, Retrieving external IDP tokens",
)
def roles_default_read_token(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    role, roles = default_role(snapshot), all_roles(snapshot)
    held = [roles[each] for each in closure(roles, [role.id]) if each in roles]
    if any(each.client == "broker" and each.name == "read-token" for each in held):
        message = f"The default role {role.name} contains broker.read-token."
        yield on_realm(snapshot, message, {"defaultRole": role.name, "roles": ["broker.read-token"]})


@check(
    id="roles-composite-hides-admin",
    area="roles",
    level="L3",
    severity="high",
    tier="core",
    title="Innocent-looking role contains administration",
    rationale="Anyone who can assign this role can grant control of the whole realm.",
    remediation="Remove the administering role from the composite, and assign it through a group, where it is visible.",
    parameters={
        "admin_role_name_pattern": Parameter(
            None, "Regular expression for names of roles that may contain administration.", str
        )
    },
)
def roles_composite_hides_admin(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    roles = all_roles(snapshot)
    openly, default = admin_ids(roles, snapshot.name), default_role_name(snapshot)
    allowed = _pattern(parameters["admin_role_name_pattern"])
    hiding: dict[str, list[Role]] = {}
    for role in sorted((roles[each] for each in privileged(roles, snapshot.name) - openly), key=label):
        if (role.client is not None or role.name != default) and (allowed is None or not allowed.search(role.name)):
            hiding.setdefault(role.name, []).append(role)
    # Several clients may have roles with the same name: the finding is on the name, and lists the owners.
    for name, same in hiding.items():
        names, whose = admin_names(roles, snapshot.name, [each.id for each in same]), [label(each) for each in same]
        contain = f"The role {whose[0]} contains" if len(whose) == 1 else f"The roles {listed(whose)} contain"
        message = f"{contain} {', '.join(names)}, which the name does not suggest."
        yield Finding(name, "role", message, {"roles": whose, "composites": names}, details=(*whose, *names))


def _pattern(text: str | None) -> re.Pattern[str] | None:
    try:
        return re.compile(text) if text else None
    except re.error:
        raise NotEvaluated(
            "The parameter admin_role_name_pattern is not a valid regular expression: correct it."
        ) from None


@check(
    id="roles-default-group-privileged",
    area="roles",
    level="L3",
    severity="critical",
    tier="core",
    title="Default group grants administration",
    rationale="New users join the group automatically.",
    remediation="Remove the role mapping from the group, or the group from the default groups.",
    reference="Keycloak Server Administration Guide, Using default groups",
)
def roles_default_group_privileged(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    groups = snapshot.default_groups
    roles = all_roles(snapshot) if groups else {}
    for group in groups:
        names = admin_names(roles, snapshot.name, group.roles)
        if names:
            message = f"Every new user joins the group {group.path}, which grants {', '.join(names)}."
            yield Finding(group.path, "group", message, {"roles": names}, details=tuple(names))


@check(
    id="roles-too-many-realm-admins",
    area="roles",
    level="L3",
    severity="medium",
    tier="extended",
    title="Too many realm administrators",
    rationale="Each of them is a path to full compromise.",
    remediation="Reduce their number; assign individual manage-* roles where these are enough.",
    parameters={
        "max_realm_admins": Parameter(
            5, "Maximum number of enabled users with realm-admin, including service accounts."
        )
    },
)
def roles_too_many_realm_admins(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    roles, default = all_roles(snapshot), default_role(snapshot).id
    full = full_admin_ids(roles, snapshot.name)
    giving = {each for each in roles if each != default and not full.isdisjoint(closure(roles, [each]))}
    holders = snapshot.role_holders if snapshot.people_listed else ()
    admins = sorted({each.username for each in holders if each.enabled and each.role in giving})
    if len(admins) > parameters["max_realm_admins"]:
        message = f"{len(admins)} enabled users control the whole realm, more than {parameters['max_realm_admins']}."
        yield on_realm(snapshot, message, {"users": admins})


@check(
    id="realm-bootstrap-admin-left",
    area="roles",
    level="L3",
    severity="high",
    tier="core",
    title="Temporary bootstrap administrator still exists",
    rationale=(
        "The first administrator (or the temporary recovery one) is meant to be replaced by named accounts; "
        "its password is usually in a deployment file."
    ),
    remediation="Create a named administrator with a second factor, then delete the temporary account.",
    reference="Keycloak Server Guide, Bootstrapping and recovering an admin account",
)
def realm_bootstrap_admin_left(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    for user in snapshot.temporary_admins:
        name = text(user, "username")
        message = f"{name} is a temporary administrator (is_temporary_admin is true) that nobody has deleted."
        yield Finding(name, "user", message, {"is_temporary_admin": "true"}, severity=severity_for(user))
