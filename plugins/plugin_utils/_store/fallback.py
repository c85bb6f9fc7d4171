# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stores besides the one in files: chosen, or with a warning where that one cannot be."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ...module_utils._errors import InvalidOption
from .crypto import crypto_available
from .flight import once
from .memory import NO_STORE, MemoryStore

if TYPE_CHECKING:
    from .directory import Place
    from .model import Circumstances, TokenStore

_MEMORY_INSTEAD = "tokens are kept in each process's memory instead, and asked for more often."


def other_store(kind: str, circumstances: Circumstances) -> TokenStore:
    """The store of the option ``cache``, if it is not the one in files, or that cannot be."""
    if kind == "none":
        return NO_STORE
    if kind not in ("file", "memory"):
        raise InvalidOption("cache must be file, memory or none.")
    if kind == "file":
        circumstances[0](f"{_reason()}: {_MEMORY_INSTEAD}")
    return MemoryStore(*circumstances)


def instead(place: Place, circumstances: Circumstances) -> TokenStore:
    """The store in memory where a place was found and cannot be used any more."""
    warn, _patience, _entries, told = circumstances
    once(warn, told)(f"The token store {place.path} cannot be used any more: {_MEMORY_INSTEAD}")
    return MemoryStore(*circumstances)


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
