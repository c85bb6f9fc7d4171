# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The controller's transport: requests, with persistent connections.

It uses the adapter of requests without a Session, which merges settings, cookies and the environment into each request:
none of these is wanted, and the merging takes a third of the time.
"""

from __future__ import annotations

import glob
import http.client
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from .._errors import InvalidOption, NetworkError
from .._urls import wire_url
from .._words import quoted
from .body import BODY_FAILURES, read_body
from .budget import NO_STATUS, Budget
from .deadline import Deadline, TimedConnection, TimedSocket, connected
from .errors import damaged, network_error, too_large
from .headers import lower_cased
from .model import (
    NO_HEADERS,
    ONCE,
    Credentials,
    HttpRequest,
    HttpResponse,
    Retries,
    TransportSettings,
    authorization,
    wait_before_retry,
    wire_headers,
)
from .settings import checked, proxy_for

if TYPE_CHECKING:
    import requests
    import urllib3
    from requests.adapters import HTTPAdapter
    from requests.auth import AuthBase
    from urllib3.connection import HTTPConnection as PlainConnection
    from urllib3.connection import HTTPSConnection as SecureConnection
    from urllib3.connectionpool import HTTPConnectionPool as PlainPool
    from urllib3.connectionpool import HTTPSConnectionPool as SecurePool
    from urllib3.util.retry import Retry
else:
    try:
        import requests
        import urllib3
        from requests.adapters import HTTPAdapter
        from requests.auth import AuthBase
        from urllib3.connection import HTTPConnection as PlainConnection
        from urllib3.connection import HTTPSConnection as SecureConnection
        from urllib3.connectionpool import HTTPConnectionPool as PlainPool
        from urllib3.connectionpool import HTTPSConnectionPool as SecurePool
        from urllib3.util.retry import Retry
    except ImportError:  # the module must be importable without requests; RequestsTransport() raises
        requests = urllib3 = None
        AuthBase = Retry = HTTPAdapter = PlainPool = SecurePool = object
        PlainConnection = SecureConnection = http.client.HTTPConnection

#: Bytes: before a retry, a longer body is not read just to keep the connection.
_WORTH_READING = 64 * 1024
#: The most idle connections that are kept to a host: no task makes more calls side by side.
_IDLE = 100
_TRY = threading.local()


class RequestsTransport:
    """The Transport of requests; see model.Transport. Raises ImportError if requests cannot be imported."""

    def __init__(self, settings: TransportSettings) -> None:
        if requests is None:
            raise ImportError("requests")
        self._settings = checked(settings)
        self._verify = trust(self._settings)
        # By the process: a forked child must not write into its parent's connections.
        self._adapters: dict[int, _Adapter] = {}
        if not self._settings.validate_certs:
            # The user chose validate_certs: false; a warning for each request would only fill the screen.
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def __repr__(self) -> str:
        return "RequestsTransport()"

    def send(self, request: HttpRequest, retries: Retries = ONCE) -> HttpResponse:
        url, settings = wire_url(request.url), self._settings
        proxy = proxy_for(url, settings)
        headers = wire_headers(request, settings)
        started = time.monotonic()
        budget = retries.budget or Budget()
        # One thread sends and reads a request, and urllib3 offers no other way to reach its connections.
        deadline = _TRY.deadline = Deadline(settings.timeout, request.waits, budget)
        _TRY.renew = None if request.renew is None else partial(_renewed, request.renew, settings)
        _TRY.renewed = None
        _TRY.policy = _Policy.of(retries, budget)
        budget.attempts += 1
        ready = requests.Request(
            request.method,
            url,
            headers={"Connection": "keep-alive", **headers},
            data=request.body,
            auth=_Authorization(request.credentials),
        )
        arguments: dict[str, Any] = {
            "timeout": settings.timeout,
            "verify": self._verify,
            "cert": _pair(settings),
            "proxies": {"http": proxy.url, "https": proxy.url} if proxy else {},
            "stream": True,
        }
        failure: NetworkError | None = None
        try:
            response, lowered, body = self._answered(request, ready, arguments)
        except (requests.RequestException, urllib3.exceptions.HTTPError, *BODY_FAILURES) as exc:
            failure = network_error(
                exc, url, timeout=settings.timeout, proxy=proxy, ca_path=settings.ca_path, deadline=deadline
            )
        if failure is not None:
            raise failure
        if body is None:
            raise too_large(url, request.limit)
        attempts = 1 + len(getattr(response.raw.retries, "history", ()))
        cookies = tuple(response.raw.headers.getlist("Set-Cookie"))
        return HttpResponse(response.status_code, lowered, body, url, attempts, time.monotonic() - started, cookies)

    def close(self) -> None:
        while self._adapters:
            self._adapters.popitem()[1].close()

    def _answered(
        self, request: HttpRequest, ready: requests.Request, arguments: Mapping[str, Any]
    ) -> tuple[requests.Response, dict[str, str], bytes | None]:
        """The response with its headers and body.

        urllib3 retries up to the headers. If the connection breaks in the body, its policy says whether to go on.
        """
        while True:
            response = self._adapter().send(ready.prepare(), **arguments)
            lowered = lower_cased(response.headers)
            try:
                return response, lowered, _read(response, lowered, request.limit)
            except (urllib3.exceptions.HTTPError, *BODY_FAILURES) as error:
                response.close()
                _TRY.policy = _after_broken_body(response.raw.retries, request.method, error)
            _TRY.policy.sleep()

    def _adapter(self) -> _Adapter:
        adapter = self._adapters.get(os.getpid())
        if adapter is None:
            adapter = self._adapters.setdefault(os.getpid(), _Adapter(pool_maxsize=_IDLE))
        return adapter


class _Adapter(HTTPAdapter):
    """Gives urllib3 connections that keep the deadline of the thread's attempt, and the retries of its request."""

    @property
    def max_retries(self) -> _Policy:
        policy: _Policy = _TRY.policy
        return policy

    @max_retries.setter
    def max_retries(self, _policy: object) -> None:
        """HTTPAdapter sets one for all requests."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *args: Any, **options: Any) -> Any:
        manager = super().proxy_manager_for(*args, **options)
        manager.pool_classes_by_scheme = _POOLS
        return manager


class _Timed(TimedConnection):
    """What both of urllib3's kinds of connections share."""

    @property
    def deadline(self) -> Deadline:
        deadline: Deadline = _TRY.deadline
        return deadline

    def request(self, method: str, url: str, body: Any = None, headers: Any = None, **options: Any) -> None:
        if _TRY.renewed is not None:  # a retry: urllib3 would send again what it sent before
            body, changed = _TRY.renewed
            names = {"content-length", *map(str.lower, changed)}
            headers = {**{name: value for name, value in headers.items() if name.lower() not in names}, **changed}
        super().request(method, url, body=body, headers=headers, **options)

    def _new_conn(self) -> socket.socket:
        connection: Any = self
        try:
            return connected(connection._dns_host, self.port, self.deadline, connection.socket_options or ())
        except socket.timeout as error:
            raise urllib3.exceptions.ConnectTimeoutError(self, "timed out") from error
        except OSError as error:
            raise urllib3.exceptions.NewConnectionError(connection, "failed") from error


