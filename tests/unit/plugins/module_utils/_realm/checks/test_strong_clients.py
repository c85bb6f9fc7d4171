# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clients under the demands of profiles for high-value APIs."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks.strong_clients import (
    client_par_not_required,
    client_public,
    client_refresh_replayable,
    client_shared_secret,
    client_signature_alg,
    client_tokens_unbound,
    tokens_par_lifespan_long,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import NotEvaluated
from ansible_collections.authkit.oauth.tests.unit.support.checks import Case, case
from ansible_collections.authkit.oauth.tests.unit.support.snapshot_parts import client

PUBLIC: dict[str, Any] = {"publicClient": True}
OFF: dict[str, Any] = {"enabled": False}
DPOP, MTLS = "dpop.bound.access.tokens", "tls.client.certificate.bound.access.tokens"
PUSHED = "require.pushed.authorization.requests"
REDIRECT: dict[str, Any] = {"redirectUris": ["https://app.example.com/cb"]}


def one(name: str = "app", attributes: dict[str, str] | None = None, **settings: Any) -> list[dict[str, Any]]:
    return [client(name, attributes=attributes or {}, **settings)]


def policies(executor: str) -> dict[str, Any]:
    """A client policy with this executor for each client."""
    condition = {"condition": "any-client", "configuration": {}}
    return {
        "client_policies": [{"name": "all", "enabled": True, "conditions": [condition], "profiles": ["strong"]}],
        "client_profiles": [{"name": "strong", "executors": [{"executor": executor, "configuration": {}}]}],
    }


NONE: dict[str, Any] = {"client_policies": [], "client_profiles": []}
SERVICE: dict[str, Any] = {"serviceAccountsEnabled": True, "standardFlowEnabled": False}
ROTATED = {"revokeRefreshToken": True, "refreshTokenMaxReuse": 0}
STRICT = {"rotation_suffices": False}
ES256 = {"defaultSignatureAlgorithm": "ES256"}
CASES: list[Case] = [
    case(client_signature_alg, ["app"], realm={}, clients=one()),
    case(client_signature_alg, ["app"], realm={"defaultSignatureAlgorithm": ""}, clients=one(**SERVICE)),
    case(client_signature_alg, realm=ES256, clients=one()),
    case(client_signature_alg, realm={}, clients=one(standardFlowEnabled=False)),
    case(client_signature_alg, realm={}, clients=one("account-console")),
    case(client_signature_alg, realm={}, clients=one(**OFF)),
    *(
        case(client_signature_alg, ["app"], realm=ES256, clients=one(attributes={name: "RS256"}))
        for name in (
            "access.token.signed.response.alg",
            "id.token.signed.response.alg",
            "user.info.response.signature.alg",
            "authorization.signed.response.alg",
            "request.object.signature.alg",
            "token.endpoint.auth.signing.alg",
        )
    ),
    case(client_signature_alg, ["app"], realm=ES256, clients=one(attributes={"request.object.signature.alg": "none"})),
    case(client_signature_alg, realm=ES256, clients=one(attributes={"request.object.signature.alg": "any"})),
    case(
        client_signature_alg,
        realm={},
        clients=one(attributes={f"{name}.token.signed.response.alg": "PS256" for name in ("access", "id")}),
    ),
    case(client_signature_alg, realm={}, clients=one(), parameters={"algorithms": ["RS256"]}),
    case(client_signature_alg, unknown=NotEvaluated, realm={"defaultSignatureAlgorithm": 5}, clients=one()),
    case(client_public, ["app"], clients=one(**PUBLIC)),
    case(client_public, clients=one()),
    case(client_public, clients=one(**PUBLIC, **OFF)),
    case(client_public, clients=one("security-admin-console", **PUBLIC)),
    case(client_public, clients=one(publicClient=True, protocol="saml")),
    case(client_shared_secret, ["app"], clients=one(clientAuthenticatorType="client-secret")),
    case(client_shared_secret, ["app"], clients=one(clientAuthenticatorType="client-secret-jwt")),
    case(client_shared_secret, clients=one(clientAuthenticatorType="client-jwt")),
    case(client_shared_secret, clients=one(clientAuthenticatorType="client-x509")),
    case(client_shared_secret, clients=one(**PUBLIC)),
    case(client_shared_secret, clients=one(bearerOnly=True)),
    case(client_shared_secret, unknown=NotEvaluated, clients=one(clientAuthenticatorType="federated-jwt")),
    case(client_par_not_required, ["app"], clients=one(**REDIRECT), **NONE),
    case(client_par_not_required, clients=one(attributes={PUSHED: "true"}, **REDIRECT), **NONE),
    case(client_par_not_required, clients=one(**REDIRECT, **OFF), **NONE),
    case(client_par_not_required, clients=one(**SERVICE), **NONE),
    case(client_par_not_required, unknown=NotEvaluated, clients=one(**REDIRECT), **policies("secure-par-content")),
    case(client_tokens_unbound, ["app"], clients=one(), **NONE),
    case(client_tokens_unbound, ["app"], clients=one(**SERVICE), **NONE),
    case(client_tokens_unbound, clients=one(attributes={DPOP: "true"}), **NONE),
    case(client_tokens_unbound, clients=one(attributes={MTLS: "true"}), **NONE),
    case(client_tokens_unbound, ["app"], clients=one(attributes={DPOP: "true"}, implicitFlowEnabled=True), **NONE),
    case(client_tokens_unbound, clients=one(**OFF), **NONE),
    case(client_tokens_unbound, clients=one(standardFlowEnabled=False), **NONE),
    case(client_tokens_unbound, clients=one(), **policies("dpop-bind-enforcer")),
    case(client_tokens_unbound, unknown=NotEvaluated, clients=one(**SERVICE), **policies("dpop-bind-enforcer")),
    case(client_refresh_replayable, ["app"], realm={}, clients=one(**PUBLIC), **NONE),
    case(client_refresh_replayable, realm=ROTATED, clients=one(**PUBLIC), **NONE),
    case(
        client_refresh_replayable, ["app"], realm={**ROTATED, "refreshTokenMaxReuse": 1}, clients=one(**PUBLIC), **NONE
    ),
    case(client_refresh_replayable, ["app"], realm=ROTATED, clients=one(**PUBLIC), parameters=STRICT, **NONE),
    case(
        client_refresh_replayable,
        realm={},
        clients=one(attributes={DPOP: "true"}, **PUBLIC),
        parameters=STRICT,
        **NONE,
    ),
    case(client_refresh_replayable, realm={}, clients=one(), **NONE),
    case(
        client_refresh_replayable, realm={}, clients=one(attributes={"use.refresh.tokens": "false"}, **PUBLIC), **NONE
    ),
    case(tokens_par_lifespan_long, ["shop"], realm={"attributes": {"parRequestUriLifespan": "600"}}),
    case(tokens_par_lifespan_long, realm={"attributes": {"parRequestUriLifespan": "599"}}),
    case(tokens_par_lifespan_long, realm={}),
    case(tokens_par_lifespan_long, unknown=NotEvaluated, realm={"attributes": {"parRequestUriLifespan": "soon"}}),
]


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()
