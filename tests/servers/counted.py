# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Base of the test servers: they listen on loopback, count and record requests, and misbehave on demand."""

from __future__ import annotations

import ssl
import threading
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Fault, Incoming, Record
from ansible_collections.authkit.oauth.tests.servers.http_server import Handler, LoopbackServer

if TYPE_CHECKING:
    from typing_extensions import Self


class CountedServer(ABC):
    """A loopback server, running inside its ``with`` block. All methods are thread-safe."""

    def __init__(self, *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._records: list[Record] = []
        counted = self

        class Counted(Handler):
            def answer(self, request: Incoming) -> Answer:
                return counted.answer(request)

        self._server = LoopbackServer(Counted, tls=tls, host=host)
        self.url = self._server.url

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._server.stop()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url!r})"

    @abstractmethod
    def kind(self, path: str) -> str:
        """The kind of request by its path, under which it is counted. All servers have the kind ``token``."""

    @abstractmethod
    def reply(self, kind: str, request: Incoming) -> Answer:
        """The response unless a fault replaces it."""

    def client(self, request: Incoming) -> tuple[str | None, tuple[str, ...]]:
        """The ``client_id`` of a token request and the names of its form fields, if the server reads them."""
        del request
        return None, ()

    @property
    def records(self) -> list[Record]:
        """All requests, oldest first, without secrets and tokens."""
        with self._lock:
            return list(self._records)

    def count(self, kind: str, status: int | None = None) -> int:
        """The number of requests of a kind, optionally only those with this response status (0: no response)."""
        return sum(1 for record in self.records if record.kind == kind and status in (None, record.status))

    @property
    def token_requests(self) -> int:
        """The number of requests to the token endpoint."""
        return self.count("token")

    def fault(self, fault: Fault) -> None:
        """Add a fault for the next requests; faults are queued."""
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Forget records and faults; tokens stay valid."""
        with self._lock:
            self._faults.clear()
            self._records.clear()

    def answer(self, request: Incoming) -> Answer:
        """Respond to one request, or misbehave, and record it."""
        kind = self.kind(request.path)
        fault = self._next_fault(kind)
        answer = fault.answer() if fault is not None else None
        if answer is None:
            answer = self.reply(kind, request)
        client_id, fields = self.client(request) if kind == "token" else (None, ())
        record = Record(
            kind=kind,
            method=request.method,
            path=request.path,
            status=answer.status,
            client_id=client_id,
            fields=fields,
            authorization=request.headers.get("authorization", "").partition(" ")[0] or None,
            user_agent=request.headers.get("user-agent"),
            at=request.at,
            connection=request.connection,
        )
        with self._lock:
            self._records.append(record)
        return answer

    def _next_fault(self, kind: str) -> Fault | None:
        with self._lock:
            for fault in self._faults:
                if fault.target == kind:
                    if fault.times is not None:
                        fault.times -= 1
                        if fault.times <= 0:
                            self._faults.remove(fault)
                    return fault
        return None
