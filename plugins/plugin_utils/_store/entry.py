# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the store keeps for a key, a token, a failure and a refresh token, and its encoding."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

from ...module_utils._record import Record
from .reading import VERSION, token_in

if TYPE_CHECKING:
    from ...module_utils._oauth.refresh import RefreshToken
    from ...module_utils._oauth.token import Token
    from .failure import Failure


class Entry(Record):
    """A token and a failure side by side: a failed renewal does not discard a valid token, nor a refresh token."""

    __slots__ = ("failure", "refresh", "token")

    def __init__(
        self, token: Token | None = None, failure: Failure | None = None, refresh: RefreshToken | None = None
    ) -> None:
        self.token, self.failure, self.refresh = token, failure, refresh

    @property
    def moment(self) -> float:
        """When the newest of them was created, in Unix seconds; 0 for an empty entry."""
        return max(
            self.token.issued_at if self.token else 0.0,
            self.failure.at if self.failure else 0.0,
            self.refresh.moment if self.refresh else 0.0,
        )

    @property
    def useful_until(self) -> float:
        """When the last of them expires, in Unix seconds; infinity for a refresh token without a known end."""
        refresh = self.refresh
        return max(
            self.token.expires_at if self.token else 0.0,
            self.failure.until if self.failure else 0.0,
            0.0 if refresh is None else math.inf if refresh.expires_at is None else refresh.expires_at,
        )


EMPTY = Entry()


def encode(entry: Entry) -> bytes:
    """The entry as JSON in clear text: always encrypt it before writing."""
    document: dict[str, object] = {"version": VERSION}
    if entry.token:
        document["token"] = entry.token.to_data()
    if entry.failure:
        failure = entry.failure
        document["failure"] = {"error": failure.data, "at": failure.at, "until": failure.until}
    if entry.refresh:
        document["refresh"] = entry.refresh.to_data()
    return json.dumps(document).encode()


def decode(plain: bytes) -> Entry:
    """The entry in these bytes; an empty one if another version of the collection wrote them."""
    try:
        document = json.loads(plain)
        if document["version"] != VERSION:
            return EMPTY
        return Entry(
            token_in(document.get("token")), _failure(document.get("failure")), _refresh(document.get("refresh"))
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return EMPTY


def _failure(data: object) -> Failure | None:
    if not isinstance(data, dict) or not isinstance(data["error"], dict):
        return None
    from .failure import Failure  # rarely needed

    return Failure(data["error"], float(data["at"]), float(data["until"]))


def _refresh(data: object) -> RefreshToken | None:
    if not isinstance(data, dict):
        return None
    from ...module_utils._oauth.refresh import RefreshToken  # few grants have one

    return RefreshToken.from_data(data)
