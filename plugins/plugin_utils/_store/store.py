# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The token store: one token for all workers, runs and hosts of a controller.

A hit reads and decrypts one small file; it takes no lock and loads nothing slow. A missing token is fetched once,
however many processes and threads want it, and those who waited for that attempt share its failure. A hit needs ``key``
(identifies a token), ``directory``, ``reading``, ``crypto`` and ``freshness``. A miss also loads ``misses``, ``entry``,
``policy`` (what to do with an entry), ``flight`` (who fetches), ``slot`` (file or memory), ``lock`` and ``files``;
``fallback`` and ``memory`` are the other stores.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from .crypto import crypto_available, entry_cipher
from .directory import Skipped, candidates
from .freshness import is_fresh
from .key import StoreKey, store_key
from .reading import ENTRY_SUFFIX, read_key, read_private, read_token

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...module_utils._oauth.token import Token
    from .directory import Location
    from .entry import Entry
    from .model import Renewal, StoreState, TokenStore, Warn

__all__ = ["FileStore", "StoreKey", "open_store", "store_key"]

#: The shortest wait for another worker's fetch, in seconds: longer than a fetch from a server that does not answer, so
#: that waiting workers share its failure instead of repeating it. Callers with slower fetches pass a longer one.
PATIENCE = 120.0
#: This process's memory, shared by all memory stores: there is a new store for each task.
_ENTRIES: dict[StoreKey, Entry] = {}


class FileStore:
    """Tokens in files that all processes of this user share.

    :param location: the directory, opened and checked again for each use.
    :param directory: a checked descriptor of it, which the first use takes over.
    """

    def __init__(self, location: Location, directory: int, warn: Warn, patience: float) -> None:
        self.location, self._directory, self._warn, self._patience = location, directory, warn, patience
        self._warned: set[str] = set()

    def get(
        self,
        key: StoreKey,
        fetch: Callable[[], Token],
        *,
        renewal: Renewal | None = None,
        min_valid: float | None = None,
        rejected: str | None = None,
        warn: Warn | None = None,
    ) -> Token:
        began = time.time()
        try:
            directory, self._directory = self._directory, -1
            if directory < 0:
                directory = self.location.open()
            try:
                token = None if key in _ENTRIES else _stored(directory, key)
                if token is not None and is_fresh(token, min_valid, rejected, time.time()):
                    return token
                from .misses import demand, from_files

                asked = demand(min_valid, rejected, began)
                return from_files(directory, key, fetch, self._others(warn), asked, renewal)
            finally:
                os.close(directory)
        except Skipped:
            pass  # continue outside the handler, so that it is no error's context
        from .fallback import instead

        memory = instead(self.location, self._others(warn))
        return memory.get(key, fetch, renewal=renewal, min_valid=min_valid, rejected=rejected, warn=warn)

    def close(self) -> None:
        """Closes a store that was not used."""
        if self._directory >= 0:
            os.close(self._directory)
            self._directory = -1

    def _others(self, warn: Warn | None) -> StoreState:
        return warn or self._warn, self._patience, _ENTRIES, self._warned


def open_store(kind: str, warn: Warn, *, patience: float = PATIENCE) -> TokenStore:
    """The store for the option ``cache``.

    :param kind: ``file``, ``memory`` or ``none``. Without a safe directory, or without the Python package cryptography,
        ``file`` becomes ``memory``, with one warning.
    :param patience: seconds to wait for another worker's fetch before fetching as well.
    :raises StoreRefused: the store's own directory has a wrong owner or mode.
    :raises InvalidOption: there is no such kind.
    """
    if kind == "file" and crypto_available():
        for location in candidates():
            try:
                return FileStore(location, location.open(), warn, patience)
            except Skipped:
                continue
    from .fallback import other_store

    return other_store(kind, (warn, patience, _ENTRIES, set()))


def _stored(directory: int, key: StoreKey) -> Token | None:
    """The stored token, valid or not."""
    random_key = read_key(directory)
    if random_key is None:
        return None
    cipher = entry_cipher(key.parts, key.secret, random_key)
    sealed = read_private(directory, cipher.name + ENTRY_SUFFIX)
    plain = None if sealed is None else cipher.unseal(sealed)
    return None if plain is None else read_token(plain)
