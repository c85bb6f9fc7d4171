# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fetches a token from the server."""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING

from ..module_utils._errors import AuthkitError

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


def fetched(options: ClientOptions, warn: Warn, refresh: RefreshToken | None = None) -> Token:
    """A new token from the server.

    :param refresh: renews by this refresh token, whatever the grant.
    :raises AuthkitError: the server cannot be reached or refuses.
    """
    from ..module_utils.token_client import TokenClient

    with closing(transport_for(options.transport_settings, warn)) as transport:
        return TokenClient(options, transport, warn).fetch(refresh)


def name_option_sources(error: Exception, options: ClientOptions) -> None:
    """Adds the sources of this caller's options to the error.

    The store returns failures of other workers, too, whose options may have other sources.
    """
    if isinstance(error, AuthkitError):
        error.name_sources(options.sources(type(error)))
