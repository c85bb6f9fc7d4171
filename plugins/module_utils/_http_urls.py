# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The managed node's transport: ansible.module_utils.urls, so that nodes need nothing installed."""

from __future__ import annotations

import http.client
import inspect
import os
import threading
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.error import HTTPError
from urllib.request import getproxies, proxy_bypass

from ansible.module_utils.api import retry_with_delays_and_condition
from ansible.module_utils.urls import GzipDecodedReader, Request, make_context

from ansible_collections.authkit.oauth.plugins.module_utils._errors import ConnectionFailed, InvalidOption, NetworkError
from ansible_collections.authkit.oauth.plugins.module_utils._http import (
    ONCE,
    HttpRequest,
    HttpResponse,
    Retries,
    TransportSettings,
    authorization,
    backoff,
    may_repeat,
    retry_after,
    wire_headers,
)
from ansible_collections.authkit.oauth.plugins.module_utils._http_errors import (
    network_error,
    never_connected,
    too_large,
)
from ansible_collections.authkit.oauth.plugins.module_utils._http_settings import checked, proxy_for
from ansible_collections.authkit.oauth.plugins.module_utils._urls import origin, wire_url

_CHUNK = 64 * 1024
_FAILURES = (OSError, http.client.HTTPException, EOFError, zlib.error)
_ENVIRONMENT = threading.Lock()
_PROXY_VARIABLES = ("http_proxy", "https_proxy", "no_proxy")


class UrlsTransport:
    """Transport of ansible.module_utils.urls. See _http.Transport.

    Request.open works through urllib's one global opener: threads may share this transport, but two transports with
    different settings must not send at the same time in one process.
    """

    def __init__(self, settings: TransportSettings) -> None:
        self._settings = checked(settings)
        self._request = Request(
            timeout=self._settings.timeout,
            follow_redirects="none",
            use_netrc=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            decompress=False,
            **_tls(self._settings),
        )

    def __repr__(self) -> str:
        return "UrlsTransport()"

    def send(self, request: HttpRequest, retries: Retries = ONCE) -> HttpResponse:
        call = _Call(self._request, self._settings, request, retries)
        # The delays come from outside of the decorated function; what Retry-After asks beyond them, attempt() waits.
        delays = (backoff(repeat) for repeat in range(1, retries.count + 1))
        attempt = retry_with_delays_and_condition(delays, call.again)(call.attempt)
        failure: NetworkError | None = None
        try:
            answer = attempt()
        except _Failed as failed:
            failure = failed.error
        if failure is not None:
            raise failure
        return call.read(answer)

    def close(self) -> None:
        """Nothing to give back: every request has a connection of its own."""


class _Failed(Exception):
    """No answer."""

    def __init__(self, error: NetworkError, again: bool) -> None:
        super().__init__()
        self.error, self.again = error, again


class _Busy(Exception):
    """An answer that may be asked for again."""


