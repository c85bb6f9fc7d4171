# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The facts about a token request that errors name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from .._urls import safe_url
from .._words import quoted

if TYPE_CHECKING:
    from .refresh import RefreshToken


@dataclass(frozen=True)
class AssertionFacts:
    """What a message may say about a federated assertion: its option, and what its unverified claims hold."""

    source: str
    issuer: str = ""
    subject: str = ""
    audience: tuple[str, ...] = ()
    expires_at: float | None = None


@dataclass(frozen=True)
class RequestFacts:
    """The facts about a token request that a message may safely name."""

    endpoint: str
    client_id: str = ""
    auth_method: str = "client_secret_post"
    grant_type: str = "client_credentials"
    scope: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    resource: tuple[str, ...] = ()
    username: str | None = None
    realm_name: str | None = None
    where_options: str = "token_url"
    reserved_characters: bool = False
    refresh: RefreshToken | None = None
    assertion_audience: str = ""
    dpop: bool = False
    assertion: AssertionFacts | None = None

    @property
    def url(self) -> str:
        """The endpoint's URL, as a message may show it."""
        return safe_url(self.endpoint)

    @property
    def client(self) -> str:
        """The client_id in quotes."""
        return quoted(self.client_id)

    @property
    def realm(self) -> str:
        """The realm with its name, or "its realm" if the name is not known."""
        name = self.realm_name or realm_of(self.endpoint)
        return f"the realm {quoted(name)}" if name else "its realm"

    @property
    def address_option(self) -> str:
        """The option that holds scheme and host."""
        return self.where_options.partition(" ")[0]


def realm_of(url: str) -> str | None:
    """The realm in a URL of Keycloak (…/realms/NAME…), or None."""
    path = urlsplit(url).path.split("/")
    if "realms" not in path[:-1]:
        return None
    return unquote(path[path.index("realms") + 1]) or None
