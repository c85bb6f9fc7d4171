# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stores that no other process shares: the memory store, and no store at all."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from ...module_utils._oauth.token import Token
from .entry import Entry
from .flight import once, served
from .key import StoreKey
from .model import Renewal, Warn
from .policy import BRAND_NEW, demand
from .renewal import first_refresh, unstored
from .slot import MemorySlot


@dataclass(frozen=True)
class MemoryStore:
    """Tokens in this process's memory, shared by its threads."""

    warn: Warn
    patience: float
    entries: dict[StoreKey, Entry] = field(repr=False)
    warned: set[str] = field(default_factory=set, repr=False)

    def get(
        self,
        key: StoreKey,
        fetch: Callable[[], Token],
        *,
        renewal: Renewal | None = None,
        min_valid: float | None = None,
        rejected: str | None = None,
        warn: Warn | None = None,
    ) -> Token:
        tell = once(warn or self.warn, self.warned)
        asked = demand(min_valid, rejected, time.time())
        return served(MemorySlot(self.entries, key), fetch, asked, self.patience, tell, unstored(renewal, tell))


@dataclass(frozen=True)
class NoStore:
    """No store: each use fetches. The last token is kept only to recognize a brand-new one that is rejected."""

    last: dict[StoreKey, Token] = field(default_factory=dict, repr=False)

    def get(
        self,
        key: StoreKey,
        fetch: Callable[[], Token],
        *,
        renewal: Renewal | None = None,
        min_valid: float | None = None,
        rejected: str | None = None,
        warn: Warn | None = None,
    ) -> Token:
        last = self.last.get(key)
        if last is not None and last.access_token == rejected and 0 <= time.time() - last.issued_at < BRAND_NEW:
            return last
        renewal = unstored(renewal, warn)
        refresh = (last and last.refresh) or first_refresh(renewal)
        token = self.last[key] = fetch() if renewal is None or refresh is None else renewal[0](refresh)
        return token


#: The only instance in this process.
NO_STORE = NoStore()
