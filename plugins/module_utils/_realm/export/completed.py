# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A realm file as an import leaves the realm: what the file does not say has Keycloak's default."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ..keycloak.settings import Malformed, mapping, objects, switch, text, texts
from ..snapshot.gaps import Json
from . import default_flows, defaults, old_flows
from .migrations import migrated

#: Completes a client, by what the file states of it and what it has so far.
Step = Callable[[Json, Json], dict[str, Any]]
_OFFLINE, _OIDC = "offline_access", "openid-connect"
#: The most scopes that all clients get of the realm's lists: a file of a megabyte could fill the memory.
_MOST_SCOPES = 2_000_000
#: No list, so what needs one is not evaluated.
_UNREADABLE = ""
#: Parts that an export of the admin console leaves out on request, so that their absence says nothing.
_ON_REQUEST = ("clients", "roles", "groups", "users")


@dataclass(frozen=True)
class Completed:
    """A realm as an import leaves it.

    :ivar filled: the paths of what the file does not say: ``sslRequired``, ``clients/spa/webOrigins``.
    """

    realm: dict[str, Any]
    filled: frozenset[str] = frozenset()


_USER_ACTION, _MOST_DIGITS = "actionTokenGeneratedByUserLifespan", 10
#: Settings of a realm that Keycloak stores as attributes.
_AS_ATTRIBUTES = frozenset(
    {
        "actionTokenGeneratedByAdminLifespan",
        _USER_ACTION,
        "bruteForceProtected",
        "failureFactor",
        "maxDeltaTimeSeconds",
        "maxFailureWaitSeconds",
        "minimumQuickLoginWaitSeconds",
        "offlineSessionMaxLifespan",
        "offlineSessionMaxLifespanEnabled",
        "permanentLockout",
        "quickLoginCheckMilliSeconds",
        "waitIncrementSeconds",
    }
)


def completed(realm: Json) -> Completed:
    """The realm as an import leaves it. Parts that are malformed stay as they are."""
    with suppress(Malformed):
        realm = _renamed(realm)
    exported = all(realm.get(part) is not None for part in ("keycloakVersion", "components", "authenticationFlows"))
    parts = {name: value for name, value in defaults.EMPTY.items() if not (exported and name in _ON_REQUEST)}
    if not exported:
        parts["users"] = []
    stated = {name: value for name, value in realm.items() if value is not None}
    done: dict[str, Any] = {**defaults.SETTINGS, **parts, **stated}
    for step in (_lifespan, _stored, _headers, _one_time_passwords, _flows, _components, _scopes, _roles, _clients):
        with suppress(Malformed):
            done.update(step(stated, done))
    done = migrated(done)
    filled: set[str] = set(done) - set(stated)
    with suppress(Malformed):
        filled.update(_filled(objects(stated, "clients"), objects(done, "clients")))
    return Completed(done, frozenset(filled))


def _lifespan(realm: Json, _done: Json) -> dict[str, Any]:
    usual = defaults.SETTINGS["accessCodeLifespanUserAction"]
    return {_USER_ACTION: realm.get(_USER_ACTION, realm.get("accessCodeLifespanUserAction", usual))}


def _one_time_passwords(realm: Json, _done: Json) -> dict[str, Any]:
    """Without a type, an import ignores what else the file says of one-time passwords, except in an attribute.

    The attribute wins over the setting of the same meaning.
    """
    found: dict[str, Any] = {}
    if "otpPolicyType" not in realm:
        found = {name: value for name, value in defaults.SETTINGS.items() if name.startswith("otpPolicy")}
    reusable = mapping(realm, "attributes").get("realmReusableOtpCode")
    return {**found, "otpPolicyCodeReusable": reusable.lower() == "true"} if isinstance(reusable, str) else found


