# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One holder per entry across threads, processes and forks, and nothing left behind."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.plugins.plugin_utils._store.lock import Attempt, EntryLock

FILE = "entry.lock"


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[int]:
    descriptor = os.open(tmp_path, os.O_RDONLY | os.O_DIRECTORY)
    yield descriptor
    os.close(descriptor)


def elsewhere(work: Callable[[], bool]) -> bool:
    """What the work says in a forked process."""
    child = os.fork()
    if not child:
        os._exit(0 if work() else 1)
    return os.waitpid(child, 0)[1] == 0


def test_one_holds_it_and_the_others_are_told_at_once(directory: int) -> None:
    lock, other = EntryLock("a", directory, FILE), EntryLock("a", directory, FILE)
    assert lock.attempt() is Attempt.HELD
    assert other.attempt() is Attempt.BUSY
    assert elsewhere(lambda: EntryLock("a", directory, FILE).attempt() is Attempt.BUSY)
    lock.release()
    assert elsewhere(lambda: EntryLock("a", directory, FILE).attempt() is Attempt.HELD)
    assert other.attempt() is Attempt.HELD
    other.release()


def test_it_holds_between_threads(directory: int) -> None:
    lock = EntryLock("a", directory, FILE)
    assert lock.attempt() is Attempt.HELD
    got: list[Attempt] = []
    thread = threading.Thread(target=lambda: got.append(EntryLock("a", directory, FILE).attempt()))
    thread.start()
    thread.join()
    assert got == [Attempt.BUSY]
    lock.release()


def test_in_memory_it_needs_no_file(tmp_path: Path) -> None:
    lock = EntryLock("memory")
    assert lock.attempt() is Attempt.HELD
    assert EntryLock("memory").attempt() is Attempt.BUSY
    assert EntryLock("another").attempt() is Attempt.HELD
    lock.release()
    assert EntryLock("memory").attempt() is Attempt.HELD
    assert list(tmp_path.iterdir()) == []


def test_a_killed_holder_holds_nothing(directory: int) -> None:
    def die_holding() -> bool:
        EntryLock("a", directory, FILE).attempt()
        os.kill(os.getpid(), signal.SIGKILL)
        return False

    assert not elsewhere(die_holding)
    lock = EntryLock("a", directory, FILE)
    assert lock.attempt() is Attempt.HELD
    lock.release()


def test_a_child_forked_while_it_is_held_does_not_keep_it(directory: int) -> None:
    lock = EntryLock("a", directory, FILE)
    assert lock.attempt() is Attempt.HELD
    out, into = os.pipe()
    child = os.fork()
    if not child:
        os.close(into)
        os.read(out, 1)  # lives on until the parent has looked
        os._exit(0)
    assert EntryLock("a", directory, FILE).attempt() is Attempt.BUSY
    lock.release()
    second = EntryLock("a", directory, FILE)
    assert second.attempt() is Attempt.HELD
    second.release()
    os.close(into)
    os.waitpid(child, 0)


def test_a_killed_holder_leaves_no_lock_to_its_children(directory: int) -> None:
    alive_out, alive_in = os.pipe()
    end_out, end_in = os.pipe()
    holder = os.fork()
    if not holder:
        EntryLock("a", directory, FILE).attempt()
        if os.fork():
            os.read(alive_out, 1)
            os.kill(os.getpid(), signal.SIGKILL)
        os.write(alive_in, b"xx")
        os.close(end_in)
        os.read(end_out, 1)  # lives on until the test has looked
        os._exit(0)
    os.waitpid(holder, 0)
    os.read(alive_out, 1)
    lock = EntryLock("a", directory, FILE)
    assert lock.attempt() is Attempt.HELD
    lock.release()
    os.close(end_in)


def test_a_copy_of_the_descriptor_keeps_no_lock_once_it_is_released(tmp_path: Path, directory: int) -> None:
    """A child that has not closed its copy yet, or one that a library forked without Python's hooks."""
    lock = EntryLock("a", directory, FILE)
    assert lock.attempt() is Attempt.HELD
    links = {number: os.path.realpath(f"/proc/self/fd/{number}") for number in os.listdir("/proc/self/fd")}
    (mine,) = (int(number) for number, path in links.items() if path == str(tmp_path / FILE))
    copy = os.dup(mine)
    lock.release()
    assert elsewhere(lambda: EntryLock("a", directory, FILE).attempt() is Attempt.HELD)
    os.close(copy)


