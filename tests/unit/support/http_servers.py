# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP servers for tests: one that answers as a test says, a forward proxy, and one scripted byte by byte."""

from __future__ import annotations

import contextlib
import http.client
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import urlsplit

from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.servers.http_server import Handler, LoopbackServer

Reply = Callable[[Incoming], Answer]


class Scripted:
    """A running server: its URL, what arrived, and the answer to give next."""

    def __init__(self, reply: Reply, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> None:
        scripted = self
        self.reply = reply
        self.seen: list[Incoming] = []

        class Recording(Handler):
            def answer(self, request: Incoming) -> Answer:
                scripted.seen.append(request)
                return scripted.reply(request)

        self.server = LoopbackServer(Recording, tls=tls, host=host)
        self.url = self.server.url

    def in_turn(self, *answers: Answer) -> None:
        """Give these answers one after the other, the last one forever."""
        left = list(answers)
        self.reply = lambda _request: left.pop(0) if len(left) > 1 else left[0]


@contextlib.contextmanager
def scripted(
    reply: Reply = lambda _request: Answer(200, {"ok": True}),
    tls: ssl.SSLContext | None = None,
    host: str = "127.0.0.1",
) -> Iterator[Scripted]:
    """A Scripted server while the block lasts."""
    server = Scripted(reply, tls, host)
    server.server.start()
    try:
        yield server
    finally:
        server.server.stop()


class _ProxyHandler(Handler):
    """Passes on what names a whole URL, and tunnels what says CONNECT. Each name is this machine to it."""

    seen: list[str]
    wanted: str | None

    def answer(self, request: Incoming) -> Answer:
        self.seen.append(f"{request.method} {request.path}")
        if self.wanted and request.headers.get("proxy-authorization") != self.wanted:
            return Answer(407, {})
        parts = urlsplit(request.path)
        upstream = http.client.HTTPConnection("127.0.0.1", parts.port)
        with contextlib.closing(upstream):
            upstream.request(request.method, parts.path, body=request.body or None)
            response = upstream.getresponse()
            return Answer(response.status, response.read(), {"X-Proxied": "yes"})

    def do_CONNECT(self) -> None:
        self.seen.append(f"CONNECT {self.path}")
        self.close_connection = True
        if self.wanted and self.headers.get("Proxy-Authorization") != self.wanted:
            self.send_error(407)
            return
        port = int(self.path.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as upstream:
            self.send_response(200)
            self.end_headers()
            self.wfile.flush()
            pump(self.connection, upstream)


def pump(one: socket.socket, other: socket.socket) -> None:
    """Carry bytes both ways until one side closes."""
    while True:
        for source in select.select([one, other], [], [], 10)[0]:
            data = source.recv(65536)
            if not data:
                return
            (other if source is one else one).sendall(data)


class ForwardProxy:
    """A running forward proxy: its URL and the request lines that it saw."""

    def __init__(self, wanted: str | None) -> None:
        self.seen: list[str] = []
        handler = type("BoundProxyHandler", (_ProxyHandler,), {"seen": self.seen, "wanted": wanted})
        self.server = LoopbackServer(handler)
        self.url = self.server.url


@contextlib.contextmanager
def forward_proxy(wanted: str | None = None) -> Iterator[ForwardProxy]:
    """A ForwardProxy while the block lasts; `wanted` is the Proxy-Authorization it asks for."""
    proxy = ForwardProxy(wanted)
    proxy.server.start()
    try:
        yield proxy
    finally:
        proxy.server.stop()


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# ---- a server scripted byte by byte

#: Seconds between two bytes, and those after which a server gives up: far beyond any deadline of these tests.
PAUSE, PATIENCE = 0.1, 6.0

ConnectionScript = Callable[[socket.socket], None]


class RawServer:
    """A running server: its port, and how many connections it had."""

    def __init__(self, script: ConnectionScript, tls: ssl.SSLContext | None) -> None:
        self._script, self._tls = script, tls
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _peer = self._listener.accept()
                self.connections += 1
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            served = self._tls.wrap_socket(connection, server_side=True) if self._tls else connection
            self._script(served)
            served.close()

    def close(self) -> None:
        # A thread that waits in accept() is woken by this and not by close().
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@contextlib.contextmanager
def raw_server(script: ConnectionScript, tls: ssl.SSLContext | None = None) -> Iterator[RawServer]:
    """A RawServer while the block lasts."""
    server = RawServer(script, tls)
    try:
        yield server
    finally:
        server.close()


def request_of(connection: socket.socket) -> bytes:
    """What a client sends up to the end of its headers."""
    seen = b""
    while b"\r\n\r\n" not in seen:
        data = connection.recv(65536)
        if not data:
            break
        seen += data
    return seen


def drip(connection: socket.socket, parts: Iterable[bytes]) -> None:
    """Sends the parts, each after a pause, until nobody listens or patience ends."""
    ends = time.monotonic() + PATIENCE
    for part in parts:
        connection.sendall(part)
        time.sleep(PAUSE)
        if time.monotonic() > ends:
            return


def dripping(head: bytes, part: bytes) -> ConnectionScript:
    """Answers with a head at once, and then with a part again and again."""

    def script(connection: socket.socket) -> None:
        request_of(connection)
        connection.sendall(head)
        drip(connection, (part for _turn in range(1_000)))

    return script


def slow_reader(connection: socket.socket) -> None:
    """Takes a little of a request at a time."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends and connection.recv(1024):
        time.sleep(PAUSE)


def slow_handshake(connection: socket.socket) -> None:
    """Answers a TLS hello with a record that does not end."""
    connection.recv(65536)
    connection.sendall(b"\x16\x03\x03\x40\x00")
    drip(connection, (b"\x02" for _turn in range(1_000)))


@contextlib.contextmanager
def deaf_address() -> Iterator[tuple[str, int]]:
    """An address that takes no connection and does not refuse one either."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        # The queue of one holds these; the kernel drops what comes then.
        for _turn in range(3):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(address)
        time.sleep(0.05)
        yield address
