# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A threaded HTTP/1.1 server on loopback, with keep-alive and TLS: the base of the test servers."""

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

#: Seconds after which an idle connection or an incomplete TLS handshake is closed.
IDLE = 30.0


class Handler(BaseHTTPRequestHandler, ABC):
    """Reads a request and writes the response from :meth:`answer`. Logs nothing: headers contain tokens."""

    protocol_version = "HTTP/1.1"
    server_version = "authkit-tests"
    sys_version = ""
    timeout = IDLE
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave in one segment
    _numbers = itertools.count(1)

    def setup(self) -> None:
        """Number the connection, so that tests can recognize reused ones."""
        super().setup()
        self.number = next(self._numbers)

    @abstractmethod
    def answer(self, request: Incoming) -> Answer:
        """The response; defined by subclasses."""

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing."""

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
            # With a linger time of zero, closing sends a reset, as from a crashed server.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            if answer.cut is None:
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
            if answer.reset:
                self.wfile.flush()
                time.sleep(0.1)  # a reset discards what the client has not read


class LoopbackServer(ThreadingHTTPServer):
    """Serves on a free loopback port, with one thread for each connection, until it is stopped."""

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
        """Start serving in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening and close all connections, like a server that goes down."""
        self.shutdown()
        self.server_close()
        self._thread.join()
        with self._guard:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Serve one connection in its thread, TLS handshake included, so a slow one blocks no other."""
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
        """Close without shutdown, which would turn a reset into an orderly end."""
        self.close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore clients that disconnected or rejected our certificate."""