class _Plain(_Timed, PlainConnection):
    pass


class _Secure(_Timed, SecureConnection):
    def _connect_tls_proxy(self, *args: Any) -> Any:
        return TimedSocket(super()._connect_tls_proxy(*args), lambda: self.deadline)


class _PlainPool(PlainPool):
    ConnectionCls = _Plain


class _SecurePool(SecurePool):
    ConnectionCls = _Secure


_POOLS = {"http": _PlainPool, "https": _SecurePool}


class _Authorization(AuthBase):
    """Sets the Authorization header, or keeps the request's own."""

    def __init__(self, credentials: Credentials | None) -> None:
        self._credentials = credentials

    def __call__(self, prepared: requests.PreparedRequest) -> requests.PreparedRequest:
        value = authorization(self._credentials)
        if value is not None:
            prepared.headers["Authorization"] = value
        return prepared


class _Policy(Retry):
    """Retries as a policy of urllib3."""

    #: Empty, so that status_forcelist decides alone: urllib3 would also retry a write after 413 and 503.
    RETRY_AFTER_STATUS_CODES = frozenset()
    rules, budget, wait = ONCE, Budget(), 0.0

    @classmethod
    def of(cls, rules: Retries, budget: Budget) -> _Policy:
        policy = cls(
            total=rules.count,
            redirect=0,
            read=None if rules.repeatable else 0,
            other=0,
            allowed_methods=None,
            status_forcelist=rules.statuses,
            raise_on_status=False,
        )
        policy.rules, policy.budget = rules, budget
        return policy

    def new(self, **changes: Any) -> _Policy:
        policy: _Policy = super().new(**changes)
        policy.rules, policy.budget, policy.wait = self.rules, self.budget, self.wait
        return policy

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: Any = None,
        error: Exception | None = None,
        _pool: Any = None,
        _stacktrace: Any = None,
    ) -> _Policy:
        last = self.new(total=0) if _timed_out(error) else self
        following: _Policy = Retry.increment(last, method, url, response, error, _pool, _stacktrace)
        status, headers = (NO_STATUS, NO_HEADERS) if response is None else (response.status, response.headers)
        wait = wait_before_retry(len(following.history), status, lower_cased(headers))
        if not self.budget.permits(wait):
            Retry.increment(self.new(total=0), method, url, response, error, _pool, _stacktrace)
        following.wait = wait.seconds
        if response is not None and not _short(response):
            response.close()  # urllib3 would read all of it before the retry, however long that takes
        return following

    def sleep(self, response: Any = None) -> None:
        """Waits for the next attempt, whose clock starts after that."""
        time.sleep(self.wait)
        if _TRY.renew is not None:
            _TRY.renewed = _TRY.renew()
        self.budget.attempts += 1
        _TRY.deadline.restart()


