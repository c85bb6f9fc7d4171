# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The token store: one token for all workers, runs and hosts of a controller.

A hit reads and decrypts one small file; it takes no lock and loads nothing slow. A miss is fetched once, however many
processes and threads want it, and so is a failure. See the neighbors for each part. A hit needs ``key`` (what tells
tokens apart), ``directory``, ``reading``, ``crypto``, ``entry`` and ``policy`` (when a token is good enough). Others
are loaded when there is none: ``memory``, ``flight`` (who fetches), ``slot`` (file or memory), ``lock``, ``files``.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from .crypto import crypto_available, entry_cipher
from .directory import Skipped, places
from .entry import Entry, decode
from .key import StoreKey, store_key
from .policy import demand, is_hit, rule
from .reading import ENTRY_SUFFIX, read_key, read_private

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...module_utils._oauth.token import Token
    from .directory import Place
    from .model import TokenStore, Warn
    from .policy import Demand

__all__ = ["FileStore", "StoreKey", "open_store", "store_key"]

# Seconds to wait for another worker's fetch at least: longer than one takes against a server that does not answer, so
# that those who wait share its failure instead of repeating it. Who knows how long a fetch may take gives its own.
PATIENCE = 120.0


class FileStore:
    """Tokens in files that all processes of this user share.

    :param place: where they lie; opened and checked anew for each use, so nothing stale is ever held.
    :param directory: a descriptor of that place, opened and checked just now. The first use takes it over.
    """

    def __init__(self, place: Place, directory: int, warn: Warn, patience: float) -> None:
        self.place, self._directory, self._warn, self._patience = place, directory, warn, patience
        self._told: set[str] = set()

    def get(
        self,
        key: StoreKey,
        fetch: Callable[[], Token],
        *,
        min_valid: float | None = None,
        rejected: str | None = None,
        warn: Warn | None = None,
    ) -> Token:
        asked = demand(min_valid, rejected)
        try:
            directory = self._opened()
            try:
                return _hit(directory, key, asked) or self._other(directory, key, fetch, asked, warn)
            finally:
                os.close(directory)
        except Skipped:
            from .flight import once

            once(warn or self._warn, self._told)(
                f"The token store {self.place.path} cannot be used any more: {MEMORY_INSTEAD}"
            )
        memory = memory_store(self._warn, self._patience, self._told)
        return memory.get(key, fetch, min_valid=min_valid, rejected=rejected, warn=warn)

    def close(self) -> None:
        """For a store that nobody uses after all."""
        if self._directory >= 0:
            os.close(self._opened())

    def _opened(self) -> int:
        directory, self._directory = self._directory, -1
        return directory if directory >= 0 else self.place.open()

    def _other(
        self, directory: int, key: StoreKey, fetch: Callable[[], Token], asked: Demand, warn: Warn | None
    ) -> Token:
        """Whatever is no plain hit: a miss, a renewal, a failure, a warning."""
        from .flight import once, served
        from .slot import FileSlot, MemorySlot

        tell = once(warn or self._warn, self._told)
        slot = FileSlot(directory, key, MemorySlot(_ENTRIES, key), tell)
        try:
            return served(slot, fetch, asked, self._patience, tell)
        finally:
            slot.tidy()


def open_store(kind: str, warn: Warn, *, patience: float = PATIENCE) -> TokenStore:
    """The store of the option ``cache``.

    :param kind: ``file``, ``memory`` or ``none``. Without a safe directory, or without the Python package cryptography,
        ``file`` becomes ``memory``, with one warning.
    :param patience: seconds to wait for another worker's fetch before fetching nevertheless.
    :raises StoreRefused: the store's own directory has a wrong owner or mode.
    :raises InvalidOption: no such kind.
    """
    if kind != "file":
        return _store_without_files(kind, warn, patience)
    if not crypto_available():
        import sys

        warn(
            f"The token store needs the Python package cryptography, which {sys.executable} does not have "
            f"('{sys.executable} -m pip install cryptography'): {MEMORY_INSTEAD}"
        )
        return memory_store(warn, patience)
    for place in places():
        try:
            return FileStore(place, place.open(), warn, patience)
        except Skipped:
            continue
    warn(
        "The token store found no directory that belongs to this user alone, neither under XDG_RUNTIME_DIR nor "
        f"under ~/.cache: {MEMORY_INSTEAD}"
    )
    return memory_store(warn, patience)


MEMORY_INSTEAD = "tokens are kept in each process's memory instead, and asked for more often."

# This process's memory: every memory store shares it, or a store per task would remember nothing.
_ENTRIES: dict[StoreKey, Entry] = {}


def memory_store(warn: Warn, patience: float, told: set[str] | None = None) -> TokenStore:
    """The store in this process's memory."""
    from .memory import MemoryStore

    return MemoryStore(warn, patience, _ENTRIES, set() if told is None else told)


def _store_without_files(kind: str, warn: Warn, patience: float) -> TokenStore:
    from ...module_utils._errors import InvalidOption
    from .memory import NO_STORE

    if kind == "none":
        return NO_STORE
    if kind != "memory":
        raise InvalidOption("cache is none of file, memory and none: set it to one of these.")
    return memory_store(warn, patience)


def _hit(directory: int, key: StoreKey, asked: Demand) -> Token | None:
    """The stored token, if there is nothing to do but to hand it out."""
    random_key = read_key(directory)
    if random_key is None or key in _ENTRIES:
        return None
    cipher = entry_cipher(key.parts, key.secret, random_key)
    sealed = read_private(directory, cipher.name + ENTRY_SUFFIX)
    plain = None if sealed is None else cipher.unseal(sealed)
    if plain is None:
        return None
    return is_hit(rule(decode(plain), asked, time.time()), asked)
