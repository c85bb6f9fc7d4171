# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A person's login by the device flow (RFC 8628), and its end.

The store keeps it in the connection's entry, so all other tasks and runs renew its tokens.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ...module_utils._errors import AuthkitError, InvalidOption, OptionError, RefreshTokenRefused
from ...module_utils._oauth.device import LONGEST_LIFE, NAME, awaited, device_code, no_endpoint
from ...module_utils._oauth.grants import authorization_fields, device_fields
from ...module_utils._oauth.jwt_parts import unverified_claims
from ...module_utils._oauth.pkce import new_verifier
from ...module_utils._words import quoted
from ...module_utils.token_client import TokenClient
from .._events import REQUEST, count
from .._fetching import fetched, transport_for
from .._revoking import revoke_all, tokens_of
from .._secrets import register
from .._store.held import forget, held
from .._store.store import FileStore, open_store, store_key
from .prompt import prompt

if TYPE_CHECKING:
    from ...module_utils._http.model import HttpResponse, Transport
    from ...module_utils._oauth.device import DeviceCode
    from ...module_utils._oauth.refresh import RefreshToken
    from ...module_utils._oauth.request_facts import RequestFacts
    from ...module_utils._oauth.token import Token
    from ...module_utils._options.client import ClientOptions
    from .._store.entry import Entry

    Warn = Callable[[str], None]

#: Seconds to wait for the login that another process has begun: longer than any code is valid.
PATIENCE = LONGEST_LIFE + 120.0
#: Claims that name a person, the most readable first.
_NAMES = ("preferred_username", "email", "sub")


class LoginNotKept(OptionError):
    """The login could not be kept for other tasks and runs. Set cache to file, and make its directory usable."""


@dataclass
class Login:
    """A login of this connection's person.

    :param options: of the connection.
    :param show: shows text to a person; None: nobody would see it.
    :param terminal: whether that text goes to a terminal.
    :param warn: receives warnings, never a secret.
    """

    options: ClientOptions
    show: Callable[[str], None] | None
    terminal: bool
    warn: Warn
    prompted: bool = False

    def token(self) -> Token:
        """A valid token of the person, who signs in if nobody is logged in.

        However many processes want one, a single one prompts, and the others wait for it.

        :raises NotLoggedIn: nobody is logged in, and nobody would see a prompt.
        :raises AuthkitError: there is no token for another reason.
        """
        store, key = person_store(self.options, PATIENCE), store_key(self.options)
        for again in (True, False):
            try:
                token = store.get(key, self._ask, renewal=(self._renew, None), warn=self.warn)
                break
            except RefreshTokenRefused:  # the old login has ended, and the store has dropped it
                if not again:
                    raise
        register(token.access_token)
        return token

    def _renew(self, refresh: RefreshToken) -> Token:
        return fetched(self.options, self.warn, refresh)

    def _ask(self) -> Token:
        if self.show is None:
            return fetched(self.options, self.warn)  # raises NotLoggedIn
        with closing(transport_for(self.options.transport_settings, self.warn)) as transport:
            token = DeviceFlow(self.options, transport, self._prompt, self.warn).token()
        self.prompted = True
        if token.refresh is None:
            self.warn(
                f"The server issued no refresh token to the client {quoted(self.options.client_id)}, so this login "
                f"ends in {token.expires_at - token.issued_at:.0f} s: add offline_access to scope, or allow refresh "
                "tokens at the server."
            )
        return token

    def _prompt(self, code: DeviceCode) -> None:
        if self.show is not None:
            self.show(prompt(code, self.options.client_id, terminal=self.terminal))


@dataclass
class DeviceFlow:
    """One login.

    :param show: shows the code to the person.
    :param warn: receives warnings, never a secret.
    """

    options: ClientOptions
    transport: Transport
    show: Callable[[DeviceCode], None]
    warn: Callable[[str], None]
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _asked_at: float = field(default=0.0, init=False)
    _verifier: str | None = field(default_factory=new_verifier, init=False, repr=False)

    def token(self) -> Token:
        """The token of the person, once signed in.

        :raises AuthkitError: the server cannot be reached or refuses, the person refuses, or nobody comes in time.
        """
        client = TokenClient(self.options, self.transport, self.warn)
        at = client.facts()
        begins_at = client.device_endpoint()
        if begins_at is None:
            raise no_endpoint(at, known=False)
        code = self._code(client, replace(at, endpoint=begins_at))
        register(code.device_code)
        self.show(code)
        key = client.dpop_key()
        response = awaited(code, lambda: self._ask(client, code, at, key), at, clock=self.clock, sleep=self.sleep)
        return client.token_in(response, at, self._asked_at, key)

    def _code(self, client: TokenClient, at: RequestFacts) -> DeviceCode:
        asked_at = self.clock()
        register(self._verifier or "")
        response = client.post(at.endpoint, authorization_fields(self.options, self._verifier))
        if response.json_members().get("error") == "invalid_request":
            # Google, for one, refuses parameters that it knows from other grants.
            self._verifier = None
            response = client.post(at.endpoint, authorization_fields(self.options))
        if response.status in (404, 405) and "error" not in response.json_members():
            raise no_endpoint(at)
        answer = client.answer_in(response, at)
        return device_code(answer, at, allow_http=self.options.allow_http, asked_at=asked_at)

    def _ask(self, client: TokenClient, code: DeviceCode, at: RequestFacts, key: str | None) -> HttpResponse:
        fields = device_fields(code.device_code, self._verifier)
        self._asked_at = time.time()  # before sending: see TokenClient
        count(self.options, REQUEST)
        return client.post(at.endpoint, fields, dpop_key=key, retries=0)


