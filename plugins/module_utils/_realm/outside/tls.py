# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server's TLS: its certificate, and the old versions of the protocol that it accepts.

It makes handshakes and sends nothing after them. Versions that this machine's OpenSSL cannot offer become gaps.
"""

from __future__ import annotations

import http.client
import os
import socket
import ssl
import warnings
from base64 import b64encode
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from types import MappingProxyType

from ..._errors import ConnectionFailed, InvalidOption, NetworkError, OptionError, TlsFailed
from ..._http.deadline import Deadline, DirectConnection, connected
from ..._http.errors import network_error
from ..._http.model import WAITS, TransportSettings, proxy_authorization
from ..._http.requests import trust
from ..._http.settings import checked, proxy_for
from ..._urls import host_and_port, origin
from ..keycloak.certificates import validity
from ..snapshot.gaps import Gap, Unknown
from ..snapshot.observed import TlsFacts

#: Versions that no server should accept any more (RFC 8996).
OLD_VERSIONS: Mapping[str, ssl.TLSVersion] = MappingProxyType(
    {"TLS 1.0": ssl.TLSVersion.TLSv1, "TLS 1.1": ssl.TLSVersion.TLSv1_1}
)
_NO_TLS = Gap("The server's address is plain http, where there is no TLS: see tls-plain-http.")
#: OpenSSL's reasons if the server answers with a version other than the only one offered.
_OTHER_VERSION = frozenset({"UNSUPPORTED_PROTOCOL", "WRONG_SSL_VERSION"})
_HUNG_UP = (ConnectionResetError, ConnectionAbortedError, BrokenPipeError, ssl.SSLEOFError, ssl.SSLZeroReturnError)
_FAILURES = (OSError, http.client.HTTPException)


def probe_tls(server: str, settings: TransportSettings) -> TlsFacts | Gap:
    """The TLS of a server. Does not contact http servers.

    :param settings: how the audit connects; its ca_path is trusted.
    """
    if origin(server)[0] != "https":
        return _NO_TLS
    try:
        return _Probe(server, settings).facts()
    except NetworkError as error:
        return Gap(error.message, fault=True)
    except OptionError as error:
        return Gap(error.message)


@dataclass(frozen=True)
class _Certificate:
    """A server's certificate in DER, and its notAfter if Python provides it."""

    der: bytes
    expires: datetime | None


