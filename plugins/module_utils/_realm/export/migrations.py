# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an import changes in a realm file that states an older version: the migrations that Keycloak 26.7 runs then.

Themes, texts, administration roles and the order of required actions are left out: no check and no diff needs them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from ..keycloak.settings import Malformed, mapping, objects, switch, text, texts
from ..snapshot.gaps import Json
from . import old_flows

Version = tuple[int, int, int]
Step = Callable[[Json], dict[str, Any]]
_NUMBERS = re.compile(r"([0-9]{1,4})(?:\.([0-9]{1,4}))?(?:\.([0-9]{1,4}))?(?:\.(?!redhat)([A-Za-z0-9]+))?(?![0-9])")
#: Red Hat's versions up to 7.4, which are not Keycloak's.
_RED_HAT = re.compile(r"7\.([0-4])\.[0-9]+\.GA")
_OF_RED_HAT: tuple[Version, ...] = ((1, 9, 8), (2, 5, 5), (3, 4, 3), (4, 8, 3), (9, 0, 3))
_OIDC, _SAML, _OFFLINE = "openid-connect", "saml", "offline_access"
_CONSOLE, _ACCOUNT, _ACCOUNT_CONSOLE, _CLI = "security-admin-console", "account", "account-console", "admin-cli"
_SINCE_9 = {"view-applications", "view-consent", "manage-consent"}
_REGISTRATION_POLICIES = "org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy"
_USER_PROFILES = "org.keycloak.userprofile.UserProfileProvider"
_DEFAULT, _OPTIONAL = "defaultClientScopes", "optionalClientScopes"
_OF_REALM = {_DEFAULT: "defaultDefaultClientScopes", _OPTIONAL: "defaultOptionalClientScopes"}


def migrated(realm: Json) -> dict[str, Any]:
    """The realm of a completed file as the migrations of an import leave it. What is malformed stays as it is."""
    done = dict(realm)
    for version, step in _STEPS:
        if is_older(realm.get("keycloakVersion"), version):
            with suppress(Malformed):
                done.update(step(done))
    return done


def is_older(stated: object, than: Version) -> bool:
    """Whether a file states a version that Keycloak takes for older than this one; false if it states none."""
    found = _NUMBERS.match(stated) if isinstance(stated, str) else None
    if found is None:
        return False
    red_hat = _RED_HAT.fullmatch(str(stated))
    if red_hat is not None:
        return _OF_RED_HAT[int(red_hat[1])] < than
    major, minor, micro = (int(number or 0) for number in found.groups()[:3])
    # Keycloak takes 3.4.3.Final for older than 3.4.2.
    return (major, minor, micro) < than or ((major, minor) == than[:2] and found[4] is not None)


def _without_old_iterations(realm: Json) -> dict[str, Any]:
    """20000 iterations were the default before 3.2."""
    rules = [rule.strip() for rule in text(realm, "passwordPolicy").split(" and ")]
    if any(rule.startswith("hashAlgorithm") for rule in rules):
        return {}
    return {"passwordPolicy": " and ".join(rule for rule in rules if rule != "hashIterations(20000)")}


def _policies_of_scopes(realm: Json) -> dict[str, Any]:
    def changed(policy: Json) -> Json:
        if policy.get("providerId") != "allowed-client-templates":
            return policy
        config = dict(mapping(policy, "config"))
        if "allowed-client-templates" in config:
            config["allowed-client-scopes"] = config.pop("allowed-client-templates")
        return {**policy, "config": {**config, "allow-default-scopes": ["true"]}}

    return _with_components(realm, _REGISTRATION_POLICIES, changed)


def _with_components(realm: Json, kind: str, changed: Callable[[Json], Json | None]) -> dict[str, Any]:
    of_kind = objects(mapping(realm, "components"), kind)
    kept = [new for new in map(changed, of_kind) if new is not None]
    return {"components": {**mapping(realm, "components"), kind: kept}} if of_kind else {}


def _offline_access(realm: Json) -> dict[str, Any]:
    """Clients that had the role get the client scope that replaced it."""
    roles = {text(role, "name") for role in objects(mapping(realm, "roles"), "realm")}
    if _OFFLINE not in roles or _OFFLINE not in _names(realm):
        return {}
    mapped = {text(each, "client") for each in objects(realm, "scopeMappings") if _OFFLINE in texts(each, "roles")}

    def has_role(client: Json) -> bool:
        return switch(client, "fullScopeAllowed", default=True) or text(client, "clientId") in mapped

    return {"clients": [_with(each, _OPTIONAL, _OFFLINE, has_role) for each in objects(realm, "clients")]}


def _names(realm: Json) -> set[str]:
    return {text(scope, "name") for scope in objects(realm, "clientScopes")}


def _with(client: Json, kind: str, scope: str, test: Callable[[Json], bool] = bool, protocol: str = _OIDC) -> Json:
    """The client with a scope, unless it has it, is of another protocol, or only checks tokens."""
    has = [*texts(client, _DEFAULT), *texts(client, _OPTIONAL)]
    other = text(client, "protocol", _OIDC) != protocol or switch(client, "bearerOnly", default=False)
    return client if scope in has or other or not test(client) else {**client, kind: [*texts(client, kind), scope]}


