# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the kinds of stores have in common. For type checkers: nothing loads it when it runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ...module_utils._oauth.token import Token
from .entry import Entry
from .key import StoreKey

Warn = Callable[[str], None]
# Who takes warnings, the seconds to wait for another's fetch, this process's memory, and what was warned of already.
Circumstances = tuple[Warn, float, dict[StoreKey, Entry], set[str]]


class TokenStore(Protocol):
    """What a door asks for tokens."""

    def get(
        self,
        key: StoreKey,
        fetch: Callable[[], Token],
        *,
        min_valid: float | None = None,
        rejected: str | None = None,
        warn: Warn | None = None,
    ) -> Token:
        """A token for this key, from the store or from ``fetch``.

        :param fetch: asks the server; called at most once.
        :param min_valid: seconds the token must still live; None for ``min(30 s, 20 % of its life)``. Beyond half the
            lifetime it is cut to that, with a warning.
        :param rejected: an access token that was answered with 401. It is replaced only while the store still holds
            that very token. One under 2 s old is handed back as it is: the caller sees it is the same, and reports the
            401 instead of trying again.
        :param warn: takes sentences for the user; None for the one that the store was opened with.
        :raises AuthkitError: what ``fetch`` raised, here or within the last seconds in another worker.
        """
