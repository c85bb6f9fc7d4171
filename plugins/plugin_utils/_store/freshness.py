# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a stored token is good enough, and when it is renewed. Pure: no clock, no file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...module_utils._oauth.token import CLOCK_TOLERANCE
from ...module_utils._record import Record

if TYPE_CHECKING:
    from ...module_utils._oauth.token import Token

# A token is renewed this long before its end: seconds, or a share of its life where that is shorter (Keycloak's master
# realm issues tokens of 60 s: a fixed margin of minutes would make each use a request).
EARLY_SECONDS = 30.0
EARLY_SHARE = 0.2
# Between these a random factor moves the second window, so that not all workers renew at once.
LEAST_JITTER, MOST_JITTER = 0.9, 1.1


class Windows(Record):
    """Seconds before the end of a token's life in which it no longer serves, and in which it is renewed ahead."""

    __slots__ = ("ahead", "early")

    def __init__(self, early: float, ahead: float) -> None:
        self.early, self.ahead = early, ahead


def windows(life: float, min_valid: float | None) -> Windows:
    """The windows of a token of this lifetime in seconds.

    ``min_valid`` counts up to half the lifetime. The second window is twice the first, but leaves a new token at least
    half of the time in which it serves: otherwise a large ``min_valid`` would renew it on every use.
    """
    early = min(EARLY_SECONDS, EARLY_SHARE * life) if min_valid is None else min(min_valid, life / 2)
    return Windows(early, min(2 * early, (early + life) / 2))


def is_cut(token: Token, min_valid: float | None) -> bool:
    """Whether ``min_valid`` is more than this token can give."""
    return min_valid is not None and min_valid > (token.expires_at - token.issued_at) / 2


def alive(token: Token, now: float) -> bool:
    """Whether the token lives at this time. One from the future is not believed: the clock was set back since."""
    return token.issued_at - CLOCK_TOLERANCE <= now < token.expires_at


def is_fresh(token: Token, min_valid: float | None, rejected: str | None, now: float) -> bool:
    """Whether there is nothing to do but to hand this token out: no renewal, whatever the jitter, and no warning."""
    if not alive(token, now) or token.access_token == rejected or is_cut(token, min_valid):
        return False
    ahead = windows(token.expires_at - token.issued_at, min_valid).ahead
    return token.expires_at - now > ahead * MOST_JITTER
