# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The managed node's transport: ansible.module_utils.urls, so that nodes need no further packages."""

from __future__ import annotations

import http.client
import inspect
import ssl
import time
import urllib.request
from functools import partial
from typing import Any
from urllib.parse import urlsplit
from urllib.request import HTTPHandler, HTTPSHandler

from ansible.module_utils import urls
from ansible.module_utils.api import retry_with_delays_and_condition

from .._errors import ConnectionFailed, InvalidOption, NetworkError
from .._urls import wire_url
from .body import BODY_FAILURES, read_body
from .deadline import Deadline, DirectConnection
from .errors import network_error, never_connected, too_large
from .headers import lower_cased
from .model import (
    ONCE,
    HttpRequest,
    HttpResponse,
    Proxy,
    Retries,
    TransportSettings,
    authorization,
    backoff,
    may_repeat,
    proxy_authorization,
    wait_before_retry,
    wire_headers,
)
from .settings import checked, proxy_for


class UrlsTransport:
    """The Transport of ansible.module_utils.urls; see model.Transport.

    ansible-core decides which authorities to trust; urllib's handlers do the rest. ansible-core's Request.open creates
    its own opener and installs it for the whole process, so our deadline could not reach its connections.
    """

    def __init__(self, settings: TransportSettings) -> None:
        self._settings = checked(settings)
        self._context = _context(self._settings)

    def __repr__(self) -> str:
        return "UrlsTransport()"

    def send(self, request: HttpRequest, retries: Retries = ONCE) -> HttpResponse:
        call = _Call(self._context, self._settings, request, retries)
        # The decorator waits for the backoff; attempt() waits for what Retry-After asks beyond that.
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
        """Nothing to close: every request has a connection of its own."""


class _Secure(DirectConnection, http.client.HTTPSConnection):
    """An https connection for one attempt."""


class _Handler(HTTPHandler):
    """Opens http URLs."""

    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(DirectConnection, self._deadline), req)


class _SecureHandler(HTTPSHandler):
    """Opens https URLs."""

    def __init__(self, deadline: Deadline, context: ssl.SSLContext) -> None:
        super().__init__(context=context)
        self._deadline, self._trust = deadline, context

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(_Secure, self._deadline), req, context=self._trust)


class _Failed(Exception):
    """No response.

    :param again: whether the request may be sent again.
    """

    def __init__(self, error: NetworkError, again: bool) -> None:
        super().__init__()
        self.error, self.again = error, again


class _Busy(Exception):
    """A response after which the request may be sent again."""


class _Call:
    """One send() with its retries."""

    def __init__(
        self, context: ssl.SSLContext, settings: TransportSettings, request: HttpRequest, retries: Retries
    ) -> None:
        self._context, self._settings, self._request, self._retries = context, settings, request, retries
        self._deadline = Deadline(settings.timeout, request.waits)
        self._url = wire_url(request.url)
        self._proxy = proxy_for(self._url, settings)
        self._headers = _headers(request, settings)
        self._attempts = 0
        self._started = time.monotonic()
        self._not_before = 0.0

    def attempt(self) -> Any:
        time.sleep(max(0.0, self._not_before - time.monotonic()))
        if self._attempts:
            self._request = self._request.renewed()
            self._headers = _headers(self._request, self._settings)
        self._attempts += 1
        self._deadline.restart()
        failed: _Failed | None = None
        try:
            answer = self._open()
        except BODY_FAILURES as exc:
            error = self._error(exc)
            failed = _Failed(
                error, never_connected(exc) or (self._retries.repeatable and isinstance(error, ConnectionFailed))
            )
        if failed is not None:
            raise failed
        headers = lower_cased(answer.headers)
        if self._attempts <= self._retries.count and may_repeat(self._retries, answer.code, headers):
            answer.close()
            self._not_before = time.monotonic() + wait_before_retry(headers)
            raise _Busy
        return answer

    def again(self, failed: BaseException) -> bool:
        return isinstance(failed, _Busy) or (isinstance(failed, _Failed) and failed.again)

    def read(self, answer: Any) -> HttpResponse:
        headers = lower_cased(answer.headers)
        failure: NetworkError | None = None
        try:
            body = read_body(answer.read, headers, self._request.limit)
            missing = getattr(answer, "length", None)
            if body is not None and missing:
                raise http.client.IncompleteRead(b"", missing)
        except BODY_FAILURES as exc:
            failure = self._error(exc)
        finally:
            answer.close()
        if failure is not None:
            raise failure
        if body is None:
            raise too_large(self._url, self._request.limit)
        return HttpResponse(
            status=answer.code,
            headers=headers,
            body=body,
            url=self._url,
            attempts=self._attempts,
            elapsed=time.monotonic() - self._started,
            set_cookies=tuple(answer.headers.get_all("Set-Cookie", ())),
        )

    def _open(self) -> Any:
        request = urllib.request.Request(
            self._url, data=self._request.body, headers=self._headers, method=self._request.method
        )
        if self._proxy is not None:
            _send_through(request, self._proxy)
        # No handlers of errors, redirects, cookies and the environment's proxies: every status is a response.
        opener = urllib.request.OpenerDirector()
        opener.add_handler(_Handler(self._deadline))
        opener.add_handler(_SecureHandler(self._deadline, self._context))
        return opener.open(request, timeout=self._settings.timeout)

    def _error(self, failure: BaseException) -> NetworkError:
        return network_error(
            failure,
            self._url,
            timeout=self._settings.timeout,
            proxy=self._proxy,
            ca_path=self._settings.ca_path,
            deadline=self._deadline,
        )


def _headers(request: HttpRequest, settings: TransportSettings) -> dict[str, str]:
    headers, credentials = wire_headers(request, settings), authorization(request.credentials)
    if credentials is not None:
        headers = {name: value for name, value in headers.items() if name.lower() != "authorization"}
        headers["Authorization"] = credentials
    return headers


def _context(settings: TransportSettings) -> ssl.SSLContext:
    """ansible-core's TLS context with the settings' files. One for all requests: creating it takes 35 ms."""
    trust: dict[str, Any] = {"cafile": settings.ca_path}
    if settings.validate_certs and "capath" not in inspect.signature(urls.make_context).parameters:
        # ansible-core 2.16 includes the machine's own authorities only on request.
        trust = dict(zip(("cafile", "cadata"), urls.get_ca_certs(settings.ca_path)))
    context: ssl.SSLContext = urls.make_context(
        validate_certs=settings.validate_certs,
        client_cert=settings.client_cert,
        client_key=settings.client_key,
        **trust,
    )
    return context


def _send_through(request: urllib.request.Request, proxy: Proxy) -> None:
    if proxy.url.lower().startswith("https:"):
        raise InvalidOption(
            f"The proxy from {proxy.source} is an https proxy, which needs the Python package requests where the "
            "request is sent: use the proxy's http URL."
        )
    request.set_proxy(urlsplit(proxy.url).netloc.rpartition("@")[2], "http")
    login = proxy_authorization(proxy.url)
    if login is not None:
        request.add_header("Proxy-Authorization", login)
