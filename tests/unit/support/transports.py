# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Transports and token clients for tests: their settings and options, and a transport that answers from a script."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.authkit.oauth.plugins.module_utils._http.model import (
    ONCE,
    HttpRequest,
    HttpResponse,
    Retries,
    Transport,
    TransportSettings,
)
from ansible_collections.authkit.oauth.plugins.module_utils._options.client import ClientOptions

MakeTransport = Callable[..., Transport]

TOKEN_URL = "https://login.example.org/realms/erp/protocol/openid-connect/token"
FINE: dict[str, object] = {"access_token": "abc.def.ghi", "token_type": "Bearer", "expires_in": 300}


def options(**values: Any) -> ClientOptions:
    """ClientOptions: client svc with a secret, at login.example.org, unless said otherwise."""
    given: dict[str, Any] = {"client_id": "svc", "client_secret": "hush", **values}
    if not {"issuer", "auth_server", "token_url"} & set(given):
        given.update(auth_server="https://login.example.org", realm="erp")
    return ClientOptions(**given)


def settings(**values: object) -> TransportSettings:
    """TransportSettings with a timeout that suits tests."""
    return TransportSettings(**{"timeout": 5.0, **values})  # type: ignore[arg-type]


@dataclass
class ScriptedTransport:
    """A Transport that answers in turn, the last answer forever, and keeps what was asked."""

    answers: list[HttpResponse]
    asked: list[HttpRequest] = field(default_factory=list)
    retries: list[Retries] = field(default_factory=list)

    def send(self, request: HttpRequest, retries: Retries = ONCE) -> HttpResponse:
        self.asked.append(request)
        self.retries.append(retries)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def close(self) -> None:
        """Nothing is open."""


def answer(
    body: object, status: int = 200, headers: Mapping[str, str] | None = None, url: str = TOKEN_URL
) -> HttpResponse:
    """An HttpResponse; a body that is not bytes goes as JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return HttpResponse(status, headers or {"content-type": "application/json"}, raw, url, 1, 0.01)