def person_store(options: ClientOptions, patience: float) -> FileStore:
    """The store that keeps a person's login.

    :raises InvalidOption: the connection is not for a person.
    :raises LoginNotKept: no file can keep it.
    """
    if options.grant_type != NAME:
        raise InvalidOption(
            f"grant_type is {options.grant_type}, for which nobody logs in: set it to {NAME} beside client_id, so "
            "that the lookup and the modules use the login as well."
        )
    reasons: list[str] = []
    store = open_store(options.cache, reasons.append, patience=patience)
    if isinstance(store, FileStore):
        return store
    raise LoginNotKept(
        reasons[0].partition(": ")[0] + ", so a login would be lost when this task ends: correct that first."
        if reasons
        else f"cache is {options.cache}, so a login would be lost when this task ends: set cache to file."
    )


def login_result(login: Login, token: Token) -> dict[str, Any]:
    """The result of a login: who it is and for how long, without a token."""
    options = login.options
    refresh = kept_login(options).refresh
    ends = token.expires_at if refresh is None else refresh.expires_at
    user = user_of(token)
    return {
        "changed": login.prompted,
        "msg": f"{user or 'A person'} is logged in for the client {quoted(options.client_id)}.",
        "user": user,
        "scope": token.scope,
        "token_expires_at": int(token.expires_at),
        "login_expires_at": None if ends is None else int(ends),
    }


def kept_login(options: ClientOptions) -> Entry:
    """What the store keeps of the login, without a request.

    :raises AuthkitError: no file can keep one.
    """
    store = person_store(options, PATIENCE)
    try:
        return held(store, store_key(options))
    finally:
        store.close()


def user_of(token: Token) -> str | None:
    """Who is logged in, as the token says; not verified. None for an opaque token."""
    claims = unverified_claims(token.access_token) or {}
    found = (claims.get(name) for name in _NAMES)
    name = next((each for each in found if isinstance(each, str) and each), None)
    return None if name is None else quoted(name)[1:-1]


def status(options: ClientOptions) -> list[str]:
    """Who is logged in and for how long, in two lines; none for a connection without a login."""
    if options.grant_type != NAME:
        return []
    try:
        entry = kept_login(options)
    except AuthkitError:  # the request for a token says so
        return []
    if entry.token is None:
        return []
    user = user_of(entry.token)
    who = f"{user} is logged in, as the token says (not verified)" if user else "A person is logged in"
    if entry.refresh is None:
        return [who, f"The login ends in {_left(entry.token.expires_at)}, as the server issued no refresh token"]
    if entry.refresh.expires_at is None:
        return [who, "The server does not say when the login ends"]
    return [who, f"The login ends in {_left(entry.refresh.expires_at)} unless it is used before"]


def _left(when: float) -> str:
    minutes = max(when - time.time(), 0.0) / 60
    if minutes < 120:
        return f"{minutes:.0f} minutes"
    return f"{minutes / 60:.0f} hours" if minutes < 48 * 60 else f"{minutes / 1440:.0f} days"


def logged_out(options: ClientOptions, warn: Warn, *, check_mode: bool = False) -> dict[str, Any]:
    """The result of a logout.

    :param warn: receives why the server did not revoke the login.
    :raises AuthkitError: the store cannot forget the login.
    """
    store, key = person_store(options, PATIENCE), store_key(options)
    revoked: list[bool] = []

    def revoke(entry: Entry) -> None:
        revoked.append(_revoked(options, entry, warn))

    try:
        if check_mode:
            entry = held(store, key)
            found = entry.token is not None or entry.refresh is not None
        else:
            found = forget(store, key, revoke)
    finally:
        store.close()
    client = quoted(options.client_id)
    said = (
        f"The login for the client {client} has ended." if found else f"Nobody was logged in for the client {client}."
    )
    return {"changed": found, "msg": said, "revoked": any(revoked)}


def _revoked(options: ClientOptions, entry: Entry, warn: Warn) -> bool:
    """Whether the server revoked the login. If not, a warning says why, and that it lasts until it expires."""
    try:
        # Those issued with the refresh token are revoked, too (RFC 7009 section 2.1).
        value, kind = next(iter(tokens_of(entry).items()))
        revoke_all({value: kind}, options, warn)
    except AuthkitError as error:
        error.name_sources(options.sources(type(error)))
        warn(
            "The login was forgotten here, but not revoked at the server, where it stays valid until it expires or is "
            f"ended there: {error.message}"
        )
        return False
    return True
