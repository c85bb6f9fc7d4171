# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Events of clients, in this process and in those that it forks."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import ConnectionFailed
from ansible_collections.authkit.oauth.plugins.module_utils._http.budget import Budget, Wait
from ansible_collections.authkit.oauth.plugins.module_utils._http.model import ONCE, HttpRequest, HttpResponse, Retries
from ansible_collections.authkit.oauth.plugins.module_utils._options.client import ClientOptions
from ansible_collections.authkit.oauth.plugins.plugin_utils import _events
from ansible_collections.authkit.oauth.plugins.plugin_utils._events import CountedTransport, count
from ansible_collections.authkit.oauth.plugins.plugin_utils._receipt.ledger import Account, Ledger

ORDERS = ClientOptions("orders", "s3cret", token_url="https://user@login.example.org/token")
URL = "https://login.example.org/token"


@pytest.fixture(autouse=True)
def _not_listening(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(_events, "_DESCRIPTORS", [])
    _events._EARLY.clear()
    yield
    _events._EARLY.clear()


def test_events_before_the_callback_are_counted_too() -> None:
    count(ORDERS, _events.HIT, 2)
    ledger = Ledger()
    count(ORDERS, _events.HIT)
    assert ledger.accounts() == [Account("orders", "login.example.org", hits=3)]
    assert not _events._EARLY


def test_without_the_callback_only_the_last_events_are_kept() -> None:
    for _each in range(1100):
        count(ORDERS, _events.HIT)
    assert len(_events._EARLY) == 1000


def test_a_record_is_one_short_write_and_has_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[bytes] = []
    monkeypatch.setattr(os, "write", lambda _descriptor, data: written.append(data))
    monkeypatch.setattr(_events, "_DESCRIPTORS", [7])
    count(ClientOptions("\x1b[31m\n" + "é" * 5000, "s3cret", issuer="https://\n" + "a" * 5000), _events.HIT)
    (record,) = written
    assert len(record) <= 4096
    assert (record[:1], record[-1:], record.count(b"\n")) == (b"\n", b"\n", 2)
    assert b"s3cret" not in record
    assert b"\\u001b" not in record


def test_a_file_that_cannot_be_written_fails_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_events, "_DESCRIPTORS", [-1])
    count(ORDERS, _events.HIT)


class Answering:
    """Makes three attempts, with a wait after a 429 and one after a 503."""

    def __init__(self) -> None:
        self.failing = self.closed = False

    def send(self, request: HttpRequest, retries: Retries = ONCE) -> HttpResponse:
        budget = retries.budget or Budget()
        budget.attempts += 3
        budget.waits += [Wait(1.5, 429), Wait(0.5, 503)]
        if self.failing:
            raise ConnectionFailed("no")
        return HttpResponse(200, {}, b"", request.url, 3, 0.0)

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize(("renews", "refreshes"), [(True, 6), (False, 0)])
def test_each_attempt_to_get_a_token_counts_and_nothing_else(renews: bool, refreshes: int) -> None:
    ledger, answering = Ledger(), Answering()
    transport = CountedTransport(answering, ORDERS, renews=renews)
    transport.send(HttpRequest("POST", URL))
    transport.send(HttpRequest("GET", URL))
    answering.failing = True
    with pytest.raises(ConnectionFailed):
        transport.send(HttpRequest("POST", URL))
    transport.close()
    account = Account("orders", "login.example.org", token_requests=6, refreshes=refreshes, waits=2, seconds_waited=3.0)
    assert ledger.accounts() == [account]
    assert answering.closed
