# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads a realm export instead of a server: the same sections, with a gap for what an export cannot contain.

Whole exports (kc.sh export), partial ones (admin console) and files written by hand are read. What an import would fill
in is filled in first; what is malformed, or left out of an export, becomes a gap, and the checks that need it are not
evaluated.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from ..export import flows as export_flows
from ..export import roles as export_roles
from ..keycloak.scrub import scrubbed, secret_traits
from ..keycloak.settings import Malformed, mapping, objects, switch, text, texts
from ..snapshot.gaps import Gap, Json, Unresolved
from ..snapshot.references import marked
from ..snapshot.shapes import major, malformed, missing
from ..snapshot.snapshot import Snapshot
from .completed import Completed, completed
from .components import components
from .global_profiles import GLOBAL_PROFILES
from .keys import keys
from .switches import with_switches
from .user_passwords import plain_passwords

USER_PROFILE_PROVIDER = "org.keycloak.userprofile.UserProfileProvider"
#: The first major version in which every realm has a declarative user profile.
USER_PROFILES_SINCE = 24
_PEOPLE = Gap(
    "The realm export contains service accounts but no other users, so the other administrators are unknown: check the "
    "server itself, or export the users, too."
)


def snapshot_of(realm: Json, source: str) -> Snapshot:
    """The snapshot of one exported realm. It does not raise: what is unusable becomes a gap."""
    name = str(realm["realm"])
    whole = _completed(marked(with_switches(realm)))
    realm = whole.realm
    traits = _built("clients", lambda: secret_traits(objects(realm, "clients"), name))
    clean: Json = scrubbed(realm)
    sections = {part: _built(part, build, clean) for part, build in _SECTIONS.items()}
    sections["plain_passwords"] = _built("users", plain_passwords, realm)
    sections["secret_traits"] = missing("clients") if "clients" not in realm else traits
    migrated = _built("attributes", _before_profiles, realm) is True
    filled = whole.filled | ({"unmanagedAttributePolicy"} if migrated else set())
    return Snapshot(name, source, sections, filled=filled, of_file=True)


def _completed(realm: Json) -> Completed:
    """The realm as an import leaves it, unless it is nested too deeply for that."""
    try:
        return completed(realm)
    except RecursionError:
        return Completed(dict(realm))


def _built(part: str, build: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return build(*arguments)
    except Unresolved as error:
        return Gap(error.reason)
    except Malformed as error:
        return malformed(error.part)
    except RecursionError:
        return malformed(part)


def _needing(part: str, build: Callable[[Json], Any]) -> Callable[[Json], Any]:
    """Builds a section only if the export has the part; otherwise it is a gap."""
    return lambda realm: build(realm) if realm.get(part) is not None else missing(part)


def _realm(realm: Json) -> Any:
    kept = {key: value for key, value in realm.items() if key not in _ELSEWHERE}
    return kept if "sslRequired" in kept else missing("the realm's settings")


def _version(realm: Json) -> Any:
    return text(realm, "keycloakVersion") or missing("keycloakVersion")


def _clients(realm: Json) -> Any:
    found = objects(realm, "clients")
    return found if all(isinstance(each.get("clientId"), str) for each in found) else malformed("clients")


def _without_full_scope(realm: Json) -> Any:
    in_scope = export_roles.scope_mappings(realm, "client")
    found: dict[str, list[str] | Gap] = {}
    for client in objects(realm, "clients"):
        name = text(client, "clientId")
        try:
            if not switch(client, "fullScopeAllowed", default=True):
                found[name] = in_scope.get(name, [])
        except Malformed as error:
            found[name] = malformed(error.part)
    return found


def _scopes_of_scopes(realm: Json) -> Any:
    in_scope = export_roles.scope_mappings(realm, "clientScope")
    return {text(each, "name"): in_scope.get(text(each, "name"), []) for each in objects(realm, "clientScopes")}


def _holders(realm: Json) -> Any:
    return export_roles.holders(realm, text(realm, "realm"))


def _people(realm: Json) -> Any:
    users = objects(realm, "users")
    return True if any(not user.get("serviceAccountClientId") for user in users) else _PEOPLE


def _temporary_admins(realm: Json) -> Any:
    if text(realm, "realm") != "master":
        return []
    if isinstance(_people(realm), Gap):
        return _PEOPLE
    users = objects(realm, "users")
    return [user for user in users if texts(mapping(user, "attributes"), "is_temporary_admin") == ["true"]]


def _before_profiles(realm: Json) -> bool:
    """Whether users could edit all their attributes, so that an import of this version's file lets them."""
    version = major(realm.get("keycloakVersion"))
    switched_on = switch(mapping(realm, "attributes"), "userProfileEnabled", default=False)
    return version is not None and version < USER_PROFILES_SINCE and not switched_on


def _user_profile(realm: Json) -> Any:
    profile = _stated_profile(realm)
    return {**profile, "unmanagedAttributePolicy": "ENABLED"} if _before_profiles(realm) else profile


def _stated_profile(realm: Json) -> Json:
    for component in components(realm):
        if component["providerType"] == USER_PROFILE_PROVIDER:
            values = texts(mapping(component, "config"), "kc.user.profile.config")
            return _json_object(values[0]) if values else {}
    return {}


def _json_object(value: str) -> Json:
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, Mapping):
        raise Malformed("kc.user.profile.config")
    return found


