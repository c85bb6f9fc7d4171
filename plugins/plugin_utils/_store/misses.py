# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A token from the file store if it is not a plain hit: a miss, a renewal, a failure or a warning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .flight import once, served
from .policy import demand
from .slot import FileSlot, MemorySlot

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...module_utils._oauth.token import Token
    from .key import StoreKey
    from .model import Renewal, StoreState
    from .policy import Demand

__all__ = ["demand", "from_files"]


def from_files(
    directory: int,
    key: StoreKey,
    fetch: Callable[[], Token],
    state: StoreState,
    asked: Demand,
    renewal: Renewal | None = None,
) -> Token:
    """The token, stored or fetched.

    :param directory: a descriptor of the store's directory.
    :raises Skipped: the directory can hold no entries.
    """
    warn, patience, entries, warned = state
    tell = once(warn, warned)
    slot = FileSlot(directory, key, MemorySlot(entries, key), tell)
    try:
        return served(slot, fetch, asked, patience, tell, renewal)
    finally:
        slot.tidy()
