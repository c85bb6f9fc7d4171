# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tokens for an audit, from the store: renewed before they expire, and when the server rejects one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from ...module_utils._errors import AuthkitError
from ...module_utils._options.client import ClientOptions
from .._events import REJECTED, count
from .._store.freshness import windows
from .._tokens import token_for

#: Minimum time between two attempts to replace a token that is about to expire.
_SECONDS_BETWEEN = 1.0


class StoreTokens:
    """The source of tokens for an audit's requests. Thread-safe.

    :param warn: receives warnings for the user.
    :param hide: receives values to mask in the result.
    :ivar complaint: why a token could not be replaced; None if that never failed.
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
        """The token to send.

        :raises AuthkitError: there is no token, and the client does not get one.
        """
        with self._lock:
            if self._current is None or self._clock() >= self._ask_again:
                try:
                    self._ask(None)
                except AuthkitError:
                    if self._current is None:
                        raise
                    self._ask_again = self._clock() + _SECONDS_BETWEEN  # the old one may still work
            return str(self._current)

    def renewed(self, rejected: str) -> str | None:
        """A token to use instead of the one that was rejected with a 401; None if the server issues no other.

        :raises AuthkitError: the client does not get a token.
        """
        count(self._options, REJECTED)
        with self._lock:
            if self._current is not None and self._current != rejected:
                return self._current  # another thread has renewed it
            try:
                token = self._ask(rejected)
            except AuthkitError as error:
                self.complaint = f"The access token expired during the audit and could not be renewed: {error.message}"
                raise
            if token != rejected:
                return token
            self.complaint = (
                "The server rejects the client's access token although it is new (401): check that the server uses the "
                "same address everywhere (its hostname setting), and that the client's sessions are not revoked."
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
