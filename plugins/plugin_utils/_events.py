# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Counts what clients do, for the callback receipt.

Ansible runs each task in a process that it forks. Such a process inherits the file that the callback has opened, and
appends one record for each event. Without the callback, this process keeps its last events, and nobody reads them.
"""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..module_utils._http.budget import Budget
from ..module_utils._http.model import ONCE
from ..module_utils._urls import safe_url
from ..module_utils._words import quoted

if TYPE_CHECKING:
    from ..module_utils._http.model import HttpRequest, HttpResponse, Retries, Transport
    from ..module_utils._options.client import ClientOptions

#: The kinds of events: a token from the store; a request to the token endpoint; such a request that renews a token; a
#: 401 from an API; a wait because the server answered 429.
HIT, REQUEST, REFRESH, REJECTED, WAIT = "hit", "request", "refresh", "rejected", "wait"
#: An inventory plugin may count before Ansible has loaded the callback.
_EARLY: deque[bytes] = deque(maxlen=1000)
_DESCRIPTORS: list[int] = []
_RENEWING: ContextVar[bool] = ContextVar("renewing", default=False)


def record_to(descriptor: int) -> None:
    """Has this process, and all that it forks, append events to this file."""
    _DESCRIPTORS[:] = [descriptor]
    while _EARLY:
        _append(descriptor, _EARLY.popleft())


def count(options: ClientOptions, kind: str, number: int = 1, seconds: float = 0.0) -> None:
    """Counts events of a client. Never raises.

    :param seconds: how long they took, for waits.
    """
    host = urlsplit(safe_url(options.token_endpoint or options.issuer or "")).netloc
    # One write, shorter than a page. If its process is killed in the middle, what is left is not valid JSON, and the
    # line breaks on both sides keep it apart from the others.
    record = b"\n%s\n" % json.dumps([kind, number, round(seconds, 3), quoted(options.client_id)[1:-1], host]).encode()
    if _DESCRIPTORS:
        _append(_DESCRIPTORS[0], record)
    else:
        _EARLY.append(record)


def count_waits(options: ClientOptions, waits: Iterable[tuple[object, float]]) -> None:
    """Counts the waits after responses with the status 429, each given by status and seconds."""
    seconds = [seconds for status, seconds in waits if status == HTTPStatus.TOO_MANY_REQUESTS]
    if seconds:
        count(options, WAIT, len(seconds), sum(seconds))


def renewing_now() -> bool:
    """Whether a token that is requested now replaces one that is about to expire."""
    return _RENEWING.get()


@contextmanager
def renewing() -> Iterator[None]:
    """Marks the token requests inside as renewals."""
    before = _RENEWING.set(True)
    try:
        yield
    finally:
        _RENEWING.reset(before)


class CountedTransport:
    """Counts the token requests among what a transport sends: those with POST.

    :param renews: whether they renew a token.
    """

    def __init__(self, transport: Transport, options: ClientOptions, *, renews: bool) -> None:
        self._transport, self._options, self._renews = transport, options, renews

    def send(self, request: HttpRequest, retries: Retries = ONCE) -> HttpResponse:
        if request.method != "POST":
            return self._transport.send(request, retries)
        budget = retries.budget or Budget()
        attempts, waits = budget.attempts, len(budget.waits)
        try:
            return self._transport.send(request, replace(retries, budget=budget))
        finally:
            attempts = budget.attempts - attempts
            count(self._options, REQUEST, attempts)
            if self._renews:
                count(self._options, REFRESH, attempts)
            count_waits(self._options, [(wait.status, wait.seconds) for wait in budget.waits[waits:]])

    def close(self) -> None:
        self._transport.close()


def _append(descriptor: int, record: bytes) -> None:
    with suppress(OSError):
        os.write(descriptor, record)
