# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of the transports share: a server that answers as a test says, and a forward proxy."""

from __future__ import annotations

import contextlib
import http.client
import select
import socket
import ssl
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from ansible_collections.authkit.oauth.plugins.module_utils._http.model import Transport, TransportSettings
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.servers.http_server import Handler, LoopbackServer

MakeTransport = Callable[..., Transport]
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


def settings(**values: object) -> TransportSettings:
    """TransportSettings with a timeout that suits tests."""
    return TransportSettings(**{"timeout": 5.0, **values})  # type: ignore[arg-type]
