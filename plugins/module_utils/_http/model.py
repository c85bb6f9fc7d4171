# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one seam to the network: what is sent, what comes back, and when it is sent again."""

from __future__ import annotations

import json
import random
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Protocol, Union
from urllib.parse import unquote, urlsplit

from .._urls import safe_url
from .headers import check_header

#: The longest answer in bytes: of anything, and of an endpoint of OAuth (metadata, keys, tokens).
LONGEST_ANSWER, LONGEST_OAUTH_ANSWER = 256 * 1024 * 1024, 1024 * 1024
LONGEST_WAIT = 60.0
BACKOFF_BASE = 0.5
BACKOFF_LIMIT = 8.0
#: How many times the timeout one try may take in all: for what is short, and for the body of an API's answer.
WAITS, WAITS_OF_BODIES = 3.0, 10.0
RETRY_STATUSES = frozenset({429, 502, 503, 504})
#: What a server surely did not process, so that even a write may be sent again (RFC 6585 section 4).
RETRY_STATUSES_OF_WRITES = frozenset({429})
_RANDOM = random.SystemRandom()


@dataclass(frozen=True)
class TransportSettings:
    """How to connect. timeout in seconds, for connecting and for each wait for bytes; see HttpRequest for the whole.

    allow_http: plain http to this machine may also go through a proxy that is elsewhere.
    """

    validate_certs: bool = True
    ca_path: str | None = None
    client_cert: str | None = None
    client_key: str | None = None
    proxy: str | None = field(default=None, repr=False)
    timeout: float = 30.0
    http_agent: str = "ansible-authkit-oauth"
    allow_http: bool = False


@dataclass(frozen=True)
class BearerCredentials:
    """Authorization: Bearer (RFC 6750 section 2.1)."""

    token: str = field(repr=False)


@dataclass(frozen=True)
class BasicCredentials:
    """Authorization: Basic (RFC 7617); both parts already form-encoded where RFC 6749 section 2.3.1 asks for it."""

    username: str = field(repr=False)
    password: str = field(repr=False)


Credentials = Union[BearerCredentials, BasicCredentials]


@dataclass(frozen=True, repr=False)
class HttpRequest:
    """One request. limit: the longest decoded answer in bytes; a longer one raises AnswerTooLarge.

    waits: how many times the timeout one try may take from connecting to the last byte; a longer one is timed out.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    credentials: Credentials | None = None
    limit: int = LONGEST_ANSWER
    waits: float = WAITS

    def __repr__(self) -> str:
        return f"HttpRequest({self.method} {safe_url(self.url)})"


@dataclass(frozen=True, repr=False)
class HttpResponse:
    """The answer, decoded. headers: lower-case names. elapsed: seconds, repeats and waits included."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    attempts: int
    elapsed: float

    def __repr__(self) -> str:
        return f"HttpResponse({self.status} from {safe_url(self.url)})"

    def text(self) -> str:
        """The body as text, without a byte order mark and the space around it."""
        return self.body.decode("utf-8-sig", errors="replace").strip()

    def json_members(self) -> dict[str, object]:
        """The JSON object that the body is, or an empty one."""
        value = parsed_json(self.text())
        return value if isinstance(value, dict) else {}


def parsed_json(text: str) -> object:
    """What a JSON text says; None when it is none, or nested deeper than can be read."""
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value


@dataclass(frozen=True)
class Retries:
    """How often to try again: after a failed connection, 429, 502, 503 and 504.

    repeatable False means a write: again only where the server surely did not process it (no connection, 429). A
    timeout is never repeated, it has already cost what the user was ready to wait; nor is a failed TLS handshake. The
    server's Retry-After is waited for up to 60 s; a longer one ends the tries, its answer is returned.
    """

    count: int = 0
    repeatable: bool = True

    @property
    def statuses(self) -> frozenset[int]:
        return RETRY_STATUSES if self.repeatable else RETRY_STATUSES_OF_WRITES


ONCE = Retries()


class Transport(Protocol):
    """Sends requests. May be shared by threads, not by processes that were forked while it sends."""

    def send(self, request: HttpRequest, retries: Retries = ONCE) -> HttpResponse:
        """Sends and returns whatever status came back, 3xx to 5xx too.

        Raises a NetworkError when no whole answer came, InvalidOption for a URL or header that cannot be sent.
        """

    def close(self) -> None:
        """Gives connections back."""


def retry_after(headers: Mapping[str, str], now: Callable[[], float] = time.time) -> float | None:
    """Seconds that a Retry-After header asks to wait (RFC 9110 section 10.2.3), or None. headers: lower-case names."""
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    if value.isascii() and value.isdigit():
        return float(value[:12])
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now())
    except (ValueError, TypeError, OverflowError):
        return None


def backoff(repeat: int) -> float:
    """Seconds before repeat number `repeat` (from 1): exponential with full jitter, so that workers do not march."""
    return _RANDOM.uniform(0.1, min(BACKOFF_LIMIT, BACKOFF_BASE * 2 ** min(repeat, 10)))


def may_repeat(retries: Retries, status: int, headers: Mapping[str, str]) -> bool:
    """Whether an answer of this status may be asked for again."""
    return status in retries.statuses and (retry_after(headers) or 0.0) <= LONGEST_WAIT


def authorization(credentials: Credentials | None) -> str | None:
    """The value of the Authorization header for credentials, or None."""
    if credentials is None:
        return None
    if isinstance(credentials, BearerCredentials):
        return f"Bearer {credentials.token}"
    pair = f"{credentials.username}:{credentials.password}".encode()
    return f"Basic {b64encode(pair).decode('ascii')}"


def proxy_authorization(proxy: str) -> str | None:
    """The value of the Proxy-Authorization header for a proxy's URL; None for one without a user."""
    parts = urlsplit(proxy)
    if parts.username is None:
        return None
    return authorization(BasicCredentials(unquote(parts.username), unquote(parts.password or "")))


def wire_headers(request: HttpRequest, settings: TransportSettings) -> dict[str, str]:
    """The headers that both transports send for a request, without its credentials.

    Accept-Encoding is the transport's own: gzip is what both can decode. Raises InvalidOption for a header that HTTP
    cannot carry (RFC 9110 section 5.5).
    """
    headers = {"User-Agent": settings.http_agent, "Accept": "*/*"}
    if request.body is not None:
        headers["Content-Type"] = "application/octet-stream"
    given = {name.lower() for name in request.headers}
    headers = {name: value for name, value in headers.items() if name.lower() not in given}
    for name, value in request.headers.items():
        if name.lower() != "accept-encoding":
            headers[name] = value.strip(" \t")
    headers["Accept-Encoding"] = "gzip"
    for name, value in headers.items():
        check_header(name, value)
    return headers
