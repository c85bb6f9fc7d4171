# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Redirect URIs as Keycloak reads them: relative ones below the root URL, and a wildcard only as the last character."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ansible_collections.authkit.oauth.plugins.module_utils._realm.clients import own_clients
from ansible_collections.authkit.oauth.plugins.module_utils._realm.settings import switch, text, texts
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot import Json, Snapshot

#: Out-of-band delivery for installed applications, an old convention and no address.
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(?![0-9])", re.IGNORECASE)
_ANY_SITE = re.compile(r"(?:https?(?::/{0,2})?)?\*|https?://\*.*", re.IGNORECASE)
_ANY_PATH_OF_HOST = re.compile(r"(?:[a-z][a-z0-9+.-]*://)?[^/*:]+(?::[0-9]+)?\*", re.IGNORECASE)


def browser_clients(snapshot: Snapshot) -> Iterator[Json]:
    """The OpenID Connect clients, none of Keycloak's own, whose users come back by a redirect. Raises Unknown."""
    for client in own_clients(snapshot):
        if uses_browser(client) and not switch(client, "bearerOnly", default=False):
            yield client


def uses_browser(client: Json) -> bool:
    return switch(client, "standardFlowEnabled", default=True) or switch(client, "implicitFlowEnabled", default=False)


def redirect_uris(client: Json) -> list[str]:
    """The client's redirect URIs, relative ones resolved against its root URL where it has one."""
    root = text(client, "rootUrl").rstrip("/")
    found = [uri.strip() for uri in texts(client, "redirectUris") if uri.strip()]
    return [f"{root}{uri}" if root and uri.startswith("/") else uri for uri in found]


def is_any_site(uri: str) -> bool:
    """Whether the URI stands for every site."""
    return _ANY_SITE.fullmatch(uri) is not None


def is_any_path(uri: str) -> bool:
    """Whether the wildcard follows the host at once."""
    return not is_any_site(uri) and _ANY_PATH_OF_HOST.fullmatch(uri) is not None


def is_below_path(uri: str) -> bool:
    """Whether any other wildcard ends the URI."""
    return uri.endswith("*") and not is_any_site(uri) and not is_any_path(uri)


def scheme(uri: str) -> str:
    """The URI's scheme in lower case; empty for a relative one."""
    found = _SCHEME.match(uri)
    return found[1].lower() if found else ""
