# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The realm export of a realm check, read on the controller."""

from __future__ import annotations

import os
import stat

from ...module_utils._errors import InvalidOption
from ...module_utils._realm.export.export import LARGEST_EXPORT
from ...module_utils._words import quoted


def export_content(path: str) -> bytes:
    """The file's bytes. Raises InvalidOption for one that cannot be read, or is too large to be a realm's export."""
    size = _size(path)
    if size is None:
        raise InvalidOption(
            f"source {quoted(path)} is not a file that can be read on the controller: check the path, its owner and "
            "its mode."
        )
    if size > LARGEST_EXPORT:
        raise InvalidOption(
            f"source {quoted(path)} is larger than {LARGEST_EXPORT // 1024**2} MiB: export the realm without its "
            "users (kc.sh export --users skip)."
        )
    with open(path, "rb") as file:
        return file.read(LARGEST_EXPORT)


def _size(path: str) -> int | None:
    """The size of a regular file that can be read, else None: a pipe or device might never end."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found.st_size if stat.S_ISREG(found.st_mode) and os.access(path, os.R_OK) else None
