# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is seen of a realm from outside: answers of its public endpoints, TLS, the caller's own token, and probes.

None of it holds a secret: no token, no cookie's value, no private member of a key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .gaps import Gap, Json


@dataclass(frozen=True, repr=False)
class Answer:
    """What a public endpoint answered. headers: lower-case names. document: the JSON object, or None."""

    url: str
    status: int
    headers: Mapping[str, str]
    document: Json | None = None

    def __repr__(self) -> str:
        return f"Answer({self.status})"

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True)
class Cookie:
    """A cookie that a page sets. attributes: their names in lower case (httponly, secure, samesite)."""

    name: str
    attributes: frozenset[str]


@dataclass(frozen=True)
class LoginPage:
    """The answer to a proper login request of a client that every realm has."""

    status: int
    content_security_policy: str
    x_frame_options: str
    cookies: tuple[Cookie, ...]


@dataclass(frozen=True)
class TlsFacts:
    """How a server presents itself over TLS.

    problem: why its certificate is not accepted, as a sentence, or None. validated: whether the connection looks at
    certificates at all. expires: the certificate's last moment. accepts: an old version of TLS -> whether the server
    agreed to it.
    """

    problem: str | Gap | None
    validated: bool
    expires: datetime | Gap
    accepts: Mapping[str, bool | Gap]


@dataclass(frozen=True)
class TokenAnswer:
    """The token endpoint's answer to one client credentials request.

    problem: why it refused, as a sentence, or None. expires_in: seconds, None where that is no positive whole number.
    """

    status: int
    problem: str | None = None
    has_token: bool = True
    token_type: str | None = None
    expires_in: int | None = None
    has_refresh_token: bool = False
    cache_control: str = ""
    pragma: str = ""


@dataclass(frozen=True)
class OwnToken:
    """The caller's own access token, without the token.

    granted: its scopes. asked: those that were asked for, None where that is not known.
    received_at: when it was issued, in unix seconds of this machine's clock, None for one that was issued before.
    """

    granted: tuple[str, ...] = ()
    asked: tuple[str, ...] | None = None
    received_at: float | None = None


@dataclass(frozen=True)
class Signature:
    """What verifying a token against the published keys came to. problem: a sentence, None for a good signature."""

    problem: str | None = None


@dataclass(frozen=True)
class Introspection:
    """What the introspection endpoint says of a token. active: None where it does not say. members: all it told."""

    status: int
    active: bool | None = None
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class Revocation:
    """HTTP statuses: of userinfo with a new token, of that token's revocation, and of userinfo afterwards."""

    before: int
    revoked: int
    after: int


@dataclass(frozen=True)
class ProbeAnswer:
    """What came back for a request that should be refused.

    error, description: of the JSON body, or of the redirect's query. They decide, they are not shown. redirect_host:
    where it leads, "" for an answer that is no redirect. names: of the redirect's query.
    """

    status: int
    error: str = ""
    description: str = field(default="", repr=False)
    redirect_host: str = ""
    names: frozenset[str] = frozenset()
