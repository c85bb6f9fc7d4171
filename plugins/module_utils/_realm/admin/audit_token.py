# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The access token of an audit: kept until the server rejects it, then renewed once for all threads."""

from __future__ import annotations

from threading import Lock
from typing import Protocol

from ..._errors import AuthkitError, NetworkError, RateLimited, ServerUnavailable
from ..snapshot.gaps import Gap
from ..snapshot.missing import Missing

_NOT_ACCEPTED = Gap(
    "The server does not accept the access token (401): it must come from the realm that is checked or from master, "
    "and must not have expired."
)
_EXPIRED = Gap(
    "The server stopped accepting the access token during the audit (401), and it could not be renewed: run the check "
    "on the controller with a client of its own, or provide a token that lives longer."
)


class TokenSource(Protocol):
    """Provides the access token for the requests of an audit. Both methods may raise AuthkitError."""

    def token(self) -> str:
        """A valid token."""

    def renewed(self, rejected: str) -> str | None:
        """A new token instead of one that the server rejected; None if this source cannot get one."""


class AuditToken:
    """The token that all requests of an audit share. Thread-safe."""

    def __init__(self, source: TokenSource) -> None:
        self._source = source
        self._lock = Lock()
        self._token: str | None = None
        self._accepted = False
        self._end: Gap | None = None

    def current(self) -> str:
        """The token to send. Raises Missing once no token is accepted, AuthkitError if the source has none."""
        with self._lock:
            self._check()
            if self._token is None:
                self._token = self._source.token()
            return self._token

    def accepted(self) -> None:
        """Record that the server accepted a token."""
        self._accepted = True

    def instead_of(self, rejected: str) -> str:
        """The token to send after a 401, renewed once for all threads. Raises Missing if there is none."""
        with self._lock:
            self._check()
            if self._token == rejected:
                self._token = self._renewed(rejected)
            return str(self._token)

    def give_up(self) -> Missing:
        """Stop the audit's requests, because new tokens are rejected, too."""
        with self._lock:
            self._end = self._end or self._rejection()
            return Missing(self._end)

    def _check(self) -> None:
        if self._end is not None:
            raise Missing(self._end)

    def _renewed(self, rejected: str) -> str:
        try:
            token = self._source.renewed(rejected)
            self._end = self._rejection() if token is None or token == rejected else None
        except AuthkitError as error:
            token = None
            self._end = Gap(error.message, fault=isinstance(error, (NetworkError, RateLimited, ServerUnavailable)))
        self._check()
        return str(token)

    def _rejection(self) -> Gap:
        return _EXPIRED if self._accepted else _NOT_ACCEPTED
