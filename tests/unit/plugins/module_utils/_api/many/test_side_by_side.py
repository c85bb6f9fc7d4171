# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Threads that make calls: order, stops, interrupts, and that nothing is sent once the caller has gone."""

from __future__ import annotations

import _thread
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._api.call import ApiCall
from ansible_collections.authkit.oauth.plugins.module_utils._api.many.entries import Entry
from ansible_collections.authkit.oauth.plugins.module_utils._api.many.side_by_side import (
    BRIEFLY,
    UNTIL_DONE,
    Abandoned,
    Patience,
    SideBySide,
    Stop,
    Watched,
)
from ansible_collections.authkit.oauth.plugins.module_utils._api.progress import SILENT
from ansible_collections.authkit.oauth.plugins.module_utils._http.model import ONCE, HttpRequest, HttpResponse, Retries

Result = dict[str, Any]


def entries(count: int, method: str = "GET") -> list[Entry]:
    return [Entry(number, f"n{number}", ApiCall(method, "https://x")) for number in range(1, count + 1)]


def never(_entry: Entry, _result: Result) -> Patience | None:
    return None


def stop_at(number: int, patience: Patience) -> Callable[[Entry, Result], Patience | None]:
    return lambda entry, _result: patience if entry.number == number else None


class Sent:
    """A transport that notes what it sends, and retries whatever it is sent once."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def send(self, request: HttpRequest, retries: Retries = ONCE) -> HttpResponse:
        self.sent.append(request.url)
        self.sent.append(request.renewed().url)
        return HttpResponse(200, {}, b"12345", request.url, 2, 0.0)

    def close(self) -> None:
        raise AssertionError("it belongs to all calls")


@pytest.mark.parametrize("most", [1, 3, 64])
def test_all_calls_are_made_and_at_most_so_many_at_once(most: int) -> None:
    running, peak, guard = 0, 0, threading.Lock()

    def make(entry: Entry, _stop: Stop) -> Result:
        nonlocal running, peak
        with guard:
            running += 1
            peak = max(peak, running)
        time.sleep(0.01)
        with guard:
            running -= 1
        return {"number": entry.number}

    done = SideBySide(entries(20), make, never).run(most, SILENT)
    assert {number: result["number"] for number, result in done.results.items()} == {n: n for n in range(1, 21)}
    assert (done.abandoned, peak <= most) == ([], True)


def test_a_system_without_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_given: object) -> int:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(_thread, "start_new_thread", refused)
    done = SideBySide(entries(5), lambda _entry, _stop: {}, stop_at(3, BRIEFLY)).run(4, SILENT)
    assert sorted(done.results) == [1, 2, 3]


def test_calls_that_have_begun_are_waited_for_or_not() -> None:
    def make(entry: Entry, _stop: Stop) -> Result:
        time.sleep(0.4 if entry.number == 1 else 0.1)
        return {}

    short = Patience(0.0, 0.0)
    assert SideBySide(entries(9), make, stop_at(2, short)).run(2, SILENT).abandoned == [1]
    waited = SideBySide(entries(9), make, stop_at(2, UNTIL_DONE)).run(2, SILENT)
    assert (sorted(waited.results), waited.abandoned) == ([1, 2], [])
    reads_only = Patience(0.0, 60.0)
    assert SideBySide(entries(9, "POST"), make, stop_at(2, reads_only)).run(2, SILENT).abandoned == []


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt, SystemExit])
def test_an_error_in_a_thread_ends_the_caller(error: type[BaseException]) -> None:
    def make(entry: Entry, _stop: Stop) -> Result:
        if entry.number == 2:
            raise error
        time.sleep(30)
        return {}

    begin = time.monotonic()
    with pytest.raises(error):
        SideBySide(entries(5), make, never).run(3, SILENT)
    assert time.monotonic() - begin < 5


def test_an_interrupt_of_the_caller_ends_it_and_stops_the_threads() -> None:
    stops: list[Stop] = []

    class Interrupting:
        def done(self, count: int, of: int | None = None, what: str = "calls") -> None:
            raise KeyboardInterrupt

    def make(_entry: Entry, stop: Stop) -> Result:
        stops.append(stop)
        time.sleep(30)
        return {}

    begin = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        SideBySide(entries(5), make, never).run(3, Interrupting())
    assert time.monotonic() - begin < 5
    assert all(stop.final for stop in stops)


def test_nothing_is_sent_after_the_stop() -> None:
    transport, stop = Sent(), Stop()
    watched = Watched(transport, stop)
    watched.send(HttpRequest("GET", "https://x/1"))
    assert (watched.sent, watched.received, transport.sent) == (True, 5, ["https://x/1"] * 2)
    watched.close()
    stop.final = True
    with pytest.raises(Abandoned):
        watched.send(HttpRequest("GET", "https://x/2"))
    assert len(transport.sent) == 2


def test_no_retry_is_sent_after_the_stop() -> None:
    transport, stop = Sent(), Stop()

    def renew() -> HttpRequest:
        stop.final = True
        return HttpRequest("GET", "https://x/1")

    request = HttpRequest("GET", "https://x/1", renew=renew)
    with pytest.raises(Abandoned):
        Watched(transport, stop).send(request)
    assert transport.sent == ["https://x/1"]
