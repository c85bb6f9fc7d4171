# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requests to Keycloak's admin API that a rotation needs. The realm check has its own client, which only reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from ...module_utils._errors import NotJson, TokenRejected, UnknownRealm, rfc_code
from ...module_utils._http.model import BearerCredentials, HttpRequest, HttpResponse, Retries, Transport, parsed_json
from ...module_utils._urls import safe_url
from ...module_utils._words import quoted
from .errors import AdminRequestRefused, ClientNotFound, MissingRole

#: The longest answer: a client with ten thousand redirect URIs has about 1 MiB.
_LONGEST = 16 * 1024 * 1024
_ROLE = "manage-clients"
#: What Keycloak leaves out if the token may not see it, and would then remove; and what is not part of a client.
_NOT_SENT = ("defaultClientScopes", "optionalClientScopes", "protocolMappers", "access")

Client = dict[str, Any]


class Tokens(Protocol):
    """The source of access tokens."""

    def token(self) -> str:
        """The token to send. Raises AuthkitError."""

    def renewed(self, rejected: str) -> str | None:
        """Another token than the rejected one, or None. Raises AuthkitError."""


class AdminApi:
    """Reads and changes clients of one realm."""

    def __init__(self, server: str, realm: str, tokens: Tokens, transport: Transport, retries: int) -> None:
        self._realm, self._tokens, self._transport, self._retries = realm, tokens, transport, retries
        self._clients = f"{server.rstrip('/')}/admin/realms/{quote(realm, safe='')}/clients"

    def find(self, client_id: str) -> Client:
        """The client with this clientId.

        :raises ClientNotFound: there is none, or the token may not see it.
        """
        response = self._sent("GET", f"{self._clients}?{urlencode({'clientId': client_id})}")
        found = parsed_json(response.text())
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            raise _no_json(response)
        for client in found:
            if client.get("clientId") == client_id:
                return dict(client)
        raise ClientNotFound(
            f"The realm {quoted(self._realm)} has no client {quoted(client_id)} that the token may see: check "
            f"target_client_id, and give the connection's client the role {_ROLE} of realm-management."
        )

    def read(self, client: Client) -> Client:
        """The client as it is now."""
        response = self._sent("GET", self._at(client))
        return response.json_members() or _raise(_no_json(response))

    def write(self, client: Client) -> None:
        """Replaces the client. The whole is sent: Keycloak takes parts that are missing as switched off."""
        body = {name: value for name, value in client.items() if name not in _NOT_SENT}
        self._sent("PUT", self._at(client), json.dumps(body).encode())

    def regenerate(self, client: Client) -> str:
        """Has Keycloak make a new secret, and returns it."""
        # A second request would make a second secret, and so end the validity of the one before the first.
        response = self._sent("POST", f"{self._at(client)}/client-secret", b"{}", repeatable=False)
        value = response.json_members().get("value")
        return value if isinstance(value, str) and value else _raise(_no_json(response))

    def revoke_old(self, client: Client) -> None:
        """Ends the validity of the secret before the current one."""
        self._sent("DELETE", f"{self._at(client)}/client-secret/rotated")

    def _at(self, client: Client) -> str:
        return f"{self._clients}/{quote(str(client.get('id')), safe='')}"

    def _sent(self, method: str, url: str, body: bytes | None = None, *, repeatable: bool = True) -> HttpResponse:
        token = self._tokens.token()
        response = self._send(method, url, body, token, repeatable)
        if response.status == HTTPStatus.UNAUTHORIZED:
            other = self._tokens.renewed(token)
            response = response if other is None else self._send(method, url, body, other, repeatable)
        if not 200 <= response.status < 300:
            raise self._refusal(method, response)
        return response

    def _send(self, method: str, url: str, body: bytes | None, token: str, repeatable: bool) -> HttpResponse:
        headers = {"Accept": "application/json"} | ({} if body is None else {"Content-Type": "application/json"})
        request = HttpRequest(method, url, headers, body, BearerCredentials(token), _LONGEST)
        return self._transport.send(request, Retries(self._retries, repeatable=repeatable))

    def _refusal(self, method: str, response: HttpResponse) -> Exception:
        request, status = f"{method} {safe_url(response.url)}", response.status
        members = response.json_members()
        if status == HTTPStatus.UNAUTHORIZED:
            return TokenRejected(
                f"{request} was answered with 401: use the address under which the realm issues its tokens."
            )
        if status == HTTPStatus.FORBIDDEN:
            return MissingRole(
                f"{request} was answered with 403: give the service account of the connection's client the role "
                f"{_ROLE} of realm-management in the realm {quoted(self._realm)}."
            )
        if status == HTTPStatus.NOT_FOUND and members.get("error") == "Realm not found.":
            return UnknownRealm(
                f"The server has no realm {quoted(self._realm)}: check realm or target_realm; names are case-sensitive."
            )
        code = rfc_code(members.get("error"))
        because = f" ({code})" if code else ""
        if status == HTTPStatus.BAD_REQUEST:
            return AdminRequestRefused(
                f"Keycloak refused to change the client{because}: a client policy of the realm {quoted(self._realm)} "
                "does not allow the client as it is, so correct the client in the admin console first."
            )
        return AdminRequestRefused(
            f"{request} was answered with {status}{because}: check the server's address, version and log."
        )


def changed(client: Client, secret: str, created: object) -> Client:
    """The client with another secret, and the time of its creation, which Keycloak keeps for its own secrets only."""
    return {**client, "secret": secret, "attributes": {**attributes(client), "client.secret.creation.time": created}}


def attributes(client: Client) -> Mapping[str, Any]:
    found = client.get("attributes")
    return found if isinstance(found, Mapping) else {}


def _no_json(response: HttpResponse) -> NotJson:
    return NotJson(
        f"{safe_url(response.url)} was not answered as Keycloak does: check that auth_server or issuer is Keycloak's "
        "address, with its path (such as /auth) if it has one."
    )


def _raise(error: Exception) -> Any:
    raise error
