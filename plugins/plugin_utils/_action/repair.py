# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The 401 rule: a rejected token is handed back once, and the call is made once more with the new one.

A 401 says that the request was not processed (RFC 9110 section 15.5.2), so that a write may be sent again. A 403 says
that the token was understood: a new one would not help. A new token that ended on its way was rejected for that: where
many modules start at once, that may take longer than some tokens live. It is replaced as well, a few times, and after
a random wait, so that they do not all start at once again.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from ...module_utils._api.results import outlived, rejected, rejected_given, with_sources
from ...module_utils._errors import AuthkitError
from ...module_utils._urls import origin

Result = dict[str, Any]
Send = Callable[[str], Result]

# How many new tokens a call gets at most, all but the last of which ended on their way.
MOST_RENEWALS = 5
# Seconds that a call waits at most before it is made once more.
LONGEST_PAUSE = 60.0


def _never(_token: str) -> bool:
    return False


class Call(Protocol):
    """A call that was found valid, before any network."""

    @property
    def method(self) -> str:
        """GET, POST and so on."""

    @property
    def url(self) -> str:
        """Where it goes."""

    @property
    def sent_in_check_mode(self) -> bool:
        """Whether it only reads."""

    def unsent(self) -> Result:
        """The result in check mode of a call that writes."""


@dataclass(frozen=True)
class Tokens:
    """Where a call's tokens come from.

    fresh: gives a token; given the one that was rejected, another one if there is. sources: where the client's options
    came from, for the user. ended: whether a token that fresh gave has come to its end by now. pause: sleeps.
    """

    fresh: Callable[[str | None], str]
    sources: str = ""
    ended: Callable[[str], bool] = _never
    pause: Callable[[float], None] = time.sleep


def with_own_token(call: Call, tokens: Tokens, send: Send) -> Result:
    """The call's result with a token of the task's client. Raises AuthkitError when there is no token at all."""
    token = tokens.fresh(None)
    result = send(token)
    if _rejects_token(call, result):
        result = _repaired(call, tokens, send, token, result)
    if result.get("failed") and result.get("status") in (401, 403) and tokens.sources not in result["msg"]:
        result["msg"] = with_sources(result["msg"], tokens.sources)
    return result


def with_given_token(call: Call, token: str, send: Send) -> Result:
    """The call's result with the token that the task brought: nobody can renew it."""
    result = send(token)
    if _rejects_token(call, result):
        result.update(rejected_given(call.method, call.url).result())
    return result


def _repaired(call: Call, tokens: Tokens, send: Send, token: str, result: Result) -> Result:
    took = 0.0
    for renewal in range(MOST_RENEWALS):
        # Twice as long as it took: then half of the others are out of the way, and twice that the next time.
        tokens.pause(random.uniform(0.0, min(took * 2**renewal, LONGEST_PAUSE)))
        try:
            renewed = tokens.fresh(token)
        except AuthkitError as error:
            return {**result, **error.result()}
        # The store gives the same one back when it is only just issued: asking again would get no other answer.
        if renewed == token:
            break
        begin = time.monotonic()
        token, result = renewed, _both(result, send(renewed))
        took = time.monotonic() - begin
        if not _rejects_token(call, result):
            return result
        if not tokens.ended(token):
            break
    else:
        return {**result, **outlived(call.method, call.url).result()}
    return {**result, **rejected(call.method, call.url).result()}


def _rejects_token(call: Call, result: Result) -> bool:
    """Whether this is a failure for a 401 of the place that the token was sent to."""
    if not result.get("failed") or result.get("status") != 401:
        return False
    try:
        return origin(str(result.get("url"))) == origin(call.url)
    except AuthkitError:
        return False


def _both(first: Result, second: Result) -> Result:
    """The second result, which tells the cost of all so far."""
    costs = {key: (first.get(key), second.get(key)) for key in ("attempts", "elapsed")}
    return {
        **second,
        **{key: sum(pair) for key, pair in costs.items() if all(isinstance(n, (int, float)) for n in pair)},
    }
