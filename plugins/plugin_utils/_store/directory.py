# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the store's directory, private to this user; it is looked up and checked for each use.

It is ``$XDG_RUNTIME_DIR/authkit``, else ``~/.cache/authkit``. A base directory is skipped if it belongs to another user
(sudo may keep XDG_RUNTIME_DIR and HOME), is world-writable (a shared /tmp) or cannot be created (a read-only home). The
directory ``authkit`` itself is ours: with a wrong owner or mode it is refused, never used or repaired.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress

OWN_NAME = "authkit"
_OPEN_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_OPEN_OWN = _OPEN_DIRECTORY | os.O_NOFOLLOW
_EFFECTIVE = os.access in os.supports_effective_ids


class Skipped(Exception):
    """This candidate cannot be used; the next one may be."""


class Location:
    """A candidate for the parent of our directory.

    :param base: absolute path of a directory that must belong to this user.
    :param maker: the directory in which to create ``base`` if it is missing; None: it must exist.
    """

    def __init__(self, base: str, maker: str | None = None) -> None:
        self.base, self.maker = base, maker

    @property
    def path(self) -> str:
        return os.path.join(self.base, OWN_NAME)

    def open(self) -> int:
        """A descriptor of our directory, checked, and created if it is missing.

        :raises Skipped: the candidate is another user's, shared or not writable, or cannot be created.
        :raises StoreRefused: our directory has a wrong owner or mode, or is not a directory.
        """
        try:
            base = self._open_base()
            try:
                directory = _open_own(base, self.path)
            finally:
                os.close(base)
        except OSError:
            raise Skipped from None
        if not os.access(".", os.W_OK | os.X_OK, dir_fd=directory, effective_ids=_EFFECTIVE):
            os.close(directory)
            raise Skipped
        return directory

    def _open_base(self) -> int:
        if self.maker is not None:
            _prepare(self.maker, os.path.basename(self.base))
        base = os.open(self.base, _OPEN_DIRECTORY)
        status = os.fstat(base)
        if status.st_uid != os.geteuid() or status.st_mode & stat.S_IWOTH:
            os.close(base)
            raise Skipped
        return base


def candidates() -> Iterator[Location]:
    """The candidates, best first. A relative XDG_RUNTIME_DIR is invalid (XDG Base Directory Specification)."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if os.path.isabs(runtime):
        yield Location(runtime)
    home = os.path.expanduser("~")
    if os.path.isabs(home) and os.environ.get("HOME") != "":
        yield Location(os.path.join(home, ".cache"), maker=home)


def _prepare(home: str, name: str) -> None:
    """Creates ``home/name`` if it is missing, but not in another user's home."""
    status = os.stat(home)
    if status.st_mode & stat.S_IWOTH:
        raise Skipped
    if status.st_uid in (os.geteuid(), 0) and not os.path.exists(os.path.join(home, name)):
        with suppress(FileExistsError):  # another worker was faster
            os.mkdir(os.path.join(home, name), 0o700)


def _open_own(base: int, path: str) -> int:
    try:
        directory = os.open(OWN_NAME, _OPEN_OWN, dir_fd=base)
    except OSError:
        from .making import made  # needed once per user, or never

        directory = made(base, OWN_NAME, path, _OPEN_OWN)
    status = os.fstat(directory)
    if status.st_uid != os.geteuid() or status.st_mode & 0o077:
        from .making import directory_error

        os.close(directory)
        raise directory_error(status, path) or Skipped
    return directory
