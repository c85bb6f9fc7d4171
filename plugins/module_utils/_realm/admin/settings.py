# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the realm's own settings, and what a single request or listing returns."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from ..._words import quoted
from ..keycloak.settings import mapping, switch, text
from ..keycloak.settings import objects as objects_of
from ..snapshot.gaps import Gap, Json
from ..snapshot.missing import Missing, lacking
from .admin_api import AdminApi, json_objects, one_object
from .plan import Parts, Reader

VIEW_REALM, VIEW_USERS, VIEW_EVENTS = "view-realm", "view-users", "view-events"
VIEW_IDENTITY_PROVIDERS, VIEW_ORGANIZATIONS = "view-identity-providers", "view-organizations"
_LARGE_PAGE = 100
_ONLY_MANAGERS = Gap(
    "This version of Keycloak has no role view-organizations and shows organizations only to those who may change the "
    "realm, so they were not read.",
    expected=True,
)
#: The id of no user. Whether the token may query it shows whether it may see users, even in a realm without any.
_NOBODY = "00000000-0000-0000-0000-000000000000"


def realm_shown(api: AdminApi) -> Json | Gap:
    """The realm as the server returns it to this token, or the gap if it does not.

    :raises Missing: there is no point in reading anything else: no such realm, no connection, no valid token.
    """
    try:
        return one_object(api.get("", VIEW_REALM))
    except Missing as missing:
        if missing.status == HTTPStatus.NOT_FOUND:
            raise Missing(_no_such_realm(api)) from None
        if missing.status in (HTTPStatus.FORBIDDEN, HTTPStatus.INTERNAL_SERVER_ERROR):
            return missing.gap
        raise


def complete_realm(shown: Json | Gap) -> Json:
    """The RealmRepresentation. Raises Missing if view-realm is missing: Keycloak then answers 200 with a few keys."""
    if isinstance(shown, Gap):
        raise Missing(shown)
    if "sslRequired" not in shown:
        raise lacking(VIEW_REALM)
    return shown


def _no_such_realm(api: AdminApi) -> Gap:
    return Gap(
        f"The server has no realm {quoted(api.realm)} (404): check its name, upper and lower case, and whether the "
        "server's address needs a path such as /auth."
    )


def _server_info(parts: Parts) -> Json:
    return one_object(parts.api.server_info())


def _server_version(parts: Parts) -> str:
    version = text(mapping(parts["_server_info"], "systemInfo"), "version")
    if not version:
        raise Missing(Gap("Keycloak shows its version only to administrators of the realm master."))
    return version


def _features(parts: Parts) -> dict[str, bool]:
    shown = objects_of(parts["_server_info"], "features")
    if not shown:
        raise Missing(Gap("The server does not show its features: newer versions of Keycloak do."))
    return {text(each, "name"): switch(each, "enabled") for each in shown}


def _organizations(parts: Parts) -> list[Json]:
    if not switch(parts["realm"], "organizationsEnabled", default=False):
        return []
    try:
        return parts.api.listing("/organizations", VIEW_ORGANIZATIONS, size=_LARGE_PAGE)
    except Missing as missing:
        known = missing.status != HTTPStatus.FORBIDDEN or any(
            role.name == VIEW_ORGANIZATIONS for role in parts["roles"].values()
        )
        if known:
            raise
    raise Missing(_ONLY_MANAGERS)


def _may_view_users(parts: Parts) -> bool:
    """True. Raises Missing without view-users, since Keycloak then leaves users and groups out of listings."""
    parts.api.get(f"/attack-detection/brute-force/users/{_NOBODY}", VIEW_USERS)
    return True


def _user_profile(parts: Parts) -> Json:
    return one_object(parts.api.get("/users/profile", VIEW_REALM))


def _events_config(parts: Parts) -> Json:
    return one_object(parts.api.get("/events/config", VIEW_EVENTS))


def _required_actions(parts: Parts) -> list[Json]:
    return json_objects(parts.api.get("/authentication/required-actions", VIEW_REALM))


def _keys(parts: Parts) -> list[Json]:
    return objects_of(one_object(parts.api.get("/keys", VIEW_REALM)), "keys")


def _components(parts: Parts) -> list[Json]:
    return json_objects(parts.api.get("/components", VIEW_REALM))


def _client_policies(parts: Parts) -> list[Json]:
    shown = parts.api.get("/client-policies/policies", VIEW_REALM, query={"include-global-policies": "true"})
    return [*objects_of(one_object(shown), "policies"), *objects_of(shown, "globalPolicies")]


def _client_profiles(parts: Parts) -> list[Json]:
    shown = parts.api.get("/client-policies/profiles", VIEW_REALM, query={"include-global-profiles": "true"})
    return [*objects_of(one_object(shown), "profiles"), *objects_of(shown, "globalProfiles")]


def _identity_providers(parts: Parts) -> list[Json]:
    whole = {"briefRepresentation": "false"}
    return parts.api.listing("/identity-provider/instances", VIEW_IDENTITY_PROVIDERS, query=whole, size=100)


READERS: Mapping[str, Reader] = {
    "_server_info": Reader(_server_info),
    "server_version": Reader(_server_version, ("_server_info",)),
    "features": Reader(_features, ("_server_info",)),
    "organizations": Reader(_organizations, ("realm", "roles")),
    "_may_view_users": Reader(_may_view_users),
    "user_profile": Reader(_user_profile),
    "events_config": Reader(_events_config),
    "required_actions": Reader(_required_actions),
    "keys": Reader(_keys),
    "components": Reader(_components),
    "client_policies": Reader(_client_policies),
    "client_profiles": Reader(_client_profiles),
    "identity_providers": Reader(_identity_providers),
}
