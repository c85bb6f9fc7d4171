# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tokens for an audit, out of the store: renewed before they expire, and when the server rejects one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from ...module_utils._errors import AuthkitError
from ...module_utils._options.client import ClientOptions
from .._store.freshness import windows
from .._tokens import token_for

# Between two attempts to replace a token that is about to expire.
_SECONDS_BETWEEN = 1.0


class StoreTokens:
    """Where the requests of an audit, which are sent by several threads, take their token from.

    complaint: why there was no other token when one was needed, or None. warn, hide: take sentences for the user, and
    values that nobody must see.
    """

    def __init__(
        self,
        options: ClientOptions,
        *,
        warn: Callable[[str], None],
        hide: Callable[[str], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.complaint: str | None = None
        self._options, self._warn, self._hide, self._clock = options, warn, hide, clock
        self._lock = threading.Lock()
        self._current: str | None = None
        self._ask_again = 0.0

    def token(self) -> str:
        """The token to send. Raises AuthkitError when there never was one."""
        with self._lock:
            if self._current is None or self._clock() >= self._ask_again:
                try:
                    self._ask(None)
                except AuthkitError:
                    if self._current is None:
                        raise
                    self._ask_again = self._clock() + _SECONDS_BETWEEN  # the old one may still serve
            return str(self._current)

    def renewed(self, rejected: str) -> str | None:
        """Another token than the one that was answered with 401, or None. Raises AuthkitError when none can be had."""
        with self._lock:
            if self._current is not None and self._current != rejected:
                return self._current  # another thread was here first
            try:
                token = self._ask(rejected)
            except AuthkitError as error:
                self.complaint = f"The access token expired in mid-audit and could not be renewed: {error.message}"
                raise
            if token != rejected:
                return token
            self.complaint = (
                "The server rejects the client's access token although it is new (401): check that the server calls "
                "itself by the same address everywhere (hostname), and that the client's sessions are not revoked."
            )
            return None

    def _ask(self, rejected: str | None) -> str:
        found = token_for(self._options, rejected=rejected, warn=self._warn)
        token = found.access_token
        self._hide(token)
        early = windows(found.expires_at - found.issued_at, self._options.min_valid).early
        self._current = token
        self._ask_again = max(found.expires_at - early, self._clock() + _SECONDS_BETWEEN)
        return token
