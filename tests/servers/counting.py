# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tests' own authorization server and API: it counts requests and misbehaves on demand.

In the test's process: ``with CountingServer(clients={"app": "secret"}) as server:``. In its own process, so that it
does not share the interpreter with what is measured: ``counting_process.py`` beside this file.

* ``POST /token`` and ``POST /realms/NAME/protocol/openid-connect/token``: client credentials grant (RFC 6749 section
  4.4), client authentication by post and by basic (section 2.3.1).
* ``GET .../.well-known/openid-configuration``: an OpenID Connect discovery document.
* anything below ``/api/``: requires a valid bearer token (RFC 6750) and echoes the request as JSON.
"""

from __future__ import annotations

import contextlib
import json
import ssl
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from ansible_collections.authkit.oauth.tests.servers.counted import CountedServer
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming, Settings
from ansible_collections.authkit.oauth.tests.servers.counting_tokens import TokenDesk, authenticate, form_of

DISCOVERY = "/.well-known/openid-configuration"
TOKEN_PATHS = ("/token", "/protocol/openid-connect/token")


class CountingServer(CountedServer):
    """Counts ``token``, ``api``, ``discovery`` and ``other`` requests. ``settings`` may be replaced at any time."""

    def __init__(
        self,
        clients: Mapping[str, str] | None = None,
        settings: Settings | None = None,
        *,
        tls: ssl.SSLContext | None = None,
        host: str = "127.0.0.1",
    ) -> None:
        self.clients = dict(clients or {})
        self.settings = settings or Settings()
        self._desk = TokenDesk()
        super().__init__(tls=tls, host=host)

    @property
    def token_url(self) -> str:
        """The token endpoint."""
        return f"{self.url}/token"

    @property
    def issued(self) -> list[str]:
        """The issued tokens, for tests that look for leaks. Never print them."""
        return self._desk.issued

    def revoke(self) -> None:
        """Reject every token issued so far."""
        self._desk.revoke()

    def kind(self, path: str) -> str:
        """See the module's docstring."""
        if path.endswith(DISCOVERY):
            return "discovery"
        if path.endswith(TOKEN_PATHS):
            return "token"
        return "api" if path == "/api" or path.startswith("/api/") else "other"

    def reply(self, kind: str, request: Incoming) -> Answer:
        """Tokens, the discovery document, or the API's echo."""
        if kind == "token":
            return self._desk.answer(request, self.clients, self.settings)
        if kind == "discovery":
            return self._discover(request)
        if kind == "api":
            return self._api(request)
        return Answer(404, {"error": "not_found"})

    def client(self, request: Incoming) -> tuple[str | None, tuple[str, ...]]:
        """The client of a token request, by post or by basic."""
        form = form_of(request)
        return authenticate(request, form).client_id, tuple(sorted(form))

    def _discover(self, request: Incoming) -> Answer:
        issuer = f"{self.url}{request.path.removesuffix(DISCOVERY)}"
        endpoint = f"{issuer}/protocol/openid-connect/token" if "/realms/" in issuer else f"{issuer}/token"
        return Answer(200, {"issuer": issuer, "token_endpoint": endpoint, "jwks_uri": f"{issuer}/jwks"})

    def _api(self, request: Incoming) -> Answer:
        time.sleep(self.settings.api_delay)
        if not self._desk.alive(request.headers.get("authorization", "")):
            return Answer(401, None, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
        return Answer(200, _echo(request))


def _echo(request: Incoming) -> dict[str, Any]:
    """The request as the API saw it, without header values."""
    content_type = request.headers.get("content-type", "")
    body: Any = request.body.decode("utf-8", "replace")
    if content_type.startswith("application/json"):
        with contextlib.suppress(ValueError):
            body = json.loads(body)
    elif content_type.startswith("application/x-www-form-urlencoded"):
        body = parse_qsl(body, keep_blank_values=True)
    return {
        "method": request.method,
        "path": request.path,
        "query": parse_qsl(request.query, keep_blank_values=True),
        "content_type": content_type,
        "body": body,
    }
