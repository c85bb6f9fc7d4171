# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads a realm file for a comparison: the same parts as from a server, with a gap for what the file does not have."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ...module_utils._realm.export.completed import completed
from ...module_utils._realm.export.flows import flow_aliases
from ...module_utils._realm.export.flows import flows as flows_of
from ...module_utils._realm.export.switches import with_switches
from ...module_utils._realm.keycloak.settings import Malformed, mapping, objects, switch, text, texts
from ...module_utils._realm.snapshot.gaps import Gap, Json
from ...module_utils._realm.snapshot.references import marked
from ...module_utils._realm.snapshot.shapes import malformed, missing
from ...module_utils._realm.snapshot.snapshot import Execution
from .live_access import service_account
from .live_flows import flow_shown
from .side import PARTS, Side

#: The most steps of all flows in a file, with sub-flows counted wherever they run. A realm has about 60.
_MOST_STEPS = 20_000
#: A built-in flow that the admin API does not list.
_UNLISTED = "saml ecp"
#: Parts that completed() fills as far as an audit needs them.
_IN_PART = frozenset(
    {
        "authenticationFlows",
        "authenticatorConfig",
        "clientScopes",
        "clients",
        "components",
        "requiredActions",
        "roles",
        "scopeMappings",
        "users",
    }
)
_ACCOUNT_SCOPE = Gap("The file does not set it, and an import may add the scope of service accounts.")
_USER_PROFILE = "declarative-user-profile"
_TOO_MANY_STEPS = Gap(
    "The file's authentication flows run each other too often to be compared: export the realm again."
)


def side_of(realm: Json, source: str) -> Side:
    """The side that one realm of a file is. It does not raise: what is unusable becomes a gap.

    :param source: the file's name.
    """
    realm = marked(realm)
    done = _built("the realm", completed_realm, realm)
    realm = realm if isinstance(done, Gap) else done
    parts = parts_of(realm)
    ids = _built("authenticationFlows", flow_aliases, realm)
    version = realm.get("keycloakVersion")
    return Side(
        str(realm["realm"]),
        source,
        True,
        version if isinstance(version, str) else None,
        parts,
        {} if isinstance(ids, Gap) else ids,
    )


def parts_of(realm: Json) -> dict[str, Any]:
    """The parts of a side, as the file has them."""
    return {name: _built(name, _PARTS[name], realm) for name in PARTS}


def completed_realm(realm: Json) -> Json:
    """The realm with the settings that an import fills in, for itself and for the clients that the file names.

    The audit's defaults know enough of other objects to judge them, but not every member. These stay as in the file.
    """
    done = completed(with_switches(realm)).realm
    more = {name: value for name, value in done.items() if name not in _IN_PART and realm.get(name) is None}
    if realm.get("clients") is not None:
        named = {text(client, "clientId"): client for client in _clients(realm)}
        clients = [client for client in done["clients"] if text(client, "clientId") in named]
        more["clients"] = [_with_unsure_scopes(client, named[text(client, "clientId")]) for client in clients]
    return {**realm, **more, "attributes": done["attributes"]}


def _with_unsure_scopes(client: Json, stated: Json) -> Json:
    """The client. Keycloak gives a further scope to a client whose service account it makes."""
    if stated.get("defaultClientScopes") is not None or not switch(client, "serviceAccountsEnabled"):
        return client
    return {**client, "defaultClientScopes": _ACCOUNT_SCOPE}


def _built(part: str, build: Callable[[Json], Any], realm: Json) -> Any:
    try:
        return build(realm)
    except Malformed as error:
        return malformed(error.part)
    except (RecursionError, TypeError, ValueError, KeyError, AttributeError):  # nobody knows what a file may hold
        return malformed(part)


def _needing(part: str, build: Callable[[Json], Any]) -> Callable[[Json], Any]:
    return lambda realm: build(realm) if realm.get(part) is not None else missing(part)


def _default_scopes(realm: Json) -> Any:
    names = ("defaultDefaultClientScopes", "defaultOptionalClientScopes")
    return {name: texts(realm, name) if realm.get(name) is not None else missing(name) for name in names}


def _client_roles(realm: Json) -> dict[str, Any]:
    by_client = mapping(mapping(realm, "roles"), "client")
    return {text(client, "clientId"): objects(by_client, text(client, "clientId")) for client in _clients(realm)}


def _clients(realm: Json) -> list[Json]:
    return objects(realm, "clients")


def _scope_mappings(realm: Json, holder: str) -> dict[str, dict[str, list[str]]]:
    """Name of the holder ("client" or "clientScope") -> owner of roles ("" for the realm) -> names of roles."""
    found: dict[str, dict[str, list[str]]] = {}
    by_owner = {"": objects(realm, "scopeMappings")}
    of_clients = mapping(realm, "clientScopeMappings")
    by_owner.update({client: objects(of_clients, client) for client in of_clients})
    for owner, entries in by_owner.items():
        for entry in entries:
            if text(entry, holder):
                found.setdefault(text(entry, holder), {}).setdefault(owner, []).extend(texts(entry, "roles"))
    return found


def _client_scope_mappings(realm: Json) -> dict[str, Any]:
    found = _scope_mappings(realm, "client")
    limited = [each for each in _clients(realm) if not switch(each, "fullScopeAllowed", default=True)]
    return {text(each, "clientId"): found.get(text(each, "clientId"), {}) for each in limited}


