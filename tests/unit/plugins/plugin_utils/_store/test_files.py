# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files are read completely or not at all, written atomically, and removed when they are of no use."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.plugins.plugin_utils._store import files as _store_files
from ansible_collections.authkit.oauth.plugins.plugin_utils._store import reading as _store_reading
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.files import make_key, sweep, write_private
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.lock import Attempt, EntryLock
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.reading import LARGEST_ENTRY, read_key, read_private
from ansible_collections.authkit.oauth.tests.unit.support.stores import give_away, storm

storms = pytest.mark.parametrize("workers", [12, pytest.param(50, marks=pytest.mark.alone)])
STEM = "0123456789abcdef" * 4
ENTRY = f"{STEM}.token"
LOCK = f"{STEM}.lock"
LATER = 4e9


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[int]:
    descriptor = os.open(tmp_path, os.O_RDONLY | os.O_DIRECTORY)
    yield descriptor
    os.close(descriptor)


def aged(path: Path, seconds: float) -> Path:
    when = time.time() - seconds
    os.utime(path, (when, when), follow_symlinks=False)
    return path


def private(path: Path, content: bytes = b"content") -> Path:
    path.write_bytes(content)
    path.chmod(0o600)
    return path


def names(path: Path) -> set[str]:
    return {item.name for item in path.iterdir()}


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o277])
def test_what_is_written_is_read_and_private_whatever_the_umask(umask: int, tmp_path: Path, directory: int) -> None:
    before = os.umask(umask)
    try:
        write_private(directory, ENTRY, b"x" * 100_000, LATER)
    finally:
        os.umask(before)
    assert read_private(directory, ENTRY) == b"x" * 100_000
    assert (tmp_path / ENTRY).stat().st_mode & 0o777 == 0o600
    assert names(tmp_path) == {ENTRY}


def test_what_is_not_there_is_not_read(directory: int) -> None:
    assert read_private(directory, ENTRY) is None


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o660, 0o601])
def test_a_file_open_to_others_is_not_read(mode: int, tmp_path: Path, directory: int) -> None:
    private(tmp_path / ENTRY).chmod(mode)
    assert read_private(directory, ENTRY) is None


def test_a_file_of_another_user_is_not_read(tmp_path: Path, directory: int, monkeypatch: pytest.MonkeyPatch) -> None:
    give_away(private(tmp_path / ENTRY), monkeypatch)
    assert read_private(directory, ENTRY) is None


@pytest.mark.parametrize("planted", ["link", "pipe", "directory", "too large"])
def test_what_is_no_plain_small_file_is_not_read_and_is_replaced(planted: str, tmp_path: Path, directory: int) -> None:
    target = private(tmp_path / "target", b"of somebody else")
    if planted == "link":
        (tmp_path / ENTRY).symlink_to(target)
    elif planted == "pipe":
        os.mkfifo(tmp_path / ENTRY, 0o600)
    elif planted == "directory":
        (tmp_path / ENTRY).mkdir()
    else:
        private(tmp_path / ENTRY, b"x" * (LARGEST_ENTRY + 1))
    assert read_private(directory, ENTRY) is None
    write_private(directory, ENTRY, b"content", LATER)
    assert read_private(directory, ENTRY) == b"content"
    assert target.read_bytes() == b"of somebody else"


def test_a_directory_with_content_stays_and_leaves_nothing_behind(tmp_path: Path, directory: int) -> None:
    (tmp_path / ENTRY).mkdir()
    (tmp_path / ENTRY / "content").touch()
    with pytest.raises(OSError, match="not empty"):
        write_private(directory, ENTRY, b"content", LATER)
    assert names(tmp_path) == {ENTRY}


def test_what_would_not_be_read_again_is_not_written(tmp_path: Path, directory: int) -> None:
    with pytest.raises(OSError, match="too large"):
        write_private(directory, ENTRY, b"x" * (LARGEST_ENTRY + 1), LATER)
    assert names(tmp_path) == set()


def test_the_time_of_a_file_says_until_when_it_is_of_use(tmp_path: Path, directory: int) -> None:
    until = time.time() + 500
    write_private(directory, ENTRY, b"content", until)
    assert (tmp_path / ENTRY).stat().st_mtime == pytest.approx(until, abs=0.01)
    write_private(directory, ENTRY, b"content", float("inf"))
    assert (tmp_path / ENTRY).stat().st_mtime > until


