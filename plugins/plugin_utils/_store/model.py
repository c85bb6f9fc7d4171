# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The interface of all stores. Only type checkers load this file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ...module_utils._oauth.refresh import RefreshToken
from ...module_utils._oauth.token import Token
from .entry import Entry
from .key import StoreKey

Warn = Callable[[str], None]
#: Requests a token with a refresh token, which it gets as the store had it, so that it can tell whether an earlier
#: request was interrupted; and the refresh token to begin with, None if only the store can have one. The token's
#: ``refresh`` is the new one, or None if the server keeps the old one valid. A tuple, since a hit needs no class.
Renewal = tuple[Callable[[RefreshToken], Token], "str | None"]
#: The receiver of warnings, the seconds to wait for another worker's fetch, this process's memory, the warnings so far.
StoreState = tuple[Warn, float, dict[StoreKey, Entry], set[str]]


class TokenStore(Protocol):
    """A token store."""

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
        """A token for this key, from the store or from ``fetch``.

        :param fetch: requests a token from the server; called at most once.
        :param renewal: requests a token with a refresh token, where there is one: the stored one, else its first.
        :param min_valid: seconds for which the token must still be valid; None: 30 s, or 20 % of its lifetime if that
            is shorter. More than half the lifetime is cut to that, with a warning.
        :param rejected: an access token that was rejected with a 401. It is replaced only while the store still holds
            that token. If it is less than 2 s old, it is returned again: the caller sees that it is the same, and
            reports the 401 instead of retrying.
        :param warn: receives warnings for the user; None for the one that the store was opened with.
        :raises AuthkitError: what ``fetch`` raised, here, or in another worker whose attempt ended after
            this call began.
        """