class _Probe:
    """Handshakes with one server."""

    def __init__(self, server: str, settings: TransportSettings) -> None:
        self._url, self._validated = server, settings.validate_certs
        # Validate even if the connection is told not to: the question is whether the certificate is valid.
        self._settings = checked(replace(settings, validate_certs=True))
        _scheme, self._host, self._port = origin(server)
        self._proxy = proxy_for(server, self._settings)
        self._deadline = Deadline(settings.timeout, WAITS)

    def facts(self) -> TlsFacts:
        """The facts that handshakes show. Raises NetworkError if the server cannot be reached."""
        problem: str | Gap | None
        try:
            certificate, problem = self._certificate()
            expires = _expiry(certificate)
        except (TlsFailed, ConnectionFailed) as error:
            # The server may support only old versions.
            problem = expires = Gap(error.message, fault=True)
        return TlsFacts(problem, self._validated, expires, {name: self._accepts(name) for name in OLD_VERSIONS})

    def _certificate(self) -> tuple[_Certificate, str | None]:
        """The server's certificate, and why it is not accepted, or None. Raises NetworkError without a handshake."""
        try:
            return self._shown(_trusting(self._settings)), None
        except NetworkError as error:
            problem = error.message
        # If a handshake without validation succeeds, the certificate was the reason.
        return self._shown(_careless()), problem

    def _shown(self, context: ssl.SSLContext) -> _Certificate:
        """The certificate that a handshake shows. Raises NetworkError."""
        settings = self._settings
        try:
            with ExitStack() as using:
                secured = self._secured(context, using)
                certificate, der = secured.getpeercert() or {}, secured.getpeercert(binary_form=True) or b""
        except _FAILURES as failure:
            raise network_error(
                failure,
                self._url,
                timeout=settings.timeout,
                proxy=self._proxy,
                ca_path=settings.ca_path,
                deadline=self._deadline,
            ) from None
        until = certificate.get("notAfter")
        return _Certificate(der, _moment(until) if isinstance(until, str) else None)

    def _accepts(self, name: str) -> bool | Gap:
        """Whether the server accepts a version of TLS; a Gap if that cannot be determined."""
        context = _only(OLD_VERSIONS[name])
        if context is None:
            return Gap(f"This machine's OpenSSL cannot offer {name}, so whether the server accepts it is not known.")
        try:
            with ExitStack() as using:
                self._secured(context, using)
                return True
        except _FAILURES as failure:
            return False if _refused(failure) else self._broken_off(name, ours=isinstance(failure, ssl.SSLError))

    def _broken_off(self, name: str, *, ours: bool) -> Gap:
        how = "broke off on this side" if ours else "broke off"
        return Gap(
            f"The handshake with {host_and_port(self._url)} in {name} {how}, so whether the server "
            "accepts it is not known.",
            fault=not ours,
        )

    def _secured(self, context: ssl.SSLContext, using: ExitStack) -> ssl.SSLSocket:
        """A connection after its handshake, open as long as the stack is."""
        settings = self._settings
        self._deadline.restart()
        if settings.client_cert:
            context.load_cert_chain(settings.client_cert, settings.client_key)
        plain = self._connected(using)
        return using.enter_context(context.wrap_socket(plain, server_hostname=self._host))

    def _connected(self, using: ExitStack) -> socket.socket:
        if self._proxy is None:
            return using.enter_context(connected(self._host, self._port, self._deadline))
        scheme, host, port = origin(self._proxy.url)
        if scheme != "http":
            raise InvalidOption(
                "The server's TLS cannot be checked through a proxy that is itself reached over https: add the host to "
                "NO_PROXY, or run the check from where no proxy is needed."
            )
        login = proxy_authorization(self._proxy.url)
        tunnel = using.enter_context(closing(DirectConnection(self._deadline, host, port=port)))
        tunnel.set_tunnel(self._host, self._port, {"Proxy-Authorization": login} if login else {})
        tunnel.connect()
        return tunnel.sock


def _trusting(settings: TransportSettings) -> ssl.SSLContext:
    """Trusts what the transport trusts, and checks host names."""
    place = trust(settings)
    if not isinstance(place, str):
        return ssl.create_default_context()
    folder = os.path.isdir(place)
    return ssl.create_default_context(cafile=None if folder else place, capath=place if folder else None)


def _careless() -> ssl.SSLContext:
    """Trusts any certificate: nothing is sent over such a connection."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _only(version: ssl.TLSVersion) -> ssl.SSLContext | None:
    """Offers only this version, with all ciphers; None if OpenSSL would not send a ClientHello with it."""
    context = _careless()
    outgoing = ssl.MemoryBIO()
    try:
        with warnings.catch_warnings():
            # Python warns about old versions, which are intended here.
            warnings.simplefilter("ignore", DeprecationWarning)
            # OpenSSL's default security level forbids the signatures of these versions.
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = context.maximum_version = version
        context.wrap_bio(ssl.MemoryBIO(), outgoing).do_handshake()
    except ssl.SSLWantReadError:
        return context if outgoing.read() else None
    except (ssl.SSLError, ValueError):
        pass
    return None


def _refused(failure: BaseException) -> bool:
    """Whether the server ended the handshake."""
    reason = str(getattr(failure, "reason", "") or "")
    return isinstance(failure, _HUNG_UP) or "ALERT" in reason or reason in _OTHER_VERSION


def _expiry(certificate: _Certificate) -> datetime | Gap:
    if certificate.expires is not None:
        return certificate.expires
    try:
        return validity(b64encode(certificate.der).decode("ascii"))[1]
    except Unknown as unknown:
        return Gap(unknown.reason)


def _moment(text: str) -> datetime:
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(text), timezone.utc)
