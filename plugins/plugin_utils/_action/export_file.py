# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The realm export of a realm check, read on the controller."""

from __future__ import annotations

from ...module_utils._realm.export.export import LARGEST_EXPORT
from .input_file import input_content


def export_content(path: str) -> bytes:
    """The file's bytes. Raises InvalidOption for one that cannot be read, or is too large to be a realm's export."""
    advice = "export the realm without its users (kc.sh export --users skip)"
    return input_content("source", path, LARGEST_EXPORT, advice)
