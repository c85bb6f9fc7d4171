# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scopes."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks.scopes import (
    client_full_scope,
    client_offline_access_default,
    client_offline_access_public,
    scopes_default_offline,
    scopes_maps_admin_role,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Gap, NotEvaluated
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import Snapshot
from ansible_collections.authkit.oauth.tests.unit.support.checks import REALM, SERVER, Case, case
from ansible_collections.authkit.oauth.tests.unit.support.snapshot_parts import catalog, role

RM = "realm-management"
BATCH = {
    "standardFlowEnabled": False,
    "implicitFlowEnabled": False,
    "directAccessGrantsEnabled": False,
    "serviceAccountsEnabled": True,
}
NO_FLOW = {**BATCH, "serviceAccountsEnabled": False}
DEVICE = {**NO_FLOW, "attributes": {"oauth2.device.authorization.grant.enabled": "true"}}
NO_REFRESH = {"attributes": {"use.refresh.tokens": "false"}}


def one(check: Any, finds: Any = (), **client: Any) -> Case:
    """A case of one client that people log in with."""
    shown = {
        "clientId": "app",
        "enabled": True,
        "protocol": "openid-connect",
        "standardFlowEnabled": True,
        **client,
    }
    return case(check, finds, clients=[shown])


FULL_CASES = [
    one(client_full_scope, ["app"], fullScopeAllowed=True),
    *(
        one(client_full_scope, ["app"], fullScopeAllowed=True, **{**NO_FLOW, flow: True})
        for flow in ("standardFlowEnabled", "implicitFlowEnabled", "directAccessGrantsEnabled")
    ),
    one(client_full_scope, ["app"], fullScopeAllowed=True, **DEVICE),
    one(client_full_scope, ["app"], fullScopeAllowed=True, **{**BATCH, "standardFlowEnabled": True}),
    one(client_full_scope, {"app": "low"}, fullScopeAllowed=True, **BATCH),
    one(client_full_scope, {"app": "info"}, fullScopeAllowed=True, enabled=False),
    one(client_full_scope, {"app": "info"}, fullScopeAllowed=True, enabled=False, **BATCH),
    one(client_full_scope, fullScopeAllowed=False),
    one(client_full_scope, fullScopeAllowed=True, **NO_FLOW),
    one(client_full_scope, fullScopeAllowed=True, bearerOnly=True),
    one(client_full_scope, fullScopeAllowed=True, protocol="saml"),
    *(one(client_full_scope, fullScopeAllowed=True, clientId=name) for name in ("admin-cli", "security-admin-console")),
    # As Keycloak imports a client that does not say.
    one(client_full_scope, ["app"]),
    one(client_full_scope, consentRequired=True),
]
OFFLINE = ["profile", "offline_access"]
OFFLINE_CASES = [
    one(client_offline_access_default, ["app"], defaultClientScopes=OFFLINE),
    one(client_offline_access_default, ["app"], defaultClientScopes=OFFLINE, **DEVICE),
    one(client_offline_access_default, {"app": "info"}, defaultClientScopes=OFFLINE, enabled=False),
    one(client_offline_access_default, ["account-console"], defaultClientScopes=OFFLINE, clientId="account-console"),
    one(client_offline_access_default, defaultClientScopes=OFFLINE, **NO_REFRESH),
    one(client_offline_access_default, defaultClientScopes=OFFLINE, **BATCH),
    one(client_offline_access_default, defaultClientScopes=["profile"], optionalClientScopes=OFFLINE),
    one(client_offline_access_default),
    one(client_offline_access_public, ["app"], publicClient=True, optionalClientScopes=OFFLINE),
    one(client_offline_access_public, {"app": "info"}, publicClient=True, optionalClientScopes=OFFLINE, enabled=False),
    one(client_offline_access_public, publicClient=False, optionalClientScopes=OFFLINE),
    one(client_offline_access_public, publicClient=True, optionalClientScopes=["phone"]),
    one(client_offline_access_public, publicClient=True, optionalClientScopes=OFFLINE, **NO_FLOW),
    one(client_offline_access_public, publicClient=True, optionalClientScopes=OFFLINE, **NO_REFRESH),
    one(client_offline_access_public, publicClient=True, optionalClientScopes=OFFLINE, clientId="account-console"),
    case(scopes_default_offline, [REALM], default_client_scopes=OFFLINE),
    case(scopes_default_offline, default_client_scopes=["profile"]),
]

GAP = Gap("The role view-clients is missing.", roles=("view-clients",))
HELPDESK = role("helpdesk", f"{RM}.realm-admin")
APP = {"clientId": "app", "enabled": True}


def mapping(
    client: Any = None, *, scopes: Any = None, clients: Any = None, default: tuple[str, ...] = ()
) -> dict[str, Any]:
    return {
        "clients": [client or APP],
        "roles": catalog(HELPDESK),
        "scope_scope_mappings": scopes or {},
        "client_scope_mappings": clients or {},
        "default_client_scopes": default,
    }


OPS = {"ops": [f"{RM}.manage-users"]}
MAP_CASES = [
    case(scopes_maps_admin_role, ["ops"], **mapping({**APP, "defaultClientScopes": ["ops"]}, scopes=OPS)),
    case(scopes_maps_admin_role, ["ops"], **mapping({**APP, "optionalClientScopes": ["ops"]}, scopes=OPS)),
    case(scopes_maps_admin_role, ["ops"], **mapping(scopes=OPS, default=("ops",))),
    case(scopes_maps_admin_role, {"ops": "info"}, **mapping(scopes=OPS)),
    case(scopes_maps_admin_role, ["app"], **mapping(clients={"app": ["helpdesk"]})),
    case(scopes_maps_admin_role, {"app": "info"}, **mapping({**APP, "enabled": False}, clients={"app": ["helpdesk"]})),
    case(scopes_maps_admin_role, ["account"], **mapping({"clientId": "account"}, clients={"account": ["helpdesk"]})),
    case(scopes_maps_admin_role, **mapping({"clientId": "admin-cli"}, clients={"admin-cli": ["helpdesk"]})),
    case(
        scopes_maps_admin_role,
        **mapping(scopes={"offline_access": ["offline_access"]}, clients={"app": [f"{RM}.view-users"]}),
    ),
    case(scopes_maps_admin_role, unknown=NotEvaluated, **mapping(scopes={"ops": GAP})),
    case(scopes_maps_admin_role, unknown=NotEvaluated, **mapping(clients={"app": GAP})),
]
CASES: list[Case] = [*FULL_CASES, *OFFLINE_CASES, *MAP_CASES]


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()


def test_a_client_is_found_though_a_scope_could_not_be_read() -> None:
    sections = mapping(scopes={"ops": GAP}, clients={"app": [f"{RM}.manage-users"]})
    findings = iter(scopes_maps_admin_role.run(Snapshot(REALM, SERVER, sections), {}))
    assert next(findings).target == "app"
    with pytest.raises(NotEvaluated):
        next(findings)