class _Call:
    """One send() with its repeats."""

    def __init__(self, opener: Request, settings: TransportSettings, request: HttpRequest, retries: Retries) -> None:
        self._opener, self._settings, self._request, self._retries = opener, settings, request, retries
        self._url = wire_url(request.url)
        self._proxy = proxy_for(self._url, settings)
        self._headers = wire_headers(request, settings)
        credentials = authorization(request.credentials)
        if credentials is not None:
            self._headers = {n: v for n, v in self._headers.items() if n.lower() != "authorization"}
            self._headers["Authorization"] = credentials
        self._attempts = 0
        self._started = time.monotonic()
        self._not_before = 0.0

    def attempt(self) -> Any:
        time.sleep(max(0.0, self._not_before - time.monotonic()))
        self._attempts += 1
        failed: _Failed | None = None
        try:
            answer = self._open()
        except _FAILURES as exc:
            error = self._error(exc)
            failed = _Failed(
                error, never_connected(exc) or (self._retries.repeatable and isinstance(error, ConnectionFailed))
            )
        if failed is not None:
            raise failed
        headers = _lower(answer.headers)
        if self._attempts <= self._retries.count and may_repeat(self._retries, answer.code, headers):
            answer.close()
            self._not_before = time.monotonic() + (retry_after(headers) or 0.0)
            raise _Busy
        return answer

    def again(self, failed: BaseException) -> bool:
        return isinstance(failed, _Busy) or (isinstance(failed, _Failed) and failed.again)

    def read(self, answer: Any) -> HttpResponse:
        headers = _lower(answer.headers)
        failure: NetworkError | None = None
        try:
            body = _read(answer, headers, self._request.limit)
        except _FAILURES as exc:
            failure = self._error(exc)
        finally:
            answer.close()
        if failure is not None:
            raise failure
        if len(body) > self._request.limit:
            raise too_large(self._url, self._request.limit)
        return HttpResponse(
            status=answer.code,
            headers=headers,
            body=body,
            url=self._url,
            attempts=self._attempts,
            elapsed=time.monotonic() - self._started,
        )

    def _open(self) -> Any:
        with _environment_of(self._proxy, self._url):
            try:
                return self._opener.open(
                    self._request.method,
                    self._url,
                    data=self._request.body,
                    headers=self._headers,
                    use_proxy=self._proxy is not None,
                )
            except HTTPError as answer:
                # urllib raises every status but 2xx; it is an answer all the same.
                return answer

    def _error(self, failure: BaseException) -> NetworkError:
        return network_error(
            failure,
            self._url,
            timeout=self._settings.timeout,
            proxy=self._proxy,
            ca_path=self._settings.ca_path,
        )


def _tls(settings: TransportSettings) -> dict[str, Any]:
    """The TLS arguments of Request: one context for all requests where ansible-core takes one, it costs 35 ms."""
    options: dict[str, Any] = {
        "validate_certs": settings.validate_certs,
        "client_cert": settings.client_cert,
        "client_key": settings.client_key,
    }
    if "context" in inspect.signature(Request.__init__).parameters:
        return {"context": make_context(cafile=settings.ca_path, **options)}
    return {"ca_path": settings.ca_path, **options}


@contextmanager
def _swapped_environment(proxy: str) -> Iterator[None]:
    """Request.open takes its proxy from the environment only, so the option is put there for the time of one call."""
    with _ENVIRONMENT:
        names = [name for name in os.environ if name.lower() in _PROXY_VARIABLES]
        before = {name: os.environ.pop(name) for name in names}
        os.environ.update(http_proxy=proxy, https_proxy=proxy)
        try:
            yield
        finally:
            for name in ("http_proxy", "https_proxy"):
                os.environ.pop(name, None)
            os.environ.update(before)


def _environment_of(proxy: str | None, url: str) -> Any:
    if proxy is None:
        return nullcontext()
    scheme, host, _port = origin(url)
    if proxy.lower().startswith("https:"):
        raise InvalidOption(
            "proxy is an https URL, which needs the Python package requests where the request is sent: "
            "use the proxy's http URL."
        )
    if getproxies().get(scheme) == proxy and not proxy_bypass(host):
        return nullcontext()
    return _swapped_environment(proxy)


def _read(answer: Any, headers: Mapping[str, str], limit: int) -> bytes:
    """The decoded body, cut just beyond the limit."""
    packed = headers.get("content-encoding", "").lower() == "gzip"
    source = GzipDecodedReader(answer) if packed else answer
    body = bytearray()
    while len(body) <= limit:
        part = source.read(_CHUNK)
        if not part:
            break
        body += part
    else:
        return bytes(body)
    missing = getattr(answer, "length", None)
    if missing:
        raise http.client.IncompleteRead(b"", missing)
    return bytes(body)


def _lower(headers: Any) -> dict[str, str]:
    lowered: dict[str, str] = {}
    for name, value in headers.items():
        key = str(name).lower()
        lowered[key] = f"{lowered[key]}, {value}" if key in lowered else str(value)
    return lowered
