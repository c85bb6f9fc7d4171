# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The calls to Keycloak's admin API (Keycloak 26 Admin REST API) that tests need."""

from __future__ import annotations

import base64
import contextlib
import fcntl
import functools
import json
import secrets
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ansible_collections.authkit.oauth.tests.servers.prepared import cache_folder

#: The event that a client credentials request leaves, successful or not.
TOKEN_EVENTS = ("CLIENT_LOGIN", "CLIENT_LOGIN_ERROR")
#: Seconds after which the admin's own token is fetched again; the master realm issues tokens of 60 s.
ADMIN_TOKEN_USE = 30.0
MORE_THAN_ENOUGH = 1_000_000
#: Seconds that a response may take; importing a realm takes a minute on a busy machine.
PATIENCE = 180.0
CONFLICT = 409
KEY_PROVIDERS = "org.keycloak.keys.KeyProvider"
#: Providers that generate a key, and those that take an existing one instead.
TAKES_A_KEY = {"rsa-generated": "rsa", "rsa-enc-generated": "rsa-enc"}
#: The key providers of a realm that does not define any.
USUAL_KEYS = tuple(
    {"name": provider, "providerId": provider, "config": {"priority": ["100"], "algorithm": [algorithm]}}
    for provider, algorithm in (
        ("rsa-generated", "RS256"),
        ("rsa-enc-generated", "RSA-OAEP"),
        ("hmac-generated", "HS512"),
        ("aes-generated", "AES"),
    )
)


