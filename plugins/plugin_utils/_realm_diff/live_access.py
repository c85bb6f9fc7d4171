# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads roles, groups, scopes and service accounts for a comparison, with names instead of ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...module_utils._realm.admin.admin_api import MOST_ENTRIES, AdminApi, json_objects, one_object, segment
from ...module_utils._realm.admin.clients import VIEW_CLIENTS
from ...module_utils._realm.admin.plan import Parts, Reader
from ...module_utils._realm.admin.settings import VIEW_REALM, VIEW_USERS
from ...module_utils._realm.keycloak.settings import mapping, objects, switch, text
from ...module_utils._realm.snapshot.gaps import Json
from ...module_utils._realm.snapshot.missing import unless_absent, unlike_keycloak

_WHOLE = {"briefRepresentation": "false"}
_LARGE_PAGE = 500


def _owned(parts: Parts) -> dict[str | None, list[Json]]:
    """The owner of roles (None for the realm) -> its roles, composites with their parts."""
    # With only one of the two roles, Keycloak leaves out the children of composites that need the other one.
    parts.require("realm", "clients")
    api, clients = parts.api, parts["clients"]
    owners: list[str | None] = [None, *(text(client, "clientId") for client in clients)]
    listed = [
        api.listing("/roles", VIEW_REALM, query=_WHOLE, size=_LARGE_PAGE, raw=True),
        *api.every(lambda client: _of_client(api, client), clients),
    ]
    composites = [role for roles in listed for role in roles if role.get("composite") is True]
    names = {text(client, "id"): text(client, "clientId") for client in clients}
    found = api.every(lambda role: _composites(api, role, names), composites)
    children = {text(role, "id"): value for role, value in zip(composites, found, strict=True)}
    return {
        owner: [{**role, "composites": children.get(text(role, "id"), {})} for role in roles]
        for owner, roles in zip(owners, listed, strict=True)
    }


def _of_client(api: AdminApi, client: Json) -> list[Json]:
    path = f"/clients/{segment(text(client, 'id'))}/roles"
    return unless_absent(lambda: json_objects(api.get(path, VIEW_CLIENTS, query=_WHOLE, raw=True))) or []


def _composites(api: AdminApi, role: Json, names: Mapping[str, str]) -> Json:
    path = f"/roles-by-id/{segment(text(role, 'id'))}/composites"
    found = unless_absent(lambda: json_objects(api.get(path, VIEW_REALM, VIEW_CLIENTS))) or []
    of_realm = [text(each, "name") for each in found if each.get("clientRole") is not True]
    of_clients: dict[str, list[str]] = {}
    for each in found:
        if each.get("clientRole") is True:
            owner = text(each, "containerId")
            of_clients.setdefault(names.get(owner, owner), []).append(text(each, "name"))
    return {"realm": of_realm, "client": of_clients}


def _roles(parts: Parts) -> list[Json]:
    owned: dict[str | None, list[Json]] = parts["_owned"]
    return owned[None]


def _client_roles(parts: Parts) -> dict[str, list[Json]]:
    return {owner: roles for owner, roles in parts["_owned"].items() if owner is not None}


def role_names(mappings: Json) -> dict[str, list[str]]:
    """The roles of a MappingsRepresentation: "realm" or clientId -> names, the former under "". Raises Malformed."""
    found = {"": [text(role, "name") for role in objects(mappings, "realmMappings")]}
    by_client = mapping(mappings, "clientMappings")
    for client in by_client:
        found[client] = [text(role, "name") for role in objects(mapping(by_client, client), "mappings")]
    return found


def _in_scopes(api: AdminApi, folder: str, holders: Iterable[Json], key: str) -> dict[str, Any]:
    listed = list(holders)

    def names(holder: Json) -> dict[str, list[str]]:
        path = f"{folder}/{segment(text(holder, 'id'))}/scope-mappings"
        return role_names(one_object(api.get(path, VIEW_CLIENTS)))

    return {text(holder, key): value for holder, value in zip(listed, api.each(names, listed), strict=True)}


def _client_scope_mappings(parts: Parts) -> dict[str, Any]:
    parts.require("realm", "clients")
    limited = [each for each in parts["clients"] if not switch(each, "fullScopeAllowed", default=True)]
    return _in_scopes(parts.api, "/clients", limited, "clientId")


def _scope_scope_mappings(parts: Parts) -> dict[str, Any]:
    parts.require("realm", "clients")
    return _in_scopes(parts.api, "/client-scopes", parts["client_scopes"], "name")


def _service_accounts(parts: Parts) -> dict[str, Any]:
    parts.require("realm", "clients", "_may_view_users")
    api = parts.api
    clients = [each for each in parts["clients"] if switch(each, "serviceAccountsEnabled")]

    def account(client: Json) -> Json:
        path = f"/clients/{segment(text(client, 'id'))}/service-account-user"
        user = one_object(api.get(path, VIEW_CLIENTS, VIEW_USERS, raw=True))
        own = f"/users/{segment(text(user, 'id'))}"
        roles = role_names(one_object(api.get(f"{own}/role-mappings", VIEW_USERS)))
        groups = json_objects(api.get(f"{own}/groups", VIEW_USERS))
        return service_account(user, roles, [text(each, "path") for each in groups])

    return {text(client, "clientId"): value for client, value in zip(clients, api.each(account, clients), strict=True)}


def service_account(user: Json, roles: Mapping[str, list[str]], groups: list[str]) -> Json:
    """What is compared of a service account.

    :param roles: owner -> names of roles; the realm's under "".
    """
    return {
        "enabled": user.get("enabled") is not False,
        "attributes": mapping(user, "attributes"),
        "roles": roles,
        "groups": groups,
    }


def _groups(parts: Parts) -> list[Json]:
    parts.require("realm", "clients", "_may_view_users")
    api = parts.api
    level = api.listing("/groups", VIEW_USERS, query=_WHOLE, size=_LARGE_PAGE, raw=True)
    found, seen = list(level), {text(each, "id") for each in level}
    while level:
        with_children = [each for each in level if each.get("subGroupCount") != 0]
        below = api.every(lambda group: _children(api, group), with_children)
        level = [each for children in below for each in children if text(each, "id") not in seen]
        seen.update(text(each, "id") for each in level)
        found += level
        if len(found) > MOST_ENTRIES:
            raise unlike_keycloak()
    return found


def _children(api: AdminApi, group: Json) -> list[Json]:
    path = f"/groups/{segment(text(group, 'id'))}/children"
    return api.listing(path, VIEW_USERS, query=_WHOLE, size=_LARGE_PAGE, raw=True)


READERS: Mapping[str, Reader] = {
    "_owned": Reader(_owned, ("realm", "clients")),
    "roles": Reader(_roles, ("_owned",)),
    "client_roles": Reader(_client_roles, ("_owned",)),
    "client_scope_mappings": Reader(_client_scope_mappings, ("realm", "clients")),
    "scope_scope_mappings": Reader(_scope_scope_mappings, ("realm", "clients", "client_scopes")),
    "service_accounts": Reader(_service_accounts, ("realm", "clients", "_may_view_users")),
    "groups": Reader(_groups, ("realm", "clients", "_may_view_users")),
}
