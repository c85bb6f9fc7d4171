# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SAML clients."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks import saml_clients
from ansible_collections.authkit.oauth.tests.unit.support.checks import Case, case


def saml(*, enabled: bool = True, uris: tuple[str, ...] = (), **attributes: str) -> list[dict[str, Any]]:
    named = {name.replace("_", "."): value for name, value in attributes.items()}
    return [{"clientId": "sp", "protocol": "saml", "enabled": enabled, "redirectUris": list(uris), "attributes": named}]


OIDC = [{"clientId": "app", "protocol": "openid-connect", "redirectUris": ["*"]}]

CASES: list[Case] = [
    case(saml_clients.client_saml_unsigned, ["sp"], clients=saml(saml_server_signature="false")),
    case(saml_clients.client_saml_unsigned, {"sp": "info"}, clients=saml(enabled=False)),
    case(saml_clients.client_saml_unsigned, clients=saml(saml_server_signature="true")),
    case(saml_clients.client_saml_unsigned, clients=[*saml(saml_assertion_signature="true"), *OIDC]),
    case(saml_clients.client_saml_no_client_signature, ["sp"], clients=saml()),
    case(saml_clients.client_saml_no_client_signature, clients=saml(saml_client_signature="true")),
    case(saml_clients.client_saml_weak_signature, ["sp"], clients=saml(saml_signature_algorithm="RSA_SHA1")),
    case(saml_clients.client_saml_weak_signature, clients=saml(saml_signature_algorithm="RSA_SHA256")),
    case(saml_clients.client_saml_wildcard_acs, {"sp": "medium"}, clients=saml(uris=("https://sp.example/*",))),
    case(saml_clients.client_saml_wildcard_acs, {"sp": "medium"}, clients=saml(uris=("http://localhost:8080/sp/*",))),
    case(saml_clients.client_saml_wildcard_acs, {"sp": "medium"}, clients=saml(uris=("http://localhost:*",))),
    case(saml_clients.client_saml_wildcard_acs, ["sp"], clients=saml(uris=("https://sp.example*",))),
    case(
        saml_clients.client_saml_wildcard_acs,
        {"sp": "critical"},
        clients=saml(uris=("https://sp.example*",)),
        server_version="26.6.9",
    ),
    case(saml_clients.client_saml_wildcard_acs, {"sp": "critical"}, clients=saml(uris=("*",))),
    case(saml_clients.client_saml_wildcard_acs, {"sp": "low"}, clients=saml(uris=("https://*.sp.example/*",))),
    case(saml_clients.client_saml_wildcard_acs, {"sp": "info"}, clients=saml(enabled=False, uris=("*",))),
    case(saml_clients.client_saml_wildcard_acs, clients=[*saml(uris=("https://sp.example/acs",)), *OIDC]),
]


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()
