# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fetches a token from the server, and compares one with what the option require names."""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING

from ..module_utils._errors import AuthkitError, NotLoggedIn
from ._events import CountedTransport, renewing_now

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..module_utils._http.model import Transport, TransportSettings
    from ..module_utils._oauth.refresh import RefreshToken
    from ..module_utils._oauth.token import Token
    from ..module_utils._options.client import ClientOptions

    Warn = Callable[[str], None]


def transport_for(settings: TransportSettings, warn: Warn) -> Transport:
    """The controller's transport: requests or, with a warning, Ansible's own HTTP client."""
    from ..module_utils._http.transports import requests_available, requests_transport, urls_transport

    if requests_available():
        try:
            return requests_transport(settings)
        except ImportError:  # installed, but broken
            pass
    warn(
        f"The Python library requests is missing from {sys.executable}, so authkit.oauth uses Ansible's own HTTP "
        f"client, which is a little slower: install it with {sys.executable} -m pip install requests."
    )
    return urls_transport(settings)


def fetched(options: ClientOptions, warn: Warn, refresh: RefreshToken | None = None, *, renews: bool = False) -> Token:
    """A new token from the server.

    :param refresh: renews by this refresh token, whatever the grant.
    :param renews: whether the new token replaces one.
    :raises AuthkitError: the server cannot be reached or refuses.
    """
    from ..module_utils.token_client import TokenClient
    from ._documents import Documents

    if refresh is None and options.grant_type == "device_code":
        raise not_logged_in(options)
    with closing(transport_for(options.transport_settings, warn)) as transport:
        documents = Documents(options, transport, warn)
        counted = CountedTransport(transport, options, renews=renews or refresh is not None or renewing_now())
        client = TokenClient(options, counted, warn, documents.metadata)
        try:
            return client.fetch(refresh)
        except AuthkitError as error:
            if not documents.out_of_date(error):
                raise
        return client.fetch(refresh)


def sufficient(token: Token, options: ClientOptions, newer: Callable[[str], Token], warn: Warn) -> Token:
    """The token, or a newer one if it lacks what the option require names: that may have been granted meanwhile.

    :param newer: gets a token to use instead of this one; the same if that is brand-new.
    :raises RequirementNotMet: the newer one does not suffice either.
    """
    if _lacking(token, options, warn) is None:
        return token
    found = newer(token.access_token)
    error = _lacking(found, options, warn)
    if error is not None:
        raise error
    return found


def _lacking(token: Token, options: ClientOptions, warn: Warn) -> AuthkitError | None:
    """Why a token does not suffice. Its signature is not verified: it comes straight from the server, or the store.

    See OpenID Connect Core 1.0 section 3.1.3.7.
    """
    from ..module_utils._oauth.jwt_parts import unverified_claims
    from ..module_utils._oauth.requirements import insufficient

    claims = unverified_claims(token.access_token)
    if claims is None and not (token.scope and {kind for kind, _value in options.require} == {"scopes"}):
        from ._documents import Documents

        with closing(transport_for(options.transport_settings, warn)) as transport:
            claims = Documents(options, transport, warn).introspection(token)
    return insufficient(options.require, claims or {}, token.scope)


def not_logged_in(options: ClientOptions) -> NotLoggedIn:
    """The error for a token that only a person can get."""
    from ..module_utils._words import quoted

    _the, profile, name = options.origins.get("client_id", "").partition("the profile ")
    named = f" -e login_profile={name}" if profile else ""
    return NotLoggedIn(
        f"Nobody is logged in for the client {quoted(options.client_id)}: run ansible-playbook "
        f"authkit.oauth.login{named}, or have the play begin with a task authkit.oauth.login that has the same "
        "connection options."
    )


def name_option_sources(error: Exception, options: ClientOptions) -> None:
    """Adds the sources of this caller's options to the error.

    The store returns failures of other workers, too, whose options may have other sources.
    """
    if isinstance(error, AuthkitError):
        error.name_sources(options.sources(type(error)))
