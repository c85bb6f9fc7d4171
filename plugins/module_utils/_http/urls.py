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
from collections.abc import Callable, Mapping
from functools import partial
from itertools import repeat
from typing import Any
from urllib.parse import urlsplit
from urllib.request import HTTPHandler, HTTPSHandler

from ansible.module_utils import urls
from ansible.module_utils.api import retry_with_delays_and_condition

from .._errors import ConnectionFailed, InvalidOption, NetworkError
from .._urls import wire_url
from .body import BODY_FAILURES, read_body
from .budget import NO_STATUS, Budget
from .deadline import Deadline, DirectConnection
from .headers import lower_cased
from .model import (
    NO_HEADERS,
    ONCE,
    HttpRequest,
    HttpResponse,
    Proxy,
    Retries,
    TransportSettings,
    authorization,
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
        # attempt() itself waits, since the decorator does not know what the server asks for.
        attempt: Callable[[], HttpResponse] = retry_with_delays_and_condition(repeat(0, retries.count), call.again)(
            call.attempt
        )
        failure: NetworkError
        try:
            return attempt()
        except _Failed as failed:
            failure = failed.error
        raise failure

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
    """No complete response."""

    def __init__(self, error: NetworkError) -> None:
        super().__init__()
        self.error = error


class _Again(Exception):
    """The request is to be sent again."""


class _Call:
    """One send() with its retries."""

    def __init__(
        self, context: ssl.SSLContext, settings: TransportSettings, request: HttpRequest, retries: Retries
    ) -> None:
        self._context, self._settings, self._request, self._retries = context, settings, request, retries
        self._budget = retries.budget or Budget()
        self._deadline = Deadline(settings.timeout, request.waits, self._budget)
        self._url = wire_url(request.url)
        self._proxy = proxy_for(self._url, settings)
        self._headers = _headers(request, settings)
        self._attempts = 0
        self._started = time.monotonic()
        self._wait = 0.0

    def attempt(self) -> HttpResponse:
        if self._attempts:
            time.sleep(self._wait)
            self._request = self._request.renewed()
            self._headers = _headers(self._request, self._settings)
        self._attempts += 1
        self._budget.attempts += 1
        self._deadline.restart()
        failed: Exception
        try:
            return self._answer()
        except BODY_FAILURES as exc:
            from .errors import damaged, never_connected  # most nodes need no error

            error = self._error(exc)
            broken = self._retries.repeatable and isinstance(error, ConnectionFailed) and not damaged(exc)
            failed = _Again() if (never_connected(exc) or broken) and self._may_wait() else _Failed(error)
        raise failed

    def again(self, failed: BaseException) -> bool:
        return isinstance(failed, _Again)

    def _may_wait(self, status: int = NO_STATUS, headers: Mapping[str, str] = NO_HEADERS) -> bool:
        """Whether there is another attempt, and time to wait for it."""
        wait = wait_before_retry(self._attempts, status, headers)
        self._wait = wait.seconds
        return self._attempts <= self._retries.count and self._budget.permits(wait)

    def _answer(self) -> HttpResponse:
        answer = self._open()
        headers = lower_cased(answer.headers)
        try:
            if answer.code in self._retries.statuses and self._may_wait(answer.code, headers):
                raise _Again
            body = read_body(answer.read, headers, self._request.limit)
            missing = getattr(answer, "length", None)
            if body is not None and missing:
                raise http.client.IncompleteRead(b"", missing)
        finally:
            answer.close()
        if body is None:
            from .errors import too_large

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
        from .errors import network_error

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
