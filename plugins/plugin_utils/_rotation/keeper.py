# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files that keep a client's secret on the controller: the one in use, and beside it the one that follows.

Both have mode 0600. They are replaced in one step and are on the disk before this returns, so neither a killed process
nor a power cut leaves half a secret or none. No symbolic link is followed.
"""

from __future__ import annotations

import fcntl
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from ...module_utils._words import quoted
from .errors import SecretNotKept

#: Seconds to wait for another process that rotates a secret in this directory.
PATIENCE = 300.0
_PAUSE = 0.05
#: The longest file that is read. Keycloak's longest secret has 255 characters.
_LONGEST = 4096
#: What the file of the secret that follows has behind its name.
FOLLOWING = ".next"
_TEMPORARY = ".part"
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
#: O_NONBLOCK: opening a pipe would block.
_READ = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class Keeper:
    """The files for one secret. Use it inside opened().

    :param path: absolute, of the secret in use.
    """

    def __init__(self, path: str, directory: int) -> None:
        self.path, self.following_path = path, path + FOLLOWING
        self._directory, self._name = directory, os.path.basename(path)

    def current(self) -> str | None:
        """The secret in use, or None before the first rotation.

        :raises SecretNotKept: it cannot be read, or is not a private file of this user.
        """
        return self._read(self._name)

    def following(self) -> str | None:
        """The secret that follows, or None when no rotation is under way. Raises SecretNotKept."""
        return self._read(self._name + FOLLOWING)

    def sweep(self) -> None:
        """Removes what a process that was killed has not finished writing."""
        for name in (self._name, self._name + FOLLOWING):
            with suppress(OSError):
                os.unlink(name + _TEMPORARY, dir_fd=self._directory)

    def keep(self, secret: str) -> None:
        """Replaces the secret in use. Raises SecretNotKept; then nothing has changed."""
        self._write(self._name, secret)

    def create(self, secret: str) -> None:
        """Keeps the secret in a new file. Raises SecretNotKept, also if there is such a file by now."""
        self._write(self._name, secret, new=True)

    def remove(self) -> None:
        """Removes the secret in use. Raises SecretNotKept."""
        try:
            os.unlink(self._name, dir_fd=self._directory)
            os.fsync(self._directory)
        except OSError:
            raise _unwritable(self.path) from None

    def prepare(self, secret: str) -> None:
        """Keeps the secret that follows. Raises SecretNotKept; then nothing has changed."""
        self._write(self._name + FOLLOWING, secret)

    def promote(self) -> None:
        """Makes the secret that follows the one in use. Raises SecretNotKept; then both files are as before."""
        try:
            self._rename(self._name + FOLLOWING, self._name)
        except OSError:
            raise _unwritable(self.path) from None

    def drop_following(self) -> None:
        """Removes the secret that follows."""
        with suppress(OSError):
            os.unlink(self._name + FOLLOWING, dir_fd=self._directory)
            os.fsync(self._directory)

    def _write(self, name: str, secret: str, *, new: bool = False) -> None:
        temporary = name + _TEMPORARY
        try:
            self.sweep()
            descriptor = os.open(temporary, _CREATE, 0o600, dir_fd=self._directory)
            with open(descriptor, "wb") as file:
                os.fchmod(descriptor, 0o600)  # regardless of the umask
                self._give_away(descriptor)
                file.write(secret.encode())
                file.flush()
                os.fsync(descriptor)
            (self._link if new else self._rename)(temporary, name)
        except OSError:
            with suppress(OSError):
                os.unlink(temporary, dir_fd=self._directory)
            raise _unwritable(self._full(name)) from None

    def _full(self, name: str) -> str:
        return os.path.join(os.path.dirname(self.path), name)

    def _rename(self, old: str, new: str) -> None:
        os.rename(old, new, src_dir_fd=self._directory, dst_dir_fd=self._directory)
        os.fsync(self._directory)

    def _link(self, old: str, new: str) -> None:
        """Gives a file a second name, which must be new, and takes the first one away."""
        os.link(old, new, src_dir_fd=self._directory, dst_dir_fd=self._directory, follow_symlinks=False)
        os.unlink(old, dir_fd=self._directory)
        os.fsync(self._directory)

    def _give_away(self, descriptor: int) -> None:
        """Keeps the owner of the file in use. Only root gets this far with a file of someone else."""
        with suppress(FileNotFoundError):
            found = os.stat(self._name, dir_fd=self._directory, follow_symlinks=False)
            if found.st_uid != os.geteuid():
                os.fchown(descriptor, found.st_uid, found.st_gid)

    def _read(self, name: str) -> str | None:
        path = self._full(name)
        try:
            descriptor = os.open(name, _READ, dir_fd=self._directory)
        except FileNotFoundError:
            return None
        except OSError:
            raise SecretNotKept(
                f"path: {quoted(path)} is a symbolic link or cannot be read: name a file of this user."
            ) from None
        with open(descriptor, "rb") as file:
            _check(os.fstat(descriptor), path)
            content = file.read(_LONGEST + 1)
        text = _text(content)
        if text is None:
            raise SecretNotKept(f"path: {quoted(path)} does not hold one secret on one line: name another file.")
        return text


@contextmanager
def opened(path: str) -> Iterator[Keeper]:
    """The keeper at an absolute path, for this process alone.

    :raises SecretNotKept: the directory does not exist or is not safe, or another process does not let go of it.
    """
    folder = os.path.dirname(path)
    try:
        directory = os.open(folder, _DIRECTORY)
    except OSError:
        raise SecretNotKept(
            f"path: there is no directory {quoted(folder)} that this user may read: create it first, with mode 0700."
        ) from None
    try:
        _check_directory(os.fstat(directory), folder)
        _wait_for_turn(directory, folder)
        yield Keeper(path, directory)
    finally:
        os.close(directory)  # ends the lock as well


def _wait_for_turn(directory: int, folder: str) -> None:
    """Takes the lock of the directory. On a file system without locks it is left out."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(directory, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            pass
        except OSError:
            return
        if time.monotonic() > deadline:
            raise SecretNotKept(
                f"path: another process has been rotating a secret in {quoted(folder)} for {PATIENCE:.0f} s: end it."
            )
        time.sleep(_PAUSE)


def _check_directory(found: os.stat_result, folder: str) -> None:
    if not os.access(folder, os.W_OK | os.X_OK):
        raise _unwritable(folder)
    others_write = found.st_mode & stat.S_IWOTH and not found.st_mode & stat.S_ISVTX
    if others_write or found.st_uid not in (0, os.geteuid()):
        raise SecretNotKept(
            f"path: others may replace files in {quoted(folder)}: use a directory of this user with mode 0700."
        )


def _check(found: os.stat_result, path: str) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise SecretNotKept(f"path: {quoted(path)} is not a file: name another path.")
    if os.geteuid() not in (0, found.st_uid):
        raise SecretNotKept(f"path: {quoted(path)} belongs to another user: run the task as its owner.")
    if found.st_mode & 0o077:
        raise SecretNotKept(f"path: others may read or write {quoted(path)}: set its mode to 0600.")


def _text(content: bytes) -> str | None:
    """The secret in a file; None if it holds something else."""
    try:
        text = content.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        return None
    return text if text and text.isprintable() and len(content) <= _LONGEST else None


def _unwritable(path: str) -> SecretNotKept:
    return SecretNotKept(
        f"path: {quoted(path)} cannot be written: check the space on the disk and the owner of the directory."
    )
