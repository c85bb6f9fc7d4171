# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which requests are retried, and when."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from email.utils import formatdate
from threading import Event

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import (
    ConnectionFailed,
    InvalidOption,
    NameNotResolved,
    RequestTimedOut,
)
from ansible_collections.authkit.oauth.plugins.module_utils._http.budget import Budget, DeadlineExceeded
from ansible_collections.authkit.oauth.plugins.module_utils._http.model import (
    BasicCredentials,
    HttpRequest,
    Retries,
)
from ansible_collections.authkit.oauth.plugins.module_utils._http.requests import RequestsTransport
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer
from ansible_collections.authkit.oauth.tests.servers.http_server import Handler, LoopbackServer
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import Scripted, free_port
from ansible_collections.authkit.oauth.tests.unit.support.transports import MakeTransport, settings

WRITE = Retries(3, repeatable=False)
READ = Retries(3)
WHO = BasicCredentials("me", "hush")


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_busy_answers_are_asked_for_again(make_transport: MakeTransport, server: Scripted, status: int) -> None:
    server.in_turn(Answer(status), Answer(status), Answer(200, {}))
    response = make_transport().send(HttpRequest("POST", server.url, body=b"x"), READ)
    assert (response.status, response.attempts, len(server.seen)) == (200, 3, 3)
    assert all(seen.body == b"x" for seen in server.seen)


def test_the_last_answer_comes_back(make_transport: MakeTransport, server: Scripted) -> None:
    server.in_turn(Answer(503, {"n": 1}), Answer(502, {"n": 2}), Answer(504, {"n": 3}))
    response = make_transport().send(HttpRequest("GET", server.url), Retries(2))
    assert (response.status, response.body, response.attempts) == (504, b'{"n": 3}', 3)


@pytest.mark.parametrize("status", [413, 502, 503, 504])
def test_a_write_is_not_repeated_where_it_may_have_been_done(
    make_transport: MakeTransport, server: Scripted, status: int
) -> None:
    server.in_turn(Answer(status, None, {"Retry-After": "0"}), Answer(200))
    assert make_transport().send(HttpRequest("POST", server.url, body=b"x"), WRITE).status == status
    assert len(server.seen) == 1


def test_a_write_is_repeated_after_429(make_transport: MakeTransport, server: Scripted) -> None:
    server.in_turn(Answer(429), Answer(201))
    assert make_transport().send(HttpRequest("POST", server.url, body=b"x"), WRITE).attempts == 2


def test_reset_is_repeated_for_reads_only(make_transport: MakeTransport, server: Scripted) -> None:
    server.in_turn(Answer(0, reset=True), Answer(200))
    assert make_transport().send(HttpRequest("GET", server.url), READ).attempts == 2
    server.seen.clear()
    server.in_turn(Answer(0, reset=True), Answer(200))
    with pytest.raises(ConnectionFailed) as caught:
        make_transport().send(HttpRequest("POST", server.url, body=b"x"), WRITE)
    assert len(server.seen) == 1
    place = server.url.replace("http://", "")
    assert caught.value.message == (
        f"{place} closed the connection before the response was complete: check the server's log, and "
        "that the scheme (http or https) fits the port."
    )


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_waited_for(make_transport: MakeTransport, server: Scripted, form: str) -> None:
    begin = int(time.time()) + 3
    asked = "1" if form == "seconds" else formatdate(begin, usegmt=True)
    server.in_turn(Answer(429, None, {"Retry-After": asked}), Answer(200))
    budget = Budget()
    response = make_transport().send(HttpRequest("GET", server.url), Retries(3, budget=budget))
    assert [(wait.status, wait.asked) for wait in budget.waits] == [(429, True)]
    waited = server.seen[1].at - server.seen[0].at
    assert (response.status, response.attempts) == (200, 2)
    assert waited >= 0.9 if form == "seconds" else time.time() >= begin
    assert response.elapsed >= waited


@pytest.mark.parametrize("asked", ["61", formatdate(time.time() + 3600, usegmt=True)], ids=["seconds", "date"])
def test_a_long_retry_after_ends_the_tries(make_transport: MakeTransport, server: Scripted, asked: str) -> None:
    server.in_turn(Answer(429, {}, {"Retry-After": asked}))
    response = make_transport().send(HttpRequest("GET", server.url), READ)
    assert (response.status, response.attempts, len(server.seen)) == (429, 1, 1)


def test_nonsense_in_retry_after_is_ignored(make_transport: MakeTransport, server: Scripted) -> None:
    server.in_turn(Answer(503, None, {"Retry-After": "in a while"}), Answer(200))
    assert make_transport().send(HttpRequest("GET", server.url), READ).attempts == 2


