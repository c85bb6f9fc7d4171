# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One function for each grant type: connection options in, form fields of the token request out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .._options.client import ClientOptions
    from .refresh import RefreshToken

Fields = tuple[tuple[str, str], ...]


def client_credentials(options: ClientOptions) -> Fields:
    """The client credentials grant (RFC 6749 section 4.4.2)."""
    return (("grant_type", "client_credentials"), *_user(options), *_targets(options))


def refresh_grant(options: ClientOptions) -> Fields:
    """The refresh token that the user set (RFC 6749 section 6)."""
    return (*_refreshing(options.refresh_token or ""), *_targets(options))


def other_grant(options: ClientOptions) -> Fields:
    """A grant of a server's own, such as Zoom's account_credentials. Its fields are extra_parameters."""
    return (("grant_type", options.grant_type), *_user(options), *_targets(options))


#: By the option grant_type. Any other name is a grant of the server's own.
GRANTS: Mapping[str, Callable[[ClientOptions], Fields]] = MappingProxyType(
    {"client_credentials": client_credentials, "refresh_token": refresh_grant}
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


def _refreshing(value: str) -> Fields:
    return (("grant_type", "refresh_token"), ("refresh_token", value))


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