def _renamed(realm: Json) -> dict[str, Any]:
    """The realm with today's names for what Keycloak 1 called applications."""
    oauth = [{"fullScopeAllowed": False, **each} for each in objects(realm, "oauthClients")]
    old = [*objects(realm, "applications"), *oauth]
    if not old:
        return dict(realm)
    clients = [{"clientId": each.get("name"), **each} for each in old]
    return {**realm, "clients": [*objects(realm, "clients"), *clients]}


def _stored(realm: Json, _done: Json) -> dict[str, Any]:
    """The attributes, and the settings that the file states there, where Keycloak stores them."""
    attributes = mapping(realm, "attributes")
    found: dict[str, Any] = {"attributes": {**defaults.ATTRIBUTES, **attributes}}
    for name in _AS_ATTRIBUTES - realm.keys():
        value = attributes.get(name)
        if not isinstance(value, str):
            continue
        if isinstance(defaults.SETTINGS.get(name), bool):
            found[name] = value.lower() == "true"
        elif value.isascii() and value.isdigit() and len(value) < _MOST_DIGITS:
            found[name] = int(value)
    return found


def _headers(realm: Json, _done: Json) -> dict[str, Any]:
    usual = defaults.SETTINGS["browserSecurityHeaders"]
    return {"browserSecurityHeaders": {**usual, **mapping(realm, "browserSecurityHeaders")}}


def _filled(given: Iterable[Json], done: Iterable[Json]) -> Iterable[str]:
    for before, after in zip(given, done):
        for name in after.keys() - before.keys():
            yield f"clients/{text(before, 'clientId')}/{name}"


def _flows(realm: Json, _done: Json) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if realm.get("requiredActions") is None:
        found["requiredActions"] = default_flows.required_actions()
    if realm.get("authenticationFlows") is None:
        return {
            **found,
            "authenticationFlows": default_flows.flows(),
            "authenticatorConfig": default_flows.configs(),
        }
    flows = [part for flow in objects(realm, "authenticationFlows") for part in old_flows.imported(flow)]
    known = {text(flow, "alias") for flow in flows}
    needed = _reached(
        [flow["alias"] for flow in default_flows.flows() if flow["topLevel"] and flow["alias"] not in known]
    )
    configs = objects(realm, "authenticatorConfig")
    there = {text(config, "alias") for config in configs}
    flows += [flow for flow in needed if flow["alias"] not in known]
    found["authenticationFlows"] = flows
    if needed:
        more = [config for config in default_flows.configs() if config["alias"] not in there]
        found["authenticatorConfig"] = [*configs, *more]
    return found


def _reached(aliases: list[str]) -> list[dict[str, Any]]:
    """The default flows of these names, and those that they run."""
    by_alias = {flow["alias"]: flow for flow in default_flows.flows()}
    waiting, found = list(aliases), {}
    while waiting:
        flow = by_alias[waiting.pop()]
        found[flow["alias"]] = flow
        waiting += [step["flowAlias"] for step in flow["authenticationExecutions"] if "flowAlias" in step]
    return list(found.values())


def _components(_realm: Json, done: Json) -> dict[str, Any]:
    by_type = mapping(done, "components")
    more = {kind: [dict(each) for each in made] for kind, made in defaults.COMPONENTS.items() if kind not in by_type}
    return {"components": {**by_type, **more}}