class AdminRefused(Exception):
    """Keycloak refused an admin request; the message names method, path and status, never a body."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class KeycloakAdmin:
    """The admin of a server's master realm. Not thread-safe."""

    def __init__(self, url: str, username: str, password: str) -> None:
        self.url = url.rstrip("/")
        self._login = {"grant_type": "password", "client_id": "admin-cli", "username": username, "password": password}
        self._session = requests.Session()
        self._session.trust_env = False  # no netrc, no proxy: this is the tests' own server
        self._token_until = 0.0

    def __repr__(self) -> str:
        return f"KeycloakAdmin({self.url!r})"

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def login(self, timeout: float = 30.0) -> None:
        """Get an admin token, which proves that this server has our password.

        :raises AdminRefused: it has not.
        :raises requests.RequestException: there is no usable response.
        """
        started = time.monotonic()
        url = f"{self.url}/realms/master/protocol/openid-connect/token"
        self._session.headers.pop("Authorization", None)
        answer = self._session.post(url, data=self._login, timeout=timeout)
        if answer.status_code != 200:
            raise AdminRefused(f"the admin's login at {self.url} was answered with {answer.status_code}")
        self._session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        self._token_until = started + ADMIN_TOKEN_USE

    def call(
        self, method: str, path: str, *, body: object = None, query: Sequence[tuple[str, str]] | None = None
    ) -> Any:
        """One admin request below ``/admin/realms``; returns the decoded JSON, or None for an empty response.

        :raises AdminRefused: any status but 2xx.
        """
        if time.monotonic() > self._token_until:
            self.login()
        headers = {"Content-Type": "application/json"} if body is not None else {}
        data = None if body is None else json.dumps(body)
        url = f"{self.url}/admin/realms{path}"
        answer = self._session.request(method, url, data=data, params=query, headers=headers, timeout=PATIENCE)
        if answer.status_code >= 300:
            said = f"{method} /admin/realms{path} was answered with {answer.status_code}"
            raise AdminRefused(said, answer.status_code)
        return answer.json() if answer.content else None

    def create_realm(self, representation: Mapping[str, Any], *, name: str | None = None) -> str:
        """Import a realm, under ``name`` if given; login events are recorded unless it says otherwise.

        Returns the realm's name.
        """
        realm = {"enabled": True, "eventsEnabled": True, "enabledEventTypes": list(TOKEN_EVENTS), **representation}
        if name is not None:
            realm["realm"] = name
            realm.pop("id", None)
        return self.import_realm(realm)

    def import_realm(self, representation: Mapping[str, Any]) -> str:
        """Import a realm exactly as it is; returns its name."""
        with _one_at_a_time():
            try:
                self.call("POST", "", body=representation)
            except requests.RequestException as error:
                self._create_again(representation, error)
        self._token_until = 0.0  # an admin token covers only the realms that existed when it was issued
        return str(representation["realm"])

    def _create_again(self, realm: Mapping[str, Any], error: requests.RequestException) -> None:
        """Import a realm again after the server did not respond; it may have processed the first request or not."""
        print(f"creating realm {realm['realm']} failed with {type(error).__name__}; trying once more", file=sys.stderr)
        with contextlib.suppress(AdminRefused):
            self.call("DELETE", _path(str(realm["realm"])))
        try:
            self.call("POST", "", body=realm)
        except AdminRefused as refused:
            if refused.status != CONFLICT:  # the first request was processed after all
                raise

    def partial_export(self, realm: str) -> dict[str, Any]:
        """The realm with its clients, groups and roles, as the server exports it: without its users."""
        query = [("exportClients", "true"), ("exportGroupsAndRoles", "true")]
        return dict(self.call("POST", f"/{realm}/partial-export", query=query))

    def delete_realm(self, realm: str) -> None:
        """Delete a realm with everything in it."""
        with _one_at_a_time():
            self.call("DELETE", _path(realm))

    def partial_import(self, realm: str, parts: Mapping[str, Any]) -> None:
        """Add clients, users and so on to a realm; none of them may exist."""
        self.call("POST", f"{_path(realm)}/partialImport", body={"ifResourceExists": "FAIL", **parts})

    @contextlib.contextmanager
    def temporary_realm(self, representation: Mapping[str, Any], *, name: str | None = None) -> Iterator[str]:
        """A realm with a unique name (or ``name``), deleted afterwards; yields the name."""
        stem = str(representation.get("realm", "realm"))
        realm = self.create_realm(with_keys(representation), name=name or f"{stem}-{secrets.token_hex(4)}")
        try:
            yield realm
        finally:
            self.delete_realm(realm)

    def update_realm(self, realm: str, changes: Mapping[str, Any]) -> None:
        """Change settings of a realm, for example ``accessTokenLifespan`` (seconds)."""
        self.call("PUT", _path(realm), body=dict(changes))

    def client(self, realm: str, client_id: str) -> dict[str, Any]:
        """A client's representation by its ``clientId``.

        :raises AdminRefused: there is no such client.
        """
        found = self.call("GET", _path(realm, "clients"), query=[("clientId", client_id)])
        if not found:
            raise AdminRefused(f"the realm {realm} has no client {client_id}")
        return dict(found[0])

    def update_client(self, realm: str, client_id: str, changes: Mapping[str, Any]) -> None:
        """Change settings of a client (``serviceAccountsEnabled``, ``secret``, ...)."""
        client = self.client(realm, client_id)
        self.call("PUT", _path(realm, "clients", str(client["id"])), body={**client, **changes})

    def rotate_secret(self, realm: str, client_id: str, secret: str | None = None) -> str:
        """Give a client a new secret (random by default) and return it; the old one is rejected from now on."""
        fresh = secret if secret is not None else secrets.token_urlsafe(24)
        self.update_client(realm, client_id, {"secret": fresh})
        return fresh

    def revoke_tokens(self, realm: str) -> None:
        """Make the server reject every token of the realm issued so far (its not-before policy).

        The policy counts whole seconds, so this waits for the next one: tokens fetched afterwards are valid.
        """
        not_before = int(time.time()) + 1
        self.update_realm(realm, {"notBefore": not_before})
        time.sleep(max(0.0, not_before - time.time()) + 0.05)

    def token_requests(self, realm: str, client_id: str | None = None, *, outcome: str | None = None) -> int:
        """The number of token requests that Keycloak has recorded as login events, successful or not.

        ``outcome`` restricts it to ``CLIENT_LOGIN`` or ``CLIENT_LOGIN_ERROR``.
        """
        query = [("type", kind) for kind in TOKEN_EVENTS if outcome in (None, kind)]
        query += [("max", str(MORE_THAN_ENOUGH))]
        if client_id is not None:
            query.append(("client", client_id))
        return len(self.call("GET", _path(realm, "events"), query=query))

    def clear_events(self, realm: str) -> None:
        """Forget the login events, so that counting starts at 0."""
        self.call("DELETE", _path(realm, "events"))


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """A lock for creating and deleting realms: concurrent requests make Keycloak's database fail or hang."""
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "realms.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def with_keys(representation: Mapping[str, Any]) -> dict[str, Any]:
    """The realm with RSA keys from this process, because Keycloak needs seconds of CPU time to generate each."""
    components = representation.get("components", {})
    providers = [_with_key(provider) for provider in components.get(KEY_PROVIDERS, USUAL_KEYS)]
    return {**representation, "components": {**components, KEY_PROVIDERS: providers}}


def _with_key(provider: Mapping[str, Any]) -> Mapping[str, Any]:
    taking = TAKES_A_KEY.get(str(provider["providerId"]))
    if taking is None:
        return provider
    config = dict(provider["config"])
    (size,) = config.pop("keySize", ["2048"])
    return {**provider, "providerId": taking, "config": {**config, "privateKey": [_private_key(int(size), taking)]}}


@functools.cache
def _private_key(size: int, _purpose: str) -> str:
    """A key for each purpose: two providers with the same key would publish it twice."""
    key = rsa.generate_private_key(65537, size)
    return base64.b64encode(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())).decode("ascii")


def _path(*parts: str) -> str:
    return "".join(f"/{quote(part, safe='')}" for part in parts)