def test_the_sweep_takes_orphans_and_what_is_long_past_use(tmp_path: Path, directory: int) -> None:
    orphan = f".{ENTRY}.4711.0123456789ab.tmp"
    aged(private(tmp_path / orphan), 61)
    aged(private(tmp_path / ENTRY), 3601)
    private(tmp_path / LOCK)
    other = "f" * 64
    aged(private(tmp_path / f"{other}.lock"), 3601)
    sweep(directory, time.time(), locks=True)
    assert names(tmp_path) == set()


def test_the_sweep_leaves_what_is_in_use_or_not_ours(tmp_path: Path, directory: int) -> None:
    other = "f" * 64
    private(tmp_path / f".{ENTRY}.4711.0123456789ab.tmp")
    aged(private(tmp_path / ENTRY), 3500)
    aged(private(tmp_path / LOCK), 1e6)
    private(tmp_path / f"{other}.lock")
    for name in ("key", "notes", "x.tmp", f"{STEM}.token.bak", f".{STEM}.tmp"):
        aged(private(tmp_path / name), 1e6)
    before = names(tmp_path)
    sweep(directory, time.time(), locks=True)
    assert names(tmp_path) == before


def test_the_sweep_does_not_touch_an_entry_that_somebody_works_on(tmp_path: Path, directory: int) -> None:
    aged(private(tmp_path / ENTRY), 1e6)
    lock = EntryLock("worker", directory, LOCK)
    assert lock.attempt() is Attempt.HELD
    sweep(directory, time.time(), locks=True)
    assert names(tmp_path) == {ENTRY, LOCK}
    lock.release()
    sweep(directory, time.time(), locks=True)
    assert names(tmp_path) == set()


