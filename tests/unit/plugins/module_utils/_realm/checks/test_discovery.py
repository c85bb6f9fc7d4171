# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cases of the checks of the metadata document."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks.discovery import (
    discovery_alg_none_signing,
    discovery_asymmetric_client_auth_missing,
    discovery_client_credentials_missing,
    discovery_device_endpoint_missing,
    discovery_endpoint_foreign_host,
    discovery_host_header_controls_issuer,
    discovery_iss_parameter_missing,
    discovery_issuer_mismatch,
    discovery_pkce_s256_missing,
    discovery_unreachable,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Gap, Inconclusive, NotEvaluated
from ansible_collections.authkit.oauth.tests.unit.support.checks import REALM, SERVER, Case, case
from ansible_collections.authkit.oauth.tests.unit.support.snapshot_parts import ISSUER, metadata, only, public_answer

PROBE = "http://authkit-probe.invalid/realms/shop"
LOOPBACK = "http://127.0.0.1:8080"
FAULT = Gap("The server answered 500.", fault=True)

CASES: list[Case] = [
    case(discovery_unreachable, discovery=public_answer(metadata())),
    case(discovery_unreachable, [REALM], discovery=public_answer({"error": "Realm does not exist"}, 404)),
    case(discovery_unreachable, [REALM], discovery=public_answer(None, 404)),
    case(discovery_unreachable, [REALM], discovery=public_answer(None, 302)),
    case(discovery_unreachable, [REALM], discovery=public_answer(None, 500)),
    case(discovery_unreachable, [REALM], discovery=public_answer(None, 200)),
    case(discovery_unreachable, [REALM], discovery=public_answer(metadata(), 200, content_type="text/html")),
    *(
        case(discovery_unreachable, [REALM], discovery=public_answer(metadata(name)))
        for name in ("issuer", "token_endpoint", "jwks_uri")
    ),
    case(discovery_unreachable, [REALM], discovery=public_answer(metadata(jwks_uri=5))),
    case(discovery_unreachable, unknown=Inconclusive, discovery=FAULT),
    case(discovery_issuer_mismatch, metadata=metadata(), base_url=SERVER),
    case(discovery_issuer_mismatch, metadata=metadata(), base_url=f"{SERVER}/"),
    case(discovery_issuer_mismatch, [REALM], metadata=metadata(), base_url=f"{SERVER}/auth"),
    case(discovery_issuer_mismatch, [REALM], metadata=metadata(), base_url="https://sso.example.com:443"),
    case(discovery_issuer_mismatch, [REALM], metadata=metadata(issuer=f"{ISSUER}/"), base_url=SERVER),
    case(discovery_issuer_mismatch, [REALM], metadata=metadata(issuer=ISSUER.upper()), base_url=SERVER),
    case(
        discovery_issuer_mismatch,
        metadata=metadata(),
        base_url="https://backend.example.com",
        parameters={"expected_issuer": ISSUER},
    ),
    case(
        discovery_issuer_mismatch,
        metadata=metadata(issuer=f"{SERVER}/realms/a%20b%C3%A9"),
        base_url=SERVER,
        name="a bé",
    ),
    case(discovery_endpoint_foreign_host, metadata=metadata()),
    case(discovery_endpoint_foreign_host, metadata=metadata(token_endpoint="https://SSO.example.com:443/token")),
    case(discovery_endpoint_foreign_host, [REALM], metadata=metadata(jwks_uri="https://evil.example/certs")),
    case(discovery_endpoint_foreign_host, [REALM], metadata=metadata(token_endpoint="http://sso.example.com/token")),
    case(discovery_endpoint_foreign_host, [REALM], metadata=metadata(userinfo_endpoint="not a url")),
    case(
        discovery_endpoint_foreign_host,
        metadata=metadata(token_endpoint="https://back.example.com:8443/token"),
        parameters={"allowed_endpoint_origins": ["https://back.example.com:8443"]},
    ),
    case(
        discovery_endpoint_foreign_host,
        metadata=metadata(mtls_endpoint_aliases={"token_endpoint": "https://mtls.example.com/token"}),
    ),
    case(
        discovery_host_header_controls_issuer,
        reflected_hosts={"Host": ISSUER, "X-Forwarded-Host": None},
        base_url=SERVER,
    ),
    case(
        discovery_host_header_controls_issuer,
        [REALM],
        reflected_hosts={"Host": PROBE, "X-Forwarded-Host": ISSUER},
        base_url=SERVER,
    ),
    case(
        discovery_host_header_controls_issuer,
        [REALM],
        reflected_hosts={"Host": None, "X-Forwarded-Host": PROBE},
        base_url=SERVER,
    ),
    case(
        discovery_host_header_controls_issuer,
        {REALM: "info"},
        reflected_hosts={"Host": PROBE, "X-Forwarded-Host": None},
        base_url=LOOPBACK,
    ),
    case(
        discovery_host_header_controls_issuer,
        unknown=Inconclusive,
        reflected_hosts={"Host": FAULT, "X-Forwarded-Host": ISSUER},
        base_url=SERVER,
    ),
    case(discovery_pkce_s256_missing, metadata=metadata()),
    case(discovery_pkce_s256_missing, [REALM], metadata=metadata("code_challenge_methods_supported")),
    case(discovery_pkce_s256_missing, [REALM], metadata=metadata(code_challenge_methods_supported=["plain"])),
    case(discovery_pkce_s256_missing, unknown=NotEvaluated, metadata=metadata(code_challenge_methods_supported="S256")),
    case(discovery_iss_parameter_missing, metadata=metadata()),
    case(discovery_iss_parameter_missing, [REALM], metadata=metadata("authorization_response_iss_parameter_supported")),
    case(
        discovery_iss_parameter_missing,
        [REALM],
        metadata=metadata(authorization_response_iss_parameter_supported=False),
    ),
    case(discovery_client_credentials_missing, metadata=metadata()),
    case(
        discovery_client_credentials_missing, [REALM], metadata=metadata(grant_types_supported=["authorization_code"])
    ),
    case(discovery_client_credentials_missing, unknown=NotEvaluated, metadata=metadata("grant_types_supported")),
    case(discovery_alg_none_signing, metadata=metadata()),
    *(
        case(discovery_alg_none_signing, [REALM], metadata=metadata(**only(name, ["RS256", "none"])))
        for name in (
            "id_token_signing_alg_values_supported",
            "token_endpoint_auth_signing_alg_values_supported",
            "introspection_endpoint_auth_signing_alg_values_supported",
            "revocation_endpoint_auth_signing_alg_values_supported",
            "dpop_signing_alg_values_supported",
        )
    ),
    case(discovery_asymmetric_client_auth_missing, metadata=metadata()),
    case(
        discovery_asymmetric_client_auth_missing,
        metadata=metadata(token_endpoint_auth_methods_supported=["tls_client_auth"]),
    ),
    case(
        discovery_asymmetric_client_auth_missing,
        [REALM],
        metadata=metadata(token_endpoint_auth_methods_supported=["client_secret_jwt"]),
    ),
    case(discovery_device_endpoint_missing, metadata=metadata(), parameters={"require_device_flow": True}),
    case(
        discovery_device_endpoint_missing,
        [REALM],
        metadata=metadata("device_authorization_endpoint"),
        parameters={"require_device_flow": True},
    ),
    case(discovery_device_endpoint_missing, unknown=NotEvaluated, metadata=metadata("device_authorization_endpoint")),
]


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()
