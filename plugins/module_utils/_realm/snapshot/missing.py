# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why something could not be read, and when to stop sending requests."""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar

from ..._http.model import HttpResponse
from ..._urls import safe_url
from ..._words import listed
from .gaps import Gap

#: Consecutive failures after which the server counts as down. Each may have taken a full timeout.
MOST_FAILURES = 5
_Value = TypeVar("_Value")


class Missing(Exception):
    """Something could not be read.

    :param gap: what the snapshot holds instead.
    :param status: the HTTP status, or None.
    :param absent: Keycloak says that it does not exist.
    """

    def __init__(self, gap: Gap, status: int | None = None, *, absent: bool = False) -> None:
        super().__init__(gap.reason)
        self.gap, self.status, self.absent = gap, status, absent


def attempt(read: Callable[[], _Value]) -> _Value | Gap:
    """The result of read, or the gap of the Missing that it raised."""
    try:
        return read()
    except Missing as missing:
        return missing.gap


def unless_absent(read: Callable[[], _Value]) -> _Value | None:
    """The result of read, or None if Keycloak has no such object (any more). Raises Missing for any other reason."""
    try:
        return read()
    except Missing as missing:
        if not missing.absent:
            raise
        return None


def lacking(*roles: str) -> Missing:
    """The token lacks roles of the client that administers the realm."""
    named = f"the role {roles[0]}" if len(roles) == 1 else f"the roles {listed(roles)}"
    return Missing(Gap(f"This needs {named}, which the access token does not carry.", roles=roles))


def unlike_keycloak() -> Missing:
    """The answer is JSON, but of another shape."""
    return Missing(
        Gap(
            "The server's answer does not have the form of Keycloak's: check its version, and proxies in between.",
            fault=True,
        )
    )


def missing_from(response: HttpResponse, needs: tuple[str, ...]) -> Missing:
    """What an answer other than 200 means.

    :param needs: the roles that the request requires.
    """
    status = response.status
    request = f"GET {safe_url(response.url)}"
    if status == HTTPStatus.FORBIDDEN and needs:
        return Missing(lacking(*needs).gap, status)
    if status == HTTPStatus.NOT_FOUND:
        reason = f"{request} was answered with 404 Not Found: check the server's address and version."
    elif 300 <= status < 400:
        reason = (
            f"{request} was answered with a redirect ({status}): use the address that it points to as the server's."
        )
    elif status >= 500 or status == HTTPStatus.TOO_MANY_REQUESTS:
        reason = f"{request} was answered with {_phrase(status)}: the server failed, see its log."
    else:
        reason = f"{request} was refused with {_phrase(status)}: check proxies in between."
    absent = _absent(response)
    # Anything but a missing role or a deleted object is a fault: without it the audit must not look complete.
    return Missing(Gap(reason, fault=status != HTTPStatus.FORBIDDEN and not absent), status, absent=absent)


def _absent(response: HttpResponse) -> bool:
    """Whether Keycloak says that the object does not exist. A proxy's 404, or one for a wrong path, does not say so."""
    try:
        shown = json.loads(response.body) if response.status == HTTPStatus.NOT_FOUND else None
    except (ValueError, RecursionError):
        return False
    return isinstance(shown, dict) and str(shown.get("error")).startswith("Could not find")


class Breaker:
    """Distinguishes a server that is down from one that failed once. Thread-safe."""

    def __init__(self) -> None:
        self._in_a_row = 0
        self._down: Gap | None = None

    def check(self) -> None:
        """Raises Missing once nothing more may be sent."""
        if self._down is not None:
            raise Missing(self._down)

    def worked(self) -> None:
        """Record a success."""
        self._in_a_row = 0

    def failed(self, gap: Gap) -> None:
        """Record a failure. After MOST_FAILURES in a row, the server counts as down."""
        # Concurrent increments may lose a count. The harm is one extra request.
        self._in_a_row += 1
        if self._in_a_row >= MOST_FAILURES:
            self.stop(gap)

    def stop(self, gap: Gap) -> None:
        """From now on, check() raises Missing with this gap."""
        self._down = gap


def _phrase(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
