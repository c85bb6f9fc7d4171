# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scopes: which roles and long-lived tokens a client gets without requesting them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Callable

from ..keycloak.clients import attribute_switch, client_id, has_user_flow, own_clients
from ..keycloak.findings import on_client, on_realm
from ..keycloak.oidc import clients_with_tokens
from ..keycloak.roles import all_roles, labels, privileged
from ..keycloak.settings import switch, texts
from ..model import INFO, Finding, Parameters, check
from ..partial_findings import gathered, knowable
from ..snapshot.gaps import Json, known
from ..snapshot.snapshot import Snapshot

_OFFLINE = "offline_access"
#: Keycloak's own clients for administration, which need administering roles.
_FOR_ADMINISTRATORS = frozenset({"admin-cli", "security-admin-console"})
_OFFLINE_REFERENCE = "Keycloak Server Administration Guide, Offline access"


@check(
    id="client-full-scope",
    area="scopes",
    level="L3",
    severity="medium",
    tier="core",
    title="Full scope allowed",
    rationale="All roles of the user (or service account) end up in each token.",
    remediation="Client > Client scopes > the client's dedicated scope > Scope > Full scope allowed off.",
    reference="Keycloak Server Administration Guide, Limiting scope",
)
def client_full_scope(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(client: Json) -> Iterator[Finding]:
        # Keycloak's default for a client without this setting.
        full = switch(client, "fullScopeAllowed", default=not switch(client, "consentRequired"))
        for_users, for_itself = has_user_flow(client), switch(client, "serviceAccountsEnabled")
        if full and not switch(client, "bearerOnly") and (for_users or for_itself):
            message = "fullScopeAllowed is true, so each token carries every role of " + (
                "the user." if for_users else "the service account."
            )
            yield on_client(client, message, {"fullScopeAllowed": True}, severity=None if for_users else "low")

    yield from knowable(find, own_clients(snapshot))


@check(
    id="client-offline-access-default",
    area="scopes",
    level="L3",
    severity="medium",
    tier="core",
    title="offline_access is a default scope of the client",
    rationale="Each login creates a long-lived credential that nobody requested.",
    remediation="Make it optional or remove it.",
    reference=_OFFLINE_REFERENCE,
)
def client_offline_access_default(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(client: Json) -> Iterator[Finding]:
        if _OFFLINE in texts(client, "defaultClientScopes") and _gets_refresh_tokens(client):
            message = "offline_access is among defaultClientScopes, so every login creates an offline token."
            yield on_client(client, message, {"defaultClientScopes": [_OFFLINE]})

    yield from knowable(find, clients_with_tokens(snapshot))


@check(
    id="client-offline-access-public",
    area="scopes",
    level="L3",
    severity="low",
    tier="extended",
    title="Public client may request offline_access",
    rationale="Long-lived tokens end up in browsers and phones.",
    remediation="Remove offline_access from the optional scopes of public clients.",
    reference=_OFFLINE_REFERENCE,
)
def client_offline_access_public(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(client: Json) -> Iterator[Finding]:
        optional = _OFFLINE in texts(client, "optionalClientScopes")
        if switch(client, "publicClient") and optional and _gets_refresh_tokens(client):
            message = "publicClient is true and offline_access is among optionalClientScopes."
            yield on_client(client, message, {"optionalClientScopes": [_OFFLINE]})

    yield from knowable(find, own_clients(snapshot))


@check(
    id="scopes-default-offline",
    area="scopes",
    level="L3",
    severity="medium",
    tier="extended",
    title="offline_access is a realm default scope",
    rationale="Every new client gets offline tokens.",
    remediation="Client scopes > offline_access > Assigned type Optional or None.",
    reference=_OFFLINE_REFERENCE,
)
def scopes_default_offline(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    if _OFFLINE in snapshot.default_client_scopes:
        message = "offline_access is among the realm's default client scopes, which every new client gets."
        yield on_realm(snapshot, message, {"defaultDefaultClientScopes": [_OFFLINE]})


@check(
    id="scopes-maps-admin-role",
    area="scopes",
    level="L3",
    severity="medium",
    tier="core",
    title="Scope adds administration roles to tokens",
    rationale="This defeats Full scope allowed = Off.",
    remediation="Remove the role from the scope of the client or client scope.",
    reference="Keycloak Server Administration Guide, Role scope mappings",
)
def scopes_maps_admin_role(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    clients = snapshot.clients
    roles = all_roles(snapshot)
    administering = privileged(roles, snapshot.name)
    assigned, unread = gathered(knowable(_scopes, clients))
    in_use = {*assigned, *snapshot.default_client_scopes}

    def in_scope(name: str) -> Iterator[Finding]:
        names = labels(roles, administering.intersection(known(snapshot.scope_scope_mappings[name])))
        if names:
            # A client whose scopes are unreadable may have any scope.
            unused = name not in in_use and unread is None
            message = f"The client scope {name} lets {', '.join(names)} into tokens" + (
                ", although no client has it." if unused else "."
            )
            yield Finding(
                name, "client-scope", message, {"roles": names}, severity=INFO if unused else None, details=tuple(names)
            )

    def in_client(client: Json) -> Iterator[Finding]:
        mapped = known(snapshot.client_scope_mappings.get(_name(client), ()))
        names = labels(roles, administering.intersection(mapped))
        if names:
            message = f"The client's scope lets {', '.join(names)} into its tokens."
            yield on_client(client, message, {"roles": names}, details=tuple(names))

    def scopes() -> Iterator[Finding]:
        return knowable(in_scope, sorted(snapshot.scope_scope_mappings))

    def own() -> Iterator[Finding]:
        return knowable(in_client, [each for each in clients if _name(each) not in _FOR_ADMINISTRATORS])

    sources: tuple[Callable[[], Iterator[Finding]], ...] = (scopes, own)
    # A gap in the first source must not hide the findings of the second.
    yield from knowable(lambda source: source(), sources)
    if unread is not None:
        raise unread


def _scopes(client: Json) -> list[str]:
    return [*texts(client, "defaultClientScopes"), *texts(client, "optionalClientScopes")]


def _gets_refresh_tokens(client: Json) -> bool:
    return has_user_flow(client) and attribute_switch(client, "use.refresh.tokens")


def _name(client: Json) -> str:
    return client_id(client)