def test_a_server_that_starts_late_is_found(make_transport: MakeTransport, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()

    class Fine(Handler):
        def answer(self, _request: object) -> Answer:
            return Answer(200)

    class Late(LoopbackServer):
        def server_bind(self) -> None:
            self.server_address = ("127.0.0.1", port)
            super().server_bind()

    started: list[Late] = []
    sleep = time.sleep

    def start_then_sleep(seconds: float) -> None:
        if seconds and not started:  # the first try has failed
            started.append(Late(Fine))
            started[0].start()
        sleep(seconds)

    monkeypatch.setattr(time, "sleep", start_then_sleep)
    try:
        response = make_transport().send(
            HttpRequest("POST", f"http://127.0.0.1:{port}/", body=b"x"), Retries(60, repeatable=False)
        )
    finally:
        started[0].stop()
    assert response.status == 200
    assert response.attempts > 1


def test_nothing_listens(make_transport: MakeTransport) -> None:
    port = free_port()
    with pytest.raises(ConnectionFailed) as caught:
        make_transport().send(HttpRequest("GET", f"http://127.0.0.1:{port}/"), Retries(1))
    assert caught.value.message == (
        f"Nothing listens at 127.0.0.1:{port} (connection refused): check host and port, and that the server runs."
    )


def test_unknown_host(make_transport: MakeTransport) -> None:
    with pytest.raises(NameNotResolved) as caught:
        make_transport().send(HttpRequest("GET", "https://no-such-host.invalid/"))
    assert caught.value.message == (
        "The host name 'no-such-host.invalid' cannot be resolved: check its spelling, and the DNS of this machine."
    )


def test_a_retry_sends_what_was_made_for_it(make_transport: MakeTransport, server: Scripted) -> None:
    """An assertion and a DPoP proof are accepted once: each attempt has its own, with a length of its own."""
    made: list[int] = []

    def request() -> HttpRequest:
        made.append(len(made))
        body = b"proof=" + b"x" * len(made)
        return HttpRequest("POST", server.url, {"DPoP": f"proof {len(made)}"}, body, WHO, renew=request)

    server.in_turn(Answer(503), Answer(0, reset=True), Answer(429), Answer(200))
    response = make_transport().send(request(), READ)
    assert (response.status, response.attempts) == (200, 4)
    assert [seen.body for seen in server.seen] == [b"proof=" + b"x" * count for count in (1, 2, 3, 4)]
    assert [seen.headers["dpop"] for seen in server.seen] == [f"proof {count}" for count in (1, 2, 3, 4)]
    assert {seen.headers["authorization"] for seen in server.seen} == {"Basic bWU6aHVzaA=="}
    assert len(made) == 4


def test_a_renewed_request_changes_no_other(make_transport: MakeTransport, server: Scripted) -> None:
    """The requests of a thread follow each other: what one renewed must not go out with the next."""
    transport = make_transport()
    renewed = HttpRequest("POST", server.url, body=b"second")
    server.in_turn(Answer(503), Answer(200))
    transport.send(HttpRequest("POST", server.url, body=b"first", renew=lambda: renewed), READ)
    server.in_turn(Answer(503), Answer(200))
    transport.send(HttpRequest("POST", server.url, body=b"plain"), READ)
    assert [seen.body for seen in server.seen] == [b"first", b"second", b"plain", b"plain"]


def test_what_prevents_a_renewal_is_raised(make_transport: MakeTransport, server: Scripted) -> None:
    """A key file that is gone by the second attempt, say."""

    def gone() -> HttpRequest:
        raise InvalidOption("There is no key.")

    server.in_turn(Answer(503), Answer(200))
    with pytest.raises(InvalidOption, match="no key"):
        make_transport().send(HttpRequest("POST", server.url, body=b"first", renew=gone), READ)
    assert len(server.seen) == 1


# ---- a connection that breaks in the body

LONG = Answer(200, {"x": "y" * 100_000})


@pytest.mark.parametrize("reset", [False, True], ids=["closed", "reset"])
def test_a_broken_body_is_asked_for_again(make_transport: MakeTransport, server: Scripted, reset: bool) -> None:
    broken = Answer(200, LONG.body, cut=50_000, reset=reset)
    server.in_turn(broken, broken, LONG)
    budget = Budget()
    response = make_transport().send(HttpRequest("GET", server.url), Retries(3, budget=budget))
    assert (response.body, response.attempts, len(server.seen)) == (LONG.content(), 3, 3)
    assert (budget.attempts, [wait.status for wait in budget.waits]) == (3, [-1, -1])


def test_a_body_that_always_breaks_off(make_transport: MakeTransport, server: Scripted) -> None:
    server.in_turn(Answer(200, LONG.body, cut=50_000))
    budget = Budget()
    with pytest.raises(ConnectionFailed, match="closed the connection before the response was complete"):
        make_transport().send(HttpRequest("GET", server.url), Retries(2, budget=budget))
    assert (len(server.seen), budget.attempts, len(budget.waits)) == (3, 3, 2)


def test_busy_answers_and_broken_bodies_share_the_retries(make_transport: MakeTransport, server: Scripted) -> None:
    broken = Answer(200, LONG.body, cut=50_000)
    server.in_turn(Answer(503), broken, Answer(502), LONG)
    assert make_transport().send(HttpRequest("GET", server.url), READ).attempts == 4
    server.seen.clear()
    server.in_turn(Answer(503), broken, Answer(502), LONG)
    assert make_transport().send(HttpRequest("GET", server.url), Retries(2)).status == 502
    assert len(server.seen) == 3


def test_a_write_whose_answer_breaks_off_is_not_repeated(make_transport: MakeTransport, server: Scripted) -> None:
    server.in_turn(Answer(201, LONG.body, cut=50_000), LONG)
    with pytest.raises(ConnectionFailed):
        make_transport().send(HttpRequest("POST", server.url, body=b"x"), WRITE)
    assert len(server.seen) == 1


def test_a_damaged_body_is_not_asked_for_again(make_transport: MakeTransport, server: Scripted) -> None:
    server.in_turn(Answer(200, b"not gzip", {"Content-Encoding": "gzip"}), LONG)
    with pytest.raises(ConnectionFailed, match="compression is broken"):
        make_transport().send(HttpRequest("GET", server.url), READ)
    assert len(server.seen) == 1


def test_a_slow_answer_is_not_asked_for_again(make_transport: MakeTransport, server: Scripted) -> None:
    def slow(_request: object) -> Answer:
        time.sleep(1.0)
        return Answer(200)

    server.reply = slow
    with pytest.raises(RequestTimedOut):
        make_transport(timeout=0.2).send(HttpRequest("GET", server.url), READ)
    assert len(server.seen) == 1


# ---- the deadline of a call


def test_a_slow_answer_ends_at_the_deadline_of_the_call(make_transport: MakeTransport, server: Scripted) -> None:
    """The server answers only once the caller has given up, so no speed of the machine decides."""
    given_up = Event()

    def slow(_request: object) -> Answer:
        given_up.wait(20.0)
        return Answer(200)

    server.reply = slow
    begin = time.monotonic()
    try:
        with pytest.raises(DeadlineExceeded, match="did not answer completely before the deadline of 0.4 s"):
            make_transport(timeout=30.0).send(HttpRequest("GET", server.url), Retries(3, budget=Budget(0.4)))
        assert 0.4 <= time.monotonic() - begin < 10.0
    finally:
        given_up.set()
    assert len(server.seen) == 1


def test_no_wait_begins_that_would_exceed_the_deadline(make_transport: MakeTransport, server: Scripted) -> None:
    server.in_turn(Answer(429, {}, {"Retry-After": "30"}), Answer(200))
    begin = time.monotonic()
    response = make_transport().send(HttpRequest("GET", server.url), Retries(3, budget=Budget(5.0)))
    assert (response.status, len(server.seen)) == (429, 1)
    assert time.monotonic() - begin < 3.0


def test_a_call_whose_deadline_has_passed_sends_nothing(make_transport: MakeTransport, server: Scripted) -> None:
    transport, budget = make_transport(), Budget(0.05)
    transport.send(HttpRequest("GET", server.url))  # leaves a connection to be used again
    time.sleep(0.1)
    with pytest.raises(DeadlineExceeded):
        transport.send(HttpRequest("GET", server.url), Retries(3, budget=budget))
    assert len(server.seen) == 1


def test_reads_and_writes_share_their_connections(server: Scripted) -> None:
    """As many connections as threads, whatever the retries of a request are."""
    pytest.importorskip("requests")
    transport = RequestsTransport(settings())
    with closing(transport), ThreadPoolExecutor(12) as pool:

        def send(number: int) -> int:
            method, retries = ("GET", READ) if number % 2 else ("POST", WRITE)
            return transport.send(HttpRequest(method, server.url, body=b"x"), retries).status

        assert set(pool.map(send, range(240))) == {200}
    assert len({seen.connection for seen in server.seen}) <= 12
