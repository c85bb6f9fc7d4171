# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Network errors, from the types and codes of exceptions. Their texts are never used: they may contain secrets.

The transports wrap the same causes in different layers, so the whole chain of exceptions is searched.
"""

from __future__ import annotations

import errno
import http.client
import re
import socket
import ssl
import zlib
from collections.abc import Iterator

from .._errors import (
    AnswerTooLarge,
    CertificateExpired,
    CertificateHostMismatch,
    CertificateNotTrusted,
    ConnectionFailed,
    NameNotResolved,
    NetworkError,
    ProxyFailed,
    RequestTimedOut,
    TlsFailed,
)
from .._urls import host_and_port, is_loopback, origin
from .._words import quoted
from .body import UnknownCoding
from .budget import DeadlineExceeded
from .deadline import Deadline, NotConnected
from .model import Proxy

#: The status is all that is used of http.client's text.
_TUNNEL = re.compile(r"Tunnel connection failed: ([0-9]{3})\b")
#: Values of X509_V_ERR_* in OpenSSL's x509_vfy.h.
_EXPIRED = frozenset({9, 10})
_HOST_MISMATCH = frozenset({62, 64})
_UNTRUSTED = frozenset({2, 18, 19, 20, 21, 24, 27})
_UNREACHABLE = frozenset({errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTDOWN})
_BROKEN_OFF = (
    ConnectionResetError,
    BrokenPipeError,
    ConnectionAbortedError,
    http.client.IncompleteRead,
    http.client.RemoteDisconnected,
    ssl.SSLEOFError,
    ssl.SSLZeroReturnError,
    EOFError,
)


def network_error(
    failure: BaseException,
    url: str,
    *,
    timeout: float,
    proxy: Proxy | None = None,
    ca_path: str | None = None,
    deadline: Deadline | None = None,
) -> NetworkError:
    """The NetworkError for an exception of either transport during a request to url, through proxy if there is one."""
    causes = list(_causes(failure))
    where = host_and_port(url)
    if proxy is not None:
        failed = _proxy(causes, proxy, where)
        if failed is not None:
            return failed
        where = f"{where} (through the proxy {_place(proxy)})"
    return (
        _certificate(causes, where, ca_path)
        or _no_answer(causes, url, where, timeout, deadline)
        or _broken_answer(causes, url, where)
        or _handshake(causes, url, where)
        or ConnectionFailed(f"The connection to {where} failed: check that the server runs and speaks HTTP there.")
    )


def too_large(url: str, limit: int) -> AnswerTooLarge:
    """The error for a response beyond the caller's limit (bytes)."""
    return AnswerTooLarge(
        f"The response from {host_and_port(url)} is longer than {limit} bytes: check that the URL is the one you mean."
    )


def never_connected(failure: BaseException) -> bool:
    """Whether there was no connection, so that the server cannot have received the request."""
    return any(
        isinstance(c, (socket.gaierror, ConnectionRefusedError)) or getattr(c, "errno", None) in _UNREACHABLE
        for c in _causes(failure)
    )


def damaged(failure: BaseException) -> bool:
    """Whether the whole response arrived and cannot be decoded, which another attempt would not change."""
    return any(isinstance(c, (zlib.error, UnknownCoding)) for c in _causes(failure))


def _causes(failure: BaseException) -> Iterator[BaseException]:
    """The exception and everything that it wraps, each once, outermost first."""
    waiting, seen = [failure], set()
    while waiting:
        current = waiting.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        wrapped = [current.__cause__, current.__context__, getattr(current, "reason", None), *current.args]
        waiting.extend(item for item in wrapped if isinstance(item, BaseException))


def _named(causes: list[BaseException], *names: str) -> bool:
    """Whether a cause's class has one of these names; urllib3's classes cannot be imported on a managed node."""
    return any(base.__name__ in names for cause in causes for base in type(cause).__mro__)


def _certificate(causes: list[BaseException], where: str, ca_path: str | None) -> NetworkError | None:
    codes = {getattr(c, "verify_code", None) for c in causes if isinstance(c, ssl.SSLCertVerificationError)}
    # urllib3 1.26 compares host names itself and raises a CertificateError without a code of OpenSSL.
    by_urllib3 = [c for c in causes if type(c).__module__.startswith("urllib3")]
    if codes & _HOST_MISMATCH or None in codes or _named(by_urllib3, "CertificateError"):
        return CertificateHostMismatch(
            f"The certificate of {where} is for another host: use the certificate's host name in the URL, "
            "or have the server's certificate reissued with this name."
        )
    if codes & _EXPIRED:
        return CertificateExpired(
            f"The certificate of {where} is expired or not valid yet: have the server's certificate renewed, "
            "and check this machine's clock."
        )
    if codes & _UNTRUSTED and ca_path:
        return CertificateNotTrusted(
            f"The certificate of {where} is not signed by an authority in ca_path {quoted(ca_path)}: "
            "put the PEM certificate of the authority that signed it there."
        )
    if codes & _UNTRUSTED:
        return CertificateNotTrusted(
            f"The certificate of {where} is signed by an authority that this machine does not trust: "
            "set ca_path to a file with the PEM certificate of that authority."
        )
    if codes:
        return TlsFailed(
            f"The certificate of {where} was refused (OpenSSL's verification code {min(c for c in codes if c)}): "
            "have the server's certificate reissued."
        )
    return None