def trust(settings: TransportSettings) -> bool | str:
    """The value for requests' `verify`: like ansible.builtin.uri, prefers the machine's own authorities to certifi's.

    :raises InvalidOption: the environment names a bundle that does not exist.
    """
    if not settings.validate_certs:
        return False
    if settings.ca_path:
        return settings.ca_path
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        bundle = os.environ.get(variable)
        if bundle and not os.path.exists(bundle):
            raise InvalidOption(f"{variable} names {quoted(bundle)}, which does not exist: correct it, or set ca_path.")
        if bundle:
            return bundle
    paths = ssl.get_default_verify_paths()
    # The directory may exist without the package that fills it.
    return paths.cafile or (paths.capath if paths.capath and glob.glob(f"{paths.capath}/*.*") else True)


def _renewed(renew: Callable[[], HttpRequest], settings: TransportSettings) -> tuple[bytes | None, dict[str, str]]:
    request = renew()
    return request.body, wire_headers(request, settings)


def _pair(settings: TransportSettings) -> str | tuple[str, str] | None:
    if settings.client_cert and settings.client_key:
        return settings.client_cert, settings.client_key
    return settings.client_cert


def _read(response: requests.Response, headers: Mapping[str, str], limit: int) -> bytes | None:
    """The decoded body; None if it is longer than the limit (bytes)."""

    def more(size: int) -> bytes:
        data: bytes = response.raw.read(size, decode_content=False)
        return data

    body = read_body(more, headers, limit)
    if body is None:
        response.close()
        return None
    # urllib3 1.26 accepts a response that ends early.
    missing = getattr(response.raw, "length_remaining", None)
    if missing:
        raise http.client.IncompleteRead(b"", missing)
    return body


def _after_broken_body(policy: Any, method: str, error: BaseException) -> _Policy:
    """The policy for the next attempt. Raises the error if there is none."""
    if not damaged(error) and not (isinstance(error, Exception) and _timed_out(error)):
        with suppress(urllib3.exceptions.HTTPError):
            following: _Policy = policy.increment(method, error=urllib3.exceptions.ProtocolError("closed"))
            return following
    raise error


def _short(response: Any) -> bool:
    length = response.length_remaining
    return length is not None and length <= _WORTH_READING


def _timed_out(error: Exception | None) -> bool:
    kinds = urllib3.exceptions
    if isinstance(error, kinds.ProxyError):
        error = error.original_error
    if isinstance(error, kinds.NewConnectionError):
        return False
    if isinstance(error, (kinds.ReadTimeoutError, kinds.ConnectTimeoutError)):
        return True
    # While sending a request, urllib3 reports a timeout as a broken connection.
    return isinstance(error, kinds.ProtocolError) and any(isinstance(part, socket.timeout) for part in error.args)
