# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""URLs: which may be contacted, how they may be shown, and which have the same origin (RFC 3986, RFC 6454)."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

from ._errors import InsecureUrl, InvalidOption
from ._words import printable, quoted

_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?")
#: Host and port (RFC 3986 section 3.2). urlsplit is less strict, mostly in older Pythons: "[::1].evil" becomes "::1".
_HOST_AND_PORT = re.compile(r"(?:\[(?P<literal>[0-9A-Fa-f:.]+(?:%[A-Za-z0-9._~-]+)?)\]|[^\[\]@:]*)(?::[0-9]*)?")
#: RFC 3986 section 2: everything else is percent-encoded on the wire; escapes stay, so nothing is encoded twice.
_PATH_SAFE = "/%:@!$&'()*+,;=~-._"
_QUERY_SAFE = _PATH_SAFE + "?"
_ESCAPE = re.compile("%([0-9A-Fa-f]{2})?")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
#: IDNA 2003 (the standard library) and 2008 (requests) map these to different hosts: neither guess is safe.
_IDNA_DEVIATIONS = frozenset("ßς\u200c\u200d")


def origin(url: str) -> tuple[str, str, int]:
    """The origin of a URL: (scheme, host, port), the host in lower case and IDNA's ASCII form, without a final dot.

    :raises InvalidOption: the URL has no http or https origin.
    """
    parts = _split(url, "the URL")
    scheme = parts.scheme.lower()
    if scheme not in _PORTS:
        raise InvalidOption(f"A URL must begin with https:// or http://, {quoted(safe_url(url))} does not.")
    return scheme, _ascii_host(parts.hostname, "the URL"), _port(parts.port, scheme)


def check_url(url: str, *, allow_http: bool, what: str) -> None:
    """Rejects a URL that credentials must not be sent to.

    :param what: the URL's name in messages, usually an option.
    :raises InvalidOption: it is not an http or https URL, or contains credentials, backslashes or control characters.
    :raises InsecureUrl: it is plain http to another machine, without allow_http.
    """
    parts = _split(url, what)
    if parts.scheme.lower() not in _PORTS:
        raise InvalidOption(f"{what} must be a URL that begins with https:// (or http://).")
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise InvalidOption(f"{what} must not hold a user or password: remove the part before the @.")
    host = _ascii_host(parts.hostname, what)
    if parts.scheme.lower() == "http" and not allow_http and not is_loopback(host):
        raise InsecureUrl(
            f"{what} is {safe_url(url)}, where secrets and tokens would travel in clear text: use https, "
            "or set allow_http: true if you trust every machine in between."
        )


def is_loopback(host: str) -> bool:
    """Whether a host is certainly this machine: localhost, 127.0.0.0/8, ::1.

    Names below localhost are not: resolvers such as glibc's look them up in DNS, so anybody may answer.
    """
    name = _bare(host)
    address = _address(name)
    return name == "localhost" or (address is not None and address.is_loopback)


def leads_inward(source: str, target: str) -> bool:
    """Whether a URL of another machine (source) points to plain http on this one (target), which is never followed.

    Stricter than is_loopback: every spelling that a resolver may map to this machine counts.

    :raises InvalidOption: a URL has no host.
    """
    scheme, host, _port_number = origin(target)
    return scheme == "http" and _may_be_this_machine(host) and not _may_be_this_machine(origin(source)[1])


def is_authority(netloc: str) -> bool:
    """Whether this is [user@]host[:port] with a name, an IPv4 address or an IPv6 address in brackets as host."""
    found = _HOST_AND_PORT.fullmatch(netloc.rpartition("@")[2])
    return found is not None and (found["literal"] is None or _is_ipv6(found["literal"]))


def host_allowed(url: str, patterns: Iterable[str]) -> bool:
    """Whether one of the patterns (`host`, `host:port`, `*.domain`, `*.domain:port`) names the URL's host.

    Compares parsed IDNA hosts in lower case. `*.domain` matches every host below the domain, not the domain itself; a
    pattern without a port matches every port.

    :raises InvalidOption: a pattern has another form.
    """
    _scheme, host, port = origin(url)
    return any(_matches(host, port, *_pattern(pattern)) for pattern in patterns)