def _proxy(causes: list[BaseException], proxy: Proxy, where: str) -> NetworkError | None:
    """The error if the proxy failed, and not the server behind it."""
    away = any(isinstance(c, (socket.gaierror, ConnectionRefusedError, NotConnected)) for c in causes)
    if away or any(getattr(c, "errno", None) in _UNREACHABLE for c in causes):
        return ProxyFailed(
            f"There is no connection to the proxy {_place(proxy)}: check its host and port, and that it runs, or "
            f"{proxy.way_around}."
        )
    # For a refused CONNECT, http.client raises a bare OSError without an errno.
    refused = next((c for c in causes if c.__class__ is OSError and c.errno is None), None)
    if refused is None:
        return None
    found = _TUNNEL.match(str(refused))
    status = found[1] if found else ""
    said = f" (HTTP {status})" if status else ""
    hint = "have it allow that server" if status.startswith("4") else "check the proxy"
    if status == "407":
        hint = "write its user and password into its URL, as in http://user:password@host:port"
    elif status.startswith("5"):
        hint = "check the server's host and port, and that the proxy can reach it"
    return ProxyFailed(f"The proxy {_place(proxy)} did not connect to {where}{said}: {hint}, or {proxy.way_around}.")


def _place(proxy: Proxy) -> str:
    return f"{host_and_port(proxy.url)} from {proxy.source}"


def _no_answer(
    causes: list[BaseException], url: str, where: str, timeout: float, deadline: Deadline | None
) -> NetworkError | None:
    host = origin(url)[1]
    if any(isinstance(c, socket.gaierror) for c in causes):
        return NameNotResolved(
            f"The host name {quoted(host)} cannot be resolved: check its spelling, and the DNS of this machine."
        )
    late = any(isinstance(c, (socket.timeout, TimeoutError)) for c in causes)
    if late and deadline is not None and deadline.budget.exceeded:
        return DeadlineExceeded(
            f"{where} did not answer completely before the deadline of {deadline.budget.deadline:g} s: check the "
            "server and the network in between, or raise deadline."
        )
    if late and deadline is not None and deadline.passed:
        return RequestTimedOut(
            f"{where} did not answer completely within {deadline.seconds:g} s ({deadline.times:g} times timeout): "
            "check the server and the network in between, or raise timeout."
        )
    if late:
        return RequestTimedOut(
            f"{where} did not answer within {timeout:g} s: check the server and the network in between, "
            "or raise timeout."
        )
    if any(isinstance(c, ConnectionRefusedError) for c in causes):
        return ConnectionFailed(
            f"Nothing listens at {where} (connection refused): check host and port, and that the server runs."
        )
    if any(getattr(c, "errno", None) in _UNREACHABLE for c in causes):
        return ConnectionFailed(f"There is no route to {where}: check the host, and the network of this machine.")
    return None


def _handshake(causes: list[BaseException], url: str, where: str) -> NetworkError | None:
    reasons = {str(getattr(c, "reason", "")) for c in causes if isinstance(c, ssl.SSLError)}
    if not reasons:
        return None
    if reasons & {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"}:
        sure = "" if is_loopback(origin(url)[1]) else " with allow_http: true, if you trust every machine in between"
        return TlsFailed(f"{where} does not speak TLS: check the port, or write http:// for plain http{sure}.")
    if any("CERTIFICATE_REQUIRED" in r or "HANDSHAKE_FAILURE" in r for r in reasons):
        return TlsFailed(
            f"{where} refused the TLS handshake: set client_cert and client_key if it requires a client certificate, "
            "and check which TLS versions it speaks."
        )
    return TlsFailed(f"The TLS handshake with {where} failed: check its TLS versions, and client_cert if that is set.")


def _broken_answer(causes: list[BaseException], url: str, where: str) -> NetworkError | None:
    if any(isinstance(c, _BROKEN_OFF) for c in causes) or _named(causes, "IncompleteRead"):
        # Some servers that miss a client certificate only close the connection.
        secure = origin(url)[0] == "https"
        certificate = "set client_cert and client_key if it requires a client certificate"
        also = certificate if secure else "that the scheme (http or https) fits the port"
        return ConnectionFailed(
            f"{where} closed the connection before the response was complete: check the server's log, and {also}."
        )
    strange = next((c for c in causes if isinstance(c, UnknownCoding)), None)
    if strange is not None:
        return ConnectionFailed(
            f"{where} sent a response with the Content-Encoding {strange.name}, although only gzip was requested: "
            "correct the server, or proxies in between."
        )
    if any(isinstance(c, zlib.error) for c in causes):
        return ConnectionFailed(f"{where} sent a response whose compression is broken: check proxies in between.")
    # http.client raises the bare class for nothing else.
    if any(c.__class__ in (http.client.HTTPException, http.client.LineTooLong) for c in causes):
        return ConnectionFailed(
            f"{where} sent more than 100 header lines, or a longer line than Python reads (64 KiB): "
            "send fewer or shorter headers at the server, or at proxies in between."
        )
    if any(isinstance(c, http.client.HTTPException) for c in causes):
        return ConnectionFailed(
            f"{where} did not answer in HTTP: check the port, and that the scheme (http or https) fits it."
        )
    return None
