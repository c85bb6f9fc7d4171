# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The token endpoint of the tests' own server: authenticates clients, issues tokens and validates them."""

from __future__ import annotations

import base64
import binascii
import json
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming, Settings


@dataclass(frozen=True)
class Credentials:
    """A client's credentials and their method: ``client_secret_post``, ``client_secret_basic`` or ``none``."""

    client_id: str | None
    secret: str | None = field(repr=False)
    method: str


def authenticate(request: Incoming, form: Mapping[str, str]) -> Credentials:
    """Read the client's credentials; basic is form-decoded (RFC 6749 section 2.3.1)."""
    scheme, _space, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            client_id, _colon, secret = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return Credentials(None, None, "client_secret_basic")
        return Credentials(unquote_plus(client_id), unquote_plus(secret), "client_secret_basic")
    method = "client_secret_post" if "client_secret" in form else "none"
    return Credentials(form.get("client_id"), form.get("client_secret"), method)


class TokenDesk:
    """Issues tokens and knows which ones are valid. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until: dict[str, float] = {}
        self._revoked: set[str] = set()

    @property
    def issued(self) -> list[str]:
        """All tokens ever issued."""
        with self._lock:
            return list(self._until)

    def revoke(self) -> None:
        """Invalidate every token issued so far."""
        with self._lock:
            self._revoked.update(self._until)

    def alive(self, authorization: str) -> bool:
        """Whether an Authorization header has a valid bearer token."""
        scheme, _space, token = authorization.partition(" ")
        with self._lock:
            until = self._until.get(token, 0.0)
            return scheme.lower() == "bearer" and token not in self._revoked and time.monotonic() < until

    def answer(self, request: Incoming, clients: Mapping[str, str], settings: Settings) -> Answer:
        """Respond to a token request."""
        if settings.token_delay:
            time.sleep(settings.token_delay)
        if request.method != "POST":
            return Answer(405, None, {"Allow": "POST"})
        form = form_of(request)
        client = authenticate(request, form)
        refusal = _refusal(client, clients, settings)
        if refusal is not None:
            return refusal
        if form.get("grant_type") != "client_credentials":
            return Answer(400, {"error": "unsupported_grant_type"})
        return Answer(200, self._issue(client, form, settings), {"Cache-Control": "no-store"})

    def _issue(self, client: Credentials, form: Mapping[str, str], settings: Settings) -> dict[str, Any]:
        lifetime = settings.lifetime
        token = _jwt(client, lifetime) if settings.token_format == "jwt" else secrets.token_urlsafe(48)
        with self._lock:
            self._until[token] = time.monotonic() + (float("inf") if lifetime is None else lifetime)
        scope = settings.scope if settings.scope is not None else form.get("scope")
        body: dict[str, Any] = {"access_token": token, "token_type": settings.token_type}
        if scope is not None:
            body["scope"] = scope
        if lifetime is not None and settings.expires_in != "missing":
            seconds = int(lifetime)
            body["expires_in"] = str(seconds) if settings.expires_in == "string" else seconds
        return body


def form_of(request: Incoming) -> dict[str, str]:
    """The form of a request; of repeated fields, the last value."""
    return dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))


def _refusal(client: Credentials, clients: Mapping[str, str], settings: Settings) -> Answer | None:
    name = client.client_id or ""
    expected = clients.get(name)
    valid = [secret for secret in (expected, settings.second_secrets.get(name)) if secret is not None]
    if any(secrets.compare_digest(secret.encode(), (client.secret or "").encode()) for secret in valid):
        return None
    error = "invalid_client"
    if settings.wording == "keycloak":
        if expected is not None:
            error = "unauthorized_client"
        words = "Invalid client or Invalid client credentials"
        return Answer(401, {"error": error, "error_description": words})
    return Answer(401, {"error": error}, {"WWW-Authenticate": 'Basic realm="tests"'})


def _jwt(client: Credentials, lifetime: float | None) -> str:
    """A token in the form of a JWT. Nothing verifies it, so its signature is random."""
    now = int(time.time())
    claims: dict[str, Any] = {"iss": "counting", "sub": client.client_id, "iat": now, "jti": secrets.token_hex(8)}
    if lifetime is not None:
        claims["exp"] = now + int(lifetime)
    parts = [json.dumps(part).encode() for part in ({"alg": "HS256", "typ": "JWT"}, claims)]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in (*parts, secrets.token_bytes(32)))
