# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The controller's transport: requests, one Session for each way of repeating, connections kept alive."""

from __future__ import annotations

import glob
import http.client
import os
import ssl
import time
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Any

from ansible_collections.authkit.oauth.plugins.module_utils._errors import InvalidOption, NetworkError, quoted
from ansible_collections.authkit.oauth.plugins.module_utils._http import (
    ONCE,
    Credentials,
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
from ansible_collections.authkit.oauth.plugins.module_utils._http_errors import network_error, too_large
from ansible_collections.authkit.oauth.plugins.module_utils._http_settings import checked, proxy_for
from ansible_collections.authkit.oauth.plugins.module_utils._urls import wire_url

if TYPE_CHECKING:
    import requests
    import urllib3
    from requests.adapters import HTTPAdapter
    from requests.auth import AuthBase
    from urllib3.util.retry import Retry
else:
    try:
        import requests
        import urllib3
        from requests.adapters import HTTPAdapter
        from requests.auth import AuthBase
        from urllib3.util.retry import Retry
    except ImportError:  # the module must be importable without requests; RequestsTransport() says so
        requests = urllib3 = None
        AuthBase = Retry = HTTPAdapter = object

_CHUNK = 64 * 1024


class RequestsTransport:
    """Transport of requests. See _http.Transport. Raises ImportError where requests cannot be imported."""

    def __init__(self, settings: TransportSettings) -> None:
        if requests is None:
            raise ImportError("requests")
        self._settings = checked(settings)
        self._verify = trust(self._settings)
        self._sessions: dict[Retries, requests.Session] = {}
        self._pid = os.getpid()
        if not self._settings.validate_certs:
            # The user asked for it by validate_certs: false; a warning a request would only fill the screen.
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def __repr__(self) -> str:
        return "RequestsTransport()"

    def send(self, request: HttpRequest, retries: Retries = ONCE) -> HttpResponse:
        url, settings = wire_url(request.url), self._settings
        proxy = proxy_for(url, settings)
        headers = wire_headers(request, settings)
        started = time.monotonic()
        failure: NetworkError | None = None
        try:
            response = self._session(retries).request(
                request.method,
                url,
                headers=headers,
                data=request.body,
                # Always an object: without one, requests would look for a netrc entry (psf/requests#3929).
                auth=_Authorization(request.credentials),
                timeout=settings.timeout,
                # On each request: REQUESTS_CA_BUNDLE beats Session.verify (psf/requests#3829).
                verify=self._verify,
                cert=_pair(settings),
                proxies={"http": proxy, "https": proxy} if proxy else {},
                allow_redirects=False,
                stream=True,
            )
            body = _read(response, request.limit)
        except (requests.RequestException, urllib3.exceptions.HTTPError, http.client.HTTPException, OSError) as exc:
            failure = network_error(exc, url, timeout=settings.timeout, proxy=proxy, ca_path=settings.ca_path)
        if failure is not None:
            raise failure
        if body is None:
            raise too_large(url, request.limit)
        return HttpResponse(
            status=response.status_code,
            headers={name.lower(): value for name, value in response.headers.items()},
            body=body,
            url=url,
            attempts=1 + len(getattr(response.raw.retries, "history", ())),
            elapsed=time.monotonic() - started,
        )

    def close(self) -> None:
        while self._sessions:
            self._sessions.popitem()[1].close()

    def _session(self, retries: Retries) -> requests.Session:
        if self._pid != os.getpid():
            # A forked child must not write into its parent's connections.
            self._sessions, self._pid = {}, os.getpid()
        session = self._sessions.get(retries)
        if session is None:
            session = requests.Session()
            session.trust_env = False
            session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
            for scheme in ("https://", "http://"):
                session.mount(scheme, HTTPAdapter(max_retries=_Policy.of(retries)))
            session = self._sessions.setdefault(retries, session)
        return session


class _Authorization(AuthBase):
    """Sets the Authorization header, or leaves what the request has."""

    def __init__(self, credentials: Credentials | None) -> None:
        self._credentials = credentials

    def __call__(self, prepared: requests.PreparedRequest) -> requests.PreparedRequest:
        value = authorization(self._credentials)
        if value is not None:
            prepared.headers["Authorization"] = value
        return prepared


class _Policy(Retry):
    """Retries as urllib3 understands them."""

    # Statuses are decided in is_retry(); urllib3 would repeat a write on 413 and 503 too.
    RETRY_AFTER_STATUS_CODES = frozenset()
    rules = ONCE

    @classmethod
    def of(cls, rules: Retries) -> _Policy:
        policy = cls(
            total=rules.count,
            redirect=0,
            read=None if rules.repeatable else 0,
            other=0,
            allowed_methods=None,
            status_forcelist=rules.statuses,
            raise_on_status=False,
        )
        policy.rules = rules
        return policy

    def new(self, **changes: Any) -> _Policy:
        policy: _Policy = super().new(**changes)
        policy.rules = self.rules
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
        refused = response is not None and not may_repeat(self.rules, response.status, _lower(response.headers))
        last = self.new(total=0) if refused or _timed_out(error) else self
        return Retry.increment(last, method, url, response, error, _pool, _stacktrace)

    def get_retry_after(self, response: Any) -> float | None:
        return retry_after(_lower(response.headers))

    def get_backoff_time(self) -> float:
        return backoff(len(self.history)) if self.history else 0.0


def trust(settings: TransportSettings) -> bool | str:
    """What requests' `verify` must be: like ansible.builtin.uri, the machine's own authorities before certifi's.

    Raises InvalidOption for a bundle in the environment that is not there.
    """
    if not settings.validate_certs:
        return False
    if settings.ca_path:
        return settings.ca_path
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        bundle = os.environ.get(variable)
        if bundle and not os.path.exists(bundle):
            raise InvalidOption(f"{variable} names {quoted(bundle)}, which is not there: correct it, or set ca_path.")
        if bundle:
            return bundle
    paths = ssl.get_default_verify_paths()
    # The directory may be there without the package that fills it.
    return paths.cafile or (paths.capath if paths.capath and glob.glob(f"{paths.capath}/*.*") else True)


def _pair(settings: TransportSettings) -> str | tuple[str, str] | None:
    if settings.client_cert and settings.client_key:
        return settings.client_cert, settings.client_key
    return settings.client_cert


def _read(response: requests.Response, limit: int) -> bytes | None:
    """The decoded body, or None when it is longer than the limit."""
    parts: list[bytes] = []
    size = 0
    for part in response.iter_content(_CHUNK):
        size += len(part)
        if size > limit:
            response.close()
            return None
        parts.append(part)
    # urllib3 1.26 does not mind an answer that ends early.
    missing = getattr(response.raw, "length_remaining", None)
    if missing:
        raise http.client.IncompleteRead(b"", missing)
    return b"".join(parts)


def _lower(headers: Any) -> dict[str, str]:
    return {str(name).lower(): str(value) for name, value in headers.items()}


def _timed_out(error: Exception | None) -> bool:
    kinds = urllib3.exceptions
    if isinstance(error, kinds.ProxyError):
        error = error.original_error
    if isinstance(error, kinds.NewConnectionError):
        return False
    return isinstance(error, (kinds.ReadTimeoutError, kinds.ConnectTimeoutError))
