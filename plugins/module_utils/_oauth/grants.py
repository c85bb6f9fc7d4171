# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One function for each grant type: connection options in, form fields of the token request out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from .._options.grant_names import GRANT_NAMES
from .pkce import METHOD, challenge

if TYPE_CHECKING:
    from .._options.client import ClientOptions
    from .refresh import RefreshToken

Fields = tuple[tuple[str, str], ...]
#: RFC 8693 section 3; an option may leave it out.
_TOKEN_TYPE = "urn:ietf:params:oauth:token-type:"


def client_credentials(options: ClientOptions) -> Fields:
    """The client credentials grant (RFC 6749 section 4.4.2)."""
    return (("grant_type", "client_credentials"), *_user(options), *_targets(options))


def refresh_grant(options: ClientOptions) -> Fields:
    """The refresh token that the user set (RFC 6749 section 6)."""
    return (*_refreshing(options.refresh_token), *_targets(options))


def password_grant(options: ClientOptions) -> Fields:
    """The resource owner password credentials grant (RFC 6749 section 4.3.2)."""
    return (("grant_type", "password"), *_user(options), *_targets(options))


def jwt_bearer(options: ClientOptions) -> Fields:
    """A JWT as authorization grant (RFC 7523 section 2.1): the given one, else a new one that the client signs."""
    assertion = options.assertion
    if assertion is None:
        from .client_auth.assertions import as_grant

        assertion = as_grant(options)
    return (_named("jwt_bearer"), ("assertion", assertion), *_targets(options))


def token_exchange(options: ClientOptions) -> Fields:
    """Another token in exchange for the subject token (RFC 8693 section 2.1)."""
    kind = options.subject_token_type or "access_token"
    return (
        _named("token_exchange"),
        ("subject_token", options.subject_token or ""),
        ("subject_token_type", kind if ":" in kind else _TOKEN_TYPE + kind),
        *_targets(options),
    )


def device_grant(_options: ClientOptions) -> Fields:
    """The code of a person who signs in (RFC 8628 section 3.4) is in none of the options: see device_fields()."""
    return device_fields("")


def other_grant(options: ClientOptions) -> Fields:
    """A grant of a server's own, such as Zoom's account_credentials. Its fields are extra_parameters."""
    return (("grant_type", options.grant_type), *_user(options), *_targets(options))


#: By the option grant_type. Any other name is a grant of the server's own.
GRANTS: Mapping[str, Callable[[ClientOptions], Fields]] = MappingProxyType(
    {
        "client_credentials": client_credentials,
        "refresh_token": refresh_grant,
        "password": password_grant,
        "jwt_bearer": jwt_bearer,
        "token_exchange": token_exchange,
        "device_code": device_grant,
    }
)


def form_fields(options: ClientOptions, refresh: RefreshToken | None = None) -> Fields:
    """The form fields of the token request, without client authentication.

    :param refresh: renews by this refresh token, whatever the grant (RFC 6749 section 6).
    """
    if refresh is not None:
        fields: Fields = (*_refreshing(refresh.value), *_targets(options))
    else:
        fields = GRANTS.get(options.grant_type, other_grant)(options)
    return (*fields, *options.extra_parameters)


def device_fields(code: str, verifier: str | None = None) -> Fields:
    """A token request with a device code (RFC 8628 section 3.4).

    :param verifier: of the challenge in the device authorization request; None if it had none.
    """
    proof = () if verifier is None else (("code_verifier", verifier),)
    return (_named("device_code"), ("device_code", code), *proof)


def authorization_fields(options: ClientOptions, verifier: str | None = None) -> Fields:
    """The form fields of a device authorization request (RFC 8628 section 3.1), without client authentication.

    :param verifier: the request has its challenge (RFC 7636 section 4.3); None for none.
    """
    proof = () if verifier is None else (("code_challenge", challenge(verifier)), ("code_challenge_method", METHOD))
    return (*_targets(options), *options.extra_parameters, *proof)


def _named(grant: str) -> tuple[str, str]:
    return ("grant_type", GRANT_NAMES[grant])


def _refreshing(value: str | None) -> Fields:
    return (_named("refresh_token"), ("refresh_token", value or ""))


def _user(options: ClientOptions) -> Fields:
    """A service account beside the client: authentik has its own users for machines."""
    if options.username is None or options.password is None:
        return ()
    return (("username", options.username), ("password", options.password))


def _targets(options: ClientOptions) -> Fields:
    """What the token is for: scope (RFC 6749 section 3.3), audience (RFC 8693), resource (RFC 8707 section 2)."""
    return (
        *((("scope", " ".join(options.scope)),) if options.scope else ()),
        *(("audience", audience) for audience in options.audience),
        *(("resource", resource) for resource in options.resource),
    )
