# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One deadline for a whole attempt: for connecting, TLS, a proxy's response, sending, headers and body.

A socket's timeout bounds one wait for bytes. So before each wait it is set to the time left until the deadline, which a
slow trickle of bytes cannot extend. Both transports build on http.client, whose connections get this as a mixin.
"""

from __future__ import annotations

import errno
import http.client
import io
import socket
import time
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from .budget import Budget

SocketOptions = Iterable[tuple[int, int, Any]]


class DeadlinePassed(socket.timeout):
    """The whole attempt took too long."""


class NotConnected(DeadlinePassed):
    """The host did not accept a connection in time."""


class Deadline:
    """When an attempt must end.

    :param timeout: seconds for one wait.
    :param times: how many timeouts the whole attempt may take.
    :param budget: that of the call, whose deadline ends the attempt as well.
    """

    def __init__(self, timeout: float, times: float, budget: Budget | None = None) -> None:
        self.seconds, self.times, self.budget = timeout * times, times, budget or Budget()
        self._timeout = timeout
        self.restart()

    def restart(self) -> None:
        """Starts the clock of the next attempt."""
        self._end = time.monotonic() + self.seconds

    @property
    def passed(self) -> bool:
        """Whether the attempt has taken too long."""
        return time.monotonic() >= self._end

    def wait(self) -> float:
        """Seconds that the next wait may take. Raises DeadlinePassed."""
        left = min(self._end, self.budget.end) - time.monotonic()
        if left <= 0:
            raise DeadlinePassed
        return min(left, self._timeout)

    def arm(self, sock: Any) -> None:
        """Sets a socket's timeout for the next wait. Raises DeadlinePassed."""
        seconds = self.wait()
        if sock.gettimeout() != seconds:
            sock.settimeout(seconds)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Stops the clock while its block runs."""
        began = time.monotonic()
        try:
            yield
        finally:
            self._end += time.monotonic() - began


def connected(host: str, port: int | None, deadline: Deadline, options: SocketOptions = ()) -> socket.socket:
    """Connects to the first address of a host that accepts.

    Resolving the name does not count: no program can limit how long the operating system's resolver takes.

    :raises OSError: there is no connection; NotConnected if it took too long.
    """
    with deadline.paused():
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    failure: OSError | None = None
    for family, kind, protocol, _name, address in found:
        sock: socket.socket | None = None
        try:
            sock = socket.socket(family, kind, protocol)  # fails for IPv6 where the kernel has none
            for option in options:
                sock.setsockopt(*option)
            deadline.arm(sock)
            sock.connect(address)
            deadline.arm(sock)
            return sock
        except OSError as error:
            # An address family that this machine lacks says nothing about the server.
            if failure is None or error.errno != errno.EAFNOSUPPORT:
                failure = NotConnected() if isinstance(error, socket.timeout) else error
            if sock is not None:
                sock.close()
        except BaseException:
            if sock is not None:
                sock.close()
            raise
    try:
        raise failure or OSError("no address")
    finally:
        failure = None  # breaks the reference cycle of this frame and the exception


#: 101 ends HTTP on the connection, so nothing follows it.
_INTERIM = range(102, 200)


class TimedConnection(http.client.HTTPConnection):
    """A mixin for http.client's connections: every wait ends at the deadline."""

    @property
    @abstractmethod
    def deadline(self) -> Deadline:
        """The deadline of the attempt that this connection serves now."""

    @property
    def response_class(self) -> Callable[..., http.client.HTTPResponse]:  # type: ignore[override]  # an attribute there
        return partial(_TimedResponse, self.deadline)

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        if not isinstance(data, bytes):
            super().send(data)
            return
        rest = memoryview(data)
        while rest:
            self.deadline.arm(self.sock)
            rest = rest[self.sock.send(rest) :]

    def _tunnel(self) -> None:
        super()._tunnel()  # type: ignore[misc]  # private to http.client, so not in its hints
        # The TLS handshake comes next, which is one wait for the socket.
        self.deadline.arm(self.sock)


class DirectConnection(TimedConnection):
    """A connection of http.client for one attempt."""

    def __init__(self, deadline: Deadline, host: str, **options: Any) -> None:
        super().__init__(host, **options)
        self._deadline = deadline
        self._create_connection = self._connected

    @property
    def deadline(self) -> Deadline:
        return self._deadline

    def _connected(self, address: tuple[str, int], *_options: Any) -> socket.socket:
        return connected(*address, self._deadline)


class TimedSocket:
    """A socket whose every wait ends at a deadline, for code that reads from it directly (TLS within TLS)."""

    def __init__(self, sock: Any, deadline: Callable[[], Deadline]) -> None:
        self._sock, self._deadline = sock, deadline

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def recv(self, *args: Any) -> bytes:
        self._deadline().arm(self._sock)
        data: bytes = self._sock.recv(*args)
        return data

    def sendall(self, data: Any) -> None:
        rest = memoryview(data)
        while rest:
            self._deadline().arm(self._sock)
            rest = rest[self._sock.send(rest) :]


class _TimedResponse(http.client.HTTPResponse):
    """A response that is read within the deadline."""

    def __init__(self, deadline: Deadline, sock: Any, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp = io.BufferedReader(_TimedReader(self.fp.detach(), sock, deadline))

    def begin(self) -> None:
        """Reads up to the final response: http.client skips 100 only, and takes 103 Early Hints for the answer.

        RFC 9110 section 15.2 wants a client to skip interim responses that it did not ask for.
        """
        super().begin()
        while self.status in _INTERIM:
            self.headers = None  # type: ignore[assignment]  # as before the first response
            super().begin()


class _TimedReader(io.RawIOBase):
    """Reads from a socket's file, and never waits beyond the deadline."""

    def __init__(self, raw: io.RawIOBase, sock: Any, deadline: Deadline) -> None:
        super().__init__()
        self._raw, self._sock, self._deadline = raw, sock, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._deadline.arm(self._sock)
        return self._raw.readinto(buffer)

    def readall(self) -> bytes:
        """Only a chunk size of -1, which http.client accepts, leads to a read without a limit."""
        raise http.client.IncompleteRead(b"")

    def fileno(self) -> int:
        return self._raw.fileno()

    def close(self) -> None:
        self._raw.close()
        super().close()
