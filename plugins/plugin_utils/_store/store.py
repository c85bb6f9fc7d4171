# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The token store: one token for all workers, runs and hosts of a controller.

A hit reads and decrypts one small file; it takes no lock and loads nothing slow. A miss is fetched once, however many
processes and threads want it, and so is a failure. See the neighbours for each part: ``key`` (what tells tokens
apart), ``policy`` (when a token is good enough), ``flight`` (who fetches), ``slot`` (file or
memory), ``directory``, ``files``, ``lock``, ``entry``, ``crypto``.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from ...module_utils._errors import InvalidOption
from ...module_utils._oauth.token import Token
from .crypto import crypto_available
from .directory import Place, Skipped, places
from .entry import Entry
from .flight import Flight
from .key import StoreKey, store_key
from .policy import BRAND_NEW, Demand, min_valid_warning
from .slot import FileSlot, MemorySlot, Slot

__all__ = ["FileStore", "MemoryStore", "NoStore", "StoreKey", "TokenStore", "Warn", "open_store", "store_key"]

Warn = Callable[[str], None]

# Seconds to wait for another worker's fetch at least: longer than one takes against a server that does not answer, so
# that those who wait share its failure instead of repeating it. Who knows how long a fetch may take gives its own.
PATIENCE = 120.0


class TokenStore(Protocol):
    """What a door asks for tokens."""

    def get(
        self,
        key: StoreKey,
        fetch: Callable[[], Token],
        *,
        min_valid: float | None = None,
        rejected: str | None = None,
        warn: Warn | None = None,
    ) -> Token:
        """A token for this key, from the store or from ``fetch``.

        :param fetch: asks the server; called at most once.
        :param min_valid: seconds the token must still live; None for ``min(30 s, 20 % of its life)``. Beyond half the
            lifetime it is cut to that, with a warning.
        :param rejected: an access token that was answered with 401. It is fetched anew only while the store still holds
            that very token. One under 2 s old is handed back as it is: the caller sees it is the same, and reports the
            401 instead of trying again.
        :param warn: takes sentences for the user; None for the one that the store was opened with.
        :raises AuthkitError: what ``fetch`` raised, here or within the last seconds in another worker.
        """


@dataclass(frozen=True)
class MemoryStore:
    """Tokens in this process: shared by its threads, gone with it."""

    warn: Warn
    patience: float = PATIENCE
    entries: dict[StoreKey, Entry] = field(default_factory=dict, repr=False)
    told: set[str] = field(default_factory=set, repr=False)

    def get(
        self,
        key: StoreKey,
        fetch: Callable[[], Token],
        *,
        min_valid: float | None = None,
        rejected: str | None = None,
        warn: Warn | None = None,
    ) -> Token:
        tell = _once(warn or self.warn, self.told)
        return _served(MemorySlot(self.entries, key), fetch, _demand(min_valid, rejected), self.patience, tell)


@dataclass(frozen=True)
class FileStore:
    """Tokens in files that all processes of this user share.

    :param place: where they lie; opened and checked anew for each use, so nothing stale is ever held.
    :param memory: serves when the place is gone or cannot be used any more.
    """

    place: Place
    memory: MemoryStore
    warn: Warn
    patience: float = PATIENCE

    def get(
        self,
        key: StoreKey,
        fetch: Callable[[], Token],
        *,
        min_valid: float | None = None,
        rejected: str | None = None,
        warn: Warn | None = None,
    ) -> Token:
        tell = _once(warn or self.warn, self.memory.told)
        try:
            with self.place.opened() as directory:
                slot = FileSlot(directory, key, MemorySlot(self.memory.entries, key), tell)
                try:
                    return _served(slot, fetch, _demand(min_valid, rejected), self.patience, tell)
                finally:
                    slot.tidy()
        except Skipped:
            tell(f"The token store {self.place.path} cannot be used any more: {_MEMORY_INSTEAD}")
        return self.memory.get(key, fetch, min_valid=min_valid, rejected=rejected, warn=warn)


@dataclass(frozen=True)
class NoStore:
    """No store: each use fetches. The last token is remembered only to know a brand-new one that is rejected."""

    last: dict[StoreKey, Token] = field(default_factory=dict, repr=False)

    def get(
        self,
        key: StoreKey,
        fetch: Callable[[], Token],
        *,
        min_valid: float | None = None,
        rejected: str | None = None,
        warn: Warn | None = None,
    ) -> Token:
        last = self.last.get(key)
        if last is not None and last.access_token == rejected and 0 <= time.time() - last.issued_at < BRAND_NEW:
            return last
        token = self.last[key] = fetch()
        return token


def open_store(kind: str, warn: Warn, *, patience: float = PATIENCE) -> TokenStore:
    """The store of the option ``cache``.

    :param kind: ``file``, ``memory`` or ``none``. Without a safe directory, or without the Python package cryptography,
        ``file`` becomes ``memory``, with one warning.
    :param patience: seconds to wait for another worker's fetch before fetching nevertheless.
    :raises StoreRefused: the store's own directory has a wrong owner or mode.
    :raises InvalidOption: no such kind.
    """
    if kind == "none":
        return _NO_STORE
    if kind not in ("file", "memory"):
        raise InvalidOption("cache is none of file, memory and none: set it to one of these.")
    memory = MemoryStore(warn, patience, _ENTRIES)
    if kind == "memory":
        return memory
    if not crypto_available():
        warn(
            f"The token store needs the Python package cryptography, which {sys.executable} does not have "
            f"('{sys.executable} -m pip install cryptography'): {_MEMORY_INSTEAD}"
        )
        return memory
    for place in places():
        try:
            with place.opened():
                return FileStore(place, memory, warn, patience)
        except Skipped:
            continue
    warn(
        "The token store found no directory that belongs to this user alone, neither under XDG_RUNTIME_DIR nor "
        f"under ~/.cache: {_MEMORY_INSTEAD}"
    )
    return memory


_MEMORY_INSTEAD = "tokens are kept in each process's memory instead, and asked for more often."

# This process's memory: every memory store shares it, or a store per task would remember nothing.
_ENTRIES: dict[StoreKey, Entry] = {}
_NO_STORE = NoStore()


def _demand(min_valid: float | None, rejected: str | None) -> Demand:
    return Demand(min_valid, rejected, jitter=random.uniform(0.9, 1.1))


def _once(warn: Warn, told: set[str]) -> Warn:
    """``warn``, but never twice with the same sentence."""

    def tell(sentence: str) -> None:
        if sentence not in told:
            told.add(sentence)
            warn(sentence)

    return tell


def _served(slot: Slot, fetch: Callable[[], Token], demand: Demand, patience: float, warn: Warn) -> Token:
    token = Flight(slot, fetch, demand, patience).token()
    warning = min_valid_warning(token, demand.min_valid)
    if warning is not None:
        warn(warning)
    return token
