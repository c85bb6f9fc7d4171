# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where tokens come from: the three ways to say it, and whether two of them mean the same place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from .._errors import InvalidOption
from .._urls import check_url, host_allowed, origin, wire_url
from .endpoint import KEYCLOAK_TOKEN, realm_url, with_scheme
from .table import Option
from .values import read_text, read_words


def read_auth_server(value: object, what: str, *, allow_http: bool) -> str:
    """A server's URL from a host, host:port or URL. No scheme means https; a path is kept, a final slash is not."""
    url = with_scheme(read_text(value, what))
    check_url(url, allow_http=allow_http, what=what)
    parts = urlsplit(url)
    if parts.query or parts.fragment or url.endswith(("?", "#")):
        raise InvalidOption(f"{what} must not hold ? or #: write only the server, as in https://login.example.org.")
    if "/realms/" in f"{parts.path}/":
        raise InvalidOption(f"{what} holds /realms/: end it before that and name the realm in realm, or use issuer.")
    return url


def read_realm(value: object, what: str) -> str:
    """A realm's name: any but those that are dot segments in a URL, or contain a backslash."""
    name = read_text(value, what)
    if name in (".", "..") or "\\" in name:
        raise InvalidOption(f"{what} is not a valid realm name: check its spelling.")
    return name


def read_issuer(value: object, what: str, *, allow_http: bool) -> str:
    """An issuer identifier, kept unchanged (RFC 8414 section 2: https, no query, no fragment)."""
    url = read_text(value, what)
    check_url(url, allow_http=allow_http, what=what)
    if "?" in url or "#" in url:
        raise InvalidOption(f"{what} must not hold ? or # (RFC 8414 section 2): write it as the server spells it.")
    return url


def read_token_url(value: object, what: str, *, allow_http: bool) -> str:
    """A token endpoint's URL (RFC 6749 section 3.2: no fragment)."""
    url = read_text(value, what)
    check_url(url, allow_http=allow_http, what=what)
    if "#" in url:
        raise InvalidOption(f"{what} must not hold # (RFC 6749 section 3.2): leave it and what follows out.")
    return url


def same_location(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    """Whether `one`, a complete Where, means the same place as `other`, which may be incomplete."""
    if set(other) <= set(one):
        return all(_normal(name, one[name]) == _normal(name, value) for name, value in other.items())
    place = _location_url(one)
    return place is not None and place == _location_url(other)


def _location_url(values: Mapping[str, object]) -> str | None:
    """The place as the normalized URL of a realm or issuer; None if the values do not name exactly one place."""
    names = set(values)
    if names == {"auth_server", "realm"}:
        server, name = str(values["auth_server"]), str(values["realm"])
        return _normal("issuer", realm_url(with_scheme(server), name))
    if names == {"token_url"}:
        url = _normal("token_url", values["token_url"])
        return url[: -len(KEYCLOAK_TOKEN)] if url.endswith(KEYCLOAK_TOKEN) else url
    return _normal("issuer", values["issuer"]) if names == {"issuer"} else None


def _normal(name: str, value: object) -> str:
    """The normalized spelling of a value. Anything but a URL stays unchanged."""
    shown = str(value)
    if name == "realm":
        return shown
    url = with_scheme(shown) if name == "auth_server" else shown
    try:
        scheme, host, port = origin(url)
        parts = urlsplit(wire_url(url))
    except InvalidOption:
        return shown
    query = f"?{parts.query}" if parts.query else ""
    return f"{scheme}://{host}:{port}{parts.path.rstrip('/')}{query}"


def read_hosts(value: object, what: str) -> tuple[str, ...]:
    """Patterns of hosts. Rejects an empty list: taken as no limit, it would allow what the user meant to forbid."""
    patterns = read_words(value, what)
    if not patterns:
        raise InvalidOption(f"{what} is an empty list: name the hosts that the token may be sent to, or leave it out.")
    try:
        host_allowed("https://localhost/", patterns)
    except InvalidOption as error:
        error.name_sources(what)
        raise
    return patterns


_URLS: Mapping[str, Callable[..., str]] = {
    "issuer": read_issuer,
    "auth_server": read_auth_server,
    "token_url": read_token_url,
}
#: By the value of `read` in the table of options.
READERS: Mapping[str, Callable[[object, str], object]] = {"realm": read_realm, "hosts": read_hosts}


def read_where(option: Option, value: object, what: str, *, allow_http: bool) -> object:
    """The field for a value of an option about a URL, a realm or hosts."""
    url = _URLS.get(option.read)
    return url(value, what, allow_http=allow_http) if url else READERS[option.read](value, what)
