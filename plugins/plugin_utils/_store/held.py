# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the file store holds for a key: to look at it without a token request, and to forget it."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ...module_utils._errors import StoreBusy
from .entry import EMPTY
from .lock import Attempt
from .slot import FileSlot, MemorySlot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .directory import Location
    from .entry import Entry
    from .key import StoreKey
    from .store import FileStore

    Warn = Callable[[str], None]

#: Seconds to wait for a request of another process, and between two looks.
PATIENCE, PAUSE = 60.0, 0.02


@contextmanager
def opened(location: Location) -> Iterator[int]:
    """Location.open() as a context manager."""
    directory = location.open()
    try:
        yield directory
    finally:
        os.close(directory)


def held(store: FileStore, key: StoreKey) -> Entry:
    """The entry of a key; an empty one if there is none."""
    with opened(store.location) as directory:
        return _slot(directory, key).read()


def forget(store: FileStore, key: StoreKey, before: Callable[[Entry], None], patience: float = PATIENCE) -> bool:
    """Removes the entry of a key, and returns whether there was one with a token.

    :param before: called with the entry, under its lock, so no other process renews it meanwhile.
    :raises StoreBusy: another process keeps the lock.
    :raises StoreNotWritable: the entry cannot be removed.
    """
    with opened(store.location) as directory:
        slot = _slot(directory, key)
        if slot.read() == EMPTY:
            return False
        deadline = time.monotonic() + patience
        while slot.attempt() is Attempt.BUSY:
            if time.monotonic() > deadline:
                raise StoreBusy(
                    f"Another process has held the lock of this client's token for {patience:.0f} s, perhaps for a "
                    "login that waits for its person: end that process, and try again."
                )
            time.sleep(PAUSE)
        try:
            entry = slot.read()
            if entry.token is None and entry.refresh is None:
                return False
            before(entry)
            slot.remove()
            return True
        finally:
            slot.release()


def _slot(directory: int, key: StoreKey) -> FileSlot:
    return FileSlot(directory, key, MemorySlot({}, key), lambda _warning: None)