def test_the_sweep_leaves_an_entry_that_was_written_meanwhile(
    tmp_path: Path, directory: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    aged(private(tmp_path / ENTRY), 1e6)
    attempt = EntryLock.attempt

    def late(lock: EntryLock) -> Attempt:
        write_private(directory, ENTRY, b"new", LATER)  # by another process, just before the lock was got
        return attempt(lock)

    monkeypatch.setattr(EntryLock, "attempt", late)
    sweep(directory, time.time(), locks=True)
    assert read_private(directory, ENTRY) == b"new"


def test_the_sweep_works_without_locks_and_takes_none(tmp_path: Path, directory: int) -> None:
    aged(private(tmp_path / ENTRY), 1e6)
    sweep(directory, time.time(), locks=False)
    assert names(tmp_path) == set()


def test_the_sweep_follows_no_link(tmp_path: Path, directory: int) -> None:
    target = private(tmp_path / "target")
    (tmp_path / ENTRY).symlink_to(target)
    aged(tmp_path / ENTRY, 1e6)
    sweep(directory, time.time(), locks=True)
    assert names(tmp_path) == {"target"}


def random_key(directory: int) -> bytes:
    return read_key(directory) or make_key(directory, locks=True)


def test_the_random_key_stays(tmp_path: Path, directory: int) -> None:
    assert read_key(directory) is None
    key = make_key(directory, locks=True)
    assert len(key) == 32
    assert read_key(directory) == make_key(directory, locks=True) == make_key(directory, locks=False) == key
    assert names(tmp_path) == {"key"}
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


@storms
def test_workers_that_make_the_key_at_once_have_one(workers: int, directory: int) -> None:
    assert len(set(storm(workers, lambda _number: random_key(directory).hex()))) == 1


def test_a_key_that_another_worker_made_meanwhile_stays(directory: int, monkeypatch: pytest.MonkeyPatch) -> None:
    first = random_key(directory)

    def not_yet(*_arguments: object) -> None:
        monkeypatch.setattr(_store_reading, "read_private", read_private)

    monkeypatch.setattr(_store_reading, "read_private", not_yet)
    assert make_key(directory, locks=True) == first


def damaged_key(damage: str, tmp_path: Path) -> Path:
    """Puts something that cannot be a key in its place; returns the file that a link there points to."""
    path = tmp_path / "key"
    target = private(tmp_path / "target", b"t" * 32)
    match damage:
        case "link":
            path.symlink_to(target)
        case "directory":
            path.mkdir()
        case "pipe":
            os.mkfifo(path, 0o600)
        case _:
            private(path, {"torn": b"x" * 31, "long": b"x" * 33, "empty": b""}.get(damage, b"x" * 32))
    if damage == "open":
        path.chmod(0o644)
    return target


@pytest.mark.parametrize("damage", ["torn", "long", "empty", "open", "link", "directory", "pipe"])
def test_what_can_never_be_a_key_is_replaced(damage: str, tmp_path: Path, directory: int) -> None:
    target = damaged_key(damage, tmp_path)
    assert read_key(directory) is None
    key = make_key(directory, locks=True)
    assert key not in (b"x" * 32, b"t" * 32)
    assert read_key(directory) == key
    assert target.read_bytes() == b"t" * 32


def test_a_key_of_another_user_is_replaced(tmp_path: Path, directory: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        give_away(private(tmp_path / "key", b"x" * 32), patched)
        assert read_key(directory) is None
    if os.geteuid() == 0:  # elsewhere the file is only said to be another user's
        assert make_key(directory, locks=True) != b"x" * 32


@storms
@pytest.mark.parametrize("damage", ["torn", "open", "link"])
def test_workers_that_replace_an_unusable_key_at_once_have_one(
    damage: str, workers: int, tmp_path: Path, directory: int
) -> None:
    damaged_key(damage, tmp_path)
    assert len(set(storm(workers, lambda _number: random_key(directory).hex()))) == 1


def test_a_key_that_cannot_be_made_is_an_error(tmp_path: Path, directory: int) -> None:
    (tmp_path / "key").mkdir()
    (tmp_path / "key" / "content").touch()
    with pytest.raises(OSError, match="Input/output error"):
        make_key(directory, locks=True)


def test_a_full_disk_leaves_no_torn_key(tmp_path: Path, directory: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int, _data: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="No space left"):
        make_key(directory, locks=True)
    assert names(tmp_path) == set()


@pytest.mark.parametrize("locks", [True, False])
def test_a_file_system_without_hard_links_will_do(locks: bool, directory: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def unable(*_names: str, **_options: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", unable)
    key = make_key(directory, locks=locks)
    assert read_key(directory) == make_key(directory, locks=locks) == key


@storms
def test_workers_without_hard_links_have_one_key(workers: int, directory: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def unable(*_names: str, **_options: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", unable)
    assert len(set(storm(workers, lambda _number: random_key(directory).hex()))) == 1


def test_with_a_new_key_the_entries_of_the_old_one_go_and_nothing_else(tmp_path: Path, directory: int) -> None:
    private(tmp_path / ENTRY)
    private(tmp_path / "notes.token")
    private(tmp_path / LOCK)
    make_key(directory, locks=True)
    assert names(tmp_path) == {"key", "notes.token", LOCK}
    private(tmp_path / ENTRY)
    make_key(directory, locks=True)
    assert (tmp_path / ENTRY).exists()


@pytest.mark.parametrize("step", ["write", "fsync", "link", "unlink"])
def test_a_maker_that_is_killed_leaves_nothing_stuck(
    step: str, tmp_path: Path, directory: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_store_files, "_KEY_PATIENCE", 60.0)
    child = os.fork()
    if not child:
        setattr(os, step, lambda *_arguments, **_options: os.kill(os.getpid(), signal.SIGKILL))
        make_key(directory, locks=True)
        os._exit(1)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    begin = time.monotonic()
    assert len(set(storm(10, lambda _number: random_key(directory).hex()))) == 1
    assert time.monotonic() - begin < 30  # nobody ran out of patience
    sweep(directory, time.time() + 61, locks=True)
    assert names(tmp_path) == {"key"}


def test_a_maker_that_is_stopped_does_not_stop_the_others(directory: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_store_files, "_KEY_PATIENCE", 0.3)
    reached, reaching = os.pipe()

    def stopped(_descriptor: int) -> None:
        os.write(reaching, b"x")
        signal.pause()

    child = os.fork()
    if not child:
        monkeypatch.setattr(os, "fsync", stopped)
        make_key(directory, locks=True)
        os._exit(1)
    os.read(reached, 1)
    try:
        key = make_key(directory, locks=True)
        assert read_key(directory) == key
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    assert read_key(directory) == key
