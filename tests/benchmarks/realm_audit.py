# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times the realm check in this process, counts its requests, and creates large realms."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping, Sequence
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
from ansible_collections.authkit.oauth.plugins.module_utils._http.transports import requests_transport
from ansible_collections.authkit.oauth.plugins.module_utils._options.client import Layer, client_options
from ansible_collections.authkit.oauth.plugins.module_utils._realm.admin.gather import gather
from ansible_collections.authkit.oauth.plugins.module_utils._realm.audit import Result, audit
from ansible_collections.authkit.oauth.plugins.module_utils._realm.policy import policy_from
from ansible_collections.authkit.oauth.plugins.module_utils.token_client import TokenClient
from ansible_collections.authkit.oauth.tests.integration.support.auditors import Auditor
from ansible_collections.authkit.oauth.tests.servers.keycloak_admin import KeycloakAdmin

STRICT = {"check_profile": "strict", "levels": ["L3"], "fail_on": "high", "report_level": "info"}
#: Clients created by one request: Keycloak's time for a request grows with the square of their number.
_BATCH = 100


class Counting:
    """A transport that counts what it sends."""

    def __init__(self, inner: Transport) -> None:
        self._inner, self.sent = inner, 0

    def send(self, request: HttpRequest, retries: Retries = ONCE) -> HttpResponse:
        self.sent += 1
        return self._inner.send(request, retries)

    def close(self) -> None:
        self._inner.close()


@dataclass
class Tokens:
    """The auditor's tokens, fetched directly from the server."""

    who: Auditor
    transport: Transport
    current: str | None = field(default=None, repr=False)

    def token(self) -> str:
        if self.current is None:
            values = {name.removeprefix("authkit_"): value for name, value in self.who.variables.items()}
            options = client_options([Layer("call", values, {})])
            self.current = TokenClient(options, self.transport, print).fetch().access_token
        return self.current

    def renewed(self, rejected: str) -> str | None:
        if self.current == rejected:
            self.current = None
        return self.token()


@dataclass(frozen=True)
class Audit:
    """The findings and the cost of one audit."""

    found: Mapping[tuple[str, str], str]
    seconds: float
    requests: int

    @property
    def above_info(self) -> list[tuple[str, str]]:
        return [pair for pair, severity in self.found.items() if severity != "info"]


def audited(who: Auditor, realm: str) -> Audit:
    """Run one audit in this process, token request included."""
    transport = Counting(requests_transport(TransportSettings()))
    begin = time.perf_counter()
    try:
        snapshot = gather(who.server, realm, Tokens(who, transport), transport)
    finally:
        transport.close()
    results = audit(snapshot, policy_from(STRICT))
    seconds = time.perf_counter() - begin
    return Audit(dict(_found(results)), seconds, transport.sent)


def _found(results: Sequence[Result]) -> Iterator[tuple[tuple[str, str], str]]:
    for result in results:
        for judged in result.findings:
            yield (result.check.id, judged.finding.target), judged.severity


def further_requests(clients: int) -> float:
    """The most requests that so many more clients may cost: two each, a page of the listing per 50, and a few."""
    return 2 * clients + clients / 50 + 8


@contextlib.contextmanager
def large_realm(admin: KeycloakAdmin, clients: int, accounts: int, *, full_scope: bool = False) -> Iterator[str]:
    """A realm with many clients, by default of the most expensive kind. The first have service accounts.

    :param full_scope: whether the clients have full scope, as Keycloak makes them; without, each costs a request more.
    """
    with admin.temporary_realm({"realm": "large", "sslRequired": "external"}) as realm:
        for first in range(0, clients, _BATCH):
            admin.partial_import(realm, _batch(range(first, min(first + _BATCH, clients)), accounts, full_scope))
        yield realm


def _batch(numbers: Sequence[int], accounts: int, full_scope: bool) -> dict[str, Any]:
    with_accounts = [number for number in numbers if number < accounts]
    return {
        "clients": [_client(number, number < accounts, full_scope) for number in numbers],
        "users": [
            {"username": f"service-account-{name}", "enabled": True, "serviceAccountClientId": name}
            for name in map(_name, with_accounts)
        ],
    }


def _client(number: int, account: bool, full_scope: bool) -> dict[str, Any]:
    name = _name(number)
    return {
        "clientId": name,
        "secret": f"a-secret-of-{name}-that-is-long",
        "publicClient": False,
        "standardFlowEnabled": not account,
        "redirectUris": [] if account else [f"https://{name}.example.com/callback"],
        "serviceAccountsEnabled": account,
        "fullScopeAllowed": full_scope,
    }


def _name(number: int) -> str:
    return f"app-{number:05}"
