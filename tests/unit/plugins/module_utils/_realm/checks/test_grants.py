# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Grants and PKCE of clients."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks import grants
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import NotEvaluated
from ansible_collections.authkit.oauth.tests.unit.support.checks import Case, case
from ansible_collections.authkit.oauth.tests.unit.support.snapshot_parts import NO_POLICIES, client, policies

OFF: dict[str, Any] = {"enabled": False}
PUBLIC: dict[str, Any] = {"publicClient": True}
S256: dict[str, Any] = {"attributes": {"pkce.code.challenge.method": "S256"}}
CLI: dict[str, Any] = {"directAccessGrantsEnabled": True}
DEVICE: dict[str, Any] = {"attributes": {"oauth2.device.authorization.grant.enabled": "true"}}

CASES: list[Case] = [
    case(grants.client_implicit_flow, ["app"], clients=[client(implicitFlowEnabled=True)], **NO_POLICIES),
    case(
        grants.client_implicit_flow, {"app": "info"}, clients=[client(implicitFlowEnabled=True, **OFF)], **NO_POLICIES
    ),
    case(
        grants.client_implicit_flow,
        {"app": "info"},
        clients=[client(implicitFlowEnabled=True)],
        **policies("reject-implicit-grant"),
    ),
    case(
        grants.client_implicit_flow,
        clients=[client(), client(protocol="saml", implicitFlowEnabled=True)],
        **NO_POLICIES,
    ),
    case(grants.client_implicit_flow, clients=[client(bearerOnly=True, implicitFlowEnabled=True)], **NO_POLICIES),
    case(grants.client_implicit_flow, unknown=NotEvaluated, clients=[client(implicitFlowEnabled=True)]),
    case(grants.client_direct_grants_public, ["app"], clients=[client(**PUBLIC, **CLI)], **NO_POLICIES),
    case(grants.client_direct_grants_public, {"app": "info"}, clients=[client(**PUBLIC, **CLI, **OFF)], **NO_POLICIES),
    case(
        grants.client_direct_grants_public, clients=[client("admin-cli", **PUBLIC, **CLI), client(**CLI)], **NO_POLICIES
    ),
    case(grants.client_direct_grants_public, clients=[client(**PUBLIC, **CLI)], **policies("reject-ropc-grant")),
    case(grants.client_direct_grants_confidential, ["app"], clients=[client(**CLI)], **NO_POLICIES),
    case(grants.client_direct_grants_confidential, clients=[client(**CLI)], **policies("reject-ropc-grant")),
    case(
        grants.client_direct_grants_confidential,
        clients=[client(**PUBLIC, **CLI), client(bearerOnly=True, **CLI)],
        **NO_POLICIES,
    ),
    case(grants.client_public_no_pkce, ["app"], clients=[client(**PUBLIC)], **NO_POLICIES),
    case(grants.client_public_no_pkce, clients=[client(**PUBLIC, **S256), client("account", **PUBLIC)], **NO_POLICIES),
    case(grants.client_public_no_pkce, clients=[client(**PUBLIC, standardFlowEnabled=False), client()], **NO_POLICIES),
    case(grants.client_public_no_pkce, clients=[client(**PUBLIC)], **policies("pkce-enforcer")),
    case(
        grants.client_public_no_pkce,
        ["app"],
        clients=[client(**PUBLIC)],
        **policies("pkce-enforcer", "client-access-type", type=["confidential"]),
    ),
    case(grants.client_pkce_plain, ["app"], clients=[client(attributes={"pkce.code.challenge.method": "plain"})]),
    case(grants.client_pkce_plain, clients=[client(**S256), client()]),
    case(grants.client_confidential_no_pkce, ["app"], clients=[client()], **NO_POLICIES),
    case(grants.client_confidential_no_pkce, clients=[client(**S256), client(redirectUris=[])], **NO_POLICIES),
    case(grants.client_confidential_no_pkce, clients=[client(**PUBLIC), client("broker")], **NO_POLICIES),
    case(grants.client_confidential_no_pkce, clients=[client()], **policies("pkce-enforcer")),
    case(grants.client_device_grant, ["app"], clients=[client(**DEVICE)]),
    case(grants.client_device_grant, clients=[client(**DEVICE), client("b")], parameters={"device_clients": ["app"]}),
    case(grants.client_mixed_service_account, ["app"], clients=[client(serviceAccountsEnabled=True)]),
    case(
        grants.client_mixed_service_account,
        ["app"],
        clients=[client(serviceAccountsEnabled=True, standardFlowEnabled=False, **CLI)],
    ),
    case(grants.client_mixed_service_account, clients=[client(serviceAccountsEnabled=True, redirectUris=[]), client()]),
]


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()
