# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clients that loosen the realm's rules for tokens."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks.client_tokens import (
    client_cc_refresh_token,
    client_hmac_token_alg,
    client_token_exchange_refresh,
    client_token_lifespan_override,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import NotEvaluated
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import Snapshot
from ansible_collections.authkit.oauth.tests.unit.support.checks import REALM, SERVER, Case, case
from ansible_collections.authkit.oauth.tests.unit.support.snapshot_parts import client


def with_(name: str = "app", settings: Any = None, **attributes: str) -> list[dict[str, Any]]:
    """A client with these attributes, their dots written as __."""
    dotted = {key.replace("__", "."): value for key, value in attributes.items()}
    return [client(name, attributes=dotted, **(settings or {}))]


OFF = {"enabled": False}
SAML = {"protocol": "saml"}
BEARER_ONLY = {"bearerOnly": True}
SERVICE = {"serviceAccountsEnabled": True}
EXCHANGE = {"standard__token__exchange__enabled": "true"}
REFRESH = "standard__token__exchange__enableRefreshRequestedTokenType"
CC_REFRESH = {"client_credentials__use_refresh_token": "true"}
CASES: list[Case] = [
    case(client_token_lifespan_override, ["app"], clients=with_(access__token__lifespan="901")),
    case(client_token_lifespan_override, ["app"], clients=with_(access__token__lifespan="-1")),
    case(client_token_lifespan_override, ["admin-cli"], clients=with_("admin-cli", access__token__lifespan="86400")),
    case(client_token_lifespan_override, {"app": "info"}, clients=with_("app", OFF, access__token__lifespan="901")),
    case(client_token_lifespan_override, clients=with_(access__token__lifespan="")),
    case(client_token_lifespan_override, clients=with_(access__token__lifespan="900")),
    case(client_token_lifespan_override, clients=with_("app", SAML, access__token__lifespan="901")),
    case(client_token_lifespan_override, clients=with_("app", BEARER_ONLY, access__token__lifespan="901")),
    case(client_token_lifespan_override, clients=[client()]),
    case(client_cc_refresh_token, ["app"], clients=with_("app", SERVICE, **CC_REFRESH)),
    case(client_cc_refresh_token, {"app": "info"}, clients=with_("app", {**SERVICE, **OFF}, **CC_REFRESH)),
    case(client_cc_refresh_token, clients=with_("app", None, **CC_REFRESH)),
    case(client_cc_refresh_token, clients=with_("app", SERVICE)),
    case(client_token_exchange_refresh, ["app"], clients=with_("app", None, **EXCHANGE, **{REFRESH: "SAME_SESSION"})),
    case(
        client_token_exchange_refresh,
        {"app": "info"},
        clients=with_("app", OFF, **EXCHANGE, **{REFRESH: "SAME_SESSION"}),
    ),
    case(client_token_exchange_refresh, clients=with_("app", None, **EXCHANGE, **{REFRESH: "NO"})),
    case(client_token_exchange_refresh, clients=with_("app", None, **EXCHANGE)),
    case(client_token_exchange_refresh, clients=with_("app", None, **{REFRESH: "SAME_SESSION"})),
    case(client_hmac_token_alg, ["app"], clients=with_(access__token__signed__response__alg="HS256")),
    case(client_hmac_token_alg, ["app"], clients=with_(id__token__signed__response__alg="none")),
    case(client_hmac_token_alg, ["app"], clients=with_(authorization__signed__response__alg="HS512")),
    case(client_hmac_token_alg, {"app": "info"}, clients=with_("app", OFF, id__token__signed__response__alg="HS256")),
    case(client_hmac_token_alg, clients=with_(access__token__signed__response__alg="PS256")),
    case(client_hmac_token_alg, clients=with_(access__token__signed__response__alg="")),
]


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()


def test_a_lifespan_that_is_none_leaves_the_other_clients_findings() -> None:
    clients = [*with_("odd", access__token__lifespan="long"), *with_("slow", access__token__lifespan="7200")]
    findings = iter(
        client_token_lifespan_override.run(
            Snapshot(REALM, SERVER, {"clients": clients}), client_token_lifespan_override.defaults()
        )
    )
    assert next(findings).target == "slow"
    with pytest.raises(NotEvaluated):
        next(findings)
