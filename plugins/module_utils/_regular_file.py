# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads a small file that an option names: a key or an assertion."""

from __future__ import annotations

import os
import stat

#: Bytes: an RSA key of 16,384 bits in PEM form has 13 KiB, the longest JWTs in the wild have 16.
LONGEST = 64 * 1024


def content(path: str, most: int = LONGEST) -> bytes:
    """The first bytes of a regular file; never waits for a pipe's writer. Follows links, as Kubernetes' files are.

    :param most: the number of bytes to read.
    :raises OSError: there is no such file, it is something else, or it cannot be read.
    :raises ValueError: the path holds a NUL.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError("not a regular file")
        with os.fdopen(os.dup(descriptor), "rb") as file:
            return file.read(most)
    finally:
        os.close(descriptor)
