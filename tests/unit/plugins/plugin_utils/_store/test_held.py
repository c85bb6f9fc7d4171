# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the store holds for a key, and how it forgets it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import ConnectionFailed, StoreBusy
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.refresh import RefreshToken
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.token import Token
from ansible_collections.authkit.oauth.plugins.plugin_utils._store import store
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.entry import EMPTY, Entry
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.held import forget, held, opened
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.lock import Attempt
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.slot import FileSlot, MemorySlot
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.store import FileStore, StoreKey
from ansible_collections.authkit.oauth.tests.unit.support.stores import (
    KEY,
    file_store,
    private_store,
    refuse_warning,
    token,
)

REFRESH = RefreshToken("refresh-1")


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(store, "_ENTRIES", {})
    return private_store(tmp_path, monkeypatch)


@pytest.fixture
def files(directory: Path) -> FileStore:
    found = file_store()
    assert isinstance(found, FileStore)
    return found


@contextmanager
def slot_of(files: FileStore, key: StoreKey = KEY) -> Iterator[FileSlot]:
    with opened(files.location) as descriptor:
        yield FileSlot(descriptor, key, MemorySlot({}, key), refuse_warning)


def put(files: FileStore, entry: Entry, key: StoreKey = KEY) -> None:
    with slot_of(files, key) as slot:
        slot.write(entry)


def locked(files: FileStore) -> bool:
    """Whether someone holds the lock of the entry."""
    with slot_of(files) as slot:
        if slot.attempt() is Attempt.BUSY:
            return True
        slot.release()
        return False


def no_one(_entry: Entry) -> None:
    raise AssertionError("there is nothing to revoke")


def test_nothing_is_there(files: FileStore) -> None:
    assert held(files, KEY) == EMPTY
    assert forget(files, KEY, no_one) is False


@pytest.mark.parametrize(
    "entry",
    [Entry(token("kept")), Entry(token("kept"), None, REFRESH), Entry(None, None, REFRESH)],
    ids=["token", "both", "refresh token"],
)
def test_an_entry_is_removed(files: FileStore, directory: Path, entry: Entry) -> None:
    """It is handed over first; no file of it stays, and other entries do."""
    other = StoreKey((*KEY.parts, "other"), KEY.secret)
    put(files, Entry(token("other")), other)
    before = set(directory.rglob("*.token"))
    put(files, entry)
    assert held(files, KEY) == entry
    seen: list[Entry] = []
    assert forget(files, KEY, seen.append) is True
    assert seen == [entry]
    assert held(files, KEY) == EMPTY
    assert set(directory.rglob("*.token")) == before
    assert held(files, other).token == token_in(files, other)
    assert forget(files, KEY, no_one) is False


def token_in(files: FileStore, key: StoreKey) -> Token:
    """The stored token, which is not fetched again."""

    def fetch() -> Token:
        raise AssertionError("the entry is gone")

    return files.get(key, fetch)


def test_the_next_caller_fetches(files: FileStore) -> None:
    put(files, Entry(token("old")))
    forget(files, KEY, lambda _entry: None)
    assert file_store().get(KEY, lambda: token("new")).access_token == "new"


def test_the_entry_is_locked_until_it_is_gone(files: FileStore) -> None:
    put(files, Entry(token("kept")))
    during: list[bool] = []
    forget(files, KEY, lambda _entry: during.append(locked(files)))
    assert during == [True]
    assert not locked(files)


def test_another_holder_of_the_lock(files: FileStore) -> None:
    put(files, Entry(token("kept")))
    with slot_of(files) as slot:
        assert slot.attempt() is Attempt.HELD
        with pytest.raises(StoreBusy, match="has held the lock of this client's token for 0 s"):
            forget(files, KEY, no_one, patience=0.0)
        slot.release()
    assert held(files, KEY).token is not None
    assert forget(files, KEY, lambda _entry: None, patience=0.0) is True


@pytest.mark.parametrize("kind", [ConnectionFailed, KeyboardInterrupt])
def test_an_entry_that_is_not_revoked_stays(files: FileStore, kind: type[BaseException]) -> None:
    put(files, Entry(token("kept")))

    def fail(_entry: Entry) -> None:
        raise kind("gone")

    with pytest.raises(kind):
        forget(files, KEY, fail)
    assert held(files, KEY).token is not None
    assert not locked(files)
