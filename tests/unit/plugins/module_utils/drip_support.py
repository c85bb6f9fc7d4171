# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server that a test scripts byte by byte, and the ways to never come to an end with an answer."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator

#: Seconds between two bytes, and those after which a server gives up: far beyond any deadline of these tests.
PAUSE, PATIENCE = 0.1, 6.0

Script = Callable[[socket.socket], None]


class RawServer:
    """A running server: its port, and how many connections it had."""

    def __init__(self, script: Script, tls: ssl.SSLContext | None) -> None:
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
def raw_server(script: Script, tls: ssl.SSLContext | None = None) -> Iterator[RawServer]:
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


def dripping(head: bytes, part: bytes) -> Script:
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