def _scope_scope_mappings(realm: Json) -> dict[str, Any]:
    found = _scope_mappings(realm, "clientScope")
    return {text(each, "name"): found.get(text(each, "name"), {}) for each in objects(realm, "clientScopes")}


def _service_accounts(realm: Json) -> dict[str, Any]:
    accounts = {
        text(user, "serviceAccountClientId"): user
        for user in objects(realm, "users")
        if user.get("serviceAccountClientId")
    }
    found: dict[str, Any] = {}
    for client in _clients(realm):
        name = text(client, "clientId")
        if switch(client, "serviceAccountsEnabled"):
            found[name] = _account(accounts[name]) if name in accounts else missing("the client's service account")
    return found


def _account(user: Json) -> Json:
    of_clients = mapping(user, "clientRoles")
    roles = {"": texts(user, "realmRoles"), **{client: texts(of_clients, client) for client in of_clients}}
    return service_account(user, roles, texts(user, "groups"))


def _authorization(realm: Json) -> dict[str, Any]:
    return {
        text(client, "clientId"): client.get("authorizationSettings") or missing("authorizationSettings")
        for client in _clients(realm)
        if client.get("authorizationSettings") is not None
        or switch(client, "authorizationServicesEnabled", default=False)
    }


def _groups(realm: Json) -> list[Json]:
    return list(_with_below(objects(realm, "groups"), ""))


def _with_below(groups: list[Json], above: str) -> Iterator[Json]:
    for group in groups:
        path = f"{above}/{text(group, 'name')}"
        yield {**group, "path": path}
        yield from _with_below(objects(group, "subGroups"), path)


def _flows(realm: Json) -> Any:
    listed = {text(flow, "alias"): flow for flow in objects(realm, "authenticationFlows")}
    steps = _Steps(listed)
    try:
        return {
            alias: flow if isinstance(flow, Gap) else flow_shown(listed[alias], steps.shown(flow.executions))
            for alias, flow in flows_of(realm).items()
            if alias != _UNLISTED
        }
    except _TooMany:
        return _TOO_MANY_STEPS


class _TooMany(Exception):
    """Flows that run each other have more steps than any realm."""


class _Steps:
    """Spells steps as the admin API's readers do."""

    def __init__(self, flows: Mapping[str, Json]) -> None:
        self._flows, self._left = flows, _MOST_STEPS

    def shown(self, executions: tuple[Execution, ...]) -> list[Json]:
        self._left -= len(executions)
        if self._left < 0:
            raise _TooMany
        return [self._step(each) for each in executions]

    def _step(self, step: Execution) -> Json:
        is_flow = step.provider is None
        return {
            "name": step.name,
            "requirement": step.requirement,
            "description": self._flows.get(step.name, {}).get("description") if is_flow else None,
            "configuration": step.config,
            "steps": self.shown(step.children),
        }


def _mappers(realm: Json) -> dict[str, Any]:
    found: dict[str, list[Json]] = {text(each, "alias"): [] for each in objects(realm, "identityProviders")}
    for mapper in objects(realm, "identityProviderMappers"):
        found.setdefault(text(mapper, "identityProviderAlias"), []).append(mapper)
    return found


def _components(realm: Json) -> list[Json]:
    return list(_flat(mapping(realm, "components"), None))


def _flat(components: Json, parent: str | None) -> Iterator[Json]:
    for kind in components:
        for each in objects(components, kind):
            yield {**each, "providerType": kind, "parent": parent, "subComponents": None}
            yield from _flat(mapping(each, "subComponents"), text(each, "name"))


def _user_profile(realm: Json) -> Any:
    for component in _components(realm):
        values = texts(mapping(component, "config"), "kc.user.profile.config")
        if component.get("providerId") == _USER_PROFILE and values:
            return values[0]
    return missing("the user profile")


def _organizations(realm: Json) -> Any:
    if realm.get("organizations") is None and switch(realm, "organizationsEnabled", default=False):
        return missing("organizations")
    return [
        {**each, "identityProviders": [text(provider, "alias") for provider in objects(each, "identityProviders")]}
        for each in objects(realm, "organizations")
    ]


_PARTS: Mapping[str, Callable[[Json], Any]] = {
    "realm": lambda realm: realm,
    "clients": _needing("clients", _clients),
    "client_roles": _needing("roles", _client_roles),
    "client_scope_mappings": _needing("clients", _client_scope_mappings),
    "service_accounts": _needing("users", _service_accounts),
    "authorization": _authorization,
    "client_scopes": _needing("clientScopes", lambda realm: objects(realm, "clientScopes")),
    "scope_scope_mappings": _needing("clientScopes", _scope_scope_mappings),
    "default_scopes": _default_scopes,
    "roles": _needing("roles", lambda realm: objects(mapping(realm, "roles"), "realm")),
    "groups": _needing("groups", _groups),
    "flows": _needing("authenticationFlows", _flows),
    "required_actions": _needing("requiredActions", lambda realm: objects(realm, "requiredActions")),
    "identity_providers": _needing("clients", lambda realm: objects(realm, "identityProviders")),
    "identity_provider_mappers": _needing("clients", _mappers),
    "components": _needing("components", _components),
    "user_profile": _needing("components", _user_profile),
    "client_policies": _needing("clientPolicies", lambda realm: objects(mapping(realm, "clientPolicies"), "policies")),
    "client_profiles": _needing("clientProfiles", lambda realm: objects(mapping(realm, "clientProfiles"), "profiles")),
    "localization": lambda realm: mapping(realm, "localizationTexts"),
    "organizations": _organizations,
}
