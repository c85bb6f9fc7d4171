# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One fetch for all callers: a caller without a token fetches one, or waits for the caller that does."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...module_utils._errors import AuthkitError, StoreBusy
from ...module_utils._oauth.token import Token
from .._events import renewing
from .entry import Entry
from .failure import Failure
from .freshness import alive
from .lock import Attempt
from .policy import Demand, Serve, Share, min_valid_warning, rule
from .renewal import first_refresh

if TYPE_CHECKING:
    from ...module_utils._oauth.refresh import RefreshToken
    from .model import Renewal, Warn
    from .policy import Ruling
    from .slot import Slot

#: Bounds of the random pause between two polls, in seconds: long enough not to burn a core with 50 waiters, short
#: enough not to be noticed, and random so that the waiters do not all poll at once.
_SHORTEST_SLEEP = 0.005
_LONGEST_SLEEP = 0.030


def served(
    slot: Slot, fetch: Callable[[], Token], asked: Demand, patience: float, warn: Warn, renewal: Renewal | None = None
) -> Token:
    """A store's token; warns if ``min_valid`` asks for more than it can give."""
    token = Flight(slot, fetch, asked, patience, renewal).token()
    warning = min_valid_warning(token, asked.min_valid)
    if warning is not None:
        warn(warning)
    return token


def once(warn: Warn, warned: set[str]) -> Warn:
    """``warn``, but only once for each sentence.

    :param warned: the sentences so far.
    """

    def tell(sentence: str) -> None:
        if sentence not in warned:
            warned.add(sentence)
            warn(sentence)

    return tell


@dataclass(frozen=True)
class Flight:
    """One caller's request for a token.

    :param slot: where the token is stored.
    :param fetch: requests a token from the server; called at most once.
    :param demand: the caller's requirements.
    :param patience: seconds to wait for another worker's fetch. After that the caller fetches as well: two requests
        are better than no token. Only a refresh token is never sent twice.
    :param renewal: requests a token with a refresh token, instead of ``fetch``, where there is one.
    """

    slot: Slot
    fetch: Callable[[], Token]
    demand: Demand
    patience: float
    renewal: Renewal | None = None

    def token(self) -> Token:
        """The token, stored or fetched.

        :raises AuthkitError: the fetch failed, here or in another worker while this caller waited.
        """
        entry = self.slot.read()
        ruling = rule(entry, self.demand, time.time())
        if isinstance(ruling, Serve):
            return self._renewed_ahead(ruling.token) if ruling.ahead else ruling.token
        if isinstance(ruling, Share):
            raise ruling.failure.error()
        return self._awaited(entry)

    def _renewed_ahead(self, token: Token) -> Token:
        """A new token if this caller is the one to renew it; otherwise, or if that fails, the current one."""
        if self.slot.attempt() is Attempt.BUSY:
            return token
        try:
            ruling = rule(self.slot.read(), self.demand, time.time())
            if not isinstance(ruling, Serve):
                return token
            if not ruling.ahead:
                return ruling.token
            try:
                with renewing():
                    return self._fetched()
            except AuthkitError:
                if alive(token, time.time()):
                    return token
                raise  # the token expired during the attempt
        finally:
            self.slot.release()

    def _awaited(self, seen: Entry) -> Token:
        locked = False
        deadline = time.monotonic() + self.patience
        try:
            while True:
                attempt = self.slot.attempt()
                locked = attempt is not Attempt.BUSY
                if not locked:
                    if time.monotonic() >= deadline:
                        break
                    time.sleep(random.uniform(_SHORTEST_SLEEP, _LONGEST_SLEEP))
                # Read between attempts, so that no caller needs the lock only to read; and again when it is held.
                ruling = self._ruling(seen)
                if isinstance(ruling, Serve):
                    return ruling.token
                if isinstance(ruling, Share):
                    raise ruling.failure.error()
                if locked:
                    break
            return self._fetched(locked)
        finally:
            if locked:
                self.slot.release()

    def _ruling(self, seen: Entry) -> Ruling:
        entry = self.slot.read()
        landed = entry.token is not None and (seen.token is None or entry.token.access_token != seen.token.access_token)
        return rule(entry, self.demand, time.time(), landed=landed)

    def _fetched(self, locked: bool = True) -> Token:
        if self.renewal is not None:
            refresh = self.slot.read().refresh or first_refresh(self.renewal)
            if refresh is not None:
                return self._renewed(self.renewal, refresh, locked)
        try:
            token = self.fetch()
        except AuthkitError as error:
            self._failed(error, None)
            raise
        newest = self.slot.read().token
        if newest is None or token.refresh is not None or not self._outdates(newest, token):
            self.slot.write(Entry(token, None, token.refresh))
        return token

    def _renewed(self, renewal: Renewal, refresh: RefreshToken, locked: bool) -> Token:
        """A new token by the refresh token, which is marked as sent before it is, and replaced before any use."""
        if not locked:
            raise StoreBusy(
                "Another process holds the refresh token of this client and has not renewed its token in "
                f"{self.patience:.0f} s: look for a stopped Ansible process, end it, and try again."
            )
        self.slot.prepare(Entry(self._alive(), None, refresh.sent(time.time())))
        try:
            token = renewal[0](refresh)
        except AuthkitError as error:
            self._failed(error, _left(refresh, error))
            raise
        self.slot.write(Entry(token, None, token.refresh or refresh.sent(None)))
        return token

    def _failed(self, error: AuthkitError, refresh: RefreshToken | None) -> None:
        self.slot.write(Entry(self._alive(), Failure.of(error, time.time()), refresh))

    def _alive(self) -> Token | None:
        """The stored token, if it is still valid."""
        kept = self.slot.read().token
        return kept if kept is not None and alive(kept, time.time()) else None

    def _outdates(self, stored: Token, fetched: Token) -> bool:
        """Whether the stored token is newer: without the lock a slow fetch may end after a later one."""
        return (
            stored.issued_at > fetched.issued_at
            and stored.access_token != self.demand.rejected
            and alive(stored, time.time())
        )


def _left(refresh: RefreshToken, error: AuthkitError) -> RefreshToken | None:
    """What remains of a refresh token after a request with it failed."""
    if error.refresh_token == "ended":
        return None
    return refresh if error.refresh_token == "kept" else refresh.sent(time.time())
