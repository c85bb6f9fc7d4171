# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the files in the store's directory atomically, and removes those of no further use.

All names are relative to a descriptor of the directory. Entries are written without ``fsync``: after a power cut a lost
or torn token is a miss and costs one request. Entries with a refresh token, and the store's random key, are written
with ``fsync``.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import secrets
import time
from contextlib import suppress

from .lock import Attempt, EntryLock
from .reading import ENTRY_SUFFIX, KEY_BYTES, KEY_NAME, LARGEST_ENTRY, is_private, read_key

LOCK_SUFFIX = ".lock"
#: Seconds after which a temporary file has no writer any more.
_TEMPORARY_LIFE = 60.0
#: Seconds after which an expired entry has no reader any more.
_ENTRY_GRACE = 3600.0
#: The latest time of an entry's file, in seconds from now.
_FARTHEST = 400 * 86400.0
#: Seconds to wait for another process to create the key, which takes milliseconds unless that process is stopped.
_KEY_PATIENCE = 2.0
_KEY_PAUSE = 0.003

_TEMPORARY = re.compile(r"\.[a-z0-9.]+\.[0-9]+\.[0-9a-f]{12}\.tmp")
_OURS = re.compile(r"([0-9a-f]{64})\.(?:token|lock)")
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def write_private(directory: int, name: str, data: bytes, useful_until: float, *, durable: bool = False) -> None:
    """Writes the file atomically: readers see the old content or the new.

    :param useful_until: Unix seconds; becomes the file's time, by which :func:`sweep` finds expired entries.
    :param durable: whether the file must survive a power cut from here on.
    :raises OSError: the disk is full or read-only, or there is something other than a file.
    """
    if len(data) > LARGEST_ENTRY:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    temporary, descriptor = _temporary(directory, name)
    try:
        try:
            _write_all(descriptor, data)
            if durable:
                _sync(descriptor)
            _replace(directory, temporary, name)
        except BaseException:
            _remove(directory, temporary)
            raise
        _date(descriptor, useful_until)
        if durable:
            _sync(directory)
    finally:
        os.close(descriptor)


def remove_private(directory: int, name: str) -> None:
    """Removes the file if it is there.

    :raises OSError: the directory is read-only, or there is something other than a file.
    """
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=directory)


def make_key(directory: int, *, locks: bool) -> bytes:
    """The store's random key: random bytes in a file of mode 0600, created on first use.

    A file that cannot be a key is replaced. The key is stored beside what it encrypts, so it does not protect from
    someone who can read the whole directory; without the key, the other files are useless.

    :param locks: whether this directory's file system has locks. They matter if an unusable key is replaced: two
        processes could otherwise each continue with their own key.
    :raises OSError: the file can be neither read nor created.
    """
    turn = os.open(".", _DIRECTORY, dir_fd=directory)  # a new description: flock locks belong to one
    try:
        deadline = time.monotonic() + _KEY_PATIENCE
        while locks and not _has_turn(turn) and time.monotonic() < deadline:
            time.sleep(_KEY_PAUSE)
            key = read_key(directory)
            if key is not None:
                return key
        for _attempt in range(3):
            key = read_key(directory)
            if key is not None:
                return key
            _replace_key(directory)
        raise OSError(errno.EIO, os.strerror(errno.EIO))
    finally:
        _end_turn(turn)


def sweep(directory: int, now: float, *, locks: bool) -> None:
    """Removes abandoned temporary files, long expired entries, and locks without an entry.

    :param now: Unix seconds.
    :param locks: whether this directory's file system has locks; then an entry is removed only while its lock is held.
    """
    try:
        with os.scandir(directory) as found:
            names = {item.name for item in found}
    except OSError:
        return
    for name in names:
        if _TEMPORARY.fullmatch(name) and _age(directory, name, now) > _TEMPORARY_LIFE:
            _remove(directory, name)
    for stem in {match[1] for match in map(_OURS.fullmatch, names) if match}:
        if _out_of_use(directory, stem, now):
            _sweep_entry(directory, stem, now, locks)


def _sweep_entry(directory: int, stem: str, now: float, locks: bool) -> None:
    if not locks:
        _remove(directory, stem + ENTRY_SUFFIX)
        return
    lock = EntryLock(stem, directory, stem + LOCK_SUFFIX)
    attempt = lock.attempt()
    if attempt is Attempt.BUSY:
        return
    try:
        # Checked again under the lock: a worker may have written a token in the meantime.
        if attempt is Attempt.HELD and _age(directory, stem + ENTRY_SUFFIX, now) > _ENTRY_GRACE:
            _remove(directory, stem + ENTRY_SUFFIX)
        if attempt is Attempt.HELD and not _there(directory, stem + ENTRY_SUFFIX):
            _remove(directory, stem + LOCK_SUFFIX)
    finally:
        lock.release()


