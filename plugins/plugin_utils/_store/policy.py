# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to do with an entry: serve its token, renew it, share its failure, or fetch. Without clock or files."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from ...module_utils._record import Record
from .freshness import LEAST_JITTER, MOST_JITTER, alive, is_cut, windows

if TYPE_CHECKING:
    from typing import TypeAlias

    from ...module_utils._oauth.token import Token
    from .entry import Entry
    from .failure import Failure

    Ruling: TypeAlias = "Serve | Share | Fetch"

#: If a token younger than this many seconds is rejected, another one would be, too; fetching it only loads the server.
BRAND_NEW = 2.0


class Demand(Record):
    """One caller's requirements for a token.

    :param min_valid: seconds for which it must still be valid; None: derived from its lifetime.
    :param rejected: the access token that an API has just rejected with a 401, or None.
    :param began: when the caller first looked into the store, in Unix seconds: only attempts that ended later are its
        own, so only their failures are shared with it.
    :param jitter: 0.9 to 1.1, spreads the workers that would renew ahead.
    """

    __slots__ = ("began", "jitter", "min_valid", "rejected")

    def __init__(
        self, min_valid: float | None = None, rejected: str | None = None, *, began: float = 0.0, jitter: float = 1.0
    ) -> None:
        self.min_valid, self.rejected, self.began, self.jitter = min_valid, rejected, began, jitter


class Serve(Record):
    """This token is valid; ``ahead`` asks one worker to renew it before it expires."""

    __slots__ = ("ahead", "token")

    def __init__(self, token: Token, ahead: bool = False) -> None:
        self.token, self.ahead = token, ahead


class Share(Record):
    """There is no valid token, and the attempt that the caller waited for has failed."""

    __slots__ = ("failure",)

    def __init__(self, failure: Failure) -> None:
        self.failure = failure


class Fetch(Record):
    """There is no valid token, and no failure of an attempt that the caller waited for."""


def demand(min_valid: float | None, rejected: str | None, began: float) -> Demand:
    """A demand with its random jitter."""
    return Demand(min_valid, rejected, began=began, jitter=random.uniform(LEAST_JITTER, MOST_JITTER))


def min_valid_warning(token: Token, min_valid: float | None) -> str | None:
    """The warning if ``min_valid`` is more than half of this token's lifetime, else None."""
    if min_valid is None or not is_cut(token, min_valid):
        return None
    life = token.expires_at - token.issued_at
    return (
        f"min_valid is {min_valid:g} s, more than half of the {life:g} s that this client's tokens live, and is cut to "
        f"{life / 2:g} s: lower min_valid, or have the server issue tokens that live longer."
    )


def rule(entry: Entry, demand: Demand, now: float, *, landed: bool = False) -> Ruling:
    """What to do with this entry.

    :param now: Unix seconds.
    :param landed: the token was stored while the caller was waiting. It is then as new as any that the caller could
        fetch, so it is used as long as it is valid at all, however slow the server was.
    """
    token = entry.token
    failure = entry.failure if entry.failure is not None and entry.failure.stands(now) else None
    if token is not None and alive(token, now):
        if token.access_token == demand.rejected:
            if now - token.issued_at < BRAND_NEW:
                return Serve(token)
        else:
            left = token.expires_at - now
            window = windows(token.expires_at - token.issued_at, demand.min_valid)
            if left > window.early:
                return Serve(token, ahead=failure is None and left < window.ahead * demand.jitter)
            if landed:
                return Serve(token)
    if failure is not None and failure.at >= demand.began:
        return Share(failure)
    return Fetch()
