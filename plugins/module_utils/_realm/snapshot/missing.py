# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What could not be read: why, and when to stop trying."""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar

from ..._http.model import HttpResponse
from ..._urls import safe_url
from ..._words import listed
from .gaps import Gap

# Failures in a row after which the server counts as down: each may have cost a whole timeout.
MOST_FAILURES = 5
_Value = TypeVar("_Value")


class Missing(Exception):
    """Something could not be read.

    gap: what a snapshot holds instead. status: the answer's, or None. absent: Keycloak says that it is not there.
    """

    def __init__(self, gap: Gap, status: int | None = None, *, absent: bool = False) -> None:
        super().__init__(gap.reason)
        self.gap, self.status, self.absent = gap, status, absent


def attempt(read: Callable[[], _Value]) -> _Value | Gap:
    """What read returns, or the gap of the Missing that it raised."""
    try:
        return read()
    except Missing as missing:
        return missing.gap


def unless_absent(read: Callable[[], _Value]) -> _Value | None:
    """What read returns, or None where Keycloak has no such thing (any more). Raises Missing for any other reason."""
    try:
        return read()
    except Missing as missing:
        if not missing.absent:
            raise
        return None


def lacking(*roles: str) -> Missing:
    """The token lacks roles of the realm's management client."""
    named = f"the role {roles[0]}" if len(roles) == 1 else f"the roles {listed(roles)}"
    return Missing(Gap(f"This needs {named}, which the access token does not carry.", roles=roles))


def unlike_keycloak() -> Missing:
    """The answer is JSON, but of another shape."""
    return Missing(
        Gap(
            "The server's answer is not shaped as Keycloak's are: check proxies in between, and its version.",
            fault=True,
        )
    )


def refusal(response: HttpResponse, needs: tuple[str, ...]) -> Missing:
    """What an answer other than 200 means. needs: the roles without which the request is refused."""
    status = response.status
    place = f"GET {safe_url(response.url)}"
    if status == HTTPStatus.FORBIDDEN and needs:
        return Missing(lacking(*needs).gap, status)
    if status == HTTPStatus.NOT_FOUND:
        reason = f"{place} was answered with 404 Not Found: check the server's address and version."
    elif 300 <= status < 400:
        reason = f"{place} was answered with a redirect ({status}): set the address that it leads to as the server's."
    elif status >= 500 or status == HTTPStatus.TOO_MANY_REQUESTS:
        reason = f"{place} was answered with {_phrase(status)}: the server failed, its log says why."
    else:
        reason = f"{place} was refused with {_phrase(status)}: check proxies in between."
    absent = _absent(response)
    # What is no matter of rights, and was not deleted meanwhile, is a fault: without it an audit must not look whole.
    return Missing(Gap(reason, fault=status != HTTPStatus.FORBIDDEN and not absent), status, absent=absent)


def _absent(response: HttpResponse) -> bool:
    """Whether Keycloak says that it has no such thing. The 404 of a proxy, or for an address, says nothing of it."""
    try:
        shown = json.loads(response.body) if response.status == HTTPStatus.NOT_FOUND else None
    except (ValueError, RecursionError):
        return False
    return isinstance(shown, dict) and str(shown.get("error")).startswith("Could not find")


class Breaker:
    """Tells a server that is down from one that failed once. Threads may share it."""

    def __init__(self) -> None:
        self._in_a_row = 0
        self._down: Gap | None = None

    def check(self) -> None:
        """Raises Missing when nothing more is to be sent."""
        if self._down is not None:
            raise Missing(self._down)

    def worked(self) -> None:
        self._in_a_row = 0

    def failed(self, gap: Gap) -> None:
        # Threads that add at the same time may lose a count: one request more is sent, no harm.
        self._in_a_row += 1
        if self._in_a_row >= MOST_FAILURES:
            self.stop(gap)

    def stop(self, gap: Gap) -> None:
        """Lets nothing through any more."""
        self._down = gap


def _phrase(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
