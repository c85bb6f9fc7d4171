# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Data of the test servers: requests, responses, settings, faults and records."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any


@dataclass(frozen=True)
class Incoming:
    """A request; header names in lower case. Its repr shows only method and path."""

    method: str
    path: str
    query: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    at: float = field(repr=False)
    """When it arrived, seconds on the monotonic clock."""
    connection: int = field(repr=False)
    """The number of the TCP connection that it came on."""


@dataclass(frozen=True)
class Answer:
    """A response: ``body`` is sent as JSON, or unchanged if it is bytes; None sends no body.

    ``cut`` sends only so many bytes of the body and closes; ``reset`` sends nothing at all, or resets after ``cut``.
    """

    status: int
    body: Any = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    content_type: str = "application/json"
    cut: int | None = None
    reset: bool = False

    def content(self) -> bytes:
        """The encoded body."""
        if self.body is None:
            return b""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass(frozen=True)
class Settings:
    """How the server behaves without faults."""

    lifetime: float | None = 300.0
    """Seconds a token lives; the API refuses it afterwards. None: forever."""
    expires_in: str = "number"
    """How the answer says so: ``number``, ``string`` or ``missing``."""
    token_format: str = "opaque"
    """``opaque``, or ``jwt`` with an ``exp`` claim and a signature that nobody can check."""
    scope: str | None = None
    """The granted scope; None grants what was asked for."""
    token_type: str = "Bearer"
    wording: str = "plain"
    """``keycloak`` refuses clients in Keycloak's words."""
    second_secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Secrets that are valid beside the clients' own, as while one is being rotated."""
    token_delay: float = 0.0
    """Seconds before the token endpoint answers."""
    api_delay: float = 0.0
    """Seconds before the API answers."""


@dataclass
class Fault:
    """One way to misbehave, for the next ``times`` requests of ``target`` (None: until cleared).

    Kinds: ``unauthorized`` (401 invalid_client, or a bare 401 from the API), ``rate_limited`` (429), ``unavailable``
    (503), ``html``, ``truncated``, ``cut`` (closes within the body), ``reset`` (closes without a response),
    ``redirect`` (to ``location``), ``slow`` (responds normally after ``seconds``), ``status`` (``status``, no body).
    """

    kind: str
    target: str = "token"
    times: int | None = 1
    seconds: float = 0.0
    """How long ``slow`` takes, and what ``Retry-After`` says when ``retry_after`` names a form."""
    retry_after: str | None = None
    """``seconds`` or ``date`` (RFC 9110 section 10.2.3): the form of the Retry-After header; None sends none."""
    location: str = ""
    status: int = 500

    def answer(self) -> Answer | None:
        """The faulty response, or None if the normal one follows."""
        if self.kind == "slow":
            time.sleep(self.seconds)
            return None
        try:
            return self._answers()[self.kind]
        except KeyError:
            raise ValueError(f"no such fault: {self.kind}") from None

    def _answers(self) -> dict[str, Answer]:
        refused = {"error": "invalid_client"} if self.target == "token" else None
        page = b"<!DOCTYPE html><html><body>Sign in</body></html>"
        half = b'{"access_token": "eyJhbGciOi'
        return {
            "unauthorized": Answer(401, refused, self._headers()),
            "rate_limited": Answer(429, {"error": "slow_down"}, self._headers()),
            "unavailable": Answer(503, {"error": "temporarily_unavailable"}, self._headers()),
            "html": Answer(200, page, content_type="text/html"),
            "truncated": Answer(200, half),
            "cut": Answer(200, page, cut=10),
            "reset": Answer(0, reset=True),
            "redirect": Answer(302, None, {"Location": self.location}),
            "status": Answer(self.status, None, self._headers()),
        }

    def _headers(self) -> dict[str, str]:
        if self.retry_after == "seconds":
            return {"Retry-After": f"{self.seconds:.0f}"}
        if self.retry_after == "date":
            return {"Retry-After": formatdate(time.time() + self.seconds, usegmt=True)}
        return {}


@dataclass(frozen=True)
class Record:
    """What is recorded of a request: enough for assertions, nothing secret."""

    kind: str
    method: str
    path: str
    status: int
    client_id: str | None
    fields: tuple[str, ...]
    """Names of the form's fields, for the token endpoint."""
    authorization: str | None
    """The scheme of the Authorization header."""
    user_agent: str | None
    at: float
    connection: int

    def to_data(self) -> dict[str, str | int | float | list[str] | None]:
        """The record as JSON data."""
        return {**self.__dict__, "fields": list(self.fields)}
