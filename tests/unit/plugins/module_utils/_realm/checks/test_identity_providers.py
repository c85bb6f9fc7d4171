# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Identity providers: what is verified on its way."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks.identity_providers import (
    idp_http_endpoint,
    idp_issuer_missing,
    idp_no_pkce,
    idp_nonce_disabled,
    idp_saml_signature_not_validated,
    idp_saml_weak_signature,
    idp_signature_not_validated,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.model import Check
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import NotEvaluated, Unknown
from ansible_collections.authkit.oauth.tests.unit.support.checks import Case, case

GOOD_OIDC = {
    "validateSignature": "true",
    "issuer": "https://idp.example.com",
    "tokenUrl": "https://idp.example.com/token",
    "pkceEnabled": "true",
    "pkceMethod": "S256",
}
GOOD_SAML = {
    "validateSignature": "true",
    "wantAssertionsSigned": "true",
    "wantAuthnRequestsSigned": "true",
    "signatureAlgorithm": "RSA_SHA256",
}
OIDC_CHECKS = [
    idp_http_endpoint,
    idp_issuer_missing,
    idp_no_pkce,
    idp_nonce_disabled,
    idp_signature_not_validated,
]
SAML_CHECKS = [idp_http_endpoint, idp_saml_signature_not_validated, idp_saml_weak_signature]


def oidc(
    check: Check,
    finds: Any = (),
    provider: str = "oidc",
    enabled: bool = True,
    unknown: type[Unknown] | None = None,
    **config: Any,
) -> Case:
    shown = {"alias": "corp", "providerId": provider, "enabled": enabled, "config": {**GOOD_OIDC, **config}}
    return case(check, finds, unknown=unknown, identity_providers=[shown])


def saml(check: Check, finds: Any = (), enabled: bool = True, **config: Any) -> Case:
    shown = {"alias": "corp", "providerId": "saml", "enabled": enabled, "config": {**GOOD_SAML, **config}}
    return case(check, finds, identity_providers=[shown])


def at(name: str) -> dict[str, Any]:
    return {name: "http://idp.example.com/x"}


CASES: list[Case] = [
    *(oidc(check) for check in OIDC_CHECKS),
    *(saml(check) for check in SAML_CHECKS),
    *(case(check, identity_providers=[]) for check in [*OIDC_CHECKS, *SAML_CHECKS]),
    # Social providers and plain OAuth have none of these settings.
    *(
        case(check, identity_providers=[{"alias": "corp", "providerId": provider, "config": {}}])
        for check in [*OIDC_CHECKS, *SAML_CHECKS]
        for provider in ("google", "github", "oauth2")
    ),
    *(oidc(idp_signature_not_validated, ["corp"], validateSignature=value) for value in ("false", "", None)),
    oidc(idp_signature_not_validated, ["corp"], "keycloak-oidc", validateSignature="false"),
    oidc(
        idp_signature_not_validated,
        {"corp": "critical"},
        validateSignature="false",
        tokenUrl="http://idp.example.com/token",
    ),
    oidc(idp_signature_not_validated, ["corp"], validateSignature="false", tokenUrl="http://localhost:8080/token"),
    oidc(
        idp_signature_not_validated,
        {"corp": "info"},
        enabled=False,
        validateSignature="false",
        tokenUrl="http://idp.example.com/token",
    ),
    oidc(idp_signature_not_validated, validateSignature=True),
    *(saml(idp_saml_signature_not_validated, ["corp"], validateSignature=value) for value in ("false", None)),
    saml(idp_saml_signature_not_validated, ["corp"], validateSignature="false", wantAssertionsSigned="false"),
    # Keycloak checks for signed assertions, and takes them unverified.
    saml(idp_saml_signature_not_validated, ["corp"], validateSignature="false", wantAssertionsSigned="true"),
    saml(idp_saml_signature_not_validated, {"corp": "low"}, wantAssertionsSigned="false"),
    saml(idp_saml_signature_not_validated, {"corp": "low"}, wantAssertionsSigned=None),
    saml(idp_saml_signature_not_validated, {"corp": "info"}, enabled=False, validateSignature="false"),
    oidc(idp_saml_signature_not_validated, validateSignature="false"),
    *(saml(idp_saml_weak_signature, ["corp"], signatureAlgorithm=value) for value in ("RSA_SHA1", "DSA_SHA1")),
    saml(idp_saml_weak_signature, signatureAlgorithm=None),
    saml(idp_saml_weak_signature, {"corp": "low"}, signatureAlgorithm="RSA_SHA1", wantAuthnRequestsSigned="false"),
    saml(
        idp_saml_weak_signature,
        ["corp"],
        signatureAlgorithm="RSA_SHA1",
        wantAuthnRequestsSigned="false",
        signSpMetadata="true",
    ),
    saml(idp_saml_weak_signature, {"corp": "info"}, enabled=False, signatureAlgorithm="RSA_SHA1"),
    *(
        oidc(idp_http_endpoint, ["corp"], **at(name))
        for name in ("authorizationUrl", "tokenUrl", "userInfoUrl", "jwksUrl", "logoutUrl")
    ),
    *(
        saml(idp_http_endpoint, ["corp"], **at(name))
        for name in ("singleSignOnServiceUrl", "singleLogoutServiceUrl", "metadataDescriptorUrl")
    ),
    *(oidc(idp_http_endpoint, tokenUrl=f"http://{host}/token") for host in ("localhost", "127.0.0.1:8080", "[::1]")),
    oidc(idp_http_endpoint, {"corp": "info"}, enabled=False, tokenUrl="http://idp.example.com/token"),
    *(oidc(idp_issuer_missing, ["corp"], issuer=value) for value in ("", " ", None)),
    oidc(idp_issuer_missing, ["corp"], "keycloak-oidc", issuer=""),
    oidc(idp_issuer_missing, {"corp": "info"}, enabled=False, issuer=""),
    oidc(idp_no_pkce, ["corp"], pkceEnabled="false"),
    oidc(idp_no_pkce, ["corp"], pkceEnabled=None),
    oidc(idp_no_pkce, ["corp"], pkceMethod="plain"),
    oidc(idp_no_pkce, ["corp"], pkceMethod=None),
    oidc(idp_no_pkce, {"corp": "info"}, enabled=False, pkceEnabled="false"),
    oidc(idp_nonce_disabled, ["corp"], disableNonce="true"),
    oidc(idp_nonce_disabled, ["corp"], allowedClockSkew="301"),
    saml(idp_nonce_disabled, ["corp"], allowedClockSkew=301),
    oidc(idp_nonce_disabled, disableNonce="false", allowedClockSkew="300"),
    oidc(idp_nonce_disabled, allowedClockSkew=""),
    oidc(idp_nonce_disabled, unknown=NotEvaluated, allowedClockSkew="often"),
    oidc(idp_nonce_disabled, {"corp": "info"}, enabled=False, disableNonce="true"),
]


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()
