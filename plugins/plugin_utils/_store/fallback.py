# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stores other than the file store: chosen by the user, or used with a warning if files cannot be."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ...module_utils._errors import InvalidOption
from .crypto import crypto_available
from .flight import once
from .memory import NO_STORE, MemoryStore

if TYPE_CHECKING:
    from .directory import Location
    from .model import StoreState, TokenStore

_MEMORY_INSTEAD = "tokens are kept in each process's memory instead, and requested more often."


def other_store(kind: str, state: StoreState) -> TokenStore:
    """The store for the option ``cache`` if it is not ``file``, or if that cannot be used.

    :raises InvalidOption: there is no such kind.
    """
    if kind == "none":
        return NO_STORE
    if kind not in ("file", "memory"):
        raise InvalidOption("cache must be file, memory or none.")
    if kind == "file":
        state[0](f"{_reason()}: {_MEMORY_INSTEAD}")
    return MemoryStore(*state)


def instead(location: Location, state: StoreState) -> TokenStore:
    """The memory store, after a directory became unusable."""
    warn, _patience, _entries, warned = state
    once(warn, warned)(f"The token store {location.path} can no longer be used: {_MEMORY_INSTEAD}")
    return MemoryStore(*state)


def _reason() -> str:
    if not crypto_available():
        return (
            f"The token store needs the Python package cryptography, which {sys.executable} does not have "
            f"('{sys.executable} -m pip install cryptography')"
        )
    return (
        "The token store found no directory that belongs to this user alone, neither under XDG_RUNTIME_DIR nor "
        "under ~/.cache"
    )