def safe_url(url: str) -> str:
    """A URL as a message may show it: without user, password, query and fragment."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "(a broken URL)"
    if not is_authority(parts.netloc):
        return "(a broken URL)"
    netloc = f"[{host}]" if ":" in host else host
    shown = urlunsplit((parts.scheme, f"{netloc}:{port}" if port is not None else netloc, parts.path, "", ""))
    return printable(shown[:500])


def wire_url(url: str) -> str:
    """The URL as both transports send it: IDNA host, percent-encoded path and query, no fragment, no user.

    So the host that was checked is the host that is contacted, however a library parses the original. Escapes are
    normalized (RFC 3986 section 6.2.2), as requests would do it, so that both transports send what is shown.
    """
    scheme, host, _port_number = origin(url)
    parts = urlsplit(url)
    netloc = f"[{host}]" if ":" in host else host
    if parts.port is not None:
        netloc = f"{netloc}:{parts.port}"
    return urlunsplit((scheme, netloc, _escaped(parts.path, _PATH_SAFE) or "/", _escaped(parts.query, _QUERY_SAFE), ""))


def host_and_port(url: str) -> str:
    """`host:port` of a URL, for messages."""
    _scheme, host, port = origin(url)
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _split(url: str, what: str) -> SplitResult:
    # Check first: urlsplit silently drops tabs and newlines, and only some servers read a backslash as a slash.
    odd = not url.isprintable() and any(c < " " or "\x7f" <= c <= "\x9f" for c in url)
    if odd or url != url.strip():
        raise InvalidOption(f"{what} holds control characters or spaces around it: remove them.")
    if "\\" in url:
        raise InvalidOption(f"{what} holds a backslash: write / between the parts of a URL.")
    broken = False
    try:
        parts = urlsplit(url)
        _port_number = parts.port  # reading it is what checks it
    except ValueError:
        broken = True
    if broken or not parts.hostname or not is_authority(parts.netloc):
        raise InvalidOption(f"{what} is not a URL with a host (and a port from 0 to 65535): write https://host/path.")
    return parts


def _escaped(text: str, safe: str) -> str:
    """A path or query with escapes in upper case, none for unreserved characters, and %25 for a % that is no escape."""
    return _ESCAPE.sub(_escape, quote(text, safe=safe))


def _escape(found: re.Match[str]) -> str:
    character = chr(int(found[1] or "25", 16))
    return character if character in _UNRESERVED else f"%{ord(character):02X}"


def _port(port: int | None, scheme: str) -> int:
    return _PORTS[scheme] if port is None else port


@lru_cache(maxsize=256)
def _ascii_host(host: str | None, what: str) -> str:
    name = (host or "").lower()
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        pass
    if _IDNA_DEVIATIONS.intersection(name):
        raise InvalidOption(f"{what} has a host name whose ASCII form is ambiguous: write the host as xn--….")
    try:
        name = name if name.isascii() else name.encode("idna").decode("ascii").lower()
    except UnicodeError:
        name = ""
    name = name[:-1] if name.endswith(".") else name
    # A label over 63 octets is not valid (RFC 1035 section 2.3.4) and makes Python's resolver raise a UnicodeError.
    labels = name.split(".")
    if not _HOST.fullmatch(name) or len(name) > 253 or not all(0 < len(label) < 64 for label in labels):
        raise InvalidOption(f"{what} has a host name that is not valid: check its spelling.")
    return name


def _pattern(pattern: str) -> tuple[str, int | None, bool]:
    """(host, port or None, whether the pattern matches the hosts below it)."""
    text = pattern.strip()
    below = text.startswith("*.")
    text = text[2:] if below else text
    if text.count(":") > 1 and not text.startswith("["):
        text = f"[{text}]"
    what = f"allowed_hosts: {quoted(pattern)}"
    if not text or text.endswith(":") or any(c in text for c in "/*@?#"):
        raise InvalidOption(f"{what} is not host, host:port or *.domain: write only the host's name.")
    parts = _split(f"//{text}", what)
    return _ascii_host(parts.hostname, what), parts.port, below


def _matches(host: str, port: int, wanted: str, wanted_port: int | None, below: bool) -> bool:
    if wanted_port is not None and wanted_port != port:
        return False
    return host.endswith(f".{wanted}") if below else host == wanted


def _bare(host: str) -> str:
    return host.lower().rstrip(".").strip("[]")


@lru_cache(maxsize=256)
def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The IP address; the IPv4 address of an IPv4-mapped IPv6 address (RFC 4291 section 2.5.5.2)."""
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_ipv6(literal: str) -> bool:
    """Whether this is an IPv6 address. Only link-local addresses need a zone, and may have one (RFC 4007)."""
    try:
        address = ipaddress.IPv6Address(literal)
    except ValueError:
        return False
    return address.scope_id is None or address.is_link_local


def _may_be_this_machine(host: str) -> bool:
    """Whether a resolver may map a host to this machine, such as names below localhost, 0.0.0.0, :: or 127.1."""
    name = _bare(host)
    if is_loopback(name) or name.endswith(".localhost"):
        return True
    address = _address(name) or _numeric(name)
    return address is not None and (address.is_loopback or address.is_unspecified)


def _numeric(name: str) -> ipaddress.IPv4Address | None:
    """An IPv4 address in a legacy spelling that resolvers accept: 127.1, 0x7f000001, 2130706433."""
    try:
        return ipaddress.IPv4Address(socket.inet_aton(name))
    except OSError:
        return None
