# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The server's version and features, as far as they are known.

Only administrators of master see the version. Its features are visible to every administrator, but not in an export.
"""

from __future__ import annotations

import re

from ..snapshot.gaps import Unknown
from ..snapshot.snapshot import Snapshot

_PARTS = re.compile(r"([0-9]{1,4})\.([0-9]{1,4})(?:[^0-9].*)?")


def is_since(snapshot: Snapshot, version: tuple[int, int]) -> bool | None:
    """Whether the server has this major and minor version or a newer one; None if its version is not known."""
    try:
        found = _PARTS.fullmatch(snapshot.server_version)
    except Unknown:
        return None
    return None if found is None else (int(found[1]), int(found[2])) >= version


def has_feature(snapshot: Snapshot, name: str, *, unlisted: bool = False) -> bool | None:
    """Whether a feature of the server is on, such as IDENTITY_BROKERING_API_V1; None if that is not known.

    :param unlisted: the answer for servers that do not know the feature.
    """
    try:
        return bool(snapshot.features.get(name, unlisted))
    except Unknown:
        return None
