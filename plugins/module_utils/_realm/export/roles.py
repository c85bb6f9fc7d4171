# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Roles in a realm export, and who has them. An export refers to roles by name; their ids here derive from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..keycloak.roles import privileged
from ..keycloak.settings import mapping, objects, switch, text, texts
from ..snapshot.gaps import Json
from ..snapshot.snapshot import GroupRoles, Role, RoleHolder


def role_id(name: str, client: str | None = None) -> str:
    """The id of a role in the snapshot of an export.

    :param client: its clientId; None for a realm role.
    """
    return f"realm:{name}" if client is None else f"client:{len(client)}:{client}:{name}"


def role_graph(realm: Json) -> dict[str, Role]:
    """Id -> role, of the realm and of all clients. Raises Malformed."""
    roles = mapping(realm, "roles")
    of_clients = mapping(roles, "client")
    found = [_role(each, None) for each in objects(roles, "realm")]
    found += [_role(each, client) for client in of_clients for each in objects(of_clients, client)]
    return {role.id: role for role in found}


def _role(role: Json, client: str | None) -> Role:
    name = text(role, "name")
    parts = mapping(role, "composites")
    return Role(role_id(name, client), name, client, tuple(_ids(parts, "realm", "client")), text(role, "description"))


def _ids(holder: Json, of_realm: str, of_clients: str) -> Iterator[str]:
    """The ids of the roles that an object names: realm roles in one member, client roles in another."""
    for name in texts(holder, of_realm):
        yield role_id(name)
    by_client = mapping(holder, of_clients)
    for client in by_client:
        for name in texts(by_client, client):
            yield role_id(name, client)


def granted(holder: Json) -> list[str]:
    """The ids of the roles that are directly assigned to a user or group. Raises Malformed."""
    return list(_ids(holder, "realmRoles", "clientRoles"))


def scope_mappings(realm: Json, kind: str) -> dict[str, list[str]]:
    """Name of each `client` or `clientScope` -> ids of the roles in its scope. Raises Malformed."""
    found: dict[str, list[str]] = {}
    for entry in objects(realm, "scopeMappings"):
        _add(found, entry, kind, (role_id(name) for name in texts(entry, "roles")))
    by_client = mapping(realm, "clientScopeMappings")
    for client in by_client:
        for entry in objects(by_client, client):
            _add(found, entry, kind, (role_id(name, client) for name in texts(entry, "roles")))
    return found


def _add(found: dict[str, list[str]], entry: Json, kind: str, ids: Iterable[str]) -> None:
    name = text(entry, kind)
    if name:
        found.setdefault(name, []).extend(ids)


def groups(realm: Json) -> dict[str, list[str]]:
    """Path of each group -> ids of the roles that it grants, including those of its parents. Raises Malformed."""
    return dict(_groups(objects(realm, "groups"), "", []))


def _groups(below: Iterable[Json], parent: str, inherited: list[str]) -> Iterator[tuple[str, list[str]]]:
    for group in below:
        path = f"{parent}/{text(group, 'name')}"
        roles = [*inherited, *granted(group)]
        yield path, roles
        yield from _groups(objects(group, "subGroups"), path, roles)


def default_groups(realm: Json) -> list[GroupRoles]:
    """The groups that every new user joins. Raises Malformed."""
    known = groups(realm)
    return [GroupRoles(path, tuple(known.get(path, ()))) for path in map(_path, texts(realm, "defaultGroups"))]


def _path(stated: str) -> str:
    """A group's path, as Keycloak reads g, /g and g/."""
    return "/" + stated.removeprefix("/").removesuffix("/")


def _accounts(realm: Json) -> Iterator[Json]:
    """The service accounts that an import makes, as users; those of the file have what the file says."""
    there = {text(user, "serviceAccountClientId") for user in objects(realm, "users")}
    for client in objects(realm, "clients"):
        name = text(client, "clientId")
        if switch(client, "serviceAccountsEnabled", default=False) and name not in there:
            common = {"username": f"service-account-{name.lower()}", "enabled": True, "serviceAccountClientId": name}
            yield {**common, "groups": texts(realm, "defaultGroups")}


def holders(realm: Json, name: str) -> list[RoleHolder]:
    """The users who have a role that administers, directly or through a group. Raises Malformed."""
    watched = privileged(role_graph(realm), name)
    by_group = groups(realm)
    users = [*objects(realm, "users"), *_accounts(realm)]
    return [holder for user in users for holder in _held(user, by_group, watched)]


def _held(user: Json, by_group: Mapping[str, list[str]], watched: frozenset[str]) -> Iterator[RoleHolder]:
    common: dict[str, Any] = {
        "username": text(user, "username"),
        "enabled": switch(user, "enabled", default=False),
        "service_account_of": text(user, "serviceAccountClientId") or None,
    }
    for role in granted(user):
        if role in watched:
            yield RoleHolder(role=role, **common)
    for group in map(_path, texts(user, "groups")):
        for role in by_group.get(group, ()):
            if role in watched:
                yield RoleHolder(role=role, group=group, **common)
