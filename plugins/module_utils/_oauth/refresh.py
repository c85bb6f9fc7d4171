# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A refresh token, as the token endpoint issues it and the store keeps it."""

from __future__ import annotations

import math
from collections.abc import Mapping

from .._record import Record


class RefreshToken(Record):
    """A refresh token (RFC 6749 section 1.5). Times are Unix seconds on this machine's clock.

    :param expires_at: None if the server did not say, or if it has no end (Keycloak's offline tokens).
    :param received_at: when its token request was sent; 0 for one that the user set.
    :param sent_at: when a request with it began whose response was never stored: the process was killed, or the
        connection broke. A server that accepts a refresh token once may have replaced it. None if there is no such
        request.
    :param dpop_key: the private key of its access token (RFC 9449), as JWK in JSON; a public client needs the same one.
    """

    __slots__ = ("dpop_key", "expires_at", "received_at", "sent_at", "value")

    def __init__(
        self,
        value: str,
        expires_at: float | None = None,
        received_at: float = 0.0,
        sent_at: float | None = None,
        dpop_key: str | None = None,
    ) -> None:
        self.value, self.expires_at, self.received_at, self.sent_at = value, expires_at, received_at, sent_at
        self.dpop_key = dpop_key

    @property
    def moment(self) -> float:
        """When it was last received or sent."""
        return max(self.received_at, self.sent_at or 0.0)

    def sent(self, at: float | None) -> RefreshToken:
        """This refresh token, marked as sent at that time, or as not sent."""
        return RefreshToken(self.value, self.expires_at, self.received_at, at, self.dpop_key)

    def to_data(self) -> dict[str, object]:
        """This refresh token as JSON data. It contains the secret: encrypt it before writing it to disk."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_data(cls, data: Mapping[str, object]) -> RefreshToken:
        """The refresh token that to_data() described. Raises ValueError for anything else."""
        value, received, key = data.get("value"), _time(data.get("received_at")), data.get("dpop_key")
        if not isinstance(value, str) or received is None:
            raise ValueError("not a refresh token's data")
        sent = _time(data.get("sent_at"))
        return cls(value, _time(data.get("expires_at")), received, sent, key if isinstance(key, str) else None)


def _time(value: object) -> float | None:
    if value is None:
        return None
    if not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError("not a time")
    return float(value)