def _scopes(realm: Json, done: Json) -> dict[str, Any]:
    """The client scopes, and those that clients of each kind get."""
    given = realm.get("clientScopes") is not None
    found: dict[str, Any] = {}
    optional = list(defaults.OPTIONAL_SCOPES)
    if given:
        scopes = [{**each, "name": text(each, "name").replace(" ", "_")} for each in objects(done, "clientScopes")]
        roles = {text(role, "name") for role in objects(mapping(done, "roles"), "realm")}
        optional = []
        if all(scope["name"] != _OFFLINE for scope in scopes):
            scopes.append({"name": _OFFLINE, "protocol": _OIDC})
            if _OFFLINE not in roles:
                optional = [_OFFLINE]
                found["defaultOptionalClientScopes"] = [*texts(done, "defaultOptionalClientScopes"), _OFFLINE]
        found["clientScopes"] = scopes
    else:
        found["clientScopes"] = [
            {"name": name, "protocol": protocol, "attributes": {}, "protocolMappers": []}
            for name, protocol in defaults.SCOPES.items()
        ]
        extra = {"clientScope": _OFFLINE, "roles": [_OFFLINE]}
        found["scopeMappings"] = [*objects(done, "scopeMappings"), extra]
    known = {text(scope, "name") for scope in found["clientScopes"]}
    for name, usual in (
        ("defaultDefaultClientScopes", [] if given else list(defaults.DEFAULT_SCOPES)),
        ("defaultOptionalClientScopes", optional),
    ):
        stated = texts({**done, **found}, name)
        found[name] = [each for each in stated if each in known] if realm.get(name) is not None else usual
    return found


def _clients(_realm: Json, done: Json) -> dict[str, Any]:
    if "clients" not in done:
        return {}
    given = objects(done, "clients")
    clients = [*given, *_own_clients(done, given)]
    of_scopes = _scopes_of(done, len(clients))
    return {"clients": [_client(client, of_scopes) for client in clients]}


def _client(client: Json, of_scopes: Step) -> dict[str, Any]:
    stated = {name: value for name, value in client.items() if value is not None}
    made: dict[str, Any] = {**defaults.CLIENT, **stated}
    for step in (_grants, _full_scope, _web_origins, _authorization, of_scopes):
        with suppress(Malformed):
            made.update(step(stated, made))
    return made


def _grants(client: Json, _made: Json) -> dict[str, Any]:
    """What an old name stands for."""
    if "directGrantsOnly" not in client:
        return {}
    only = switch(client, "directGrantsOnly", default=False)
    return {"standardFlowEnabled": not only, "directAccessGrantsEnabled": only}


def _full_scope(client: Json, made: Json) -> dict[str, Any]:
    if "fullScopeAllowed" in client:
        return {}
    return {"fullScopeAllowed": not switch(made, "consentRequired", default=False)}


def _web_origins(client: Json, made: Json) -> dict[str, Any]:
    return {} if "webOrigins" in client else {"webOrigins": sorted(_origins(texts(made, "redirectUris")))}


def _authorization(client: Json, made: Json) -> dict[str, Any]:
    if "authorizationSettings" not in client and not switch(made, "authorizationServicesEnabled", default=False):
        return {}
    flags = {"serviceAccountsEnabled": True, "bearerOnly": False, "publicClient": False}
    return {"authorizationSettings": {"policyEnforcementMode": "ENFORCING"}, **made, **flags}


def _scopes_of(realm: Json, clients: int) -> Step:
    """Gives a client the realm's scopes, unless the file states one of its lists.

    Scopes of no name that the realm has, and those of another protocol, are ignored.
    """
    try:
        protocols = {text(each, "name"): each.get("protocol", _OIDC) for each in objects(realm, "clientScopes")}
        usual = {name: texts(realm, of_realm) for name, of_realm in _REALM_SCOPES.items()}
    except Malformed:
        return lambda _client, _made: {}
    many = clients * sum(map(len, usual.values())) > _MOST_SCOPES

    def step(client: Json, made: Json) -> dict[str, Any]:
        stated = any(name in client for name in _REALM_SCOPES)
        if many and not stated:
            return dict.fromkeys(_REALM_SCOPES, _UNREADABLE)
        named = {name: texts(client, name) for name in _REALM_SCOPES} if stated else usual
        protocol = made["protocol"]
        return {name: [each for each in given if protocols.get(each) == protocol] for name, given in named.items()}

    return step


_REALM_SCOPES = {
    "defaultClientScopes": "defaultDefaultClientScopes",
    "optionalClientScopes": "defaultOptionalClientScopes",
}


