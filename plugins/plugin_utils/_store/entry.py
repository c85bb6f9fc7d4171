# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the store keeps for a key: a token and a failure, side by side, and how both become bytes."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

from ...module_utils._errors import AuthkitError
from ...module_utils._oauth.token import Token

# The time a failure speaks for everybody, in seconds; the server's Retry-After replaces it, within limits.
FAILURE_SECONDS = 5.0
FAILURE_SHORTEST = 1.0
FAILURE_LONGEST = 60.0
# The store is read by processes of one clock, so only a clock that was set back makes a future entry.
CLOCK_TOLERANCE = 1.0
# Version of the layout below; another one is a miss.
_VERSION = 1


@dataclass(frozen=True)
class Failure:
    """A failed fetch that others need not repeat.

    :param data: the error, as :meth:`AuthkitError.to_data` gives it.
    :param at: when it happened, unix seconds.
    :param until: up to when it stands for everybody's failure, unix seconds.
    """

    data: Mapping[str, object]
    at: float
    until: float

    @classmethod
    def of(cls, error: AuthkitError, now: float) -> Failure:
        return cls(error.to_data(), now, now + _failure_seconds(error.retry_after))

    def stands(self, now: float) -> bool:
        """Whether it still stands; a failure from the future or of too long a life never does."""
        return self.at - CLOCK_TOLERANCE <= now < min(self.until, self.at + FAILURE_LONGEST)

    def error(self) -> AuthkitError:
        return AuthkitError.from_data(self.data)


@dataclass(frozen=True)
class Entry:
    """A token and a failure side by side: a failed refresh never takes a valid token away."""

    token: Token | None = None
    failure: Failure | None = None

    @property
    def moment(self) -> float:
        """When the newer of both came about, unix seconds; 0 for an empty entry."""
        return max(self.token.issued_at if self.token else 0.0, self.failure.at if self.failure else 0.0)

    @property
    def useful_until(self) -> float:
        """After this nothing here is of use to anybody, unix seconds."""
        return max(self.token.expires_at if self.token else 0.0, self.failure.until if self.failure else 0.0)


EMPTY = Entry()


def encode(entry: Entry) -> bytes:
    """The entry as JSON, in clear: only ever to be sealed."""
    document: dict[str, object] = {"version": _VERSION}
    if entry.token:
        document["token"] = entry.token.to_data()
    if entry.failure:
        failure = entry.failure
        document["failure"] = {"error": failure.data, "at": failure.at, "until": failure.until}
    return json.dumps(document).encode()


def decode(plain: bytes) -> Entry:
    """The entry in these bytes; what another version of this collection wrote is an empty one."""
    try:
        document = json.loads(plain)
        if document["version"] != _VERSION:
            return EMPTY
        return Entry(_token(document.get("token")), _failure(document.get("failure")))
    except (KeyError, TypeError, ValueError, AttributeError, AuthkitError):
        return EMPTY


def _token(data: object) -> Token | None:
    if not isinstance(data, dict):
        return None
    token = Token.from_data(data)
    return token if math.isfinite(token.issued_at) and math.isfinite(token.expires_at) else None


def _failure(data: object) -> Failure | None:
    if not isinstance(data, dict) or not isinstance(data["error"], dict):
        return None
    return Failure(data["error"], float(data["at"]), float(data["until"]))


def _failure_seconds(retry_after: float | None) -> float:
    if retry_after is None or math.isnan(retry_after):
        return FAILURE_SECONDS
    return min(max(retry_after, FAILURE_SHORTEST), FAILURE_LONGEST)
