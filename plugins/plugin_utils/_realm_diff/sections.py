# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sections of a realm as they are compared: the objects of each by name, without ids, order and generated keys."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ...module_utils._realm.snapshot.gaps import Gap, Json
from ...module_utils._realm.snapshot.shapes import malformed
from .normal import MASKED, MASKED_CLIENT, Normal, order, unique
from .side import Side

#: Section -> what one of its objects is called, and several of them. In the order of the reports.
SECTIONS: Mapping[str, tuple[str, str]] = {
    "realm": ("realm settings", "realm settings"),
    "smtp": ("SMTP settings", "SMTP settings"),
    "events": ("events configuration", "events configuration"),
    "localization": ("locale", "locales"),
    "clients": ("client", "clients"),
    "client_scopes": ("client scope", "client scopes"),
    "roles": ("realm role", "realm roles"),
    "groups": ("group", "groups"),
    "flows": ("authentication flow", "authentication flows"),
    "required_actions": ("required action", "required actions"),
    "identity_providers": ("identity provider", "identity providers"),
    "components": ("component", "components"),
    "user_profile": ("user profile", "user profile"),
    "client_policies": ("client policy", "client policies"),
    "client_profiles": ("client profile", "client profiles"),
    "organizations": ("organization", "organizations"),
}
#: The name of the only object of a section.
ONLY = "realm"
_EVENTS = (
    "eventsEnabled",
    "eventsExpiration",
    "eventsListeners",
    "enabledEventTypes",
    "adminEventsEnabled",
    "adminEventsDetailsEnabled",
)
_NOT_SETTINGS = frozenset(
    {
        "applicationScopeMappings",
        "applications",
        "authenticationFlows",
        "authenticatorConfig",
        "clientPolicies",
        "clientProfiles",
        "clientScopeMappings",
        "clientScopes",
        "clientTemplates",
        "clients",
        "components",
        "defaultDefaultClientScopes",
        "defaultOptionalClientScopes",
        "federatedUsers",
        "groups",
        "identityProviderMappers",
        "identityProviders",
        "keycloakVersion",
        "localizationTexts",
        "oauthClients",
        "organizations",
        "protocolMappers",
        "realm",
        "requiredActions",
        "requiredCredentials",
        "roles",
        "scopeMappings",
        "smtpServer",
        "userFederationMappers",
        "userFederationProviders",
        "users",
        *_EVENTS,
    }
)
#: The ends of the names of what Keycloak generates for a key: privateKey, ecdsaPublicKey.
_GENERATED_KEYS = ("certificate", "kid", "privateKey", "PrivateKey", "publicKey", "PublicKey", "secret")
_USER_PROFILE = "declarative-user-profile"

Section = dict[str, Any]


def sections_of(side: Side, normal: Normal) -> dict[str, Section | Gap]:
    """Section -> name of an object -> the object as it is compared; a Gap where a side does not show it."""
    return {name: _built(build, side, normal, name) for name, build in _SECTIONS.items()}


def _built(build: Callable[[Side, Normal], Any], side: Side, normal: Normal, name: str) -> Any:
    try:
        return build(side, normal)
    except _Unread as error:
        return error.gap
    except (TypeError, ValueError, AttributeError, KeyError, RecursionError):
        return malformed(SECTIONS[name][1])


class _Unread(Exception):
    """A part is a gap."""

    def __init__(self, gap: Gap) -> None:
        super().__init__(gap.reason)
        self.gap = gap


def _part(side: Side, name: str) -> Any:
    value = side.parts[name]
    if isinstance(value, Gap):
        raise _Unread(value)
    return value


def _of(side: Side, part: str, name: str) -> Any:
    """What a part has of one object; the part's gap if it is one; None if it has nothing."""
    value = side.parts[part]
    return value if isinstance(value, Gap) else value.get(name)


def _realm(side: Side, normal: Normal) -> Section:
    shown = {key: value for key, value in _part(side, "realm").items() if key not in _NOT_SETTINGS}
    role = shown.get("defaultRole")
    if isinstance(role, Mapping):
        shown["defaultRole"] = role.get("name")
    scopes = side.parts["default_scopes"]
    for name in ("defaultDefaultClientScopes", "defaultOptionalClientScopes"):
        shown[name] = scopes if isinstance(scopes, Gap) else scopes.get(name)
    return {ONLY: normal.value(shown)}


def _smtp(side: Side, normal: Normal) -> Section:
    return {ONLY: normal.value(_part(side, "realm").get("smtpServer") or {})}


def _events(side: Side, normal: Normal) -> Section:
    realm = _part(side, "realm")
    return {ONLY: normal.value({name: realm.get(name) for name in _EVENTS})}


def _localization(side: Side, normal: Normal) -> Section:
    texts = _part(side, "localization")
    # Names of texts such as loginPassword do not say that the text is a secret.
    return {str(locale): normal.value(found, secrets=False) for locale, found in texts.items()}


def _named(objects: Iterable[Json], normal: Normal, key: str, shown: Callable[[Json], Any] | None = None) -> Section:
    found: Section = {}
    for each in objects:
        name = each[key]
        if not isinstance(name, str):
            raise TypeError
        found[unique(normal.name(name), found)] = normal.value(each) if shown is None else shown(each)
    return found


