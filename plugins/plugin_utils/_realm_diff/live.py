# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads a whole realm from the admin API for a comparison. It sends only GETs.

Values keep their secrets here, so that normal.py can compare them. Nothing of this is ever shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from ...module_utils._http.json_size import DEEPEST, depth
from ...module_utils._http.model import Transport
from ...module_utils._realm.admin.admin_api import AdminApi, json_objects, one_object, segment
from ...module_utils._realm.admin.audit_token import TokenSource
from ...module_utils._realm.admin.clients import VIEW_CLIENTS, management_client
from ...module_utils._realm.admin.plan import Parts, Plan, Reader
from ...module_utils._realm.admin.settings import (
    READERS,
    VIEW_IDENTITY_PROVIDERS,
    VIEW_REALM,
    complete_realm,
    realm_shown,
)
from ...module_utils._realm.keycloak.settings import objects as objects_of
from ...module_utils._realm.keycloak.settings import switch, text, texts
from ...module_utils._realm.snapshot.gaps import Gap, Json
from ...module_utils._realm.snapshot.missing import Missing, attempt, lacking, unlike_keycloak
from . import live_access, live_flows
from .side import PARTS, Side, unreadable_side

_WHOLE = {"briefRepresentation": "false"}
#: A gap without a role that the run could not do without: it may change what this client is to read only.
_HIDDEN_SETTINGS = Gap(
    "Keycloak shows the resources, scopes and policies of a client only with the role manage-authorization."
)


class Live:
    """The comparison's view of one realm on a server.

    :param server: the base URL. The caller ensures that the token may go there.
    """

    def __init__(self, server: str, realm: str, tokens: TokenSource, transport: Transport, retries: int) -> None:
        self.server, self.realm = server.rstrip("/"), realm
        self._api: AdminApi | None = None
        self._arguments = (server, realm, tokens, transport)
        self._retries = retries

    def stop(self) -> None:
        """Send no more requests."""
        if self._api is not None:
            self._api.stop()

    def side(self) -> Side:
        """The realm. What cannot be read is a gap.

        :raises AuthkitError: there is no token at all, or the server's address is not one that requests can go to.
        """
        try:
            self._api = api = AdminApi(*self._arguments, retries=self._retries)
            shown = realm_shown(api)
        except Missing as missing:
            return unreadable_side(self.realm, self.server, missing.gap)
        settings = attempt(lambda: _settings(api, shown))
        found = _PLAN.read(api, self.realm, {"realm": settings})
        ids, version = found.pop("flow_ids"), found.pop("server_version")
        parts = {name: _shallow(found[name]) for name in PARTS}
        return Side(
            self.realm,
            self.server,
            False,
            None if isinstance(version, Gap) else version,
            parts,
            {} if isinstance(ids, Gap) else ids,
        )


def _settings(api: AdminApi, shown: Json | Gap) -> Json:
    complete_realm(shown)
    return one_object(api.get("", VIEW_REALM, raw=True))


def _shallow(value: Any) -> Any:
    """The value, or a gap if it is nested deeper than anything that Keycloak returns."""
    return unlike_keycloak().gap if depth(value) > DEEPEST else value


def _clients(parts: Parts) -> list[Json]:
    shown = parts.api.listing("/clients", VIEW_CLIENTS, raw=True)
    if not all(text(each, "clientId") and text(each, "id") for each in shown):
        raise unlike_keycloak()
    # Without view-clients, Keycloak answers 200 and leaves out what the token may not see. Every realm has this client.
    if not any(each["clientId"] == management_client(parts.realm) for each in shown):
        raise lacking(VIEW_CLIENTS)
    return shown


def _authorization(parts: Parts) -> dict[str, Any]:
    with_services = [each for each in parts["clients"] if switch(each, "authorizationServicesEnabled", default=False)]

    def settings(client: Json) -> Json:
        path = f"/clients/{segment(text(client, 'id'))}/authz/resource-server"
        try:
            return one_object(parts.api.get(f"{path}/settings", raw=True))
        except Missing as missing:
            if missing.status != HTTPStatus.FORBIDDEN:
                raise
        hidden = dict.fromkeys(("policies", "resources", "scopes"), _HIDDEN_SETTINGS)
        return {**one_object(parts.api.get(path, "view-authorization", raw=True)), **hidden}

    return by_name(parts.api.each(settings, with_services), with_services, "clientId")


