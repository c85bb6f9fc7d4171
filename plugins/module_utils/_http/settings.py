# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What both transports do with their settings before they connect: check TLS files, and find the proxy for a URL."""

from __future__ import annotations

import ipaddress
import os
import ssl
from dataclasses import replace
from urllib.request import getproxies, proxy_bypass

from .._errors import InsecureUrl, InvalidOption, MissingOption
from .._urls import host_and_port, is_loopback, origin, safe_url
from .._words import quoted
from .model import Proxy, TransportSettings

#: The value of the option proxy that switches off the proxies of the environment.
NO_PROXY = "none"


def checked(settings: TransportSettings) -> TransportSettings:
    """The settings with full paths and a complete proxy URL.

    :raises InvalidOption: a TLS file is unusable, or the proxy is not an http or https URL.
    :raises MissingOption: there is a client_key without client_cert.
    """
    if settings.client_key and not settings.client_cert:
        raise MissingOption("client_key is set without client_cert: set client_cert to the certificate of that key.")
    ready = replace(
        settings,
        ca_path=_full(settings.ca_path) if settings.validate_certs else None,
        client_cert=_full(settings.client_cert),
        client_key=_full(settings.client_key),
        proxy=_proxy_url(settings.proxy, Proxy.OPTION),
    )
    if ready.ca_path:
        _check_ca(ready.ca_path)
    if ready.client_cert:
        _check_pair(ready.client_cert, ready.client_key)
    return ready


def proxy_for(url: str, settings: TransportSettings) -> Proxy | None:
    """The proxy for a URL: the option, else HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY (networks too), else None.

    The option "none" switches off those of the environment.

    A proxy of the environment is never used for this machine: plain http to it is allowed because nobody is in between,
    and a proxy's localhost is another machine.

    :raises InsecureUrl: the option would do that, without allow_http.
    :raises InvalidOption: a proxy in the environment is not an http or https URL.
    """
    scheme, host, port = origin(url)
    if settings.proxy and settings.proxy != NO_PROXY:
        if scheme == "http" and is_loopback(host) and not settings.allow_http:
            _refuse_elsewhere(url, settings.proxy)
        return Proxy(settings.proxy, Proxy.OPTION)
    if settings.proxy or is_loopback(host):
        return None
    found = getproxies()
    kind = scheme if found.get(scheme) else "all"
    proxy = found.get(kind)
    if not proxy or proxy_bypass(f"{host}:{port}") or proxy_bypass(host) or _in_network(host, found.get("no", "")):
        return None
    source = _variable(f"{kind}_proxy", proxy)
    return Proxy(str(_proxy_url(proxy, source)), source)


def _variable(name: str, value: str) -> str:
    """The spelling of a variable with this value; lower case comes first, as in urllib."""
    spellings = [found for found, content in os.environ.items() if found.lower() == name and content == value]
    return max(spellings, key=str.islower, default="the proxy setting of this machine")


def _refuse_elsewhere(url: str, proxy: str) -> None:
    """Rejects a proxy on another machine. One on this machine is fine: what it receives stays here."""
    if not is_loopback(origin(proxy)[1]):
        raise InsecureUrl(
            f"{safe_url(url)} is plain http to this machine, but would go through the proxy {host_and_port(proxy)}, "
            "for which that address is the proxy itself: leave proxy out, use https, or set allow_http: true if you "
            "trust every machine in between."
        )


def _full(path: str | None) -> str | None:
    return os.path.expanduser(path) if path else None


def _in_network(host: str, no_proxy: str) -> bool:
    """Whether a network in NO_PROXY, such as 10.0.0.0/8, contains the host. urllib does not support networks."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    for entry in no_proxy.split(","):
        try:
            if "/" in entry and address in ipaddress.ip_network(entry.strip(), strict=False):
                return True
        except ValueError:
            continue
    return False


def _proxy_url(proxy: str | None, source: str) -> str | None:
    if not proxy:
        return None
    if proxy.lower() == NO_PROXY and source == Proxy.OPTION:
        return NO_PROXY
    whole = proxy if "://" in proxy else f"http://{proxy}"
    if whole.lower().startswith("socks"):
        raise InvalidOption(
            f"The proxy from {source} is a SOCKS proxy, and only http and https proxies are supported: set the option "
            f"proxy to the URL of an http proxy, or to {NO_PROXY} to connect without one."
        )
    broken = False
    try:
        origin(whole)
    except InvalidOption:
        broken = True
    if broken:
        raise InvalidOption(
            f"The proxy from {source} must be a URL such as http://proxy.example.com:3128: correct it, or set the "
            f"option proxy to {NO_PROXY} to connect without one."
        )
    return whole


def _check_ca(path: str) -> None:
    if os.path.isdir(path):
        raise InvalidOption(
            f"ca_path {quoted(path)} is a directory: set it to one PEM file with the authorities' certificates, such "
            "as the bundle of this machine, or one made with cat."
        )
    _check_readable("ca_path", path)
    unusable = False
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=path)
    except (ssl.SSLError, OSError):
        unusable = True
    if unusable:
        raise InvalidOption(
            f"ca_path {quoted(path)} holds no certificate in PEM form: it must have -----BEGIN CERTIFICATE----- lines."
        )


def _check_pair(cert: str, key: str | None) -> None:
    _check_readable("client_cert", cert)
    if key:
        _check_readable("client_key", key)
    asked: list[bool] = []

    def password() -> bytes:
        # Called only for an encrypted key; without this, OpenSSL would prompt on the terminal.
        asked.append(True)
        return b""

    unusable = False
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(cert, key, password=password)
    except (ssl.SSLError, OSError, ValueError):
        unusable = True
    if asked:
        raise InvalidOption(
            f"The key in {'client_key' if key else 'client_cert'} {quoted(key or cert)} is encrypted: "
            "store it without a passphrase (openssl pkey), readable for this user only."
        )
    if unusable and not key:
        raise InvalidOption(
            f"client_cert {quoted(cert)} does not hold a certificate and its key in PEM form: "
            "set client_key if the key is in a file of its own."
        )
    if unusable:
        raise InvalidOption(
            f"client_cert {quoted(cert)} and client_key {quoted(str(key))} are not a certificate and its key "
            "in PEM form: check that they belong together."
        )


def _check_readable(option: str, path: str) -> None:
    if not os.path.isfile(path):
        raise InvalidOption(f"{option} {quoted(path)} is not a file on this machine: check the path.")
    if not os.access(path, os.R_OK):
        raise InvalidOption(f"{option} {quoted(path)} cannot be read by this user: check its owner and mode.")
