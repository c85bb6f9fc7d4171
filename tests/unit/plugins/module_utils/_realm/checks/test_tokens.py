# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tokens as the realm issues them."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks.tokens import (
    tokens_access_lifespan_long,
    tokens_default_alg_symmetric,
    tokens_implicit_lifespan_long,
    tokens_refresh_reuse,
    tokens_refresh_rotation_off,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import NotEvaluated
from ansible_collections.authkit.oauth.tests.unit.support.checks import REALM, Case, case
from ansible_collections.authkit.oauth.tests.unit.support.snapshot_parts import NO_POLICIES, client, policies

LONG: dict[str, Any] = {"accessTokenLifespanForImplicitFlow": 3600}
IMPLICIT: dict[str, Any] = {"implicitFlowEnabled": True}
PUBLIC: dict[str, Any] = {"publicClient": True}
UNUSABLE: dict[str, Any] = {"standardFlowEnabled": False}
REUSED: dict[str, Any] = {"revokeRefreshToken": True, "refreshTokenMaxReuse": 1}
INFO = {REALM: "info"}


def rotation(finds: Any, *clients: dict[str, Any], **policies: Any) -> Case:
    """What is found in a realm without rotation that has these clients."""
    return case(tokens_refresh_rotation_off, finds, realm={}, clients=list(clients), **(policies or NO_POLICIES))


def attributes(**values: str) -> dict[str, Any]:
    return {"attributes": {name.replace("__", "."): value for name, value in values.items()}}


CASES: list[Case] = [
    case(tokens_access_lifespan_long, [REALM], realm={"accessTokenLifespan": 901}),
    case(tokens_access_lifespan_long, [REALM], realm={"accessTokenLifespan": -1}),
    case(tokens_access_lifespan_long, {REALM: "low"}, realm={"accessTokenLifespan": 0}),
    case(tokens_access_lifespan_long, realm={"accessTokenLifespan": "900"}),
    case(tokens_access_lifespan_long, realm={}),
    case(
        tokens_access_lifespan_long, parameters={"max_access_token_lifespan": 7200}, realm={"accessTokenLifespan": 7200}
    ),
    case(tokens_implicit_lifespan_long, [REALM], realm=LONG, clients=[client(**IMPLICIT)], **NO_POLICIES),
    case(
        tokens_implicit_lifespan_long,
        [REALM],
        realm={"accessTokenLifespanForImplicitFlow": -1},
        clients=[client(**IMPLICIT)],
        **NO_POLICIES,
    ),
    case(tokens_implicit_lifespan_long, realm=LONG, clients=[client(), client(**IMPLICIT, enabled=False)]),
    case(tokens_implicit_lifespan_long, realm=LONG, clients=[client(**IMPLICIT)], **policies("reject-implicit-grant")),
    case(tokens_implicit_lifespan_long, realm={}),
    case(tokens_implicit_lifespan_long, unknown=NotEvaluated, realm=LONG),
    rotation([REALM], client(**PUBLIC)),
    rotation([REALM], client(**PUBLIC, **UNUSABLE, directAccessGrantsEnabled=True)),
    rotation([REALM], client(**PUBLIC, **UNUSABLE, **attributes(oauth2__device__authorization__grant__enabled="true"))),
    rotation(INFO, client()),
    rotation(INFO, client(**PUBLIC, enabled=False)),
    rotation(INFO, client("account-console", **PUBLIC)),
    rotation(INFO, client(**PUBLIC, protocol="saml")),
    rotation(INFO, client(**PUBLIC, **UNUSABLE, **IMPLICIT)),
    rotation(INFO, client(**PUBLIC, **attributes(use__refresh__tokens="false"))),
    rotation(INFO, client(**PUBLIC, **attributes(dpop__bound__access__tokens="true"))),
    rotation(INFO, client(**PUBLIC, **attributes(tls__client__certificate__bound__access__tokens="true"))),
    rotation(INFO, client(**PUBLIC), **policies("dpop-bind-enforcer")),
    rotation(INFO, client(**PUBLIC), **policies("holder-of-key-enforcer")),
    rotation([REALM], client(**PUBLIC), **policies("pkce-enforcer")),
    rotation(
        [REALM], client(**PUBLIC), **policies("dpop-bind-enforcer", "grant-type", grant_types=["authorization_code"])
    ),
    case(tokens_refresh_rotation_off, realm={"revokeRefreshToken": True}),
    case(tokens_refresh_rotation_off, unknown=NotEvaluated, realm={}),
    case(tokens_refresh_reuse, [REALM], realm=REUSED),
    case(tokens_refresh_reuse, parameters={"max_reuse": 1}, realm=REUSED),
    case(tokens_refresh_reuse, realm={**REUSED, "revokeRefreshToken": False}),
    case(tokens_refresh_reuse, realm={"revokeRefreshToken": True}),
    case(tokens_default_alg_symmetric, [REALM], realm={"defaultSignatureAlgorithm": "HS256"}),
    case(tokens_default_alg_symmetric, [REALM], realm={"defaultSignatureAlgorithm": "none"}),
    case(tokens_default_alg_symmetric, realm={"defaultSignatureAlgorithm": "EdDSA"}),
    case(tokens_default_alg_symmetric, realm={}),
]


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()
