# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An access token, as the store keeps it and plays get it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from .._record import Record

if TYPE_CHECKING:
    from .refresh import RefreshToken

#: Seconds that a stored time may lie in the future. All readers share one clock: only setting it back causes more.
CLOCK_TOLERANCE = 1.0


class Token(Record):
    """An access token (RFC 6749 section 5.1). Times are Unix seconds on this machine's clock.

    :param issued_at: taken before the request was sent, so expires_at is never later than the server's.
    :param refresh: the refresh token that came with it. The store keeps it beside the token, not in its data.
    :param dpop_key: the private key that the token is bound to (RFC 9449), as JWK in JSON; None for a bearer token.
    """

    __slots__ = ("access_token", "dpop_key", "expires_at", "issued_at", "refresh", "scope", "token_type")

    def __init__(
        self,
        access_token: str,
        token_type: str,
        scope: str | None,
        issued_at: float,
        expires_at: float,
        refresh: RefreshToken | None = None,
        dpop_key: str | None = None,
    ) -> None:
        self.access_token = access_token
        self.token_type = token_type
        self.scope = scope
        self.issued_at = issued_at
        self.expires_at = expires_at
        self.refresh = refresh
        self.dpop_key = dpop_key

    @property
    def header(self) -> str:
        """The value of an Authorization header."""
        return f"{self.token_type} {self.access_token}"

    def to_data(self) -> dict[str, object]:
        """This token as JSON data. It contains the secret: encrypt it before writing it to disk."""
        return {
            "access_token": self.access_token,
            "token_type": self.token_type,
            "scope": self.scope,
            "issued_at": self.issued_at,
            "expires_at": self.expires_at,
            "dpop_key": self.dpop_key,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, object]) -> Token:
        """The token that to_data() described. Raises ValueError for anything else."""
        token, kind, scope = data.get("access_token"), data.get("token_type"), data.get("scope")
        issued, expires, key = data.get("issued_at"), data.get("expires_at"), data.get("dpop_key")
        if not isinstance(token, str) or not isinstance(kind, str) or not isinstance(scope, (str, type(None))):
            raise ValueError("not a token's data")
        if not isinstance(issued, (int, float)) or not isinstance(expires, (int, float)):
            raise ValueError("not a token's data")
        return cls(token, kind, scope, float(issued), float(expires), None, key if isinstance(key, str) else None)
