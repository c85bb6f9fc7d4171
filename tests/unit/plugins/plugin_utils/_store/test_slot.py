# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where an entry is stored: in a file, or in this process if no file can be used."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import AuthkitError, StoreRefused
from ansible_collections.authkit.oauth.plugins.plugin_utils._store import files as _store_files
from ansible_collections.authkit.oauth.plugins.plugin_utils._store import slot as _store_slot
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.directory import Skipped
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.entry import EMPTY, Entry
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.failure import Failure
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.key import StoreKey
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.reading import ENTRY_SUFFIX
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.slot import FileSlot, MemorySlot
from ansible_collections.authkit.oauth.tests.unit.support.stores import KEY, refuse_warning, token


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[int]:
    descriptor = os.open(tmp_path, os.O_RDONLY | os.O_DIRECTORY)
    yield descriptor
    os.close(descriptor)


def slot(directory: int, key: StoreKey = KEY) -> FileSlot:
    return FileSlot(directory, key, MemorySlot({}, key), refuse_warning)


def entries(tmp_path: Path) -> set[Path]:
    return set(tmp_path.glob("*" + ENTRY_SUFFIX))


def failure() -> Failure:
    return Failure.of(StoreRefused("a reason that shall not be read"), time.time())


def test_token_and_failure_lie_in_one_encrypted_file(tmp_path: Path, directory: int) -> None:
    entry = Entry(token("a token that shall not be read"), failure())
    slot(directory).write(entry)
    assert slot(directory).read() == entry
    (file,) = entries(tmp_path)
    content = file.read_bytes()
    for word in (b"shall not be read", b"access_token", b"StoreRefused", b"svc", b"example"):
        assert word not in content
    assert "svc" not in file.name


def test_another_key_reads_nothing(directory: int) -> None:
    slot(directory).write(Entry(token()))
    assert slot(directory, StoreKey(KEY.parts, b"another secret")).read() == EMPTY
    assert slot(directory, StoreKey((*KEY.parts, "x"), KEY.secret)).read() == EMPTY


def test_a_planted_file_is_a_miss(tmp_path: Path, directory: int) -> None:
    slot(directory).write(Entry(token()))
    (mine,) = entries(tmp_path)
    slot(directory, StoreKey(KEY.parts, b"attacker")).write(Entry(token("planted")))
    (planted,) = entries(tmp_path) - {mine}
    mine.write_bytes(planted.read_bytes())
    assert slot(directory).read() == EMPTY


@pytest.mark.parametrize("length", [0, 1, 12, 13, 28, 100])
def test_a_torn_file_is_a_miss(length: int, tmp_path: Path, directory: int) -> None:
    slot(directory).write(Entry(token()))
    (file,) = entries(tmp_path)
    os.truncate(file, length)
    assert slot(directory).read() == EMPTY


@pytest.mark.parametrize("secret", [b"secret", b""], ids=["with a secret", "without one"])
def test_the_random_key_is_in_every_name_and_a_lost_one_is_a_miss(
    secret: bytes, tmp_path: Path, directory: int
) -> None:
    key = StoreKey(("https://login.example.org/token", "svc"), secret)
    slot(directory, key).write(Entry(token("under the first key")))
    (first,) = entries(tmp_path)
    found = slot(directory, key).read().token
    assert found is not None
    assert found.access_token == "under the first key"
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    (tmp_path / "key").unlink()
    assert slot(directory, key).read() == EMPTY
    assert entries(tmp_path) == set()  # nobody could ever read it again
    slot(directory, key).write(Entry(token("under the second key")))
    assert entries(tmp_path) != {first}


def test_a_key_file_that_cannot_be_made_rules_the_directory_out(tmp_path: Path, directory: int) -> None:
    (tmp_path / "key" / "content").mkdir(parents=True)
    with pytest.raises(Skipped):
        slot(directory)


def test_a_full_disk_means_memory_and_a_warning(directory: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int, _data: object) -> int:
        raise OSError(28, "text of the operating system")

    _store_files.make_key(directory, locks=True)
    monkeypatch.setattr(os, "write", full)
    warnings: list[str] = []
    spare = MemorySlot({}, KEY)
    kept = FileSlot(directory, KEY, spare, warnings.append)
    kept.write(Entry(token("kept")))
    assert warnings == [
        "The token store cannot write a file (No space left on device): tokens are kept in this process's memory "
        "instead, so other processes request their own."
    ]
    again = FileSlot(directory, KEY, spare, warnings.append).read().token
    assert again is not None
    assert again.access_token == "kept"


def test_of_file_and_memory_the_newer_entry_counts(directory: int) -> None:
    spare = MemorySlot({}, KEY)
    both = FileSlot(directory, KEY, spare, refuse_warning)
    both.write(Entry(token("on disk", age=50)))
    spare.write(Entry(token("in memory", age=10)))
    assert both.read() == spare.read()
    both.write(Entry(token("on disk again", age=5)))
    assert both.read() != spare.read()


def test_tidying_sweeps_only_after_a_write(tmp_path: Path, directory: int) -> None:
    orphan = tmp_path / f".{'0' * 64}.token.4711.0123456789ab.tmp"
    orphan.touch()
    os.utime(orphan, (0, 0))
    mine = slot(directory)
    mine.read()
    mine.tidy()
    assert orphan.exists()
    mine.write(Entry(token()))
    mine.tidy()
    assert not orphan.exists()


def test_on_nfs_no_lock_file_is_touched(tmp_path: Path, directory: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_store_slot, "on_network", lambda _directory: True)
    mine = slot(directory)
    assert mine.attempt().name == "HELD"
    assert slot(directory).attempt().name == "BUSY"  # threads of one process still queue
    mine.write(Entry(token()))
    mine.release()
    mine.tidy()
    assert not list(tmp_path.glob("*" + _store_files.LOCK_SUFFIX))


def test_memory_forgets_what_nobody_needs() -> None:
    entries: dict[StoreKey, Entry] = {}
    for number, life in enumerate((1.0, 300.0)):
        MemorySlot(entries, StoreKey((str(number),))).write(Entry(token(life=life, age=2)))
    MemorySlot(entries, KEY).write(Entry(None, Failure.of(AuthkitError("down"), time.time())))
    assert set(entries) == {StoreKey(("1",)), KEY}
