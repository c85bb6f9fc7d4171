# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the realm export of a realm check on the controller."""

from __future__ import annotations

from ...module_utils._realm.export.reading import LARGEST_EXPORT
from .input_file import input_content


def export_content(path: str) -> bytes:
    """The file's content.

    :raises InvalidOption: it cannot be read, or is larger than LARGEST_EXPORT.
    """
    advice = "export the realm without its users (kc.sh export --users skip)"
    return input_content("source", path, LARGEST_EXPORT, advice)