def by_name(found: Sequence[Any], items: Sequence[Json], key: str) -> dict[str, Any]:
    """Name of an item -> what was read of it, or a Gap."""
    return {text(item, key): value for item, value in zip(items, found, strict=True)}


def _client_scopes(parts: Parts) -> list[Json]:
    shown = json_objects(parts.api.get("/client-scopes", VIEW_CLIENTS, raw=True))
    if not shown:
        parts.require("clients")  # query-clients allows this listing, too, but leaves it empty
    return shown


def _default_scopes(parts: Parts) -> dict[str, list[str]]:
    def names(kind: str) -> list[str]:
        path = f"/default-{kind}-client-scopes"
        return [text(each, "name") for each in json_objects(parts.api.get(path, VIEW_CLIENTS))]

    return {"defaultDefaultClientScopes": names("default"), "defaultOptionalClientScopes": names("optional")}


def _required_actions(parts: Parts) -> list[Json]:
    return json_objects(parts.api.get("/authentication/required-actions", VIEW_REALM, raw=True))


def _identity_providers(parts: Parts) -> list[Json]:
    return parts.api.listing("/identity-provider/instances", VIEW_IDENTITY_PROVIDERS, query=_WHOLE, size=100, raw=True)


def _mappers(parts: Parts) -> dict[str, Any]:
    def mappers(provider: Json) -> list[Json]:
        path = f"/identity-provider/instances/{segment(text(provider, 'alias'))}/mappers"
        return json_objects(parts.api.get(path, VIEW_IDENTITY_PROVIDERS, raw=True))

    providers = parts["identity_providers"]
    return by_name(parts.api.each(mappers, providers), providers, "alias")


def _components(parts: Parts) -> list[Json]:
    shown = json_objects(parts.api.get("/components", VIEW_REALM, raw=True))
    names = {text(each, "id"): text(each, "name") for each in shown}
    return [{**each, "parentId": None, "parent": names.get(text(each, "parentId"))} for each in shown]


def _policies(parts: Parts) -> list[Json]:
    return objects_of(one_object(parts.api.get("/client-policies/policies", VIEW_REALM, raw=True)), "policies")


def _profiles(parts: Parts) -> list[Json]:
    return objects_of(one_object(parts.api.get("/client-policies/profiles", VIEW_REALM, raw=True)), "profiles")


def _localization(parts: Parts) -> dict[str, Json]:
    locales = texts({"locales": parts.api.get("/localization", VIEW_REALM)}, "locales")

    def of_locale(locale: str) -> Json:
        return one_object(parts.api.get(f"/localization/{segment(locale)}", VIEW_REALM, raw=True))

    return dict(zip(locales, parts.api.every(of_locale, locales), strict=True))


def _organizations(parts: Parts) -> list[Json]:
    if not switch(parts["realm"], "organizationsEnabled", default=False):
        return []
    needs = "view-organizations"
    shown = parts.api.listing("/organizations", needs, query=_WHOLE, raw=True)

    def with_providers(organization: Json) -> Json:
        path = f"/organizations/{segment(text(organization, 'id'))}/identity-providers"
        found = json_objects(parts.api.get(path, needs))
        return {**organization, "identityProviders": [text(each, "alias") for each in found]}

    return parts.api.every(with_providers, shown)


_PLAN = Plan(
    {
        **{name: READERS[name] for name in ("_server_info", "server_version", "_may_view_users", "user_profile")},
        **live_access.READERS,
        **live_flows.READERS,
        "clients": Reader(_clients),
        "authorization": Reader(_authorization, ("clients",)),
        "client_scopes": Reader(_client_scopes, ("clients",)),
        "default_scopes": Reader(_default_scopes),
        "required_actions": Reader(_required_actions),
        "identity_providers": Reader(_identity_providers),
        "identity_provider_mappers": Reader(_mappers, ("identity_providers",)),
        "components": Reader(_components),
        "client_policies": Reader(_policies),
        "client_profiles": Reader(_profiles),
        "localization": Reader(_localization),
        "organizations": Reader(_organizations, ("realm",)),
    },
    "realm",
)
