# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a stored token is good enough, when it is renewed, and when a failure is shared. No clock, no file."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from ...module_utils._oauth.token import CLOCK_TOLERANCE
from ...module_utils._record import Record

if TYPE_CHECKING:
    from typing import TypeAlias

    from ...module_utils._oauth.token import Token
    from .entry import Entry
    from .failure import Failure

    Ruling: TypeAlias = "Serve | Share | Fetch"

# A token is renewed this long before its end: seconds, or a share of its life where that is shorter (Keycloak's master
# realm issues tokens of 60 s: a fixed margin of minutes would make each use a request).
EARLY_SECONDS = 30.0
EARLY_SHARE = 0.2
# A token this young that is rejected is no stale token: fetching another would only hammer the server.
BRAND_NEW = 2.0


class Demand(Record):
    """What one caller asks of a token.

    :param min_valid: seconds it must still live; None leaves that to its lifetime.
    :param rejected: the access token that an API has just answered with 401; None when there is none.
    :param jitter: 0.9 to 1.1, spreads the workers that would refresh ahead.
    """

    __slots__ = ("jitter", "min_valid", "rejected")

    def __init__(self, min_valid: float | None = None, rejected: str | None = None, jitter: float = 1.0) -> None:
        self.min_valid, self.rejected, self.jitter = min_valid, rejected, jitter


class Serve(Record):
    """This token will do; ``ahead`` asks one worker to renew it while it still does."""

    __slots__ = ("ahead", "token")

    def __init__(self, token: Token, ahead: bool = False) -> None:
        self.token, self.ahead = token, ahead


class Share(Record):
    """No token will do, and this failure still stands for the attempt to get one."""

    __slots__ = ("failure",)

    def __init__(self, failure: Failure) -> None:
        self.failure = failure


class Fetch(Record):
    """No token will do, and nobody has failed to get one lately."""


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


def demand(min_valid: float | None, rejected: str | None) -> Demand:
    """What a caller asks for at this moment."""
    return Demand(min_valid, rejected, jitter=random.uniform(0.9, 1.1))


def is_hit(ruling: Ruling, asked: Demand) -> Token | None:
    """The token that a ruling serves, unless that takes more than handing it out."""
    if not isinstance(ruling, Serve) or ruling.ahead:
        return None
    return None if is_cut(ruling.token, asked.min_valid) else ruling.token


def is_cut(token: Token, min_valid: float | None) -> bool:
    """Whether ``min_valid`` is more than this token can give."""
    return min_valid is not None and min_valid > (token.expires_at - token.issued_at) / 2


def min_valid_warning(token: Token, min_valid: float | None) -> str | None:
    """What to tell a user whose ``min_valid`` is more than this token can give."""
    if min_valid is None or not is_cut(token, min_valid):
        return None
    life = token.expires_at - token.issued_at
    return (
        f"min_valid is {min_valid:g} s, more than half of the {life:g} s that this client's tokens live, and is cut to "
        f"{life / 2:g} s: lower min_valid, or have the server issue tokens that live longer."
    )


def rule(entry: Entry, demand: Demand, now: float, *, landed: bool = False) -> Ruling:
    """What to do with this entry at this time (unix seconds).

    :param landed: the token came while the caller was waiting for it. Then it is as new as any the caller could fetch,
        and serves as long as it lives at all, however slow the server was.
    """
    token = entry.token
    failing = entry.failure is not None and entry.failure.stands(now)
    if token is not None and alive(token, now):
        if token.access_token == demand.rejected:
            if now - token.issued_at < BRAND_NEW:
                return Serve(token)
        else:
            left = token.expires_at - now
            window = windows(token.expires_at - token.issued_at, demand.min_valid)
            if left > window.early:
                return Serve(token, ahead=not failing and left < window.ahead * demand.jitter)
            if landed:
                return Serve(token)
    if failing and entry.failure is not None:
        return Share(entry.failure)
    return Fetch()


def alive(token: Token, now: float) -> bool:
    """Whether the token lives at this time. One from the future is not believed: the clock was set back since."""
    return token.issued_at - CLOCK_TOLERANCE <= now < token.expires_at
