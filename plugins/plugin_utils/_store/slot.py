# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where one key's entry is stored: in a file that all processes share, or in this process."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Protocol

from ...module_utils._errors import StoreNotWritable
from . import files
from .crypto import EntryCipher, entry_cipher
from .directory import Skipped
from .entry import EMPTY, Entry, decode, encode
from .key import StoreKey
from .lock import Attempt, EntryLock
from .network import on_network
from .reading import ENTRY_SUFFIX, read_key, read_private


class Slot(Protocol):
    """One key's place in a store."""

    def read(self) -> Entry:
        """The current entry; an empty one if there is none, or it cannot be read."""

    def write(self, entry: Entry) -> None:
        """Replaces the entry."""

    def prepare(self, entry: Entry) -> None:
        """Replaces the entry before a refresh token is sent. Raises StoreNotWritable: its successor would be lost."""

    def attempt(self) -> Attempt:
        """Tries once to lock the entry; never blocks."""

    def release(self) -> None:
        """Releases the lock, after any attempt that was not BUSY."""


class MemorySlot:
    """An entry in this process's memory."""

    def __init__(self, entries: dict[StoreKey, Entry], key: StoreKey) -> None:
        self._entries = entries
        self._key = key
        self._lock = EntryLock((id(entries), key))

    def read(self) -> Entry:
        return self._entries.get(self._key, EMPTY)

    def write(self, entry: Entry) -> None:
        now = time.time()
        for key, other in list(self._entries.items()):
            if other.useful_until < now:
                self._entries.pop(key, None)
        self._entries[self._key] = entry

    def prepare(self, entry: Entry) -> None:
        self.write(entry)

    def attempt(self) -> Attempt:
        return self._lock.attempt()

    def release(self) -> None:
        self._lock.release()


class FileSlot:
    """An entry in a file.

    :param directory: a descriptor of the store's directory, open as long as this slot is used.
    :param spare: used, with a warning, if the file cannot be written: the disk is full or has become read-only.
    :raises Skipped: the store's random key can be neither read nor created.
    """

    def __init__(self, directory: int, key: StoreKey, spare: Slot, warn: Callable[[str], None]) -> None:
        self._directory = directory
        self._cipher = _cipher(directory, key)
        self._spare = spare
        self._warn = warn
        self._written = False
        self._lock: EntryLock | None = None

    def read(self) -> Entry:
        sealed = read_private(self._directory, self._entry_name)
        plain = None if sealed is None else self._cipher.unseal(sealed)
        entry = EMPTY if plain is None else decode(plain)
        spare = self._spare.read()
        return spare if spare.moment > entry.moment else entry

    def write(self, entry: Entry) -> None:
        try:
            self._write(entry)
        except OSError as error:
            then = (
                "so other processes request their own."
                if entry.refresh is None
                else "and the refresh token with them: if the next run is refused, log in again or set a new one."
            )
            self._warn(
                f"The token store cannot write a file ({os.strerror(error.errno or 0)}): tokens are kept in this "
                f"process's memory instead, {then}"
            )
            self._spare.write(entry)

    def prepare(self, entry: Entry) -> None:
        try:
            self._write(entry)
        except OSError as error:
            refused = StoreNotWritable(
                f"The token store cannot write a file ({os.strerror(error.errno or 0)}), so the refresh token is not "
                "used, because its successor could not be kept: free space on the disk, or make it writable."
            )
        else:
            return
        raise refused

    def _write(self, entry: Entry) -> None:
        sealed, durable = self._cipher.seal(encode(entry)), entry.refresh is not None
        files.write_private(self._directory, self._entry_name, sealed, entry.useful_until, durable=durable)
        self._written = True

    def remove(self) -> None:
        """Removes the entry. Raises StoreNotWritable if it stays."""
        try:
            files.remove_private(self._directory, self._entry_name)
        except OSError as error:
            refused = StoreNotWritable(
                f"The token store cannot remove a file ({os.strerror(error.errno or 0)}): make its directory writable."
            )
        else:
            return
        raise refused

    def attempt(self) -> Attempt:
        if self._lock is None:
            self._lock = self._new_lock()
        return self._lock.attempt()

    def release(self) -> None:
        if self._lock is not None:
            self._lock.release()

    def tidy(self) -> None:
        """Sweeps the directory if this slot has written: rarely, and when no caller is waiting any more."""
        if self._written:
            files.sweep(self._directory, time.time(), locks=not on_network(self._directory))

    @property
    def _entry_name(self) -> str:
        return self._cipher.name + ENTRY_SUFFIX

    def _new_lock(self) -> EntryLock:
        if on_network(self._directory):
            return EntryLock(self._cipher.name)
        return EntryLock(self._cipher.name, self._directory, self._cipher.name + files.LOCK_SUFFIX)


def _cipher(directory: int, key: StoreKey) -> EntryCipher:
    random_key = read_key(directory)
    if random_key is None:
        try:
            random_key = files.make_key(directory, locks=not on_network(directory))
        except OSError:
            raise Skipped from None
    return entry_cipher(key.parts, key.secret, random_key)
