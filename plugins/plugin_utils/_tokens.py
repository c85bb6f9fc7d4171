# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A token for connection options: out of the store, else from the server.

What a token from the server needs is imported where it is needed: Ansible compiles a collection's files again in every
worker, and most find their token in the store.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._secrets import register
from ._store.store import PATIENCE, open_store, store_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..module_utils._oauth.token import Token
    from ..module_utils._options.client import ClientOptions

    Warn = Callable[[str], None]

# Seconds that a transport waits at most before it repeats a request: that of _http, which a hit does not load.
LONGEST_WAIT = 60.0


def token_for(options: ClientOptions, *, rejected: str | None = None, warn: Warn) -> Token:
    """A token that can be used now.

    rejected: the access token that an API answered with 401; it is not given again, unless it was only just issued.
    warn: takes sentences for the user. Raises AuthkitError, which says where the options came from.
    """

    def fetch() -> Token:
        from ._fetching import fetched  # who finds a token needs no way to the server

        return fetched(options, warn)

    try:
        token = open_store(options.cache, warn, patience=patience(options)).get(
            store_key(options),
            fetch,
            min_valid=options.min_valid,
            rejected=rejected,
            warn=warn,
        )
    except Exception as error:
        from ._fetching import name_sources

        name_sources(error, options)
        raise
    register(token.access_token)
    return token


def patience(options: ClientOptions) -> float:
    """Seconds to wait for another worker's fetch: as long as one may take with its repeats, so that nobody joins in."""
    return max(PATIENCE, options.retries * LONGEST_WAIT + (options.retries + 1) * options.timeout)
