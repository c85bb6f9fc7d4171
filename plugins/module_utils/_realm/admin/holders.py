# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads who has a role that administers.

It asks for the users of the few roles that matter, not for the roles of the many users.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ..keycloak.roles import MASTER, privileged
from ..keycloak.settings import mapping, switch, text
from ..snapshot.gaps import Json
from ..snapshot.missing import unlike_keycloak
from ..snapshot.snapshot import Role, RoleHolder
from .admin_api import MOST_ENTRIES, AdminApi, segment
from .plan import Parts, Reader
from .settings import VIEW_USERS

_BRIEF = {"briefRepresentation": "true"}
_LARGE_PAGE = 100
_SERVICE_ACCOUNT = "service-account-"


def _role_holders(parts: Parts) -> list[RoleHolder]:
    parts.require("roles", "_may_view_users")
    roles, clients, api = parts["roles"], parts["clients"], parts.api
    # Every user has the default role: what it grants is one finding, not one per user.
    everybody = text(mapping(parts["realm"], "defaultRole"), "id")
    watched = [roles[each] for each in sorted(privileged(roles, parts.realm) - {everybody})]
    ids = {text(client, "clientId"): text(client, "id") for client in clients}
    places = [(role, _role_path(role, ids)) for role in watched]
    direct = api.every(lambda each: _users(api, f"{each[1]}/users"), places)
    groups = api.every(lambda each: _groups(api, f"{each[1]}/groups"), places)
    accounts = service_accounts(clients)
    found = [_holder(user, role, accounts) for role, users in zip(watched, direct) for user in users]
    return [*found, *_members(api, list(zip(watched, groups)), accounts)]


def _role_path(role: Role, ids: Mapping[str, str]) -> str:
    folder = "/roles" if role.client is None else f"/clients/{segment(ids[role.client])}/roles"
    return f"{folder}/{segment(role.name)}"


def _users(api: AdminApi, path: str) -> list[Json]:
    return api.listing(path, VIEW_USERS, query=_BRIEF, size=_LARGE_PAGE)


def _groups(api: AdminApi, path: str) -> list[Json]:
    return api.listing(path, VIEW_USERS, query=_BRIEF, size=_LARGE_PAGE)


def _members(
    api: AdminApi, held: Iterable[tuple[Role, list[Json]]], accounts: Mapping[str, str]
) -> Iterator[RoleHolder]:
    """The members of groups that have a role, and of their subgroups, which inherit it."""
    by_group: dict[str, list[Role]] = {}
    for role, groups in held:
        for group in groups:
            by_group.setdefault(text(group, "id"), []).append(role)
    tops: dict[str, Json] = {text(group, "id"): group for _role, groups in held for group in groups}
    trees = api.every(lambda group: list(_with_descendants(api, group)), tops.values())
    inherited: dict[str, list[Role]] = {}
    paths: dict[str, str] = {}
    for top, tree in zip(tops, trees):
        for group in tree:
            paths[text(group, "id")] = text(group, "path")
            inherited.setdefault(text(group, "id"), []).extend(by_group[top])
    members = api.every(lambda each: _users(api, f"/groups/{segment(each)}/members"), paths)
    for each, users in zip(paths, members):
        for role in dict.fromkeys(inherited[each]):
            for user in users:
                yield _holder(user, role, accounts, paths[each])


def _with_descendants(api: AdminApi, group: Json) -> Iterator[Json]:
    waiting, seen = [group], set[str]()
    while waiting:
        each = waiting.pop()
        own = text(each, "id")
        if own in seen:  # a broken server may list a group below itself
            continue
        if len(seen) >= MOST_ENTRIES:
            raise unlike_keycloak()
        seen.add(own)
        yield each
        if each.get("subGroupCount") != 0:
            below = api.listing(f"/groups/{segment(own)}/children", VIEW_USERS, query=_BRIEF, size=_LARGE_PAGE)
            waiting.extend(reversed(below))


def _holder(user: Json, role: Role, accounts: Mapping[str, str], group: str | None = None) -> RoleHolder:
    name = text(user, "username")
    return RoleHolder(name, role.id, user.get("enabled") is not False, group, accounts.get(name.lower()))


def service_accounts(clients: Iterable[Json]) -> dict[str, str]:
    """User name of a service account -> the clientId of its client."""
    return {
        f"{_SERVICE_ACCOUNT}{text(client, 'clientId')}".lower(): text(client, "clientId")
        for client in clients
        if switch(client, "serviceAccountsEnabled")
    }


def _people_listed(parts: Parts) -> bool:
    parts.require("role_holders")
    return True


def _temporary_admins(parts: Parts) -> list[Json]:
    if parts.realm != MASTER:
        return []
    parts.require("_may_view_users")
    return parts.api.listing("/users", VIEW_USERS, query={"q": "is_temporary_admin:true"}, size=_LARGE_PAGE)


READERS: Mapping[str, Reader] = {
    "role_holders": Reader(_role_holders, ("realm", "roles", "clients", "_may_view_users")),
    "people_listed": Reader(_people_listed, ("role_holders",)),
    "temporary_admins": Reader(_temporary_admins, ("_may_view_users",)),
}