def _clients(side: Side, normal: Normal) -> Section:
    def shown(client: Json) -> Any:
        name = client["clientId"]
        whole = {
            **client,
            "roles": _roles_by_name(_of(side, "client_roles", name)),
            "scopeMappings": _of(side, "client_scope_mappings", name),
            "serviceAccount": _of(side, "service_accounts", name),
            "authorizationSettings": _authorization(_of(side, "authorization", name)),
        }
        if client.get("publicClient") is True or client.get("bearerOnly") is True or client.get("protocol") == "saml":
            whole["secret"] = None  # it means nothing, but an import makes one
        found = normal.value(whole)
        return {**found, "secret": MASKED_CLIENT} if found.get("secret") is MASKED else found

    return _named(_part(side, "clients"), normal, "clientId", shown)


def _roles_by_name(roles: Any) -> Any:
    if roles is None or isinstance(roles, Gap):
        return roles
    return {str(role["name"]): {**role, "name": None, "exists": True} for role in roles}


def _authorization(settings: Any) -> Any:
    """Authorization settings without the owner that every resource has: the client itself."""
    if not isinstance(settings, Mapping):
        return settings
    without = {"clientId": None, "name": None, "id": None}
    resources = settings.get("resources") or ()
    if not isinstance(resources, Gap):
        resources = [{**each, "owner": None} for each in resources]
    return {**settings, **without, "resources": resources}


def _client_scopes(side: Side, normal: Normal) -> Section:
    def shown(scope: Json) -> Any:
        return normal.value({**scope, "scopeMappings": _of(side, "scope_scope_mappings", scope["name"])})

    return _named(_part(side, "client_scopes"), normal, "name", shown)


def _roles(side: Side, normal: Normal) -> Section:
    return _named(_part(side, "roles"), normal, "name")


def _groups(side: Side, normal: Normal) -> Section:
    derived = dict.fromkeys(("path", "name", "parentId", "subGroups", "subGroupCount"))
    return _named(_part(side, "groups"), normal, "path", lambda group: normal.value({**group, **derived}))


def _flows(side: Side, normal: Normal) -> Section:
    def shown(flow: Any) -> Any:
        if isinstance(flow, Gap):
            return flow
        rest = normal.value({name: value for name, value in flow.items() if name != "steps"})
        return {**rest, "steps": normal.steps(flow["steps"])}

    return {alias: shown(flow) for alias, flow in _part(side, "flows").items()}


def _required_actions(side: Side, normal: Normal) -> Section:
    return _named(_part(side, "required_actions"), normal, "alias")


def _identity_providers(side: Side, normal: Normal) -> Section:
    def shown(provider: Json) -> Any:
        return normal.value({**provider, "mappers": _of(side, "identity_provider_mappers", provider["alias"])})

    return _named(_part(side, "identity_providers"), normal, "alias", shown)


def _components(side: Side, normal: Normal) -> Section:
    shown: list[tuple[str, Any]] = []
    for each in _part(side, "components"):
        if each.get("providerId") == _USER_PROFILE:
            continue
        config = {name: value for name, value in (each.get("config") or {}).items() if not _is_generated(each, name)}
        rest = dict.fromkeys(("parentId", "parent", "providerType", "name", "subComponents"))
        shown.append((_component_name(each), normal.value({**each, **rest, "config": config})))
    found: Section = {}
    for name, value in sorted(shown, key=lambda pair: order(pair[1])):  # names may repeat, in any order
        found[unique(name, found)] = value
    return found


def _component_name(component: Json) -> str:
    kind = str(component.get("providerType")).rpartition(".")[2]
    below = [str(component[key]) for key in ("parent", "subType") if component.get(key)]
    return f"{kind} {component.get('name')}" + (f" ({', '.join(below)})" if below else "")


def _is_generated(component: Json, name: str) -> bool:
    return name.endswith(_GENERATED_KEYS) and str(component.get("providerId")).endswith("-generated")


def _user_profile(side: Side, normal: Normal) -> Section:
    shown = _part(side, "user_profile")
    return {ONLY: normal.value(json.loads(shown) if isinstance(shown, str) else shown)}


def _policies(side: Side, normal: Normal) -> Section:
    return _named(_part(side, "client_policies"), normal, "name")


def _profiles(side: Side, normal: Normal) -> Section:
    return _named(_part(side, "client_profiles"), normal, "name")


def _organizations(side: Side, normal: Normal) -> Section:
    derived = dict.fromkeys(("members", "groups"))
    return _named(_part(side, "organizations"), normal, "name", lambda each: normal.value({**each, **derived}))


_SECTIONS: Mapping[str, Callable[[Side, Normal], Section]] = {
    "realm": _realm,
    "smtp": _smtp,
    "events": _events,
    "localization": _localization,
    "clients": _clients,
    "client_scopes": _client_scopes,
    "roles": _roles,
    "groups": _groups,
    "flows": _flows,
    "required_actions": _required_actions,
    "identity_providers": _identity_providers,
    "components": _components,
    "user_profile": _user_profile,
    "client_policies": _policies,
    "client_profiles": _profiles,
    "organizations": _organizations,
}
