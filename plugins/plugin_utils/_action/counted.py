# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Counts what APIs answered to a client, for the callback receipt: from results, so also if a node made the calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from ...module_utils._options.client import ClientOptions
from .._events import REJECTED, count, count_waits
from .repair import Result, Send

#: In seconds. Other claims of a node are not counted.
_LONGEST_WAIT = 86400


def counted(send: Send, options: ClientOptions) -> Send:
    """The same function, which also counts."""

    def sent(token: str) -> Result:
        result = send(token)
        calls = list(_calls(result))
        rejections = sum(each.get("status") == HTTPStatus.UNAUTHORIZED for each in calls)
        if rejections:
            count(options, REJECTED, rejections)
        count_waits(options, [wait for each in calls for wait in _waits(each)])
        return result

    return sent


def _calls(result: Result) -> Iterator[dict[str, Any]]:
    """The results of the calls that a task has made."""
    many = result.get("results")
    yield from [each for each in many if isinstance(each, dict)] if isinstance(many, list) else [result]


def _waits(result: Mapping[str, Any]) -> Iterator[tuple[object, float]]:
    """Status and seconds of a call's waits. A node may have returned anything."""
    waits = result.get("waits")
    for wait in waits if isinstance(waits, list) else []:
        seconds = wait.get("seconds") if isinstance(wait, Mapping) else None
        if isinstance(seconds, (int, float)) and not isinstance(seconds, bool) and 0 <= seconds <= _LONGEST_WAIT:
            yield wait.get("status"), seconds
