# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cases of the checks of what the caller's token says."""

from __future__ import annotations

import time
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks.own_token_claims import (
    token_admin_roles,
    token_audience_missing,
    token_audience_too_broad,
    token_default_account_roles,
    token_expires_in_inconsistent,
    token_lifetime_too_long,
    token_personal_data,
    token_required_claims_missing,
    token_scope_not_minimal,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Gap, NotEvaluated
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.observed import OwnToken
from ansible_collections.authkit.oauth.tests.unit.support.checks import Case, case
from ansible_collections.authkit.oauth.tests.unit.support.snapshot_parts import CLIENT, claims, only, token_answer

ISSUED = 1_000_000
OPAQUE = Gap("The access token is opaque.")
NO_SECRET = Gap("This needs the client's credentials.")
API = "https://api.example.org/orders"


def said(*leave_out: str, received: float | None = ISSUED, **changes: Any) -> dict[str, Any]:
    """A token that was received just when it was issued."""
    return {
        "own_claims": claims(*leave_out, **changes),
        "own_token": OwnToken(received_at=received),
        "own_client": CLIENT,
        "token_answer": token_answer(),
    }


def scopes(granted: str, asked: str | None = "") -> dict[str, Any]:
    words = None if asked is None else tuple(asked.split())
    return {"own_token": OwnToken(tuple(granted.split()), words), "own_client": CLIENT}


def roles(*realm: str, **clients: list[str]) -> dict[str, Any]:
    access = {name.replace("_", "-"): {"roles": held} for name, held in clients.items()}
    return said(realm_access={"roles": list(realm)}, resource_access=access)


def audience(aud: object, **clients: list[str]) -> dict[str, Any]:
    access = {name.replace("_", "-"): {"roles": held} for name, held in clients.items()}
    return said(aud=aud, resource_access=access)


CASES: list[Case] = [
    case(token_required_claims_missing, **said()),
    case(token_required_claims_missing, **said(received=ISSUED + 50, nbf=ISSUED)),
    case(token_required_claims_missing, **said(received=None)),
    *(case(token_required_claims_missing, [CLIENT], **said(name)) for name in ("exp", "iat", "jti", "sub")),
    case(token_required_claims_missing, [CLIENT], **said(sub="")),
    case(token_required_claims_missing, [CLIENT], **said(exp=ISSUED)),
    case(token_required_claims_missing, [CLIENT], **said(exp="soon")),
    case(token_required_claims_missing, [CLIENT], **said(exp=True)),
    case(token_required_claims_missing, [CLIENT], **said(received=ISSUED + 61)),
    case(token_required_claims_missing, [CLIENT], **said(received=ISSUED - 61)),
    case(token_required_claims_missing, **said(received=ISSUED + 61), parameters={"clock_skew": 90}),
    case(
        token_required_claims_missing, [CLIENT], **said(received=None, iat=time.time() + 7200, exp=time.time() + 9000)
    ),
    case(token_required_claims_missing, [CLIENT], **said(nbf=time.time() + 7200)),
    case(token_required_claims_missing, unknown=NotEvaluated, own_claims=OPAQUE, own_token=OwnToken()),
    case(token_lifetime_too_long, **said()),
    case(token_lifetime_too_long, **said(exp=ISSUED + 900)),
    case(token_lifetime_too_long, [CLIENT], **said(exp=ISSUED + 901)),
    case(token_lifetime_too_long, [CLIENT], **said(exp=ISSUED + 3600)),
    case(token_lifetime_too_long, {CLIENT: "high"}, **said(exp=ISSUED + 36000)),
    case(token_lifetime_too_long, [CLIENT], **{**said(), "token_answer": token_answer(expires_in=1800)}),
    case(token_lifetime_too_long, **said(exp=ISSUED + 3600), parameters={"max_access_token_lifespan": 3600}),
    case(token_lifetime_too_long, [CLIENT], **{**said(exp=ISSUED + 1800), "token_answer": NO_SECRET}),
    case(token_lifetime_too_long, unknown=NotEvaluated, **{**said("exp"), "token_answer": NO_SECRET}),
    case(token_expires_in_inconsistent, **said()),
    case(token_expires_in_inconsistent, **said(exp=ISSUED + 295)),
    case(token_expires_in_inconsistent, **said("exp")),
    case(token_expires_in_inconsistent, [CLIENT], **said(exp=ISSUED + 294)),
    case(token_expires_in_inconsistent, [CLIENT], **said(exp=ISSUED + 306)),
    case(token_expires_in_inconsistent, [CLIENT], **{**said(exp=30), "token_answer": token_answer(expires_in=30)}),
    case(token_expires_in_inconsistent, **said(), parameters={"min_useful_lifetime": 299}),
    case(
        token_expires_in_inconsistent, unknown=NotEvaluated, **{**said(), "token_answer": token_answer(expires_in=None)}
    ),
    case(token_expires_in_inconsistent, unknown=NotEvaluated, **{**said(), "token_answer": NO_SECRET}),
    case(token_audience_missing, **said()),
    case(token_audience_missing, **said(aud=["account", API])),
    case(token_audience_missing, [CLIENT], **said("aud")),
    case(token_audience_missing, [CLIENT], **said(aud=[])),
    case(token_audience_missing, [CLIENT], **said(aud="")),
    case(token_audience_missing, {CLIENT: "medium"}, **said(), parameters={"expected_audience": "billing"}),
    case(token_audience_missing, {CLIENT: "medium"}, **said("aud"), parameters={"expected_audience": "billing"}),
    case(token_audience_missing, **said(), parameters={"expected_audience": API}),
    case(token_audience_too_broad, **audience([API])),
    case(token_audience_too_broad, **audience(["account", API, "b", "c"])),
    case(token_audience_too_broad, **audience(None)),
    case(token_audience_too_broad, [CLIENT], **audience("*")),
    case(token_audience_too_broad, [CLIENT], **audience([API, "broker"])),
    case(token_audience_too_broad, [CLIENT], **audience(["a", "b", "c", "d"])),
    case(token_audience_too_broad, **audience(["a", "b", "c", "d"]), parameters={"max_audiences": 4}),
    case(token_audience_too_broad, [CLIENT], **audience(["realm-management"], realm_management=["manage-users"])),
    # No role brings this audience: a mapper adds it.
    case(token_audience_too_broad, [CLIENT], **audience([API, "realm-management"])),
    case(
        token_audience_too_broad,
        **audience(["realm-management"], realm_management=["view-realm", "query-clients"]),
    ),
    case(token_audience_too_broad, [CLIENT], **audience("shop-realm", shop_realm=["realm-admin"]), name="master"),
    case(token_audience_too_broad, **audience("shop-realm", shop_realm=["view-realm"]), name="master"),
    case(token_audience_too_broad, **audience("orders-realm", orders_realm=["write"])),
    case(token_audience_too_broad, {CLIENT: "low"}, **audience("account")),
    case(token_personal_data, **said()),
    *(
        case(token_personal_data, [CLIENT], **said(**only(name, "x")))
        for name in ("email", "phone_number", "address", "birthdate", "given_name", "family_name")
    ),
    case(token_personal_data, [CLIENT], **said(clientHost="127.0.0.1")),
    case(token_personal_data, [CLIENT], **said(clientAddress="127.0.0.1")),
    case(token_scope_not_minimal, **scopes("orders-api", "orders-api")),
    case(token_scope_not_minimal, **scopes("")),
    case(token_scope_not_minimal, **scopes("email", ""), parameters={"allowed_scopes": ["email"]}),
    case(token_scope_not_minimal, {CLIENT: "info"}, **scopes("orders-api", "")),
    case(token_scope_not_minimal, [CLIENT], **scopes("orders-api profile", "")),
    case(token_scope_not_minimal, [CLIENT], **scopes("orders-api email", "orders-api")),
    case(token_scope_not_minimal, [CLIENT], **scopes("orders-api billing-api", "orders-api")),
    *(
        case(token_scope_not_minimal, {CLIENT: "medium"}, **scopes(f"orders-api {scope}", "orders-api"))
        for scope in ("offline_access", "orders:admin", "orders.write")
    ),
    case(token_scope_not_minimal, {CLIENT: "medium"}, **scopes("offline_access", "")),
    case(token_scope_not_minimal, **scopes("offline_access", "offline_access")),
    case(token_scope_not_minimal, unknown=NotEvaluated, **scopes("email", None)),
    case(token_admin_roles, **said()),
    case(token_admin_roles, **roles("orders-read", billing=["manage-users"])),
    *(
        case(token_admin_roles, [CLIENT], **roles(realm_management=["view-realm", name]))
        for name in (
            "realm-admin",
            "manage-realm",
            "manage-users",
            "manage-clients",
            "manage-identity-providers",
            "manage-authorization",
            "manage-events",
            "manage-organizations",
            "create-client",
            "impersonation",
        )
    ),
    case(token_admin_roles, {CLIENT: "info"}, **roles(realm_management=["view-realm", "query-users"])),
    case(token_admin_roles, [CLIENT], **roles("admin"), name="master"),
    case(token_admin_roles, [CLIENT], **roles("create-realm"), name="master"),
    case(token_admin_roles, **roles("admin")),
    case(token_admin_roles, [CLIENT], **roles(shop_realm=["manage-users"]), name="master"),
    case(token_admin_roles, **roles(shop_realm=["manage-users"])),
    case(
        token_admin_roles,
        **roles(realm_management=["manage-users", "create-client"]),
        parameters={"allowed_admin_roles": ["manage-users", "realm-management.create-client"]},
    ),
    case(
        token_admin_roles,
        [CLIENT],
        **roles(realm_management=["manage-users", "create-client"]),
        parameters={"allowed_admin_roles": ["manage-users"]},
    ),
    case(token_admin_roles, **said(realm_access="admin", resource_access=["realm-management"])),
    case(token_default_account_roles, **said()),
    case(token_default_account_roles, **roles("uma_authorization", account=["view-profile"])),
    case(token_default_account_roles, [CLIENT], **roles(account=["manage-account", "view-profile"])),
    case(token_default_account_roles, [CLIENT], **roles(account=["delete-account"])),
    case(token_default_account_roles, [CLIENT], **roles("offline_access")),
]


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()
