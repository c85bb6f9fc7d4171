# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Creates our directory if it is missing, or refuses it with the command that corrects it."""

from __future__ import annotations

import os
import shlex
import stat

from ...module_utils._errors import StoreRefused


def made(base: int, name: str, path: str, flags: int) -> int:
    """A descriptor of the directory, created if it is missing.

    :param flags: to open it with.
    :raises OSError: it cannot be created, or cannot be opened although owner and mode are right.
    :raises StoreRefused: what is there must not hold tokens.
    """
    try:
        return _open_or_make(base, name, flags)
    except OSError:
        found = _found(base, name)
        refused = found and directory_error(found, path)
        if refused:
            raise refused from None
        raise


def _open_or_make(base: int, name: str, flags: int) -> int:
    try:
        os.mkdir(name, 0o700, dir_fd=base)
        os.chmod(name, 0o700, dir_fd=base)  # regardless of the umask
    except FileExistsError:  # another worker was faster
        pass
    return os.open(name, flags, dir_fd=base)


def _found(base: int, name: str) -> os.stat_result | None:
    """The status of our directory's path, without following a link; None if there is nothing."""
    try:
        return os.stat(name, dir_fd=base, follow_symlinks=False)
    except OSError:
        return None


def directory_error(status: os.stat_result, path: str) -> StoreRefused | None:
    """Why this must not hold tokens, with the command that corrects it; None if it may."""
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
