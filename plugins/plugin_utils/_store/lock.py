# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One holder per entry across threads and processes: a thread lock, plus ``flock`` on the entry's lock file.

The kernel releases ``flock`` when its holder dies, so ``kill -9`` leaves nothing stuck. It belongs to the open file
description, so threads need their own lock, and a forked child must close its copy of the descriptor, or it would keep
the lock. POSIX record locks (``fcntl.lockf``) end when any descriptor of the file is closed, so they do not work here.
"""

from __future__ import annotations

import enum
import fcntl
import os
import stat
import threading
from collections.abc import Hashable

_FLAGS = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Attempt(enum.Enum):
    """The result of trying to lock. GONE_WITHOUT: no lock is available here, so the caller continues without."""

    HELD = enum.auto()
    BUSY = enum.auto()
    GONE_WITHOUT = enum.auto()


class EntryLock:
    """The lock of one entry in this process; ``directory`` and ``file_name`` are None for an entry in memory.

    Nothing here blocks: a waiting caller reads the entry between attempts, and stops waiting once it is there.
    """

    def __init__(self, identity: Hashable, directory: int | None = None, file_name: str | None = None) -> None:
        self._thread = _thread_lock(identity)
        self._directory = directory
        self._file_name = file_name
        self._descriptor = -1

    def attempt(self) -> Attempt:
        """Tries once. After HELD and GONE_WITHOUT, call :meth:`release`."""
        if not self._thread.acquire(blocking=False):
            return Attempt.BUSY
        if self._directory is None or self._file_name is None:
            return Attempt.HELD
        with _fork_guard:
            attempt, self._descriptor = _flock(self._directory, self._file_name)
            if attempt is Attempt.HELD:
                _held.add(self)
        if attempt is Attempt.BUSY:
            self._thread.release()
        return attempt

    def release(self) -> None:
        with _fork_guard:
            if self in _held:
                _held.discard(self)
                fcntl.flock(self._descriptor, fcntl.LOCK_UN)  # explicitly: a child may have a copy of the descriptor
                self.close()
        self._thread.release()

    def close(self) -> None:
        """Closes this process's descriptor; the process that took the lock keeps it."""
        os.close(self._descriptor)
        self._descriptor = -1


def _flock(directory: int, file_name: str) -> tuple[Attempt, int]:
    """Tries once to lock the file, creating it if needed; with HELD the descriptor that holds the lock, else -1."""
    for _turn in range(3):
        descriptor = _open(directory, file_name)
        if descriptor < 0:
            return Attempt.GONE_WITHOUT, -1
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return Attempt.BUSY, -1
        except OSError:  # a file system without locks
            os.close(descriptor)
            return Attempt.GONE_WITHOUT, -1
        if _in_place(descriptor, directory, file_name):
            return Attempt.HELD, descriptor
        os.close(descriptor)  # removed between open and flock: nobody else will see this lock
    return Attempt.BUSY, -1


def _open(directory: int, file_name: str) -> int:
    """A descriptor of the lock file, or -1. Anything else at its path, such as a link or a pipe, is removed once."""
    for _turn in range(2):
        try:
            descriptor = os.open(file_name, _FLAGS, 0o600, dir_fd=directory)
        except OSError:
            pass
        else:
            if stat.S_ISREG(os.fstat(descriptor).st_mode):
                return descriptor
            os.close(descriptor)
        try:
            os.unlink(file_name, dir_fd=directory)
        except OSError:
            return -1
    return -1


def _in_place(descriptor: int, directory: int, file_name: str) -> bool:
    try:
        there = os.stat(file_name, dir_fd=directory, follow_symlinks=False)
    except OSError:
        return False
    return os.path.samestat(os.fstat(descriptor), there)


# A fork waits until no lock is being opened or closed. The child then closes its copies of the parent's descriptors,
# and starts with new thread locks, since threads that hold the old ones do not exist there.
_fork_guard = threading.RLock()
_held: set[EntryLock] = set()
_threads: dict[Hashable, threading.Lock] = {}


def _thread_lock(identity: Hashable) -> threading.Lock:
    return _threads.setdefault(identity, threading.Lock())


def _after_fork_in_child() -> None:
    try:
        while _held:
            _held.pop().close()
    finally:
        _threads.clear()
        _fork_guard.release()


os.register_at_fork(
    before=_fork_guard.acquire,
    after_in_parent=_fork_guard.release,
    after_in_child=_after_fork_in_child,
)
