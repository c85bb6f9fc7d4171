# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The 401 rule: a rejected token is replaced once, and the call is made again with the new one.

A 401 means that the request was not processed (RFC 9110 section 15.5.2), so a write can be sent again. A 403 means that
the token was accepted, and a new one would not help. Where many modules start at once, a short-lived token may expire
before its request arrives. Such a token is replaced as well, a few times, each after a random pause that spreads the
load.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from ...module_utils._api.paging.legs import advanced
from ...module_utils._api.results import (
    UnauthorizedAfterRedirect,
    outlived,
    rejected,
    rejected_given,
    rejects_token,
    with_sources,
)
from ...module_utils._errors import AuthkitError, TokenRejected, UnexpectedStatus

Result = dict[str, Any]
Send = Callable[[str], Result]

#: The most new tokens that one call gets if each expires before its request arrives.
MOST_RENEWALS = 5
#: The most new tokens that read pages of one listing before they expire. A node may claim any progress.
MOST_LEGS = 100
#: The longest pause before a call is made again, in seconds.
LONGEST_PAUSE = 60.0

#: What a result says of the attempts.
_COSTS = ("attempts", "elapsed", "waits")
#: Errors that a client's permissions may explain, and that no code below has given the client's sources.
_ABOUT_THE_CLIENT = tuple(error.short_name() for error in (TokenRejected, UnauthorizedAfterRedirect, UnexpectedStatus))


def _never(_token: str, _ago: float = 0.0) -> bool:
    return False


class Call(Protocol):
    """A validated call that has not been sent."""

    @property
    def method(self) -> str:
        """The HTTP method."""

    @property
    def url(self) -> str:
        """The address of the request."""

    @property
    def sent_in_check_mode(self) -> bool:
        """Whether it only reads, and so is sent in check mode, too."""

    def unsent(self) -> Result:
        """The result of a call that check mode did not send."""


@dataclass(frozen=True)
class Tokens:
    """Where a call's tokens come from.

    :param fresh: returns a token; given a rejected one, a different one if the server issues it.
    :param sources: where the client's options came from, for errors.
    :param ended: whether a token that ``fresh`` returned has expired by now, or had so many seconds ago.
    :param pause: sleeps for this many seconds.
    """

    fresh: Callable[[str | None], str]
    sources: str = ""
    ended: Callable[..., bool] = _never
    pause: Callable[[float], None] = time.sleep


def with_own_token(call: Call, tokens: Tokens, send: Send) -> Result:
    """Makes the call with a token of the task's client.

    :raises AuthkitError: the client does not get a token.
    """
    token = tokens.fresh(None)
    result = send(token)
    if rejects_token(call, result):
        result = _repaired(call, tokens, send, token, result)
    telling_sources(result, tokens.sources)
    return result


def telling_sources(result: Result, sources: str) -> None:
    """Adds where the client's options came from to the message of a call that its permissions may have failed."""
    if result.get("failed") and result.get("status") in (401, 403) and result.get("error") in _ABOUT_THE_CLIENT:
        result["msg"] = with_sources(result["msg"], sources)


def with_given_token(call: Call, token: str, send: Send) -> Result:
    """Makes the call with the token in the task's arguments, which cannot be renewed."""
    result = send(token)
    if rejects_token(call, result):
        result.update(rejected_given(call.method, call.url).result())
    return result


def _repaired(call: Call, tokens: Tokens, send: Send, token: str, result: Result) -> Result:
    took, renewal, legs = 0.0, 0, 0
    while renewal < MOST_RENEWALS:
        # Up to the time that the last call took, doubled for each renewal, so that concurrent calls spread out.
        tokens.pause(random.uniform(0.0, min(took * 2**renewal, LONGEST_PAUSE)))
        try:
            renewed = tokens.fresh(token)
        except AuthkitError as error:
            return {**result, **error.result()}
        # The store returns the same token if it was issued moments ago: a new one would be rejected, too.
        if renewed == token:
            break
        begin, before = time.monotonic(), result
        token, result = renewed, both(result, send(renewed))
        took, renewal = time.monotonic() - begin, renewal + 1
        if not rejects_token(call, result):
            return result
        if advanced(before, result) and legs < MOST_LEGS:  # the token was good for pages of a listing
            took, renewal, legs = 0.0, 0, legs + 1
        elif not tokens.ended(token):
            break
    else:
        return {**result, **outlived(call.method, call.url).result()}
    return {**result, **rejected(call.method, call.url).result()}


def both(first: Result, second: Result) -> Result:
    """The second result, with the attempts, the waits, the time and the warnings of both."""
    found = {**second, **{key: _sum(first[key], second[key]) for key in _COSTS if key in first and key in second}}
    if first.get("warnings"):
        found["warnings"] = each_once(first["warnings"], second.get("warnings"))
    return found


def each_once(*warnings: Any) -> list[Any]:
    """The warnings of several results. A node may have returned anything."""
    return list({str(each): each for listed in warnings if isinstance(listed, list) for each in listed}.values())


def _sum(one: Any, two: Any) -> Any:
    """The sum of two numbers or lists; the second if a node returned something else."""
    alike = any(isinstance(one, kind) and isinstance(two, kind) for kind in ((int, float), list))
    return one + two if alike else two
