# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Redirect URIs as Keycloak matches them: relative to the root URL, and with a wildcard only as the last character.

Keycloak compares the text before that wildcard as a prefix. Directly after a host name, older versions therefore accept
any host that starts with it; from 26.7 on the host, its port and the absence of a user must match. If that text is only
a part of "https://", the host can be any. An asterisk anywhere else, or after a question mark, is a literal character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..model import Severity
from ..snapshot.gaps import Json
from ..snapshot.snapshot import Snapshot
from .clients import is_built_in, is_loopback_in_browsers, sure
from .oidc import clients_with_tokens
from .settings import switch, text, texts
from .versions import is_since

#: Out-of-band delivery for installed applications: an old convention, not an address.
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
#: The first version that compares the host of a redirect URI whose wildcard follows it.
_COMPARES_HOST = (26, 7)
_HIDDEN = "the server's version is not known, so this is judged as Keycloak 26.7 and newer behave"
_OLD_FILE = "as Keycloak 26.7 and newer behave; the version in the file matches any host that starts with this name"
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(?![0-9])", re.IGNORECASE)
_WEB = ("http://", "https://")
_ANY_PATH_OF_HOST = re.compile(r"(?:[a-z][a-z0-9+.-]*://[^/*?#]+|[^/*:?#]+(?::[0-9]+)?)\*", re.IGNORECASE)
_WITHIN_HOST = re.compile(r"https?://[^/?#]*\*[^/?#]*(?:[/?#].*)?", re.IGNORECASE)


def browser_clients(snapshot: Snapshot, *, built_in: bool = False) -> Iterator[Json]:
    """The OpenID Connect clients whose users return by a redirect.

    :param built_in: whether to include Keycloak's own, whose relative URIs end with a wildcard below their own pages.
    :raises Unknown: a client is malformed.
    """
    yield from sure(
        clients_with_tokens(snapshot),
        lambda each: _uses_browser(each) and (built_in or not is_built_in(each, snapshot.name)),
    )


def _uses_browser(client: Json) -> bool:
    return switch(client, "standardFlowEnabled") or switch(client, "implicitFlowEnabled")


def redirect_uris(client: Json) -> list[str]:
    """The client's redirect URIs, with relative ones resolved against its root URL, if it has one."""
    return [resolved(client, uri.strip()) for uri in texts(client, "redirectUris") if uri.strip()]


def resolved(client: Json, uri: str) -> str:
    """A URI of the client; a relative one is resolved against its root URL, if it has one."""
    root = text(client, "rootUrl").strip().rstrip("/")
    return f"{root}{uri}" if root and uri.startswith("/") else uri


def is_any_site(uri: str) -> bool:
    """Whether the URI matches every site."""
    return uri.endswith("*") and any(whole.startswith(uri[:-1].lower()) for whole in _WEB)


def is_within_host(uri: str) -> bool:
    """Whether an asterisk is part of the host: it is not a wildcard there, and no login can return to such a host."""
    return not is_any_site(uri) and not is_any_path(uri) and _WITHIN_HOST.fullmatch(uri) is not None


def is_within_host_and_last(uri: str) -> bool:
    """Whether one asterisk is within the host and another ends the URI, as in https://shop-*.example.com/*."""
    return is_within_host(uri) and uri.endswith("*") and "://*" not in uri


def is_any_path(uri: str) -> bool:
    """Whether the wildcard directly follows the host."""
    return not is_any_site(uri) and _ANY_PATH_OF_HOST.fullmatch(uri) is not None


def is_below_path(uri: str) -> bool:
    """Whether a wildcard of another kind ends the URI's path."""
    known = is_any_site(uri) or is_any_path(uri) or is_within_host(uri)
    return uri.endswith("*") and "?" not in uri and not known


def is_wildcard(uri: str) -> bool:
    """Whether the URI ends with a wildcard, and so is meant to match several."""
    return uri.endswith("*") and "?" not in uri


def is_wide(uri: str) -> bool:
    """Whether the URI matches a whole host or more."""
    return is_any_site(uri) or is_any_path(uri)


def wildcard_severity(snapshot: Snapshot, wildcards: Sequence[str], any_site: Severity) -> Severity | None:
    """The severity of URIs with wildcards, the same for every protocol; None means that of a wildcard below a path.

    :param any_site: the severity if one of them matches any site.
    """
    hosts = [uri for uri in wildcards if is_any_path(uri)]
    if any(map(is_any_site, wildcards)) or (hosts and _compares_host(snapshot) is False):
        return any_site
    if hosts:
        return "medium" if all(map(is_loopback_in_browsers, hosts)) else "high"
    return "low" if all(map(is_within_host, wildcards)) else None


def _compares_host(snapshot: Snapshot) -> bool | None:
    """Whether the server compares the host; None if that is not known, as for the server that imports a file."""
    known = is_since(snapshot, _COMPARES_HOST)
    return None if snapshot.of_file and known is False else known


def _assumed(snapshot: Snapshot) -> str:
    """What a severity rests on where _compares_host() is None."""
    return _HIDDEN if is_since(snapshot, _COMPARES_HOST) is None else _OLD_FILE


def host_wildcard(snapshot: Snapshot) -> str:
    """What a wildcard directly after the host matches on this server, for a sentence."""
    compares = _compares_host(snapshot)
    if compares is False:
        return "which matches any host that starts with this name"
    words = "which matches any path of the host"
    return words if compares else f"{words} ({_assumed(snapshot)})"


def judged(snapshot: Snapshot, wildcards: Sequence[str], words: str) -> str:
    """The words, with a note if the severity of the wildcards depends on a version that is not known."""
    if any(map(is_any_path, wildcards)) and not any(map(is_any_site, wildcards)):
        return words if _compares_host(snapshot) is not None else f"{words} ({_assumed(snapshot)})"
    return words


def scheme(uri: str) -> str:
    """The URI's scheme in lower case; empty for a relative one."""
    found = _SCHEME.match(uri)
    return found[1].lower() if found else ""
