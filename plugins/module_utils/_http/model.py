# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one interface to the network: requests, responses, and when to retry."""

from __future__ import annotations

import json
import random
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from types import MappingProxyType
from typing import ClassVar, Protocol, Union
from urllib.parse import unquote, urlsplit

from .._urls import safe_url
from .budget import CLOCK_DRIFT, NO_STATUS, Budget, Wait
from .headers import check_header

#: The longest response in bytes: in general, and of OAuth endpoints (metadata, keys, tokens).
LONGEST_ANSWER, LONGEST_OAUTH_ANSWER = 256 * 1024 * 1024, 1024 * 1024
#: Seconds: the bounds of the backoff.
BACKOFF_BASE = 0.5
BACKOFF_LIMIT = 8.0
#: How many timeouts one attempt may take in total: by default, and if it reads the body of an API's response.
WAITS, WAITS_OF_BODIES = 3.0, 10.0
RETRY_STATUSES = frozenset({429, 502, 503, 504})
#: The server has not processed the request, so even a write may be sent again (RFC 6585 section 4).
RETRY_STATUSES_OF_WRITES = frozenset({429})
NO_HEADERS: Mapping[str, str] = MappingProxyType({})
_RANDOM = random.SystemRandom()


@dataclass(frozen=True)
class TransportSettings:
    """How to connect.

    :param timeout: seconds for connecting and for each wait for bytes; HttpRequest.waits limits the total.
    :param allow_http: plain http to this machine may also go through a proxy on another machine.
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
class Proxy:
    """The proxy for a request.

    :param source: what names it: OPTION, or a variable of the environment.
    """

    OPTION: ClassVar[str] = "the option proxy"
    url: str = field(repr=False)
    source: str

    @property
    def way_around(self) -> str:
        """How to connect without it."""
        how = "set proxy: none" if self.source == self.OPTION else "name the host in NO_PROXY or set proxy: none"
        return f"{how} to connect without it"


@dataclass(frozen=True)
class BearerCredentials:
    """Authorization: Bearer (RFC 6750 section 2.1), or DPoP (RFC 9449 section 7.1)."""

    token: str = field(repr=False)
    scheme: str = "Bearer"


@dataclass(frozen=True)
class BasicCredentials:
    """Authorization: Basic (RFC 7617); both parts already form-encoded where RFC 6749 section 2.3.1 requires it."""

    username: str = field(repr=False)
    password: str = field(repr=False)


Credentials = Union[BearerCredentials, BasicCredentials]


@dataclass(frozen=True, repr=False)
class HttpRequest:
    """One request.

    :param limit: the longest decoded response in bytes; a longer one raises AnswerTooLarge.
    :param waits: how many timeouts one attempt may take from connecting to the last byte; a longer one is timed out.
    :param renew: makes the headers and body of a retry, for a request with a proof that the server accepts only once.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    credentials: Credentials | None = None
    limit: int = LONGEST_ANSWER
    waits: float = WAITS
    renew: Callable[[], HttpRequest] | None = field(default=None, compare=False)

    def __repr__(self) -> str:
        return f"HttpRequest({self.method} {safe_url(self.url)})"

    def renewed(self) -> HttpRequest:
        """The request as its next attempt sends it. Raises what renew() raises."""
        return self if self.renew is None else self.renew()


@dataclass(frozen=True, repr=False)
class HttpResponse:
    """A decoded response.

    :param headers: with lower-case names.
    :param elapsed: seconds, retries and waits included.
    :param set_cookies: each Set-Cookie on its own: joined by commas they cannot be told apart (RFC 6265 section 3).
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    attempts: int
    elapsed: float
    set_cookies: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"HttpResponse({self.status} from {safe_url(self.url)})"

    def text(self) -> str:
        """The body as text, without a byte order mark and surrounding whitespace."""
        return self.body.decode("utf-8-sig", errors="replace").strip()

    def json_members(self) -> dict[str, object]:
        """The body as a JSON object; an empty one if it is something else."""
        value = parsed_json(self.text())
        return value if isinstance(value, dict) else {}


def parsed_json(text: str) -> object:
    """The value of a JSON text; None if it is not valid JSON or nested too deeply."""
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value


@dataclass(frozen=True)
class Retries:
    """How often to retry after a failed connection, 429, 502, 503 and 504.

    A timeout is never retried, since the user was not ready to wait longer; nor is a failed TLS handshake. A
    Retry-After of up to 60 s is honored; with a longer one, the response is returned without further retries.

    :param repeatable: False for a write, which is retried only if the server cannot have processed it (no connection,
        429).
    :param budget: that of the call which the request is a part of; None for a request of its own.
    """

    count: int = 0
    repeatable: bool = True
    budget: Budget | None = field(default=None, compare=False)

    @property
    def statuses(self) -> frozenset[int]:
        """The statuses after which a request is retried."""
        return RETRY_STATUSES if self.repeatable else RETRY_STATUSES_OF_WRITES


ONCE = Retries()


class Transport(Protocol):
    """Sends requests. Threads may share it, but not processes that were forked while it sends."""

    def send(self, request: HttpRequest, retries: Retries = ONCE) -> HttpResponse:
        """Sends the request and returns the response, whatever its status.

        :raises NetworkError: there is no complete response.
        :raises InvalidOption: the URL or a header cannot be sent.
        """

    def close(self) -> None:
        """Closes the connections."""


def retry_after(headers: Mapping[str, str], now: Callable[[], float] = time.time) -> float | None:
    """Seconds to wait by the Retry-After header (RFC 9110 section 10.2.3), or None.

    :param headers: with lower-case names.
    """
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    if value.isascii() and value.isdigit():
        return float(value[:12])
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now())
    except (ValueError, TypeError, OverflowError):
        return None


def wait_before_retry(repeat: int, status: int = NO_STATUS, headers: Mapping[str, str] = NO_HEADERS) -> Wait:
    """The wait before retry number `repeat` (from 1): what the response asks for, else the backoff.

    A little more than it asks: the wait is measured by the monotonic clock, and a date by the wall clock, which drifts.
    """
    asked = retry_after(headers)
    return Wait(asked + CLOCK_DRIFT, status, asked=True) if asked else Wait(backoff(repeat), status)


def backoff(repeat: int) -> float:
    """Seconds before retry number `repeat` (from 1): exponential with full jitter, so workers do not retry in step."""
    return _RANDOM.uniform(0.1, min(BACKOFF_LIMIT, BACKOFF_BASE * 2 ** min(repeat, 10)))


def authorization(credentials: Credentials | None) -> str | None:
    """The value of the Authorization header for credentials, or None."""
    if credentials is None:
        return None
    if isinstance(credentials, BearerCredentials):
        return f"{credentials.scheme} {credentials.token}"
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

    Accept-Encoding is always gzip, which both can decode.

    :raises InvalidOption: HTTP cannot carry a header (RFC 9110 section 5.5).
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
