# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The token store: one token for all workers, runs and hosts of a controller.

A hit reads and decrypts one small file; it takes no lock and loads nothing slow. A miss is fetched once, however many
processes and threads want it, and so is a failure. See the neighbors for each part. A hit needs ``key`` (what tells
tokens apart), ``directory``, ``reading``, ``crypto`` and ``freshness``. All others are loaded when there is none:
``fallback`` and ``memory`` (other stores), ``misses``, ``entry``, ``policy`` (what to do with one), ``flight`` (who
fetches), ``slot`` (file or memory), ``lock``, ``files``.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from .crypto import crypto_available, entry_cipher
from .directory import Skipped, places
from .freshness import is_fresh
from .key import StoreKey, store_key
from .reading import ENTRY_SUFFIX, read_key, read_private, read_token

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...module_utils._oauth.token import Token
    from .directory import Place
    from .entry import Entry
    from .model import Circumstances, TokenStore, Warn

__all__ = ["FileStore", "StoreKey", "open_store", "store_key"]

# Seconds to wait for another worker's fetch at least: longer than one takes against a server that does not answer, so
# that those who wait share its failure instead of repeating it. Who knows how long a fetch may take gives its own.
PATIENCE = 120.0
# This process's memory: every memory store shares it, or a store per task would remember nothing.
_ENTRIES: dict[StoreKey, Entry] = {}


class FileStore:
    """Tokens in files that all processes of this user share.

    :param place: where they lie; opened and checked again for each use, so nothing stale is ever held.
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
        try:
            directory, self._directory = self._directory, -1
            if directory < 0:
                directory = self.place.open()
            try:
                token = None if key in _ENTRIES else _stored(directory, key)
                if token is not None and is_fresh(token, min_valid, rejected, time.time()):
                    return token
                from .misses import from_files

                return from_files(directory, key, fetch, self._others(warn), min_valid=min_valid, rejected=rejected)
            finally:
                os.close(directory)
        except Skipped:
            pass  # out here it is nobody's context
        from .fallback import instead

        memory = instead(self.place, self._others(warn))
        return memory.get(key, fetch, min_valid=min_valid, rejected=rejected, warn=warn)

    def close(self) -> None:
        """For a store that nobody uses after all."""
        if self._directory >= 0:
            os.close(self._directory)
            self._directory = -1

    def _others(self, warn: Warn | None) -> Circumstances:
        return warn or self._warn, self._patience, _ENTRIES, self._told


def open_store(kind: str, warn: Warn, *, patience: float = PATIENCE) -> TokenStore:
    """The store of the option ``cache``.

    :param kind: ``file``, ``memory`` or ``none``. Without a safe directory, or without the Python package cryptography,
        ``file`` becomes ``memory``, with one warning.
    :param patience: seconds to wait for another worker's fetch before fetching nevertheless.
    :raises StoreRefused: the store's own directory has a wrong owner or mode.
    :raises InvalidOption: no such kind.
    """
    if kind == "file" and crypto_available():
        for place in places():
            try:
                return FileStore(place, place.open(), warn, patience)
            except Skipped:
                continue
    from .fallback import other_store

    return other_store(kind, (warn, patience, _ENTRIES, set()))


def _stored(directory: int, key: StoreKey) -> Token | None:
    """The token that lies there."""
    random_key = read_key(directory)
    if random_key is None:
        return None
    cipher = entry_cipher(key.parts, key.secret, random_key)
    sealed = read_private(directory, cipher.name + ENTRY_SUFFIX)
    plain = None if sealed is None else cipher.unseal(sealed)
    return None if plain is None else read_token(plain)
