# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One rotation, from a task's options to its result: the tokens of the administrator, and the proof of the target."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from ...module_utils._errors import (
    AuthkitError,
    ClientAuthenticationFailed,
    HostNotAllowed,
    InvalidOption,
    ProofRefused,
    ServiceAccountsDisabled,
    WrongClientSecret,
)
from ...module_utils._http.model import Transport
from ...module_utils._oauth.dpop import ProvingTransport
from ...module_utils._options.client import ClientOptions
from ...module_utils._options.where import read_realm
from ...module_utils._realm.target import server_and_realm
from ...module_utils._urls import host_allowed, host_and_port
from ...module_utils.token_client import TokenClient
from .._events import REQUEST, count
from .._tokens import token_for
from .admin import AdminApi
from .keeper import opened
from .rotation import Rotation, Wish

_AGE = re.compile(r"([0-9]{1,9})([smhdw]?)")
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def wish_of(own: Mapping[str, Any], options: ClientOptions) -> Wish:
    """What a task's arguments ask for. Raises InvalidOption."""
    return Wish(
        client_id=own.get("target_client_id") or options.client_id,
        max_age=_seconds(own.get("max_age")),
        only_prepare=own.get("state") == "prepared",
        revoke_old=bool(own.get("revoke_old")),
    )


def _seconds(given: str | None) -> float | None:
    if given is None:
        return None
    found = _AGE.fullmatch(given.strip())
    if found is None:
        raise InvalidOption("max_age must be a number with s, m, h, d or w behind it, such as 30d, or one of seconds.")
    return float(int(found[1]) * _UNITS[found[2]])


class Job:
    """A task's rotation.

    :param options: of the connection, whose client has the right to change clients.
    :param target_realm: None for the connection's realm.
    :raises OptionError: the connection is not one to Keycloak, or must not get a token.
    """

    def __init__(
        self,
        options: ClientOptions,
        target_realm: str | None,
        wish: Wish,
        *,
        warn: Callable[[str], None],
        hide: Callable[..., None],
    ) -> None:
        self._options, self._wish, self._warn, self._hide = options, wish, warn, hide
        self._server, realm = server_and_realm(options)
        self._realm = read_realm(target_realm, "target_realm") if target_realm else realm
        if self._realm in (".", ".."):
            raise InvalidOption("target_realm must be the name of a realm, and a URL cannot contain this one.")
        own = (wish.client_id, self._realm) == (options.client_id, realm)
        self._tokens = _AdminTokens(options, warn=warn, hide=hide, rotates_itself=own)
        if options.allowed_hosts and not host_allowed(self._server, options.allowed_hosts):
            raise HostNotAllowed(
                f"The server is {host_and_port(self._server)}, which allowed_hosts does not name, so the client's "
                "token was not sent there: add the host to allowed_hosts if you trust it."
            )

    def run(self, path: str, transport: Transport, *, check_mode: bool) -> dict[str, Any]:
        """The task's result.

        :param path: absolute, of the file that keeps the secret.
        """

        def prove(secret: str, method: str) -> None:
            self._prove(secret, method, transport)

        with opened(path) as keeper:
            proving = ProvingTransport(transport, self._tokens.keys)
            api = AdminApi(self._server, self._realm, self._tokens, proving, self._options.retries)
            rotation = Rotation(api, keeper, self._wish, prove=prove, hide=self._seen)
            return rotation.foresee() if check_mode else rotation.run()

    def _seen(self, secret: str) -> None:
        self._hide(secret)
        self._tokens.try_also(secret)

    def _prove(self, secret: str, method: str, transport: Transport) -> None:
        """Requests a token as the target. Raises AuthkitError."""
        options = self._options
        target = ClientOptions(
            self._wish.client_id,
            secret,
            auth_server=self._server,
            realm=self._realm,
            client_auth_method=method,
            allow_http=options.allow_http,
            retries=options.retries,
        )
        with suppress(ServiceAccountsDisabled, ProofRefused):  # Keycloak says so only to a client with the right secret
            count(target, REQUEST)
            self._hide(TokenClient(target, transport, self._warn).fetch().access_token)


class _AdminTokens:
    """Tokens of the connection's client. One that rotates itself may have another secret by now.

    :ivar keys: access token -> its key, of those that are bound to one (DPoP).
    """

    def __init__(
        self, options: ClientOptions, *, warn: Callable[[str], None], hide: Callable[..., None], rotates_itself: bool
    ) -> None:
        self._options, self._warn, self._hide = options, warn, hide
        self._others: list[str] | None = [] if rotates_itself and options.client_secret else None
        self._current: str | None = None
        self.keys: dict[str, str] = {}

    def try_also(self, secret: str) -> None:
        """A secret that the client may have now, the newest last."""
        if self._others is not None and secret != self._options.client_secret:
            self._others.append(secret)

    def token(self) -> str:
        if self._current is None:
            self._current = self._requested(None)
        return self._current

    def renewed(self, rejected: str) -> str | None:
        self._current = self._requested(rejected)
        return None if self._current == rejected else self._current

    def _requested(self, rejected: str | None) -> str:
        try:
            return self._of(self._options, rejected)
        except (WrongClientSecret, ClientAuthenticationFailed) as error:
            refused = error
        for secret in reversed(self._others or ()):
            try:
                return self._of(self._options.replaced(client_secret=secret), rejected)
            except AuthkitError:
                continue
        raise refused

    def _of(self, options: ClientOptions, rejected: str | None) -> str:
        found = token_for(options, rejected=rejected, warn=self._warn)
        token = found.access_token
        self._hide(token)
        if found.dpop_key is not None:
            self.keys[token] = found.dpop_key
        return token
