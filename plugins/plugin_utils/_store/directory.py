# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the entries lie: a directory of this user alone, found anew for each use.

``$XDG_RUNTIME_DIR/authkit``, else ``~/.cache/authkit``. A candidate that belongs to somebody else (sudo may keep
XDG_RUNTIME_DIR and HOME), that everybody may write to (a shared /tmp) or that cannot be made (a read-only home) is
skipped. The directory ``authkit`` itself is ours: with a wrong owner or mode it is refused, never used or repaired.
"""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache

from ...module_utils._errors import StoreRefused

OWN_NAME = "authkit"
_OPEN_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_EFFECTIVE = os.access in os.supports_effective_ids
_NETWORK_FILE_SYSTEMS = frozenset({"nfs", "nfs4"})


class Skipped(Exception):
    """This candidate is not for us; the next one may be."""


@dataclass(frozen=True)
class Place:
    """A candidate: the directory that shall hold ours.

    :param base: absolute path of a directory that must belong to this user.
    :param maker: where ``base`` may be made when it is missing; None where making it is not our business.
    """

    base: str
    maker: str | None = None

    @property
    def path(self) -> str:
        return os.path.join(self.base, OWN_NAME)

    @contextmanager
    def opened(self) -> Iterator[int]:
        """A descriptor of our directory, checked; it is made where it is missing.

        :raises Skipped: the candidate is somebody else's, shared, not writable or cannot be made.
        :raises StoreRefused: our directory has a wrong owner or mode, or is no directory.
        """
        try:
            directory = self._open()
        except OSError:
            raise Skipped from None
        try:
            yield directory
        finally:
            os.close(directory)

    def _open(self) -> int:
        base = self._open_base()
        try:
            directory = _open_own(base, self.path)
        finally:
            os.close(base)
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


def places() -> Iterator[Place]:
    """The candidates, best first. A relative XDG_RUNTIME_DIR is invalid (XDG Base Directory Specification)."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if os.path.isabs(runtime):
        yield Place(runtime)
    home = os.path.expanduser("~")
    if os.path.isabs(home) and os.environ.get("HOME") != "":
        yield Place(os.path.join(home, ".cache"), maker=home)


def on_network(directory: int, mountinfo: str = "/proc/self/mountinfo") -> bool:
    """Whether the directory lies on NFS, where flock may hang without end in the kernel."""
    return _network_device(os.fstat(directory).st_dev, mountinfo)


@lru_cache(maxsize=8)
def _network_device(device: int, mountinfo: str) -> bool:
    number = f"{os.major(device)}:{os.minor(device)}"
    try:
        with open(mountinfo, encoding="utf-8", errors="surrogateescape") as mounts:
            fields = [line.split() for line in mounts]
    except OSError:  # no Linux: nothing says NFS
        return False
    return any(
        field[2] == number and field[field.index("-") + 1] in _NETWORK_FILE_SYSTEMS
        for field in fields
        if "-" in field[:-1]
    )


def _prepare(home: str, name: str) -> None:
    """Makes ``home/name`` where it is missing, unless that would put a directory of ours into somebody's home."""
    status = os.stat(home)
    if status.st_mode & stat.S_IWOTH:
        raise Skipped
    if status.st_uid in (os.geteuid(), 0) and not os.path.exists(os.path.join(home, name)):
        with suppress(FileExistsError):  # another worker was faster
            os.mkdir(os.path.join(home, name), 0o700)


def _open_own(base: int, path: str) -> int:
    try:
        directory = _open_or_make(base)
    except OSError:
        found = _found(base)
        refused = found and _refusal(found, path)
        if refused:
            raise refused from None
        raise  # cannot be made, or cannot be opened for a reason that is no fault of the directory
    refused = _refusal(os.fstat(directory), path)
    if refused:
        os.close(directory)
        raise refused
    return directory


def _open_or_make(base: int) -> int:
    flags = _OPEN_DIRECTORY | os.O_NOFOLLOW
    try:
        return os.open(OWN_NAME, flags, dir_fd=base)
    except FileNotFoundError:
        pass
    try:
        os.mkdir(OWN_NAME, 0o700, dir_fd=base)
        os.chmod(OWN_NAME, 0o700, dir_fd=base)  # whatever the umask took away
    except FileExistsError:  # another worker was faster
        pass
    return os.open(OWN_NAME, flags, dir_fd=base)


def _found(base: int) -> os.stat_result | None:
    """What lies where our directory should be; a link is not followed."""
    try:
        return os.stat(OWN_NAME, dir_fd=base, follow_symlinks=False)
    except OSError:
        return None


def _refusal(status: os.stat_result, path: str) -> StoreRefused | None:
    """Why this must not hold tokens, with the command that puts it right; None when it may."""
    quoted = shlex.quote(path)
    if not stat.S_ISDIR(status.st_mode):
        return StoreRefused(f"The token store {path} is not a directory: remove it with: rm {quoted}")
    if status.st_uid != os.geteuid():
        return StoreRefused(
            f"The token store {path} belongs to uid {status.st_uid}, but this is uid {os.geteuid()}: remove it, or "
            f"give it back with: chown -R {os.geteuid()} {quoted}"
        )
    if status.st_mode & 0o077:
        return StoreRefused(
            f"The token store {path} has mode {stat.S_IMODE(status.st_mode):04o} and is open to others: close it with: "
            f"chmod 700 {quoted}"
        )
    return None