def _out_of_use(directory: int, stem: str, now: float) -> bool:
    entry = stem + ENTRY_SUFFIX
    return _age(directory, entry if _there(directory, entry) else stem + LOCK_SUFFIX, now) > _ENTRY_GRACE


def _age(directory: int, name: str, now: float) -> float:
    """Seconds since an entry's expiry, which is the file's time; negative before that, or without a file."""
    try:
        return now - os.stat(name, dir_fd=directory, follow_symlinks=False).st_mtime
    except OSError:
        return -1.0


def _there(directory: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=directory, follow_symlinks=False)
    except OSError:
        return False
    return True


def _has_turn(descriptor: int) -> bool:
    """Whether this process may create the key now: it got the lock, or the file system has no locks."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _end_turn(descriptor: int) -> None:
    with suppress(OSError):  # explicitly: a child may have a copy of the descriptor
        fcntl.flock(descriptor, fcntl.LOCK_UN)
    os.close(descriptor)


def _replace_key(directory: int) -> None:
    """Creates a key if there is no usable one, and removes older entries, which no key can open any more.

    Entries are listed before the key is created, so those sealed under the new key are not among them.
    """
    with os.scandir(directory) as found:
        orphans = [item.name for item in found if _OURS.fullmatch(item.name) and item.name.endswith(ENTRY_SUFFIX)]
    if _is_unusable_key(directory):
        _discard(directory, KEY_NAME)
    if _create_private(directory, KEY_NAME, os.urandom(KEY_BYTES)):
        for name in orphans:
            _remove(directory, name)


def _is_unusable_key(directory: int) -> bool:
    """Whether what is there cannot be a key. A key that merely cannot be read at the moment is kept."""
    try:
        status = os.stat(KEY_NAME, dir_fd=directory, follow_symlinks=False)
    except OSError:
        return False
    return not is_private(status) or status.st_size != KEY_BYTES


def _create_private(directory: int, name: str, data: bytes) -> bool:
    """Creates the file with ``fsync``, and returns whether it did: if it exists already, that one stays."""
    temporary, descriptor = _temporary(directory, name)
    try:
        _write_all(descriptor, data)
        _sync(descriptor)  # without it a power cut could leave zeros as the key
        return _link(directory, temporary, name)
    finally:
        os.close(descriptor)
        _remove(directory, temporary)


def _link(directory: int, temporary: str, name: str) -> bool:
    """Gives the temporary file this name, and returns whether it did: not if the name is taken."""
    try:
        os.link(temporary, name, src_dir_fd=directory, dst_dir_fd=directory, follow_symlinks=False)
    except FileExistsError:
        return False
    except OSError:  # a file system without hard links
        os.rename(temporary, name, src_dir_fd=directory, dst_dir_fd=directory)
    return True


def _temporary(directory: int, name: str) -> tuple[str, int]:
    temporary = f".{name}.{os.getpid()}.{secrets.token_hex(6)}.tmp"
    descriptor = os.open(temporary, _CREATE, 0o600, dir_fd=directory)
    os.fchmod(descriptor, 0o600)  # regardless of the umask
    return temporary, descriptor


def _replace(directory: int, temporary: str, name: str) -> None:
    try:
        os.rename(temporary, name, src_dir_fd=directory, dst_dir_fd=directory)
    except IsADirectoryError:
        os.rmdir(name, dir_fd=directory)  # only if it is empty; otherwise this raises
        os.rename(temporary, name, src_dir_fd=directory, dst_dir_fd=directory)


def _date(descriptor: int, useful_until: float) -> None:
    when = min(useful_until, time.time() + _FARTHEST)
    with suppress(OSError):  # then the time of writing counts
        os.utime(descriptor, (when, when))


def _sync(descriptor: int) -> None:
    with suppress(OSError):  # not supported everywhere
        os.fsync(descriptor)


def _discard(directory: int, name: str) -> None:
    """Removes a file or an empty directory."""
    _remove(directory, name)
    with suppress(OSError):  # it was a file, now removed
        os.rmdir(name, dir_fd=directory)


def _remove(directory: int, name: str) -> None:
    with suppress(OSError):  # already removed, or not a file
        os.unlink(name, dir_fd=directory)


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
