# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a token endpoint refused a grant: a user, a refresh token, an assertion or a subject token."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from types import MappingProxyType

from .. import _errors
from .._words import quoted
from .refresh import RefreshToken
from .request_facts import RequestFacts

Refusals = Mapping[str, Callable[[RequestFacts], _errors.AuthkitError]]
_CAPABILITIES = "in the admin console, Clients, this client, Settings, Capability config"


def refresh_refused(at: RequestFacts, refresh: RefreshToken) -> _errors.AuthkitError:
    """The error for a refresh token that is not accepted, or not any more."""
    again = "set a new refresh_token, or log in again"
    if refresh.sent_at is not None:
        when = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(refresh.sent_at))
        return _errors.RefreshTokenRefused(
            f"The last refresh for the client {at.client} was interrupted ({when}) before the new refresh token was "
            f"stored, and {at.url} does not accept the one before it again: {again}."
        )
    return _errors.RefreshTokenRefused(
        f"{at.url} does not accept the refresh token of the client {at.client}, which has expired, was revoked, was "
        f"used by another process or belongs to another client: {again}."
    )


def grant_codes(at: RequestFacts) -> Refusals:
    """What the error codes mean for the grant of this request, where they mean something of their own."""
    return _CODES.get(at.grant_type, {})


def _user(at: RequestFacts) -> str:
    return f"the user {quoted(at.username or '')} in {at.realm}"


def _wrong_password(at: RequestFacts) -> _errors.AuthkitError:
    return _errors.UserRefused(
        f"{at.url} does not accept username and password of {_user(at)}: check both, and that the user exists there."
    )


def _incomplete_user(at: RequestFacts) -> _errors.AuthkitError:
    return _errors.UserRefused(
        f"The account of {_user(at)} is not fully set up: log in as that user in a browser once, or remove its "
        "required actions in the admin console, Users, this user, Details."
    )


def _disabled_user(at: RequestFacts) -> _errors.AuthkitError:
    return _errors.UserRefused(
        f"The account of {_user(at)} is disabled: switch on 'Enabled' in the admin console, Users, this user."
    )


def _no_direct_access(at: RequestFacts) -> _errors.AuthkitError:
    return _errors.GrantRefused(
        f"The client {at.client} in {at.realm} may not use the grant password: switch on 'Direct access grants' "
        f"{_CAPABILITIES}."
    )


def _no_exchange(at: RequestFacts) -> _errors.AuthkitError:
    return _errors.GrantRefused(
        f"The client {at.client} in {at.realm} may not use the grant token_exchange: switch on 'Standard Token "
        f"Exchange' {_CAPABILITIES}."
    )


def _no_jwt_grant(at: RequestFacts) -> _errors.AuthkitError:
    return _errors.GrantRefused(
        f"The client {at.client} in {at.realm} may not use the grant jwt_bearer: switch on 'JWT Authorization Grant' "
        f"{_CAPABILITIES}, and name the identity providers that may issue assertions."
    )


def _no_consent(at: RequestFacts) -> _errors.AuthkitError:
    return _errors.ScopeRefused(
        f"{at.url} finds no consent of the user for the client {at.client}, which was revoked, or was given so "
        "shortly before that it was not stored yet: sign in again."
    )


def _audience(at: RequestFacts) -> _errors.AuthkitError:
    asked = ", ".join(map(quoted, at.audience)) or "that was requested"
    return _errors.AudienceRefused(
        f"{at.url} does not exchange the subject token for one with the audience {asked}: check audience, and that the "
        "user has a role of that client and the requesting client sees it (in Keycloak: tab Client scopes)."
    )


def _subject(at: RequestFacts) -> _errors.AuthkitError:
    return _errors.SubjectTokenRefused(
        f"{at.url} does not accept the subject token that the client {at.client} sent, or not for what it asks: check "
        "that subject_token is valid, issued by this server for this client, and that subject_token_type fits it."
    )


def _subject_type(at: RequestFacts) -> _errors.AuthkitError:
    return _errors.SubjectTokenRefused(
        f"{at.url} exchanges access tokens only: leave out subject_token_type, and set subject_token to an access "
        "token."
    )


def _subject_audience(at: RequestFacts) -> _errors.AuthkitError:
    return _errors.SubjectTokenRefused(
        f"The subject token was not issued for the client {at.client}: have its aud name this client (in Keycloak: an "
        "Audience mapper on the client that requests it)."
    )


def _assertion(why: str) -> Callable[[RequestFacts], _errors.AuthkitError]:
    def refused(at: RequestFacts) -> _errors.AuthkitError:
        return _errors.GrantAssertionRefused(f"{at.url} does not accept the assertion of the client {at.client}{why}.")

    return refused


_CODES: Mapping[str, Refusals] = MappingProxyType(
    {
        "jwt_bearer": {
            "invalid_grant": _assertion(
                ": check that it has not expired and was not used before, that this server trusts its issuer and knows "
                "its subject, and that its aud names this server"
            )
        },
        "token_exchange": {"invalid_request": _subject, "invalid_grant": _subject, "invalid_token": _subject},
    }
)

#: As in refusals: (error, error_description up to its first full stop or colon), as observed with Keycloak 26.7.3.
KEYCLOAK_GRANTS: Mapping[tuple[str, str], Callable[[RequestFacts], _errors.AuthkitError]] = MappingProxyType(
    {
        ("invalid_grant", "Invalid user credentials"): _wrong_password,
        ("invalid_grant", "Account is not fully set up"): _incomplete_user,
        ("invalid_grant", "Account disabled"): _disabled_user,
        ("unauthorized_client", "Client not allowed for direct access grants"): _no_direct_access,
        ("invalid_request", "Standard token exchange is not enabled for the requested client"): _no_exchange,
        ("invalid_request", "Invalid token"): _subject,
        ("invalid_request", "Parameter 'subject_token' supports access tokens only"): _subject_type,
        ("access_denied", "Client is not within the token audience"): _subject_audience,
        ("invalid_request", "Requested audience not available"): _audience,
        ("invalid_client", "Audience not found"): _audience,
        ("invalid_scope", "Client no longer has requested consent from user"): _no_consent,
        ("invalid_grant", "JWT Authorization Grant is not supported for the requested client"): _no_jwt_grant,
        ("invalid_grant", "Token reuse detected"): _assertion(
            ", which was used before: set assertion to an expression that gives a new one for each token request"
        ),
        ("invalid_grant", "Token is not active"): _assertion(
            ", which has expired or is not valid yet: get a new one, and compare the clocks of both servers"
        ),
        ("invalid_grant", "Invalid token audience"): _assertion(
            ": its aud must be this server's issuer, in Keycloak the realm's URL"
        ),
        ("invalid_grant", "User not found"): _assertion(
            ": no user is linked to its sub (in Keycloak: Users, this user, tab Identity provider links)"
        ),
        ("invalid_grant", "No Identity Provider for provided issuer"): _assertion(
            ": no identity provider trusts its iss, add one in the admin console, Identity providers"
        ),
        ("invalid_grant", "The provided assertion is not a valid JWT"): _assertion(
            ", which is not a JWT: check assertion"
        ),
    }
)
