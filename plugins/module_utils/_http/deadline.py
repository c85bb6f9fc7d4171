# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One deadline for a whole try: for connecting, TLS, a proxy's answer, sending, headers and body.

A socket's timeout bounds one wait for bytes. So before each wait it is set to what is left of the deadline, which no
drip of bytes can stretch. Both transports build on http.client, whose connections get this as a mixin.
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

SocketOptions = Iterable[tuple[int, int, Any]]


class DeadlinePassed(socket.timeout):
    """The whole try took too long."""


class Deadline:
    """When a try must have ended. timeout: seconds for one wait; times: how many of them the whole try may take."""

    def __init__(self, timeout: float, times: float) -> None:
        self.seconds, self.times = timeout * times, times
        self._timeout = timeout
        self.restart()

    def restart(self) -> None:
        """Begins the time of the next try."""
        self._end = time.monotonic() + self.seconds

    @property
    def passed(self) -> bool:
        return time.monotonic() >= self._end

    def wait(self) -> float:
        """Seconds that the next wait may take. Raises DeadlinePassed."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise DeadlinePassed
        return min(left, self._timeout)

    def arm(self, sock: Any) -> None:
        """Gives a socket what the next wait may take. Raises DeadlinePassed."""
        seconds = self.wait()
        if sock.gettimeout() != seconds:
            sock.settimeout(seconds)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """What runs within does not count."""
        began = time.monotonic()
        try:
            yield
        finally:
            self._end += time.monotonic() - began


def connected(host: str, port: int | None, deadline: Deadline, options: SocketOptions = ()) -> socket.socket:
    """A connection to the first address of a host that takes one. Raises OSError, DeadlinePassed among them.

    Resolving the name does not count: no program can bound what the operating system's resolver takes for it.
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
            # An address of a kind that this machine lacks says nothing about the server.
            failure = failure if failure is not None and error.errno == errno.EAFNOSUPPORT else error
            if sock is not None:
                sock.close()
        except BaseException:
            if sock is not None:
                sock.close()
            raise
    try:
        raise failure or OSError("no address")
    finally:
        failure = None  # or this frame and the exception would hold each other


class TimedConnection(http.client.HTTPConnection):
    """A mixin for http.client's connections: whatever waits, waits within the deadline."""

    @property
    @abstractmethod
    def deadline(self) -> Deadline:
        """The deadline of the try that this connection serves now."""

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
        # The TLS handshake comes next, one wait as far as the socket knows.
        self.deadline.arm(self.sock)


class DirectConnection(TimedConnection):
    """A connection of http.client for one try."""

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
    """A socket whose every wait keeps a deadline, for code that reads from it on its own (TLS within TLS)."""

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
    """An answer that is read within the deadline."""

    def __init__(self, deadline: Deadline, sock: Any, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp = io.BufferedReader(_TimedReader(self.fp.detach(), sock, deadline))


class _TimedReader(io.RawIOBase):
    """Reads from a socket's file, never longer than the deadline leaves."""

    def __init__(self, raw: io.RawIOBase, sock: Any, deadline: Deadline) -> None:
        super().__init__()
        self._raw, self._sock, self._deadline = raw, sock, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._deadline.arm(self._sock)
        return self._raw.readinto(buffer)

    def readall(self) -> bytes:
        """Only a chunk of -1 bytes, which http.client takes for a size, makes anything read without a limit."""
        raise http.client.IncompleteRead(b"")

    def fileno(self) -> int:
        return self._raw.fileno()

    def close(self) -> None:
        self._raw.close()
        super().close()
