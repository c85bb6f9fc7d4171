# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The error for refusals of well-known servers: which row of the table is used, and that no server text is shown."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import AuthkitError
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.refusals import refusal
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.request_facts import RequestFacts
from ansible_collections.authkit.oauth.tests.unit.support.transports import answer

ENTRA = "https://login.microsoftonline.com/t/oauth2/v2.0/token"
OKTA = "https://acme.okta.com/oauth2/v1/token"
AUTH0 = "https://acme.eu.auth0.com/oauth/token"
COGNITO = "https://acme.auth.eu-west-1.amazoncognito.com/oauth2/token"
GOOGLE = "https://oauth2.googleapis.com/token"
GITLAB = "https://gitlab.com/oauth/token"
ZITADEL = "https://acme.zitadel.cloud/oauth/v2/token"
HYDRA = "https://hydra.example.org/oauth2/token"
ORG = "Client requests must use the private_key_jwt token_endpoint_auth_method, s3cret."


def said(url: str, status: int, error: str, words: str = "s3cret", scope: str = "", **more: object) -> AuthkitError:
    response = answer({"error": error, "error_description": words, **more}, status)
    at = RequestFacts(endpoint=url, client_id="s{v}c", scope=tuple(scope.split()), audience=("erp",))
    found = refusal(response, response.json_members(), at)
    assert "s3cret" not in found.message
    return found


def entra(code: str) -> str:
    return f"AADSTS{code}: s3cret for app 's3cret'. Trace ID: s3cret"


@pytest.mark.parametrize(
    ("url", "status", "error", "words", "name", "says"),
    [
        (
            ENTRA,
            401,
            "invalid_client",
            entra("7000215"),
            "wrong_client_secret",
            "(AADSTS7000215): often it is the secret's",
        ),
        (ENTRA, 401, "invalid_client", entra("7000222"), "wrong_client_secret", "has expired at"),
        (ENTRA, 400, "unauthorized_client", entra("700016"), "unknown_client", "knows no application 's{v}c'"),
        (ENTRA, 400, "invalid_request", entra("90002"), "unknown_realm", "the tenant's ID or domain in token_url"),
        (ENTRA, 401, "invalid_client", entra("700024"), "client_authentication_failed", "too old or not valid yet"),
        (OKTA, 400, "invalid_dpop_proof", "s3cret", "proof_refused", "wants DPoP from the client 's{v}c': set dpop"),
        (OKTA, 400, "invalid_scope", "s3cret", "scope_refused", "Okta admin console, Security, API"),
        (OKTA, 401, "invalid_client", ORG, "client_auth_method_refused", "to a custom authorization server"),
        (AUTH0, 403, "access_denied", "s3cret", "audience_refused", "not authorized the client 's{v}c' for 'erp'"),
        (COGNITO, 400, "unauthorized_client", "s3cret", "grant_refused", "switch on 'Client credentials'"),
        (COGNITO, 400, "invalid_scope", "s3cret", "scope_refused", "write scope as RESOURCE-SERVER/SCOPE"),
        (GOOGLE, 400, "unsupported_grant_type", "s3cret", "grant_refused", "service account"),
        (GITLAB, 400, "unsupported_grant_type", "s3cret", "grant_refused", "project or group access token"),
        (ZITADEL, 400, "invalid_scope", "s3cret", "scope_refused", "requires the scope openid"),
        (ZITADEL, 400, "invalid_request", "s3cret", "scope_refused", "requires the scope openid"),
    ],
)
def test_known_refusals(url: str, status: int, error: str, words: str, name: str, says: str) -> None:
    found = said(url, status, error, words)
    assert found.short_name() == name
    assert says in found.message
    assert url in found.message


@pytest.mark.parametrize(
    ("url", "status", "error", "words", "scope", "name"),
    [
        # Another code, another kind of server, a host that only looks like one, and a busy server.
        (ENTRA, 401, "invalid_client", entra("70002150"), "", "client_authentication_failed"),
        (HYDRA, 401, "invalid_client", entra("7000222"), "", "client_authentication_failed"),
        ("https://login.microsoftonline.com.evil.example/t", 401, "invalid_client", entra("7000222"), "",
         "client_authentication_failed"),
        ("https://notokta.com/token", 400, "invalid_dpop_proof", "s3cret", "", "proof_refused"),
        (AUTH0, 429, "access_denied", "s3cret", "", "rate_limited"),
        (AUTH0, 401, "access_denied", "s3cret", "", "client_authentication_failed"),
        (OKTA, 401, "invalid_client", "s3cret", "", "client_authentication_failed"),
        (OKTA, 400, "invalid_scope", "s3cret", "a", "scope_refused"),
        (ZITADEL, 400, "invalid_request", "s3cret", "openid", "token_request_refused"),
    ],
)  # fmt: skip
def test_other_refusals_stay(url: str, status: int, error: str, words: str, scope: str, name: str) -> None:
    found = said(url, status, error, words, scope)
    assert found.short_name() == name
    assert "admin c" not in found.message
    assert "AADSTS" not in found.message


@pytest.mark.parametrize("codes", [[7000222], ["s3cret", 50000, 7000222], [True, 7000222]])
def test_entras_codes_as_numbers(codes: list[object]) -> None:
    assert "AADSTS7000222" in said(ENTRA, 401, "invalid_client", error_codes=codes).message


@pytest.mark.parametrize("codes", [{"7000222": 1}, ["7000222"], [], None, 7000222])
def test_entras_codes_in_another_form(codes: object) -> None:
    assert said(ENTRA, 401, "invalid_client", error_codes=codes).short_name() == "client_authentication_failed"


@pytest.mark.parametrize(
    ("method", "step"),
    [
        ("client_secret_basic", "set client_auth_method to client_secret_basic."),
        ("private_key_jwt", "set its token_endpoint_auth_method to client_secret_basic at the server, and"),
    ],
)
def test_hydras_method_mismatch(method: str, step: str) -> None:
    words = f"s3cret. The client supports client authentication method '{method}', but method 'x' was requested. s3cret"
    found = said(HYDRA, 401, "invalid_client", words)
    assert found.short_name() == "client_auth_method_refused"
    assert step in found.message


def test_hydras_method_is_one_of_a_list() -> None:
    words = "supports client authentication method 's3cret', but method 'x' was requested"
    assert said(HYDRA, 401, "invalid_client", words).short_name() == "client_authentication_failed"
