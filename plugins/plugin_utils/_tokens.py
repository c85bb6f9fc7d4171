# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A token for connection options: out of the store, else from the server.

What a token from the server needs is imported where it is needed: Ansible compiles a collection's files anew in every
worker, and most find their token in the store.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from ..module_utils._errors import AuthkitError
from ..module_utils._options.client import ClientOptions
from ._secrets import register
from ._store.store import PATIENCE, open_store, store_key

if TYPE_CHECKING:
    from ..module_utils._http.model import Transport, TransportSettings
    from ..module_utils._oauth.token import Token

Warn = Callable[[str], None]

#: Seconds that a transport waits at most before it repeats a request: that of _http, which a hit does not load.
LONGEST_WAIT = 60.0


def token_for(options: ClientOptions, *, rejected: str | None = None, warn: Warn) -> Token:
    """A token that can be used now.

    rejected: the access token that an API answered with 401; it is not given again, unless it was only just issued.
    warn: takes sentences for the user. Raises AuthkitError, which says where the options came from.
    """
    try:
        token = open_store(options.cache, warn, patience=patience(options)).get(
            store_key(options),
            lambda: _fetched(options, warn),
            min_valid=options.min_valid,
            rejected=rejected,
            warn=warn,
        )
    except AuthkitError as error:
        # Another worker's failure may have come out of the store: the words are for this caller's own options.
        error.name_sources(options.sources())
        raise
    register(token.access_token)
    return token


def patience(options: ClientOptions) -> float:
    """Seconds to wait for another worker's fetch: as long as one may take with its repeats, so that nobody joins in."""
    return max(PATIENCE, options.retries * LONGEST_WAIT + (options.retries + 1) * options.timeout)


def transport_for(settings: TransportSettings, warn: Warn) -> Transport:
    """The controller's way to the network: requests, else what Ansible itself uses, with a warning."""
    from ..module_utils._http.transports import requests_available, requests_transport, urls_transport

    if requests_available():
        try:
            return requests_transport(settings)
        except ImportError:  # it lies there and is broken
            pass
    warn(
        f"The Python library requests is missing from {sys.executable}, so authkit.oauth connects with what Ansible "
        f"brings, a little slower: install it with {sys.executable} -m pip install requests."
    )
    return urls_transport(settings)


def _fetched(options: ClientOptions, warn: Warn) -> Token:
    from ..module_utils.token_client import TokenClient

    with closing(transport_for(options.transport_settings, warn)) as transport:
        return TokenClient(options, transport, warn).fetch()
