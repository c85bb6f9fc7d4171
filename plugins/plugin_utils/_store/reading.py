# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads files in the store's directory. All names are relative to a descriptor of the directory."""

from __future__ import annotations

import json
import math
import os
import stat

from ...module_utils._oauth.token import Token

ENTRY_SUFFIX = ".token"
KEY_NAME = "key"
KEY_BYTES = 32
#: In bytes; far more than an access token that fits into a request header needs.
LARGEST_ENTRY = 256 * 1024
#: Version of an entry's format; another one is a miss.
VERSION = 1
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def read_private(directory: int, name: str, largest: int = LARGEST_ENTRY) -> bytes | None:
    """The file's content; None unless it is a regular file, private to this user, of at most ``largest`` bytes."""
    try:
        descriptor = os.open(name, _READ, dir_fd=directory)
    except OSError:
        return None
    try:
        status = os.fstat(descriptor)
        if not is_private(status) or status.st_size > largest:
            return None
        return _read_all(descriptor, status.st_size)
    except OSError:
        return None
    finally:
        os.close(descriptor)


def read_key(directory: int) -> bytes | None:
    """The store's random key, which every name and key depends on; None if there is no usable one."""
    key = read_private(directory, KEY_NAME, KEY_BYTES)
    return key if key is not None and len(key) == KEY_BYTES else None


def token_in(data: object) -> Token | None:
    """The token of a decoded entry."""
    if not isinstance(data, dict):
        return None
    token = Token.from_data(data)
    return token if math.isfinite(token.issued_at) and math.isfinite(token.expires_at) else None


def read_token(plain: bytes) -> Token | None:
    """The token of an encoded entry."""
    try:
        document = json.loads(plain)
        return token_in(document.get("token")) if document["version"] == VERSION else None
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def is_private(status: os.stat_result) -> bool:
    """Whether this is a regular file, private to this user."""
    return stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & 0o077


def _read_all(descriptor: int, size: int) -> bytes:
    content = b""
    while len(content) < size:
        chunk = os.read(descriptor, size - len(content))
        if not chunk:
            break
        content += chunk
    return content
