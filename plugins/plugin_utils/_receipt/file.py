# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes the receipt to a file that only this user can read."""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def problem_writing(path: str, content: bytes) -> str | None:
    """Writes the file atomically, with mode 0600. A sentence if that fails.

    A link is neither followed nor replaced, nor is anything else than a regular file.
    """
    try:
        folder, name = os.path.split(os.path.abspath(os.path.expanduser(path)))
        directory = os.open(folder, _FOLDER)
        try:
            if not _replaceable(directory, name):
                return f"{_of(path)} is a link or not a regular file, so the receipt is not written: name another file."
            _replace(directory, name, content)
        finally:
            os.close(directory)
    except (OSError, ValueError):  # ValueError: a NUL
        return f"{_of(path)} cannot be written: check that its directory exists and that this user may write there."
    return None


def _of(path: str) -> str:
    from ...module_utils._words import quoted

    return f"The file {quoted(path)} from receipt_path"


def _replaceable(directory: int, name: str) -> bool:
    try:
        return stat.S_ISREG(os.stat(name, dir_fd=directory, follow_symlinks=False).st_mode)
    except FileNotFoundError:
        return True


def _replace(directory: int, name: str, content: bytes) -> None:
    temporary = f".receipt.{secrets.token_hex(8)}"
    try:
        with open(os.open(temporary, _CREATE, 0o600, dir_fd=directory), "wb") as file:
            os.fchmod(file.fileno(), 0o600)  # whatever the umask
            file.write(content)
        os.rename(temporary, name, src_dir_fd=directory, dst_dir_fd=directory)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary, dir_fd=directory)
        raise
