# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The deadline of an attempt: no dripping server holds a call longer, and a merely slow one is not cut off."""

from __future__ import annotations

import contextlib
import errno
import itertools
import socket
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import (
    AuthkitError,
    ConnectionFailed,
    RequestTimedOut,
)
from ansible_collections.authkit.oauth.plugins.module_utils._http.deadline import Deadline, DeadlinePassed, connected
from ansible_collections.authkit.oauth.plugins.module_utils._http.model import WAITS_OF_BODIES, HttpRequest, Retries
from ansible_collections.authkit.oauth.plugins.module_utils._http.transports import requests_transport
from ansible_collections.authkit.oauth.tests.servers.certificates import PrivateAuthority
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import (
    PATIENCE,
    ConnectionScript,
    Scripted,
    deaf_address,
    drip,
    dripping,
    free_port,
    raw_server,
    request_of,
    slow_handshake,
    slow_reader,
)
from ansible_collections.authkit.oauth.tests.unit.support.transports import MakeTransport, settings

#: Longer than the pauses between the bytes, so that no wait alone is too long.
TIMEOUT = 0.5
DEADLINE = 3 * TIMEOUT
READ = Retries(3)
LATE = (
    "did not answer completely within 1.5 s (3 times timeout): check the server and the network in between, or raise "
    "timeout."
)
OK = b"HTTP/1.1 200 OK\r\n"
MIB = 1024 * 1024