def test_the_end_of_a_child_frees_nothing_of_its_parent(directory: int) -> None:
    lock = EntryLock("a", directory, FILE)
    assert lock.attempt() is Attempt.HELD

    def releases() -> bool:
        lock.release()  # what a 'finally' in a child forked inside the lock would do
        return EntryLock("a", directory, FILE).attempt() is Attempt.BUSY

    assert elsewhere(releases)
    assert elsewhere(lambda: EntryLock("a", directory, FILE).attempt() is Attempt.BUSY)
    lock.release()


def test_a_thread_lock_held_at_a_fork_is_free_in_the_child() -> None:
    lock = EntryLock("memory of a thread")
    assert lock.attempt() is Attempt.HELD
    assert elsewhere(lambda: EntryLock("memory of a thread").attempt() is Attempt.HELD)
    lock.release()


def test_a_started_program_does_not_inherit_it(directory: int) -> None:
    lock = EntryLock("a", directory, FILE)
    assert lock.attempt() is Attempt.HELD
    program = "import os; print(*(os.path.realpath(f'/proc/self/fd/{n}') for n in os.listdir('/proc/self/fd')))"
    shown = subprocess.run([sys.executable, "-c", program], close_fds=False, capture_output=True, text=True, check=True)
    lock.release()
    assert "pipe:" in shown.stdout
    assert FILE not in shown.stdout


@pytest.mark.parametrize("planted", ["link", "dangling link", "pipe"])
def test_what_is_no_lock_file_is_replaced_and_not_followed(planted: str, tmp_path: Path, directory: int) -> None:
    target = tmp_path / "target"
    if planted == "pipe":
        os.mkfifo(tmp_path / FILE)
    else:
        (tmp_path / FILE).symlink_to(target)
    if planted == "link":
        target.write_text("mine")
    lock = EntryLock("a", directory, FILE)
    assert lock.attempt() is Attempt.HELD
    assert elsewhere(lambda: EntryLock("a", directory, FILE).attempt() is Attempt.BUSY)
    lock.release()
    assert (tmp_path / FILE).is_file()
    assert not (tmp_path / FILE).is_symlink()
    assert not target.exists() or target.read_text() == "mine"


def test_where_no_lock_file_can_be_one_goes_without(tmp_path: Path, directory: int) -> None:
    (tmp_path / FILE).mkdir()
    lock = EntryLock("a", directory, FILE)
    assert lock.attempt() is Attempt.GONE_WITHOUT
    assert EntryLock("a", directory, FILE).attempt() is Attempt.BUSY  # threads still queue
    lock.release()


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.EOPNOTSUPP])
def test_a_file_system_without_locks_means_to_go_without(
    code: int, directory: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unable(_descriptor: int, _operation: int) -> None:
        raise OSError(code, "no locks here")

    monkeypatch.setattr(fcntl, "flock", unable)
    lock = EntryLock("a", directory, FILE)
    assert lock.attempt() is Attempt.GONE_WITHOUT
    lock.release()


def test_a_lock_file_that_is_swept_away_meanwhile_is_not_a_second_lock(
    tmp_path: Path, directory: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    flock = fcntl.flock

    def swept(descriptor: int, operation: int) -> None:
        monkeypatch.setattr(fcntl, "flock", flock)
        (tmp_path / FILE).unlink()  # by another process, between this one's open and flock
        flock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", swept)
    lock = EntryLock("a", directory, FILE)
    assert lock.attempt() is Attempt.HELD
    assert elsewhere(lambda: EntryLock("a", directory, FILE).attempt() is Attempt.BUSY)
    lock.release()


def test_the_lock_file_is_private_and_no_descriptor_stays_open(tmp_path: Path, directory: int) -> None:
    before = os.listdir("/proc/self/fd")
    for _turn in range(3):
        lock = EntryLock("a", directory, FILE)
        assert lock.attempt() is Attempt.HELD
        assert EntryLock("b", directory, FILE).attempt() is Attempt.BUSY
        lock.release()
    assert len(os.listdir("/proc/self/fd")) == len(before)
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
