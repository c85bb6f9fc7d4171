# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads clients, client scopes, and the mappers of identity providers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from ..keycloak.admin_permissions import PERMISSIONS
from ..keycloak.roles import MASTER, REALM_MANAGEMENT, privileged
from ..keycloak.scrub import MASK, scrubbed, secret_traits
from ..keycloak.settings import mapping, switch, text
from ..keycloak.settings import objects as objects_of
from ..snapshot.gaps import Gap, Json
from ..snapshot.missing import lacking, unless_absent, unlike_keycloak
from ..snapshot.snapshot import Role, SecretTraits
from .admin_api import AdminApi, json_objects, one_object, segment
from .permissions import policies
from .plan import Parts, Reader, well_formed
from .settings import VIEW_IDENTITY_PROVIDERS

VIEW_CLIENTS = "view-clients"
#: From 26.8 on, Keycloak masks secrets for those who may only view clients.
_MASKED = Gap(
    "The server masks the secrets of clients: from Keycloak 26.8 on it shows them only with the role manage-clients, "
    "which the access token does not carry.",
    roles=("manage-clients",),
)
#: With up to this many owners of administering roles, each one's part of a scope is read. Most realms have one.
_FEW = 4


@dataclass(frozen=True)
class _Clients:
    clients: list[Json]
    traits: Mapping[str, SecretTraits | Gap]


def _listed(parts: Parts) -> _Clients:
    shown = parts.api.listing("/clients", VIEW_CLIENTS, raw=True)
    clients: list[Json] = [scrubbed(each) for each in shown]
    if not all(text(each, "clientId") and text(each, "id") for each in clients):
        raise unlike_keycloak()
    # Without view-clients, Keycloak answers 200 and leaves out what the token may not see. Every realm has this client.
    if not any(each["clientId"] == management_client(parts.realm) for each in clients):
        raise lacking(VIEW_CLIENTS)
    masked = {each["clientId"]: _MASKED for each in shown if MASK.fullmatch(str(each.get("secret", "")))}
    return _Clients(clients, {**secret_traits(shown, parts.realm), **masked})


def management_client(realm: str) -> str:
    """The client whose roles administer a realm."""
    return f"{MASTER}-realm" if realm == MASTER else REALM_MANAGEMENT


def _clients(parts: Parts) -> list[Json]:
    listed: _Clients = parts["_listed"]
    return listed.clients


def _secret_traits(parts: Parts) -> Mapping[str, SecretTraits | Gap]:
    listed: _Clients = parts["_listed"]
    return listed.traits


def _scopes(parts: Parts) -> list[Json]:
    return json_objects(parts.api.get("/client-scopes", VIEW_CLIENTS))


def _client_scopes(parts: Parts) -> list[Json]:
    shown: list[Json] = parts["_scopes"]
    if not shown:
        # query-clients allows this listing, too, but leaves it empty.
        parts.require("clients")
    return shown


def _default_client_scopes(parts: Parts) -> list[str]:
    shown = json_objects(parts.api.get("/default-default-client-scopes", VIEW_CLIENTS))
    if not shown:
        # From 26.8 on, listings of scopes are empty for those who may not view them.
        parts.require("clients")
    return [text(each, "name") for each in shown]


def _client_scope_mappings(parts: Parts) -> dict[str, list[str] | Gap]:
    # Without view-realm, Keycloak leaves out the realm's roles.
    parts.require("clients", "realm", "roles")
    limited = [each for each in parts["clients"] if not switch(each, "fullScopeAllowed", default=True)]
    return _by_name(parts.api, limited, "clientId", partial(_in_scope, parts.api, _owners(parts), "/clients"))


def _scope_scope_mappings(parts: Parts) -> dict[str, list[str] | Gap]:
    parts.require("clients", "client_scopes", "realm", "roles")
    scopes = parts["client_scopes"]
    return _by_name(parts.api, scopes, "name", partial(_in_scope, parts.api, _owners(parts), "/client-scopes"))


