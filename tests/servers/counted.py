# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests' servers have in common: they serve on loopback, count, remember, and misbehave on request."""

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
    """A loopback server that answers while its ``with`` block lasts. Everything may be asked from any thread."""

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
        """What kind of request a path is: the word to count it under. ``token`` is one of them everywhere."""

    @abstractmethod
    def reply(self, kind: str, request: Incoming) -> Answer:
        """The proper answer."""

    def client(self, request: Incoming) -> tuple[str | None, tuple[str, ...]]:
        """The ``client_id`` of a token request and the names of its form's fields, as far as the server looks."""
        del request
        return None, ()

    @property
    def records(self) -> list[Record]:
        """Everything that arrived, oldest first; no secret, no token."""
        with self._lock:
            return list(self._records)

    def count(self, kind: str, status: int | None = None) -> int:
        """How many requests of a kind arrived, of those answered with ``status`` if given (0: not at all)."""
        return sum(1 for record in self.records if record.kind == kind and status in (None, record.status))

    @property
    def token_requests(self) -> int:
        """How many requests the token endpoint got."""
        return self.count("token")

    def fault(self, fault: Fault) -> None:
        """Misbehave from the next request on, as the fault says; faults wait in line."""
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Forget records and faults; tokens stay alive."""
        with self._lock:
            self._faults.clear()
            self._records.clear()

    def answer(self, request: Incoming) -> Answer:
        """Answer one request, or misbehave, and count it."""
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