def _origins(redirects: Iterable[str]) -> set[str]:
    found = set()
    for uri in redirects:
        if uri.startswith("http"):
            parts = uri.split("/", 3)
            found.add("/".join(parts[:3]))
    return found


def _own_clients(realm: Json, given: Iterable[Json]) -> list[dict[str, Any]]:
    """The clients that every realm has, without those in the file."""
    there, name = {text(client, "clientId") for client in given}, text(realm, "realm")
    # They are there before the scopes of a file.
    usual = any(text(scope, "name") == "web-origins" for scope in objects(realm, "clientScopes"))
    before: dict[str, Any] = {} if usual else {"defaultClientScopes": [], "optionalClientScopes": []}
    return [
        {**_named(settings, name), "clientId": client, **before}
        for client, settings in defaults.CLIENTS.items()
        if client not in there
    ]


def _named(value: Any, realm: str) -> Any:
    if isinstance(value, str):
        return value.replace("{realm}", realm)
    if isinstance(value, list):
        return [_named(part, realm) for part in value]
    return {key: _named(part, realm) for key, part in value.items()} if isinstance(value, dict) else value


def _roles(stated: Json, realm: Json) -> dict[str, Any]:
    """The roles of every realm beside the file's, and the default role."""
    if "roles" not in realm or "clients" not in realm:
        return {}
    given = {text(client, "clientId") for client in objects(realm, "clients")}
    roles = mapping(realm, "roles")
    own, of_clients = _of_realm(stated, realm), dict(mapping(roles, "client"))
    for client, made in defaults.ROLES.items():
        if client not in given:
            of_clients[client] = _merged(objects(of_clients, client), client, made)
    names = {text(role, "name") for role in own}
    basic = [name for name in defaults.REALM_ROLES if name not in names]
    own = [*own, *({"name": name} for name in basic)]
    if realm.get("defaultRole") is not None:
        return {"roles": {**roles, "realm": own, "client": of_clients}}
    name = f"default-roles-{text(realm, 'realm').lower()}"
    parts: dict[str, Any] = {"realm": [*basic, *texts(realm, "defaultRoles")], "client": {}}
    if "account" not in given:
        parts["client"]["account"] = ["view-profile", "manage-account"]
    for each in objects(realm, "clients"):
        if texts(each, "defaultRoles"):
            parts["client"].setdefault(text(each, "clientId"), []).extend(texts(each, "defaultRoles"))
    own = _added(own, name, parts)
    return {"roles": {**roles, "realm": own, "client": of_clients}, "defaultRole": {"name": name}}


def _of_realm(stated: Json, done: Json) -> list[Json]:
    """The realm's roles. Unless the file has the scope of its name, one is there before, and the file adds nothing."""
    own, scopes = objects(mapping(done, "roles"), "realm"), stated.get("clientScopes")
    if isinstance(scopes, list) and any(isinstance(each, dict) and each.get("name") == _OFFLINE for each in scopes):
        return own
    return [{**role, "composites": {}} if text(role, "name") == _OFFLINE else role for role in own]


def _merged(roles: list[Json], client: str, made: Json) -> list[Json]:
    for name, contained in made.items():
        roles = _added(roles, name, {"client": {client: list(contained)}} if contained else {})
    return roles


def _added(roles: list[Json], name: str, parts: Json) -> list[Json]:
    """The roles, with this one, or with these parts of it if it is there."""
    for number, role in enumerate(roles):
        if text(role, "name") == name:
            composites = mapping(role, "composites")
            of_clients = dict(mapping(composites, "client"))
            for client in mapping(parts, "client"):
                of_clients[client] = [*texts(of_clients, client), *texts(mapping(parts, "client"), client)]
            of_realm = [*texts(composites, "realm"), *texts(parts, "realm")]
            union = {**role, "composites": {"realm": of_realm, "client": of_clients}}
            return [*roles[:number], union, *roles[number + 1 :]]
    return [*roles, {"name": name, "composites": parts}]
