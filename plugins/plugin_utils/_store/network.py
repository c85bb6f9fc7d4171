# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a directory is on a network file system, where locks may hang."""

from __future__ import annotations

import os
from functools import lru_cache

_NETWORK_FILE_SYSTEMS = frozenset({"nfs", "nfs4"})


def on_network(directory: int, mountinfo: str = "/proc/self/mountinfo") -> bool:
    """Whether the directory is on NFS, where flock may hang forever in the kernel."""
    return _network_device(os.fstat(directory).st_dev, mountinfo)


@lru_cache(maxsize=8)
def _network_device(device: int, mountinfo: str) -> bool:
    number = f"{os.major(device)}:{os.minor(device)}"
    try:
        with open(mountinfo, encoding="utf-8", errors="surrogateescape") as mounts:
            fields = [line.split() for line in mounts]
    except OSError:  # not Linux: assume that it is local
        return False
    return any(
        field[2] == number and field[field.index("-") + 1] in _NETWORK_FILE_SYSTEMS
        for field in fields
        if "-" in field[:-1]
    )
