# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Endpoints of clients that Keycloak calls, and missing ones."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks import client_endpoints
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Gap, NotEvaluated
from ansible_collections.authkit.oauth.tests.unit.support.checks import Case, case
from ansible_collections.authkit.oauth.tests.unit.support.snapshot_parts import client


def having(**attributes: str) -> list[dict[str, Any]]:
    return [client(attributes={name.replace("_", "."): value for name, value in attributes.items()})]


HTTP, HTTPS = "http://a.example/x", "https://a.example/x"
OFF: dict[str, Any] = {"enabled": False}

CASES: list[Case] = [
    case(client_endpoints.client_issuer_excluded, ["app"], clients=having(exclude_issuer_from_auth_response="true")),
    case(client_endpoints.client_issuer_excluded, clients=having(exclude_issuer_from_auth_response="false")),
    case(client_endpoints.client_http_backend_url, {"app": "high"}, clients=having(jwks_url=HTTP, use_jwks_url="true")),
    case(client_endpoints.client_http_backend_url, clients=having(jwks_url=HTTP, use_jwks_url="false")),
    case(client_endpoints.client_http_backend_url, ["app"], clients=having(backchannel_logout_url=HTTP)),
    case(client_endpoints.client_http_backend_url, ["app"], clients=having(frontchannel_logout_url=HTTP)),
    case(client_endpoints.client_http_backend_url, ["app"], clients=having(request_uris=f"{HTTPS}##{HTTP}")),
    case(client_endpoints.client_http_backend_url, ["app"], clients=[client(adminUrl=HTTP)]),
    case(
        client_endpoints.client_http_backend_url, ["app"], clients=[client(adminUrl="/k", rootUrl="http://a.example")]
    ),
    case(client_endpoints.client_http_backend_url, {"app": "info"}, clients=[client(adminUrl=HTTP, **OFF)]),
    case(
        client_endpoints.client_http_backend_url,
        clients=[client(adminUrl="http://localhost/x"), *having(request_uris=HTTPS)],
    ),
    *(
        case(
            client_endpoints.client_authz_not_enforcing,
            ["app"],
            clients=[client()],
            resource_servers={"app": {"policyEnforcementMode": mode}},
        )
        for mode in ("PERMISSIVE", "DISABLED")
    ),
    case(
        client_endpoints.client_authz_not_enforcing,
        {"app": "info"},
        clients=[client(**OFF)],
        resource_servers={"app": {"policyEnforcementMode": "DISABLED"}},
    ),
    case(
        client_endpoints.client_authz_not_enforcing,
        clients=[client()],
        resource_servers={"app": {"policyEnforcementMode": "ENFORCING"}},
    ),
    case(
        client_endpoints.client_authz_not_enforcing,
        unknown=NotEvaluated,
        clients=[client()],
        resource_servers={"app": Gap("No.")},
    ),
]


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()