def _events(realm: Json) -> Any:
    kept = {key: realm[key] for key in _EVENTS if realm.get(key) is not None}
    return kept if "eventsEnabled" in kept else missing("eventsEnabled")


def _policies(realm: Json) -> Any:
    return objects(mapping(realm, "clientPolicies"), "policies")


def _profiles(realm: Json) -> Any:
    own = objects(mapping(realm, "clientProfiles"), "profiles")
    return [*own, *GLOBAL_PROFILES]


def _organizations(realm: Json) -> Any:
    if not switch(realm, "organizationsEnabled", default=False) or realm.get("organizations") is not None:
        return objects(realm, "organizations")
    # A partial export leaves them out.
    partial = realm.get("keycloakVersion") is not None and realm.get("users") is None
    return missing("organizations") if partial else []


def _mappers(realm: Json) -> Any:
    found: dict[str, list[Json]] = {text(each, "alias"): [] for each in objects(realm, "identityProviders")}
    for mapper in objects(realm, "identityProviderMappers"):
        found.setdefault(text(mapper, "identityProviderAlias"), []).append(mapper)
    return found


def _resource_servers(realm: Json) -> Any:
    return {
        text(client, "clientId"): mapping(client, "authorizationSettings")
        if client.get("authorizationSettings") is not None
        else missing("authorizationSettings")
        for client in objects(realm, "clients")
        if client.get("authorizationSettings") is not None
        or switch(client, "authorizationServicesEnabled", default=False)
    }


_EVENTS = (
    "eventsEnabled",
    "eventsExpiration",
    "eventsListeners",
    "enabledEventTypes",
    "adminEventsEnabled",
    "adminEventsDetailsEnabled",
)
#: Parts of an export that the admin API does not return with the realm; they have sections of their own.
_ELSEWHERE = frozenset(
    {
        "authenticationFlows",
        "authenticatorConfig",
        "clientPolicies",
        "clientProfiles",
        "clientScopeMappings",
        "clientScopes",
        "clients",
        "components",
        "federatedUsers",
        "groups",
        "identityProviderMappers",
        "organizations",
        "requiredActions",
        "roles",
        "scopeMappings",
        "users",
    }
)
_SECTIONS: Mapping[str, Callable[[Json], Any]] = {
    "realm": _realm,
    "server_version": _version,
    "clients": _needing("clients", _clients),
    "client_scopes": _needing("clientScopes", lambda realm: objects(realm, "clientScopes")),
    "default_client_scopes": _needing(
        "defaultDefaultClientScopes", lambda realm: texts(realm, "defaultDefaultClientScopes")
    ),
    "client_scope_mappings": _needing("clients", _without_full_scope),
    "scope_scope_mappings": _needing("clientScopes", _scopes_of_scopes),
    "roles": _needing("roles", export_roles.role_graph),
    # defaultGroups is missing both without default groups and where groups were not exported.
    "default_groups": _needing("roles", export_roles.default_groups),
    "role_holders": _needing("users", _holders),
    "people_listed": _needing("users", _people),
    "temporary_admins": _temporary_admins,
    "user_profile": _needing("components", _user_profile),
    "events_config": _events,
    "flows": _needing("authenticationFlows", export_flows.flows),
    "flow_aliases": _needing("authenticationFlows", export_flows.flow_aliases),
    "required_actions": _needing("requiredActions", lambda realm: objects(realm, "requiredActions")),
    "keys": _needing("components", lambda realm: keys(components(realm))),
    "components": _needing("components", components),
    "client_policies": _needing("clientPolicies", _policies),
    "client_profiles": _needing("clientProfiles", _profiles),
    "identity_providers": _needing("clients", lambda realm: objects(realm, "identityProviders")),
    "identity_provider_mappers": _needing("clients", _mappers),
    "organizations": _organizations,
    "resource_servers": _needing("clients", _resource_servers),
}
