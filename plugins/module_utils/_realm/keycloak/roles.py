# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Roles and composites: which of them administer a realm, directly or through a composite."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..snapshot.gaps import NotEvaluated
from ..snapshot.snapshot import Role, Snapshot
from .settings import mapping, text

MASTER = "master"
REALM_MANAGEMENT = "realm-management"
REALM_ADMIN = "realm-admin"
_ADMIN_PREFIX = "manage-"
_ADMIN_ROLES = frozenset({REALM_ADMIN, "create-client", "impersonation"})
_MASTER_ROLES = frozenset({"admin", "create-realm"})
_VIEW_PREFIX = "view-"


def all_roles(snapshot: Snapshot) -> Mapping[str, Role]:
    """Id -> role. Raises Unknown also if no role that administers was read: then nothing is known about these."""
    roles = snapshot.roles
    if not any(_administers(each, snapshot.name) for each in roles.values()):
        raise NotEvaluated(
            "The roles that administer the realm (those of realm-management) were not read: check the server itself, "
            "or export the whole realm (kc.sh export)."
        )
    return roles


def closure(roles: Mapping[str, Role], ids: Iterable[str]) -> frozenset[str]:
    """The ids and those of all roles that these contain, at any depth. Composites may form a cycle."""
    seen: set[str] = set()
    waiting = list(ids)
    while waiting:
        each = waiting.pop()
        if each not in seen:
            seen.add(each)
            waiting.extend(roles[each].children if each in roles else ())
    return frozenset(seen)


def admin_ids(roles: Mapping[str, Role], realm: str) -> frozenset[str]:
    """Ids of the roles that administer directly."""
    return frozenset(each.id for each in roles.values() if _administers(each, realm))


def view_ids(roles: Mapping[str, Role], realm: str) -> frozenset[str]:
    """Ids of the roles that can read the configuration or the users."""
    return frozenset(
        each.id for each in roles.values() if manages_realm(each.client, realm) and each.name.startswith(_VIEW_PREFIX)
    )


def full_admin_ids(roles: Mapping[str, Role], realm: str) -> frozenset[str]:
    """Ids of the roles that directly grant full control of a realm: realm-admin, and on master the realm role admin."""
    return frozenset(each.id for each in roles.values() if gives_all(each, realm))


def gives_all(role: Role, realm: str) -> bool:
    """Whether the role directly grants full control of a realm."""
    if role.client is None:
        return realm == MASTER and role.name == "admin"
    return role.client == REALM_MANAGEMENT and role.name == REALM_ADMIN


def privileged(roles: Mapping[str, Role], realm: str) -> frozenset[str]:
    """Ids of the roles that administer directly or contain one that does."""
    parents: dict[str, list[str]] = {}
    for role in roles.values():
        for child in role.children:
            parents.setdefault(child, []).append(role.id)
    seen: set[str] = set()
    waiting = list(admin_ids(roles, realm))
    while waiting:
        each = waiting.pop()
        if each not in seen:
            seen.add(each)
            waiting.extend(parents.get(each, ()))
    return frozenset(seen)


def admin_names(roles: Mapping[str, Role], realm: str, ids: Iterable[str]) -> list[str]:
    """The names of the administering roles that these ids include, with composites expanded, for evidence.

    realm-admin stands for the roles that it contains; newer versions have more of them.
    """
    held = {each for each in closure(roles, ids) if each in roles and _administers(roles[each], realm)}
    within = closure(roles, [child for each in held for child in roles[each].children])
    return labels(roles, held - within or held)


def labels(roles: Mapping[str, Role], ids: Iterable[str]) -> list[str]:
    """The roles' names, sorted; a client role as clientId.name."""
    return sorted(label(roles[each]) for each in ids if each in roles)


def label(role: Role) -> str:
    """The role's name; for a client role clientId.name."""
    return role.name if role.client is None else f"{role.client}.{role.name}"


def manages_realm(client: str | None, realm: str) -> bool:
    """Whether the client's roles administer a realm: realm-management, and on master <realm>-realm."""
    return client is not None and (client == REALM_MANAGEMENT or (realm == MASTER and client.endswith("-realm")))


def named(roles: Mapping[str, Role], text: str) -> Role | None:
    """The role that a mapper's setting names, as role or clientId.role. Either name may contain dots."""
    found = {(each.client, each.name): each for each in roles.values()}
    dots = [index for index, character in enumerate(text) if character == "."]
    for dot in reversed(dots):
        role = found.get((text[:dot], text[dot + 1 :]))
        if role is not None:
            return role
    return found.get((None, text))


def default_role_name(snapshot: Snapshot) -> str:
    """The name of the realm role that every new user gets. Raises Unknown."""
    name = text(mapping(snapshot.realm, "defaultRole"), "name")
    if not name:
        raise NotEvaluated("The realm does not say which role its users get by default (defaultRole).")
    return name


def default_role(snapshot: Snapshot) -> Role:
    """The role that every new user gets. Raises Unknown."""
    name = default_role_name(snapshot)
    for role in snapshot.roles.values():
        if role.client is None and role.name == name:
            return role
    raise NotEvaluated(f"The realm's default role {name} was not read.")


def _administers(role: Role, realm: str) -> bool:
    if role.client is None:
        return realm == MASTER and role.name in _MASTER_ROLES
    return manages_realm(role.client, realm) and (role.name in _ADMIN_ROLES or role.name.startswith(_ADMIN_PREFIX))
