# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The server and realms to audit: those of the connection, unless the task names realms."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit, urlunsplit

from .._errors import InvalidOption, MissingOption
from .._options.client import ClientOptions
from .._options.where import read_realm as checked_realm
from .._urls import safe_url
from .._words import quoted

#: Greedy: a server's own path may look like a realm's.
_REALM = "(?P<base>.*)/realms/(?P<realm>[^/]+)"
_ISSUER = re.compile(f"{_REALM}/?")
_TOKEN_URL = re.compile(f"{_REALM}/protocol/openid-connect/token/?")


def server_and_realm(options: ClientOptions) -> tuple[str, str]:
    """The server's URL, and the realm that issues the connection's tokens.

    :raises MissingOption: issuer or token_url does not have the form of Keycloak's.
    """
    if options.auth_server is not None and options.realm is not None:
        return options.auth_server, options.realm
    option, pattern = ("issuer", _ISSUER) if options.issuer is not None else ("token_url", _TOKEN_URL)
    url = str(getattr(options, option))
    parts = urlsplit(url)
    found = pattern.fullmatch(parts.path)
    if found is None:
        shape = "/realms/NAME" if option == "issuer" else "/realms/NAME/protocol/openid-connect/token"
        raise MissingOption(
            f"{option} from {options.origins.get(option)} is {safe_url(url)}, which is not the URL of a Keycloak realm "
            f"such as …{shape}: set auth_server and realm instead."
        )
    return urlunsplit((parts.scheme, parts.netloc, found["base"], "", "")), unquote(found["realm"])


def checked_realms(names: Iterable[str]) -> tuple[str, ...]:
    """The realms, each once. Raises InvalidOption for an invalid name, and without any name."""
    realms = tuple(dict.fromkeys(checked_realm(name, f"the name {quoted(name)} in realms") for name in names))
    if not realms or "" in realms:
        raise InvalidOption(
            "realms is empty or has an empty name: name the realms, or omit it to check the client's realm."
        )
    return realms
