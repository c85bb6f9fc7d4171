# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a stored token can be used, and when it is renewed. Pure functions without clock or files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...module_utils._oauth.token import CLOCK_TOLERANCE
from ...module_utils._record import Record

if TYPE_CHECKING:
    from ...module_utils._oauth.token import Token

#: A token is renewed this many seconds before it expires, or this share of its lifetime if that is shorter (Keycloak's
#: master realm issues tokens of 60 s: with a margin of minutes, each use would be a request).
EARLY_SECONDS = 30.0
EARLY_SHARE = 0.2
#: Bounds of the random factor on the second window, so that not all workers renew at once.
LEAST_JITTER, MOST_JITTER = 0.9, 1.1


class Windows(Record):
    """Seconds before a token expires in which it is not used (early), and in which it is renewed ahead."""

    __slots__ = ("ahead", "early")

    def __init__(self, early: float, ahead: float) -> None:
        self.early, self.ahead = early, ahead


def windows(life: float, min_valid: float | None) -> Windows:
    """The windows of a token with this lifetime in seconds.

    ``min_valid`` is cut to half the lifetime. The second window is twice the first, but a new token always has at least
    half of its usable time before it: otherwise a large ``min_valid`` would renew the token on every use.
    """
    early = min(EARLY_SECONDS, EARLY_SHARE * life) if min_valid is None else min(min_valid, life / 2)
    return Windows(early, min(2 * early, (early + life) / 2))


def is_cut(token: Token, min_valid: float | None) -> bool:
    """Whether ``min_valid`` is more than half of this token's lifetime."""
    return min_valid is not None and min_valid > (token.expires_at - token.issued_at) / 2


def alive(token: Token, now: float) -> bool:
    """Whether the token is valid now. One issued in the future does not count: the clock was set back."""
    return token.issued_at - CLOCK_TOLERANCE <= now < token.expires_at


def is_fresh(token: Token, min_valid: float | None, rejected: str | None, now: float) -> bool:
    """Whether the token can be returned at once: without renewal, whatever the jitter, and without a warning."""
    if not alive(token, now) or token.access_token == rejected or is_cut(token, min_valid):
        return False
    ahead = windows(token.expires_at - token.issued_at, min_valid).ahead
    return token.expires_at - now > ahead * MOST_JITTER
