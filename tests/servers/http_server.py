# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A threaded HTTP/1.1 server on loopback, with keep-alive and TLS: the ground that the tests' servers stand on."""

from __future__ import annotations

import contextlib
import itertools
import socket
import ssl
import struct
import threading
import time
from abc import ABC, abstractmethod
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming

#: Seconds after which a silent connection, or a TLS handshake that does not come, is closed.
IDLE = 30.0


class Handler(BaseHTTPRequestHandler, ABC):
    """Reads a request, has :meth:`answer` answer it, and writes that. Logs nothing: headers carry tokens."""

    protocol_version = "HTTP/1.1"
    server_version = "authkit-tests"
    sys_version = ""
    timeout = IDLE
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave in one segment
    _numbers = itertools.count(1)

    def setup(self) -> None:
        """Number the connection, so that a test can tell reused ones."""
        super().setup()
        self.number = next(self._numbers)

    @abstractmethod
    def answer(self, request: Incoming) -> Answer:
        """What the server does; a subclass says it."""

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        path, _mark, query = self.path.partition("?")
        request = Incoming(
            method=self.command,
            path=path,
            query=query,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length) if length else b"",
            at=time.monotonic(),
            connection=self.number,
        )
        self._write(self.answer(request))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve

    def _write(self, answer: Answer) -> None:
        if answer.reset:
            # Linger of zero seconds makes the close a reset, which is what a crashed server looks like.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            return
        content = answer.content()
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if content:
            self.send_header("Content-Type", answer.content_type)
        if answer.status not in (204, 304):
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content if answer.cut is None else content[: answer.cut])
        if answer.cut is not None:
            self.close_connection = True


class LoopbackServer(ThreadingHTTPServer):
    """Serves on a free loopback port, one thread a connection, until it is stopped."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, handler: type[Handler], *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> None:
        super().__init__((host, 0), handler)
        self._tls = tls
        self._handler = handler
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        scheme = "https" if tls else "http"
        self.url = f"{scheme}://{host}:{self.server_address[1]}"

    def start(self) -> None:
        """Answer from now on, in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Answer no more: close the door and what is still open, as a server does that goes down."""
        self.shutdown()
        self.server_close()
        self._thread.join()
        with self._guard:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Serve one connection, in its thread; so a slow TLS handshake keeps nobody waiting."""
        connection = request
        if self._tls is not None:
            request.settimeout(IDLE)
            connection = self._tls.wrap_socket(request, server_side=True)
        with self._guard:
            self._open.add(connection)
        try:
            self._handler(connection, client_address, self)
        finally:
            with self._guard:
                self._open.discard(connection)
            connection.close()

    def shutdown_request(self, request: Any) -> None:
        """Only close: a shutdown before it would turn a reset into a polite goodbye."""
        self.close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet about clients that went away or did not like our certificate."""
