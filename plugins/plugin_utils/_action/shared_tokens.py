# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The token that many calls of one task share: asked for once, and replaced once after a 401, for all threads."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import replace

from ...module_utils._oauth.token import Token
from .._store.freshness import windows
from .repair import Tokens


def shared(tokens: Tokens, given: Mapping[str, Token], min_valid: float | None) -> Tokens:
    """The tokens for threads: each takes the one that all have, until the store would no longer give it out.

    One thread at a time asks the store, and so the server: those that find the same token rejected get its successor.

    :param given: the tokens that `tokens` returned.
    """
    lock = threading.Lock()
    current: list[str] = []

    def fresh(rejected: str | None) -> str:
        with lock:
            if current and current[0] != rejected and (rejected is not None or _usable(given[current[0]], min_valid)):
                return current[0]
            current[:] = [tokens.fresh(rejected)]
            return current[0]

    return replace(tokens, fresh=fresh)


def _usable(token: Token, min_valid: float | None) -> bool:
    early = windows(token.expires_at - token.issued_at, min_valid).early
    return time.time() < token.expires_at - early
