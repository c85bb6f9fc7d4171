# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rotates the secret of one client, in steps after each of which some secret works and is kept.

Where Keycloak keeps two secrets valid (a client policy with the executor secret-rotation), it makes the new one: kept,
proven, and only then the one in use. Elsewhere the new secret is made here, and kept before Keycloak gets it. A later
run finds what a killed one has left, and finishes or undoes it.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...module_utils._errors import AuthkitError
from ...module_utils._words import quoted
from .admin import AdminApi, Client, attributes, changed
from .errors import AdminRequestRefused, ClientNotRotatable, MissingRole, RotationFailed
from .keeper import Keeper

#: Bytes of a secret that is made here; as hexadecimal digits, which need no encoding anywhere.
_BYTES = 32
#: How a client with a secret authenticates: Keycloak's name, and that of client_auth_method.
_METHODS = {"client-secret": "client_secret_post", "client-secret-jwt": "client_secret_jwt"}
_CREATED = "client.secret.creation.time"
_EXPIRES = "client.secret.expiration.time"
_OLD, _OLD_EXPIRES = "client.secret.rotated", "client.secret.rotated.expiration.time"


@dataclass(frozen=True)
class Wish:
    """What the task asks for.

    :param max_age: seconds; None rotates in any case.
    :param only_prepare: keep the new secret, but leave the one in use.
    :param revoke_old: end the validity of the old secret once the new one is in use.
    """

    client_id: str
    max_age: float | None = None
    only_prepare: bool = False
    revoke_old: bool = False


