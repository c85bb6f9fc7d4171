# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is seen of a realm from outside: answers of its public endpoints, TLS, the caller's own token, and probes.

None of it contains a secret: no token, no cookie value, no private member of a key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .gaps import Gap, Json


@dataclass(frozen=True, repr=False)
class Answer:
    """The answer of a public endpoint.

    :param headers: by lower-case name.
    :param document: its JSON object, or None.
    """

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
    """A cookie that a page sets.

    :param attributes: their names in lower case (httponly, secure, samesite).
    """

    name: str
    attributes: frozenset[str]


@dataclass(frozen=True)
class LoginPage:
    """The answer to a valid login request of a client that every realm has."""

    status: int
    content_security_policy: str
    x_frame_options: str
    cookies: tuple[Cookie, ...]


@dataclass(frozen=True)
class TlsFacts:
    """A server's certificate and TLS versions.

    :param problem: why its certificate is not accepted, as a sentence, or None.
    :param validated: whether the connection validates certificates.
    :param expires: the certificate's notAfter.
    :param accepts: old TLS version -> whether the server accepts it.
    """

    problem: str | Gap | None
    validated: bool
    expires: datetime | Gap
    accepts: Mapping[str, bool | Gap]


@dataclass(frozen=True)
class TokenAnswer:
    """The token endpoint's answer to one client credentials request.

    :param problem: why it refused, as a sentence, or None.
    :param expires_in: seconds; None if it is not a positive whole number.
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
    """Facts about the caller's own access token, not the token itself.

    :param granted: its scopes.
    :param asked: the scopes that were requested; None if unknown.
    :param received_at: when this audit received it, in Unix seconds of this machine; None if it was issued earlier.
    """

    granted: tuple[str, ...] = ()
    asked: tuple[str, ...] | None = None
    received_at: float | None = None


@dataclass(frozen=True)
class Signature:
    """The result of verifying a token with the published keys.

    :param problem: a sentence; None for a valid signature.
    """

    problem: str | None = None


@dataclass(frozen=True)
class Introspection:
    """What introspection says about a token.

    :param active: None if it does not say.
    :param members: the names of all members.
    """

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
    """The answer to a request that should be refused.

    :param error: error of the JSON body or the redirect's query.
    :param description: error_description from there. Checks decide by it, but never show it.
    :param redirect_host: the host that it redirects to; "" if it is not a redirect.
    :param names: the parameters of the redirect's query and fragment.
    """

    status: int
    error: str = ""
    description: str = field(default="", repr=False)
    redirect_host: str = ""
    names: frozenset[str] = frozenset()
