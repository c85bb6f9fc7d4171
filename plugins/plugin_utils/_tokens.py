# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A token for connection options: from the store, else from the server.

Code that only a request to the server needs is imported inside functions: every worker loads the files again, and most
workers find their token in the store.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ._secrets import register
from ._store.store import PATIENCE, open_store, store_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..module_utils._oauth.refresh import RefreshToken
    from ..module_utils._oauth.token import Token
    from ..module_utils._options.client import ClientOptions

    Warn = Callable[[str], None]

#: The longest pause in seconds before a request is retried; a copy of that in _http, which a hit does not load.
LONGEST_WAIT = 60.0
#: Seconds to wait for a person who is signing in: longer than any code is valid.
LOGIN_PATIENCE = 2000.0
#: The grants whose tokens are renewed by a refresh token. Others repeat their request.
RENEWED = ("refresh_token", "device_code")
#: What counts for the callback receipt, which loads it; a hit does not.
_EVENTS = f"{__package__}._events"


def token_for(options: ClientOptions, *, rejected: str | None = None, warn: Warn) -> Token:
    """A valid token.

    :param rejected: an access token that an API rejected (401): not returned again unless issued moments ago.
    :raises AuthkitError: it names the sources of the options.
    """
    asked: list[bool] = []

    def fetch(refresh: RefreshToken | None = None) -> Token:
        from ._fetching import fetched  # a hit needs no transport

        asked.append(True)
        return fetched(options, warn, refresh, renews=rejected is not None)

    def stored(rejected: str | None) -> Token:
        return open_store(options.cache, warn, patience=patience(options)).get(
            store_key(options),
            fetch,
            renewal=(fetch, options.refresh_token) if options.grant_type in RENEWED else None,
            min_valid=options.min_valid,
            rejected=rejected,
            warn=warn,
        )

    try:
        token = stored(rejected)
        if options.require:
            from ._fetching import sufficient

            token = sufficient(token, options, stored, warn)
    except Exception as error:
        from ._fetching import name_option_sources

        name_option_sources(error, options)
        raise
    register(token.access_token)
    if not asked:
        _count_hit(options)
    return token


def _count_hit(options: ClientOptions) -> None:
    events = sys.modules.get(_EVENTS)
    if events is not None:
        events.count(options, events.HIT)


def patience(options: ClientOptions) -> float:
    """Seconds to wait for another worker's fetch: as long as it may take with its retries, so none is duplicated."""
    longest = LOGIN_PATIENCE if options.grant_type == "device_code" else PATIENCE
    return max(longest, options.retries * LONGEST_WAIT + (options.retries + 1) * options.timeout)