class Rotation:
    """One client's secret.

    :param prove: requests a token with a secret and a client_auth_method. Raises AuthkitError if the server refuses it.
    :param hide: receives secrets, to mask them.
    """

    def __init__(
        self,
        api: AdminApi,
        keeper: Keeper,
        wish: Wish,
        *,
        prove: Callable[[str, str], None],
        hide: Callable[[str], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._api, self._keeper, self._wish = api, keeper, wish
        self._request_token, self._hide, self._clock = prove, hide, clock
        self._method = _METHODS["client-secret"]
        self._kept, self._following = keeper.current(), keeper.following()
        for secret in (self._kept, self._following):
            if secret is not None:
                hide(secret)

    def foresee(self) -> dict[str, Any]:
        """The result that run() would have. Changes nothing."""
        client = self._client()
        return self._outcome(client, self._step(client), would=True)

    def run(self) -> dict[str, Any]:
        """Takes the steps that are missing.

        :raises AuthkitError: a step failed; a secret that works is kept.
        """
        self._keeper.sweep()
        client = self._client()
        step = self._step(client)
        if step == "hand over":
            self._prove(_secret(client))
            self._keeper.keep(_secret(client))
        elif step:
            if step == "rotate":
                self._make(client)
            if not self._wish.only_prepare:
                self._finish(client)
        return self._outcome(self._api.read(client), step, would=False)

    def _client(self) -> Client:
        client = self._api.find(self._wish.client_id)
        _refuse_unfit(client)
        self._hide(_secret(client))
        self._method = _METHODS[str(client.get("clientAuthenticatorType"))]
        return client

    def _prove(self, secret: str) -> None:
        self._request_token(secret, self._method)

    def _step(self, client: Client) -> str:
        """What has to be done first: finish, rotate, hand over; empty if there is nothing to do."""
        if self._following is not None:
            return "" if self._wish.only_prepare else "finish"
        age = self._age(client)
        if self._wish.max_age is None or age is None or age > self._wish.max_age:
            return "rotate"
        return "" if self._kept == _secret(client) or self._wish.only_prepare else "hand over"

    def _age(self, client: Client) -> float | None:
        created = _seconds(client, _CREATED)
        return None if created is None else self._clock() - created

    def _make(self, client: Client) -> None:
        """Has and keeps a new secret, which Keycloak makes if the old one then stays valid."""
        old = _secret(client)
        if not self._expired(client):
            self._prove_before(old)
        self._api.write(client)  # a client policy shows in what it adds to the client, or removes from it
        client = self._api.read(client)
        self._hide(_secret(client))
        if _secret(client) != old:  # it had expired, and the policy has replaced it
            self._prepare(_secret(client))
        elif _seconds(client, _EXPIRES) is None:
            self._prepare(secrets.token_hex(_BYTES))
        else:
            self._prepare(self._api.regenerate(client))
            self._keep_valid(client, old)

    def _keep_valid(self, client: Client, old: str) -> None:
        """Makes the old secret the current one again if the policy keeps none and it is still in use."""
        now = self._api.read(client)
        if self._wish.only_prepare and attributes(now).get(_OLD) != old:
            self._api.write(changed(now, old, attributes(client).get(_CREATED)))

    def _prove_before(self, old: str) -> None:
        """A client that gets no token now would get none with the new secret either, and nothing would prove it."""
        try:
            self._prove(old)
        except AuthkitError as error:
            sentence = str(error.args[0])
        else:
            return
        raise ClientNotRotatable(
            f"No token proves the present secret of the client {quoted(self._wish.client_id)}, so none would prove a "
            f"new one, and nothing was changed: {sentence}"
        )

    def _prepare(self, secret: str) -> None:
        self._hide(secret)
        self._keeper.prepare(secret)
        self._following = secret

    def _finish(self, client: Client) -> None:
        """Makes the secret that follows the client's, unless it is, and the one in use once it is proven."""
        new = self._keeper.following() or ""
        now = self._api.read(client)
        before = now if _secret(now) != new else None
        if before is not None:
            self._put(changed(now, new, str(int(self._clock()))))
        try:
            self._prove(new)
        except AuthkitError as error:
            sentence = str(error.args[0])
        else:
            self._keeper.promote()
            if self._wish.revoke_old:
                self._api.revoke_old(client)
            return
        raise RotationFailed(f"{self._undone(now, before)}: {sentence}")

    def _put(self, client: Client) -> None:
        try:
            self._api.write(client)
        except AdminRequestRefused:
            self._keeper.drop_following()  # Keycloak has not taken it
            raise

    def _undone(self, now: Client, before: Client | None) -> str:
        """Puts the old secret back, and says how that went."""
        of_client = f"of the client {quoted(self._wish.client_id)}"
        kept = f"it is kept in {quoted(self._keeper.following_path)}, so run the task again"
        old = _secret(before) if before else _old(now) or self._kept
        if old in (None, self._following):
            return f"The new secret {of_client} is not proven, and no old one is known; {kept}"
        try:
            self._api.write(before or changed(now, old, None))
        except AuthkitError:
            return f"The new secret {of_client} is not proven, and the old one could not be put back; {kept}"
        self._keeper.drop_following()
        return f"The new secret {of_client} is not proven, and the old one is in force again"

    def _expired(self, client: Client) -> bool:
        end = _seconds(client, _EXPIRES)
        return end is not None and end <= self._clock()

    def _outcome(self, client: Client, step: str, *, would: bool) -> dict[str, Any]:
        until = _seconds(client, _OLD_EXPIRES) if _old(client) else None
        created = _seconds(client, _CREATED)
        return {
            "changed": bool(step),
            "msg": _sentence(self._wish, step, self._keeper, would=would),
            "client_id": self._wish.client_id,
            "path": self._keeper.path,
            "prepared": self._keeper.following() is not None,
            "prepared_path": self._keeper.following_path,
            "created": None if created is None else int(created),
            "old_valid_until": int(until) if until is not None and until > self._clock() else None,
        }


def _sentence(wish: Wish, step: str, keeper: Keeper, *, would: bool) -> str:
    of_client = f"of the client {quoted(wish.client_id)}"
    if not step:
        if wish.only_prepare and keeper.following() is not None:
            return f"A new secret {of_client} is already prepared in {quoted(keeper.following_path)}."
        return f"The secret {of_client} is recent enough."
    if wish.only_prepare:
        return f"A new secret {of_client} {_verb('prepared', would)} in {quoted(keeper.following_path)}."
    if step == "hand over":
        return f"The current secret {of_client} {_verb('written', would)} to {quoted(keeper.path)}."
    if step == "finish":
        return f"The prepared secret {of_client} {_verb('put into use', would)}."
    return f"The secret {of_client} {_verb('rotated', would)}."


def _verb(done: str, would: bool) -> str:
    return f"would be {done}" if would else f"was {done}"


def _refuse_unfit(client: Client) -> None:
    """Refuses clients that have no secret, or whose secret this cannot change."""
    name = quoted(str(client.get("clientId")))
    method, secret = client.get("clientAuthenticatorType"), client.get("secret")
    access = client.get("access")
    if isinstance(access, dict) and access.get("configure") is False:
        raise MissingRole(
            f"The token may read the client {name} but not change it: give the service account of the connection's "
            "client the role manage-clients of realm-management."
        )
    if client.get("publicClient"):
        raise ClientNotRotatable(f"The client {name} is public, so it has no secret: name a confidential client.")
    if client.get("bearerOnly"):
        raise ClientNotRotatable(f"The client {name} is bearer-only and requests no tokens: name another client.")
    if method not in _METHODS:
        raise ClientNotRotatable(
            f"The client {name} authenticates with {quoted(str(method))}: set its authenticator to 'Client Id and "
            "Secret', or rotate its key where it is kept."
        )
    if not isinstance(secret, str) or not secret:
        raise ClientNotRotatable(f"The client {name} has no secret: generate one in the admin console first.")
    if secret.startswith("${vault."):
        raise ClientNotRotatable(f"The secret of the client {name} is in Keycloak's vault: rotate it there.")


def _secret(client: Client) -> str:
    return str(client.get("secret"))


def _old(client: Client) -> str | None:
    found = attributes(client).get(_OLD)
    return found if isinstance(found, str) and found else None


def _seconds(client: Client, name: str) -> float | None:
    """A time of the client, in Unix seconds; None if it is not set."""
    text = str(attributes(client).get(name) or "")
    return float(text) if text.isdecimal() and int(text) > 0 else None
