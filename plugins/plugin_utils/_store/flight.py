# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One fetch for everybody: a caller without a token either fetches it, or waits for the one that does."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...module_utils._errors import AuthkitError
from ...module_utils._oauth.token import Token
from .entry import Entry
from .failure import Failure
from .freshness import alive
from .lock import Attempt
from .policy import Demand, Serve, Share, min_valid_warning, rule

if TYPE_CHECKING:
    from .model import Warn
    from .policy import Ruling
    from .slot import Slot

# Random sleeps between two looks, in seconds: long enough not to burn a core with 50 waiters, short enough not to be
# noticed, random so that they do not all look at once.
_SHORTEST_SLEEP = 0.005
_LONGEST_SLEEP = 0.030


def served(slot: Slot, fetch: Callable[[], Token], asked: Demand, patience: float, warn: Warn) -> Token:
    """The token that a store gives, with the warning that it deserves."""
    token = Flight(slot, fetch, asked, patience).token()
    warning = min_valid_warning(token, asked.min_valid)
    if warning is not None:
        warn(warning)
    return token


def once(warn: Warn, told: set[str]) -> Warn:
    """``warn``, but never twice with the same sentence."""

    def tell(sentence: str) -> None:
        if sentence not in told:
            told.add(sentence)
            warn(sentence)

    return tell


@dataclass(frozen=True)
class Flight:
    """One caller's way to a token.

    :param slot: where the token lies.
    :param fetch: asks the server; called at most once, and only here.
    :param demand: what the caller asks of the token.
    :param patience: seconds to wait for somebody else's fetch. After that the caller fetches on its own: a token twice
        is better than none.
    """

    slot: Slot
    fetch: Callable[[], Token]
    demand: Demand
    patience: float

    def token(self) -> Token:
        """The token.

        :raises AuthkitError: the fetch failed, here or moments ago in another worker.
        """
        entry = self.slot.read()
        ruling = rule(entry, self.demand, time.time())
        if isinstance(ruling, Serve):
            return self._renewed_ahead(ruling.token) if ruling.ahead else ruling.token
        if isinstance(ruling, Share):
            raise ruling.failure.error()
        return self._awaited(entry)

    def _renewed_ahead(self, token: Token) -> Token:
        """A new token if it is on this caller to fetch one; else, and if that fails, the one there is."""
        if self.slot.attempt() is Attempt.BUSY:
            return token
        try:
            ruling = rule(self.slot.read(), self.demand, time.time())
            if not isinstance(ruling, Serve):
                return token
            if not ruling.ahead:
                return ruling.token
            try:
                return self._fetched()
            except AuthkitError:
                if alive(token, time.time()):
                    return token
                raise  # the attempt took longer than the token had left
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
                # Between two tries, so that nobody queues for the lock only to read; and once more when it is held.
                ruling = self._ruling(seen)
                if isinstance(ruling, Serve):
                    return ruling.token
                if isinstance(ruling, Share):
                    raise ruling.failure.error()
                if locked:
                    break
            return self._fetched()
        finally:
            if locked:
                self.slot.release()

    def _ruling(self, seen: Entry) -> Ruling:
        entry = self.slot.read()
        landed = entry.token is not None and (seen.token is None or entry.token.access_token != seen.token.access_token)
        return rule(entry, self.demand, time.time(), landed=landed)

    def _fetched(self) -> Token:
        try:
            token = self.fetch()
        except AuthkitError as error:
            now = time.time()
            kept = self.slot.read().token
            self.slot.write(Entry(kept if kept is not None and alive(kept, now) else None, Failure.of(error, now)))
            raise
        newest = self.slot.read().token
        if newest is None or not self._outdates(newest, token):
            self.slot.write(Entry(token))
        return token

    def _outdates(self, stored: Token, fetched: Token) -> bool:
        """Whether the stored token came later: without the lock a slow fetch may end after another's."""
        return (
            stored.issued_at > fetched.issued_at
            and stored.access_token != self.demand.rejected
            and alive(stored, time.time())
        )