def _added(*scopes: str, kind: str = _DEFAULT, even_old: bool = False, protocol: str = _OIDC) -> Step:
    """Adds scopes to the realm and to all clients.

    :param even_old: to the clients even if the realm has the scope.
    """

    def step(realm: Json) -> dict[str, Any]:
        there = _names(realm)
        new = [scope for scope in scopes if scope not in there]
        clients = objects(realm, "clients")
        for scope in scopes if even_old else new:
            clients = [_with(each, kind, scope, protocol=protocol) for each in clients]
        usual = _OF_REALM[kind]
        return {
            "clientScopes": [*objects(realm, "clientScopes"), *_scopes(new, protocol)],
            "clients": clients,
            usual: [*texts(realm, usual), *(each for each in new if each not in texts(realm, usual))],
        }

    return step


def _scopes(names: Iterable[str], protocol: str = _OIDC) -> list[dict[str, Any]]:
    return [{"name": name, "protocol": protocol, "attributes": {}, "protocolMappers": []} for name in names]


def _service_account(realm: Json) -> dict[str, Any]:
    new = {"service_account"} - _names(realm)
    return {"clientScopes": [*objects(realm, "clientScopes"), *_scopes(new)]}


def _addresses_of_consoles(realm: Json) -> dict[str, Any]:
    account, console = f"/realms/{text(realm, 'realm')}/account/", f"/admin/{text(realm, 'realm')}/console/"
    own = {
        _CONSOLE: {"rootUrl": "${authAdminUrl}", "baseUrl": console, "redirectUris": [f"{console}*"]},
        _ACCOUNT: {"rootUrl": "${authBaseUrl}", "baseUrl": account, "redirectUris": [f"{account}*"]},
    }
    return _with_clients(realm, {**own, _CONSOLE: {**own[_CONSOLE], "webOrigins": ["+"]}})


def _pkce(realm: Json) -> dict[str, Any]:
    """PKCE for the consoles. Keycloak does not get that far if the account client has the roles that it adds first."""
    roles = objects(mapping(mapping(realm, "roles"), "client"), _ACCOUNT)
    if _SINCE_9 & {text(role, "name") for role in roles}:
        return {}
    pkce = {"attributes": {"pkce.code.challenge.method": "S256"}}
    return _with_clients(realm, {_CONSOLE: pkce, _ACCOUNT_CONSOLE: pkce})


def _light_tokens(realm: Json) -> dict[str, Any]:
    light = {"fullScopeAllowed": True, "attributes": {"client.use.lightweight.access.token.enabled": "true"}}
    return _with_clients(realm, {_CONSOLE: light, _CLI: light})


def _with_clients(realm: Json, settings: Json) -> dict[str, Any]:
    """The clients, some of which get settings by their clientId."""

    def changed(client: Json) -> Json:
        new = mapping(settings, text(client, "clientId"))
        attributes = {**mapping(client, "attributes"), **mapping(new, "attributes")}
        return {**client, **new, "attributes": attributes} if new else client

    return {"clients": [changed(each) for each in objects(realm, "clients")]}


def _user_profile(realm: Json) -> dict[str, Any]:
    """The configuration that was kept in pieces; one without pieces is dropped."""
    if mapping(realm, "attributes").get("userProfileEnabled") != "true":
        return {}

    def changed(profile: Json) -> Json | None:
        config = mapping(profile, "config")
        count = "".join(texts(config, "config-pieces-count"))
        if not count.isdigit() or count == "0":
            return None
        pieces = [each for each in config if each.startswith("config-piece-")]
        pieces.sort(key=lambda name: (len(name), name))
        whole = "".join(piece for name in pieces for piece in texts(config, name))
        return {**profile, "config": {"kc.user.profile.config": [whole]}}

    return _with_components(realm, _USER_PROFILES, changed)


def _flows(change: Callable[[Json], list[Json]]) -> Step:
    return lambda realm: {"authenticationFlows": change(realm)}


#: As Keycloak runs them: each if the file states a version before this one.
_STEPS: tuple[tuple[Version, Step], ...] = (
    ((3, 2, 0), _without_old_iterations),
    ((4, 0, 0), _policies_of_scopes),
    ((4, 0, 0), _offline_access),
    ((4, 6, 0), _added("roles", "web-origins", even_old=True)),
    ((6, 0, 0), _added("microprofile-jwt", kind=_OPTIONAL, even_old=True)),
    ((8, 0, 0), _addresses_of_consoles),
    ((8, 0, 2), _flows(old_flows.alternatives_apart)),
    ((9, 0, 0), _pkce),
    ((18, 0, 0), _added("acr")),
    ((22, 0, 0), _flows(old_flows.without_http_challenge)),
    ((23, 0, 0), _user_profile),
    ((23, 0, 0), _flows(old_flows.without_profile_action)),
    ((25, 0, 0), _added("basic")),
    ((26, 0, 0), _light_tokens),
    ((26, 1, 0), _service_account),
    ((26, 6, 1), _flows(old_flows.with_organization)),
    ((26, 7, 0), _added("AuthnContextClassRef", protocol=_SAML)),
)