def _owners(parts: Parts) -> list[str]:
    """The owners of the roles that administer, as paths: "realm", or a client."""
    roles: Mapping[str, Role] = parts["roles"]
    ids = {text(client, "clientId"): text(client, "id") for client in parts["clients"]}
    found = {roles[each].client for each in privileged(roles, parts.realm)}
    return ["realm" if each is None else f"clients/{segment(ids[each])}" for each in sorted(found, key=str)]


def _in_scope(api: AdminApi, owners: list[str], folder: str, holder: Json) -> list[str]:
    """Ids of the roles in a scope, at least of those that administer.

    For a whole scope Keycloak walks all clients of the realm, each time. One owner's part costs the same in a realm of
    any size. If a part cannot be read, the result is a gap, not an empty scope.
    """
    path = f"{folder}/{segment(text(holder, 'id'))}/scope-mappings"
    if len(owners) > _FEW:
        return mapped_roles(one_object(api.get(path, VIEW_CLIENTS)))
    shown = [json_objects(api.get(f"{path}/{owner}", VIEW_CLIENTS)) for owner in owners]
    return [text(role, "id") for roles in shown for role in roles]


def mapped_roles(mappings: Json) -> list[str]:
    """The ids of the roles in a MappingsRepresentation. Raises Malformed."""
    by_client = mapping(mappings, "clientMappings")
    roles = [*objects_of(mappings, "realmMappings")]
    for client in by_client:
        roles += objects_of(mapping(by_client, client), "mappings")
    return [text(role, "id") for role in roles]


def _resource_servers(parts: Parts) -> dict[str, Json | Gap]:
    api = parts.api

    def settings(client: Json) -> Json | None:
        path = f"/clients/{segment(text(client, 'id'))}/authz/resource-server"
        found = unless_absent(lambda: one_object(api.get(path, VIEW_CLIENTS)))
        delegates = client["clientId"] in (PERMISSIONS, management_client(parts.realm))
        return found if found is None or not delegates else {**found, "policies": policies(api, path, VIEW_CLIENTS)}

    with_services = [each for each in parts["clients"] if switch(each, "authorizationServicesEnabled", default=False)]
    return _by_name(api, with_services, "clientId", settings)


def _mappers(parts: Parts) -> dict[str, list[Json] | Gap]:
    api = parts.api

    def mappers(provider: Json) -> list[Json]:
        path = f"/identity-provider/instances/{segment(text(provider, 'alias'))}/mappers"
        return json_objects(api.get(path, VIEW_IDENTITY_PROVIDERS))

    return _by_name(api, parts["identity_providers"], "alias", mappers)


def _by_name(api: AdminApi, items: Iterable[Json], key: str, read: Callable[[Json], Any]) -> dict[str, Any]:
    """Name -> what was read of an item, or a Gap. Items for which read returns None are left out."""
    listed = list(items)
    found = api.each(lambda item: well_formed(lambda: read(item)), listed)
    return {text(item, key): value for item, value in zip(listed, found) if value is not None}


READERS: Mapping[str, Reader] = {
    "_listed": Reader(_listed),
    "clients": Reader(_clients, ("_listed",)),
    "secret_traits": Reader(_secret_traits, ("_listed",)),
    "_scopes": Reader(_scopes),
    "client_scopes": Reader(_client_scopes, ("_scopes", "clients")),
    "default_client_scopes": Reader(_default_client_scopes, ("clients",)),
    "client_scope_mappings": Reader(_client_scope_mappings, ("clients", "realm", "roles")),
    "scope_scope_mappings": Reader(_scope_scope_mappings, ("clients", "client_scopes", "realm", "roles")),
    "resource_servers": Reader(_resource_servers, ("clients",)),
    "identity_provider_mappers": Reader(_mappers, ("identity_providers",)),
}