NEVER_ENDING: dict[str, ConnectionScript] = {
    "status line": dripping(b"HTTP/1.1 200 ", b"x"),
    "header": dripping(OK + b"X-Slow: ", b"x"),
    "headers": dripping(OK, b"X-Slow: 1\r\n"),
    "body": dripping(OK + b"Content-Length: 1000\r\n\r\n", b"x"),
    "body without length": dripping(OK + b"\r\n", b"x"),
    "packed body": dripping(OK + b"Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x08\0\0\0\0\0\0", b"x"),
    "chunk size": dripping(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"0"),
    "chunk": dripping(OK + b"Transfer-Encoding: chunked\r\n\r\n3e8\r\n", b"x"),
    "chunks": dripping(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "trailers": dripping(OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X-Slow: 1\r\n"),
    "100 Continue": dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "headers of 100": dripping(b"HTTP/1.1 100 Continue\r\n", b"X-Slow: 1\r\n"),
    "headers of 103": dripping(b"HTTP/1.1 103 Early Hints\r\n", b"Link: </a>\r\n"),
    "body of a redirect": dripping(b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 1000\r\n\r\n", b"x"),
}


def timed_out(send: Callable[[], object]) -> tuple[AuthkitError, float]:
    """The error of a call that must time out, and the seconds that it took."""
    began = time.monotonic()
    with pytest.raises(RequestTimedOut) as caught:
        send()
    return caught.value, time.monotonic() - began


def outcomes(send: Callable[[HttpRequest], object], urls: Mapping[str, str]) -> dict[str, str]:
    """The outcome of a concurrent GET of each URL: nothing, or the error."""

    def outcome(url: str) -> str:
        began = time.monotonic()
        try:
            send(HttpRequest("GET", url))
        except RequestTimedOut as error:
            place = url.split("/")[2]
            in_time = DEADLINE - 0.1 <= time.monotonic() - began < PATIENCE - 1
            return "" if in_time and error.message == f"{place} {LATE}" else error.message
        return "an answer"

    with ThreadPoolExecutor(len(urls)) as pool:
        return dict(zip(urls, pool.map(outcome, urls.values())))


def test_answers_that_never_end(make_transport: MakeTransport) -> None:
    transport = make_transport(timeout=TIMEOUT)
    with contextlib.ExitStack() as stack:
        servers = {what: stack.enter_context(raw_server(script)) for what, script in NEVER_ENDING.items()}
        urls = {what: f"http://127.0.0.1:{server.port}/" for what, server in servers.items()}
        found = outcomes(lambda request: transport.send(request, READ), urls)
        assert found == dict.fromkeys(NEVER_ENDING, "")
        # A timeout is never retried.
        assert {what for what, server in servers.items() if server.connections != 1} == set()


def test_the_last_busy_answer_never_ends(make_transport: MakeTransport) -> None:
    with raw_server(dripping(b"HTTP/1.1 503 Busy\r\nContent-Length: 1000\r\n\r\n", b"x")) as server:
        urls = {"503": f"http://127.0.0.1:{server.port}/"}
        assert outcomes(make_transport(timeout=TIMEOUT).send, urls) == {"503": ""}


def test_answers_over_tls_that_never_end(make_transport: MakeTransport, authority: PrivateAuthority) -> None:
    transport = make_transport(timeout=TIMEOUT, ca_path=str(authority.ca_path))
    scripts = {name: NEVER_ENDING[name] for name in ("header", "body", "chunk size", "100 Continue")}
    with contextlib.ExitStack() as stack:
        tls = authority.server_context()
        urls = {
            what: f"https://127.0.0.1:{stack.enter_context(raw_server(script, tls)).port}/"
            for what, script in scripts.items()
        }
        assert outcomes(lambda request: transport.send(request, READ), urls) == dict.fromkeys(scripts, "")


def test_a_handshake_that_never_ends(make_transport: MakeTransport) -> None:
    with raw_server(slow_handshake) as server:
        request = HttpRequest("GET", f"https://127.0.0.1:{server.port}/")
        _error, took = timed_out(lambda: make_transport(timeout=TIMEOUT).send(request, READ))
        assert server.connections == 1
    assert took < PATIENCE - 1


@pytest.mark.parametrize("what", ["status line", "headers"])
def test_a_proxy_that_never_ends(make_transport: MakeTransport, what: str) -> None:
    with raw_server(NEVER_ENDING[what]) as proxy:
        transport = make_transport(timeout=TIMEOUT, proxy=f"http://127.0.0.1:{proxy.port}")
        request = HttpRequest("GET", "https://api.example.org/")
        error, took = timed_out(lambda: transport.send(request, READ))
        assert proxy.connections == 1
    through = f"(through the proxy 127.0.0.1:{proxy.port} from the option proxy)"
    assert error.message == f"api.example.org:443 {through} {LATE}"
    assert took < PATIENCE - 1


def test_a_handshake_within_a_proxys_tls_that_never_ends(authority: PrivateAuthority) -> None:
    def script(connection: socket.socket) -> None:
        request_of(connection)
        connection.sendall(OK + b"\r\n")
        slow_handshake(connection)

    with raw_server(script, tls=authority.server_context()) as proxy:
        transport = requests_transport(
            settings(timeout=TIMEOUT, proxy=f"https://localhost:{proxy.port}", ca_path=str(authority.ca_path))
        )
        error, took = timed_out(lambda: transport.send(HttpRequest("GET", "https://api.example.org/"), READ))
        transport.close()
    through = f"(through the proxy localhost:{proxy.port} from the option proxy)"
    assert error.message == f"api.example.org:443 {through} {LATE}"
    assert took < PATIENCE - 1


@pytest.mark.parametrize("secure", [False, True])
def test_a_server_that_does_not_take_the_request(
    make_transport: MakeTransport, authority: PrivateAuthority, secure: bool
) -> None:
    with raw_server(slow_reader, tls=authority.server_context() if secure else None) as server:
        transport = make_transport(timeout=TIMEOUT, ca_path=str(authority.ca_path))
        scheme = "https" if secure else "http"
        request = HttpRequest("PUT", f"{scheme}://127.0.0.1:{server.port}/", body=b"x" * (64 << 20))
        _error, took = timed_out(lambda: transport.send(request, READ))
        assert server.connections == 1
    assert took < PATIENCE - 1


def test_many_addresses_share_the_deadline(make_transport: MakeTransport, monkeypatch: pytest.MonkeyPatch) -> None:
    with deaf_address() as address:
        found = [(socket.AF_INET, socket.SOCK_STREAM, 0, "", address)] * 20
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: found)
        request = HttpRequest("GET", f"http://api.example.org:{address[1]}/")
        error, took = timed_out(lambda: make_transport(timeout=TIMEOUT).send(request, READ))
    assert "did not answer completely within 1.5 s" in error.message
    assert took < PATIENCE - 1


def test_the_next_address_is_tried(
    make_transport: MakeTransport, server: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    with deaf_address() as deaf:
        port = int(server.url.rpartition(":")[2])
        found = [(socket.AF_INET, socket.SOCK_STREAM, 0, "", place) for place in (deaf, ("127.0.0.1", port))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: found)
        transport = make_transport(timeout=TIMEOUT)
        assert transport.send(HttpRequest("GET", f"http://api.example.org:{port}/")).status == 200


@pytest.fixture
def no_ipv6(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel without IPv6 creates no IPv6 sockets."""
    make = socket.socket

    def made(family: int = socket.AF_INET, *args: int, **options: int) -> socket.socket:
        if family == socket.AF_INET6:
            raise OSError(errno.EAFNOSUPPORT, "Address family not supported by protocol")
        return make(family, *args, **options)

    monkeypatch.setattr(socket, "socket", made)


def resolved(monkeypatch: pytest.MonkeyPatch, *families: socket.AddressFamily, port: int) -> None:
    """Every name has an address of each family, in this order."""
    places = {socket.AF_INET: ("127.0.0.1", port), socket.AF_INET6: ("::1", port, 0, 0)}
    found = [(family, socket.SOCK_STREAM, 0, "", places[family]) for family in families]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: found)


@pytest.mark.usefixtures("no_ipv6")
def test_an_address_of_an_unknown_kind_is_passed_over(server: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    port = int(server.url.rpartition(":")[2])
    resolved(monkeypatch, socket.AF_INET6, socket.AF_INET, port=port)
    connected("api.example.org", port, Deadline(5, 3)).close()


@pytest.mark.usefixtures("no_ipv6")
def test_an_address_of_an_unknown_kind_hides_no_other_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    resolved(monkeypatch, socket.AF_INET, socket.AF_INET6, port=port)
    with pytest.raises(ConnectionRefusedError):
        connected("api.example.org", port, Deadline(5, 3))
    resolved(monkeypatch, socket.AF_INET6, port=port)
    with pytest.raises(OSError, match="not supported"):
        connected("api.example.org", port, Deadline(5, 3))


def test_resolving_a_name_does_not_count(
    make_transport: MakeTransport, server: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve = socket.getaddrinfo

    def slowly(*args: object, **options: object) -> object:
        time.sleep(1.2)
        return resolve(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", slowly)
    assert make_transport(timeout=1.0).send(HttpRequest("GET", server.url)).status == 200


def test_a_chunk_of_negative_size_is_not_read(make_transport: MakeTransport) -> None:
    """int() accepts -1, and reading -1 bytes would read everything."""
    taken: list[int] = []

    def script(connection: socket.socket) -> None:
        request_of(connection)
        connection.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n")
        for _part in range(64):
            connection.sendall(b"x" * MIB)
            taken.append(MIB)

    with raw_server(script) as server:
        request = HttpRequest("GET", f"http://127.0.0.1:{server.port}/", limit=MIB)
        with pytest.raises(ConnectionFailed):
            make_transport().send(request)
    assert sum(taken) < 16 * MIB


def test_a_slow_body_that_ends_in_time_is_whole(make_transport: MakeTransport) -> None:
    def script(connection: socket.socket) -> None:
        request_of(connection)
        connection.sendall(OK + b"Content-Length: 20\r\n\r\n")
        drip(connection, [b"x"] * 20)

    with raw_server(script) as server:
        url = f"http://127.0.0.1:{server.port}/"
        patient = HttpRequest("GET", url, waits=WAITS_OF_BODIES)
        assert make_transport(timeout=TIMEOUT).send(patient).body == b"x" * 20
        timed_out(lambda: make_transport(timeout=TIMEOUT).send(HttpRequest("GET", url)))


def test_each_try_has_its_own_time(make_transport: MakeTransport, server: Scripted) -> None:
    """Each is far from its end, and all together take longer than one may."""
    turns = itertools.count(1)

    def busy(_request: Incoming) -> Answer:
        time.sleep(0.4)
        return Answer(503 if next(turns) < 5 else 200)

    server.reply = busy
    response = make_transport(timeout=1.5).send(HttpRequest("GET", server.url, waits=1), Retries(5))
    assert (response.status, response.attempts) == (200, 5)
    assert response.elapsed > 1.5


def test_a_connection_is_used_again_after_its_deadline(server: Scripted) -> None:
    transport = requests_transport(settings(timeout=1.5))
    transport.send(HttpRequest("GET", server.url))
    time.sleep(1.7)
    transport.send(HttpRequest("GET", server.url))
    transport.close()
    assert len({seen.connection for seen in server.seen}) == 1


def test_threads_have_deadlines_of_their_own(make_transport: MakeTransport, server: Scripted) -> None:
    transport = make_transport(timeout=TIMEOUT)

    def call(url: str) -> str:
        try:
            return str(transport.send(HttpRequest("GET", url)).status)
        except RequestTimedOut:
            return "late"

    with raw_server(NEVER_ENDING["body"]) as slow, ThreadPoolExecutor(8) as pool:
        urls = [server.url, f"http://127.0.0.1:{slow.port}/"] * 8
        assert list(pool.map(call, urls)) == ["200", "late"] * 8


def test_a_deadline_bounds_every_wait() -> None:
    deadline = Deadline(0.5, 2)
    assert 0 < deadline.wait() <= 0.5
    time.sleep(1.1)
    assert deadline.passed
    with pytest.raises(DeadlinePassed):
        deadline.wait()
    deadline.restart()
    with deadline.paused():
        time.sleep(1.2)
    assert not deadline.passed
