# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""URLs of Keycloak's realms, and which URLs are so plain that they need no validation."""

from __future__ import annotations

from urllib.parse import quote

KEYCLOAK_TOKEN = "/protocol/openid-connect/token"
_ODD = frozenset(" \\?#@[]")


def keycloak_token_endpoint(server: str, realm: str) -> str:
    """Keycloak's token endpoint of a realm."""
    return f"{realm_url(server, realm)}{KEYCLOAK_TOKEN}"


def realm_url(server: str, name: str) -> str:
    """The URL of a realm."""
    return f"{with_scheme(server)}/realms/{quote(name, safe='')}"


def with_scheme(server: str) -> str:
    """A server without final slashes, and with https if it has no scheme."""
    return (server if "://" in server else f"https://{server}").rstrip("/")


def is_plain(url: str) -> bool:
    """Whether check_url() certainly accepts this URL: https, or http on this machine, and ASCII that needs no escapes.

    False means that check_url() has to decide. It is four times as long as this, and most URLs do not need it.
    """
    scheme, separator, rest = url.partition("://")
    authority = rest.partition("/")[0]
    host, colon, port = authority.partition(":")
    if not separator or not url.isascii() or not url.isprintable() or not _ODD.isdisjoint(url):
        return False
    if colon and not (port.isdigit() and len(port) < 6 and int(port) < 65536):
        return False
    if scheme == "http":
        return host in ("localhost", "127.0.0.1")
    return scheme == "https" and len(host) < 254 and all(map(_is_label, host.split(".")))


def _is_label(label: str) -> bool:
    return 0 < len(label) < 64 and label.replace("-", "").isalnum() and label[0] != "-" != label[-1]
