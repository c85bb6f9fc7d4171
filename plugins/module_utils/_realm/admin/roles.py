# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads roles and composites, and the roles that the default groups grant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ..keycloak.settings import text
from ..snapshot.gaps import Json
from ..snapshot.missing import unless_absent, unlike_keycloak
from ..snapshot.snapshot import GroupRoles, Role
from .admin_api import AdminApi, json_objects, one_object, segment
from .clients import VIEW_CLIENTS, mapped_roles
from .plan import Parts, Reader
from .settings import VIEW_REALM, VIEW_USERS

#: The deepest nesting of groups. A server that returns more is assumed to be broken.
DEEPEST = 1000
_LARGE_PAGE = 500


def _roles(parts: Parts) -> dict[str, Role]:
    # With only one of the two roles, Keycloak leaves out the children of composites that need the other one.
    parts.require("realm", "clients")
    clients = parts["clients"]
    of_realm = parts.api.listing("/roles", VIEW_REALM, size=_LARGE_PAGE)
    of_clients = parts.api.every(lambda client: _of_client(parts.api, client), clients)
    owned: list[tuple[str | None, Json]] = [(None, role) for role in of_realm]
    owned += [(text(client, "clientId"), role) for client, roles in zip(clients, of_clients) for role in roles]
    composites = [text(role, "id") for _client, role in owned if role.get("composite") is True]
    children = dict(zip(composites, parts.api.every(lambda role: _children(parts.api, role), composites)))
    return role_graph(owned, children)


def role_graph(owned: Iterable[tuple[str | None, Json]], children: Mapping[str, Iterable[str]]) -> dict[str, Role]:
    """Id -> role, from pairs of clientId (None for the realm) and RoleRepresentation. Raises Malformed."""
    return {role.id: role for role in _graph(owned, children)}


def _graph(owned: Iterable[tuple[str | None, Json]], children: Mapping[str, Iterable[str]]) -> Iterator[Role]:
    for client, role in owned:
        own = text(role, "id")
        yield Role(own, text(role, "name"), client, tuple(children.get(own, ())), text(role, "description"))


def _of_client(api: AdminApi, client: Json) -> list[Json]:
    path = f"/clients/{segment(text(client, 'id'))}/roles"
    return unless_absent(lambda: json_objects(api.get(path, VIEW_CLIENTS))) or []


def _children(api: AdminApi, role: str) -> list[str]:
    path = f"/roles-by-id/{segment(role)}/composites"
    parts = unless_absent(lambda: json_objects(api.get(path, VIEW_REALM, VIEW_CLIENTS)))
    return [text(each, "id") for each in parts or ()]


def _default_groups(parts: Parts) -> list[GroupRoles]:
    # Without all of these roles, Keycloak leaves out groups or their roles.
    parts.require("realm", "clients", "_may_view_users")
    groups = json_objects(parts.api.get("/default-groups", VIEW_REALM, VIEW_USERS))
    return parts.api.every(lambda group: _group_roles(parts.api, group), groups)


def _group_roles(api: AdminApi, group: Json) -> GroupRoles:
    return GroupRoles(text(group, "path"), tuple(_given(api, text(group, "id"), text(group, "parentId"))))


def _given(api: AdminApi, group: str, parent: str) -> list[str]:
    """Ids of the roles that a group grants, including those of its parents."""
    roles: list[str] = []
    seen: set[str] = set()
    while group not in seen:  # a broken server may name a group as its own parent
        if len(seen) >= DEEPEST:
            raise unlike_keycloak()
        seen.add(group)
        roles += mapped_roles(one_object(api.get(f"/groups/{segment(group)}/role-mappings", VIEW_USERS)))
        if parent:
            above = one_object(api.get(f"/groups/{segment(parent)}", VIEW_USERS))
            group, parent = parent, text(above, "parentId")
    return roles


READERS: Mapping[str, Reader] = {
    "roles": Reader(_roles, ("realm", "clients")),
    "default_groups": Reader(_default_groups, ("realm", "clients", "_may_view_users")),
}
