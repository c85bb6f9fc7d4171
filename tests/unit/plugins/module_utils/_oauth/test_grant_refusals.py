# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The error for each refusal of a grant. The responses are copied from Keycloak 26.7.3."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils import _errors
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.grant_refusals import KEYCLOAK_GRANTS
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.refusals import refusal
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.request_facts import RequestFacts
from ansible_collections.authkit.oauth.tests.unit.support.transports import TOKEN_URL, answer

Kind = type[_errors.AuthkitError]

KEYCLOAK: list[tuple[str, str, str, Kind, str]] = [
    (
        "password",
        "invalid_grant",
        "Invalid user credentials",
        _errors.UserRefused,
        "the user 'robot' in the realm 'erp'",
    ),
    (
        "password",
        "invalid_grant",
        "Account is not fully set up",
        _errors.UserRefused,
        "log in as that user in a browser",
    ),
    ("password", "invalid_grant", "Account disabled", _errors.UserRefused, "is disabled: switch on 'Enabled'"),
    (
        "password",
        "unauthorized_client",
        "Client not allowed for direct access grants",
        _errors.GrantRefused,
        "switch on 'Direct access grants'",
    ),
    (
        "token_exchange",
        "invalid_request",
        "Invalid token",
        _errors.SubjectTokenRefused,
        "check that subject_token is valid",
    ),
    (
        "token_exchange",
        "invalid_request",
        "Parameter 'subject_token' supports access tokens only",
        _errors.SubjectTokenRefused,
        "leave out subject_token_type",
    ),
    (
        "token_exchange",
        "invalid_request",
        "Standard token exchange is not enabled for the requested client",
        _errors.GrantRefused,
        "switch on 'Standard Token Exchange'",
    ),
    (
        "token_exchange",
        "access_denied",
        "Client is not within the token audience",
        _errors.SubjectTokenRefused,
        "have its aud name this client",
    ),
    (
        "token_exchange",
        "invalid_request",
        "Requested audience not available: plain",
        _errors.AudienceRefused,
        "the audience 'crm': check audience",
    ),
    ("token_exchange", "invalid_client", "Audience not found", _errors.AudienceRefused, "the audience 'crm'"),
    ("jwt_bearer", "invalid_grant", "Token reuse detected", _errors.GrantAssertionRefused, "which was used before"),
    ("jwt_bearer", "invalid_grant", "Token is not active", _errors.GrantAssertionRefused, "which has expired"),
    (
        "jwt_bearer",
        "invalid_grant",
        "Invalid token audience",
        _errors.GrantAssertionRefused,
        "its aud must be this server's",
    ),
    ("jwt_bearer", "invalid_grant", "User not found", _errors.GrantAssertionRefused, "no user is linked to its sub"),
    (
        "jwt_bearer",
        "invalid_grant",
        "No Identity Provider for provided issuer",
        _errors.GrantAssertionRefused,
        "no identity provider trusts its iss",
    ),
    (
        "jwt_bearer",
        "invalid_grant",
        "The provided assertion is not a valid JWT",
        _errors.GrantAssertionRefused,
        "which is not a JWT: check assertion.",
    ),
    (
        "jwt_bearer",
        "invalid_grant",
        "JWT Authorization Grant is not supported for the requested client",
        _errors.GrantRefused,
        "switch on 'JWT Authorization Grant'",
    ),
    (
        "device_code",
        "invalid_scope",
        "Client no longer has requested consent from user",
        _errors.ScopeRefused,
        "which was revoked, or was given so shortly before that it was not stored yet: sign in again",
    ),
]


def refused(grant: str, error: str, words: str = "") -> _errors.AuthkitError:
    user = "robot" if grant == "password" else None
    at = RequestFacts(TOKEN_URL, "svc", grant_type=grant, username=user, audience=("crm",), realm_name="erp")
    response = answer({"error": error, "error_description": words}, status=400)
    return refusal(response, response.json_members(), at)


@pytest.mark.parametrize(("grant", "error", "words", "kind", "says"), KEYCLOAK)
def test_what_keycloak_says(grant: str, error: str, words: str, kind: Kind, says: str) -> None:
    found = refused(grant, error, words)
    assert found.__class__ is kind
    assert says in str(found)
    assert str(found).count(". ") == 0


def test_each_known_refusal_is_tested() -> None:
    assert {(error, words.partition(":")[0]) for _grant, error, words, _kind, _says in KEYCLOAK} == set(KEYCLOAK_GRANTS)


@pytest.mark.parametrize(
    ("grant", "error", "kind"),
    [
        ("password", "invalid_grant", _errors.GrantRefused),
        ("jwt_bearer", "invalid_grant", _errors.GrantAssertionRefused),
        ("token_exchange", "invalid_grant", _errors.SubjectTokenRefused),
        ("token_exchange", "invalid_request", _errors.SubjectTokenRefused),
        ("token_exchange", "invalid_target", _errors.AudienceRefused),
        ("token_exchange", "unsupported_grant_type", _errors.GrantRefused),
        ("jwt_bearer", "invalid_scope", _errors.ScopeRefused),
    ],
)
def test_what_other_servers_say(grant: str, error: str, kind: Kind) -> None:
    assert refused(grant, error, "in their own words").__class__ is kind
