# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``make bench-realm-check``: the realm check side by side with kcwarden, and on realms with many clients.

Both look at the same realms of one Keycloak in one run, and both times hold what they read from the server.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ansible_collections.authkit.oauth.plugins.module_utils._http import (
    ONCE,
    HttpRequest,
    HttpResponse,
    Retries,
    Transport,
    TransportSettings,
    requests_transport,
)
from ansible_collections.authkit.oauth.plugins.module_utils._options import Layer, client_options
from ansible_collections.authkit.oauth.plugins.module_utils._realm.audit import Result, audit
from ansible_collections.authkit.oauth.plugins.module_utils._realm.gather import gather
from ansible_collections.authkit.oauth.plugins.module_utils._realm.policy import policy_from
from ansible_collections.authkit.oauth.plugins.module_utils.token_client import TokenClient
from ansible_collections.authkit.oauth.tests.benchmarks.kcwarden import Warden, kcwarden
from ansible_collections.authkit.oauth.tests.integration.support.auditors import (
    Auditor,
    auditor,
    expected_findings,
    fixture_realm,
)
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak, keycloak
from ansible_collections.authkit.oauth.tests.tools.bench import table
from ansible_collections.authkit.oauth.tests.tools.processes import say
from ansible_collections.authkit.oauth.tests.tools.runs import run_folder

REPEATS = 5
#: Clients and, of these, service accounts.
LARGE = ((500, 250), (2000, 250))
STRICT = {"check_profile": "strict", "levels": ["L3"], "fail_on": "high", "report_level": "info"}


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
    """The auditor's tokens, straight from the server."""

    who: Auditor
    transport: Transport
    current: str | None = field(default=None, repr=False)

    def token(self) -> str:
        if self.current is None:
            values = {name.removeprefix("authkit_"): value for name, value in self.who.variables.items()}
            options = client_options([Layer("call", values, {})])
            self.current = TokenClient(options, self.transport, say).fetch().access_token
        return self.current

    def renewed(self, rejected: str) -> str | None:
        if self.current == rejected:
            self.current = None
        return self.token()


@dataclass(frozen=True)
class Ours:
    """One audit of ours: what it found, and what it cost."""

    found: Mapping[tuple[str, str], str]
    seconds: float
    requests: int

    @property
    def above_info(self) -> list[tuple[str, str]]:
        return [pair for pair, severity in self.found.items() if severity != "info"]


def main(words: list[str]) -> int:
    """Measure, and print the tables. ``words`` may hold the number of repeats (5)."""
    repeats = int(words[0]) if words else REPEATS
    with run_folder("bench-realm-check") as folder, keycloak(folder, say) as server:
        lines = [*_side_by_side(server, folder, repeats), "", *_large(server, repeats)]
    for line in lines:
        say(line)
    return 0


def _side_by_side(server: Keycloak, folder: Path, repeats: int) -> list[str]:
    """Both on the planted and the hardened realm."""
    rows = [("", "faults found", "missed", "above info on the hardened realm", "seconds a realm")]
    ours: dict[str, Ours] = {}
    theirs: dict[str, Warden] = {}
    seconds: dict[str, list[float]] = {"ours": [], "theirs": []}
    for kind in ("planted", "hardened"):
        with (
            server.admin.temporary_realm(fixture_realm(kind)) as realm,
            auditor(server.admin, [realm]) as who,
        ):
            for _repeat in range(repeats):
                ours[kind], theirs[kind] = audited(who, realm), kcwarden(server, realm, folder)
                seconds["ours"].append(ours[kind].seconds)
                seconds["theirs"].append(theirs[kind].seconds)
            if kind == "planted":
                expected = expected_findings("planted", realm)
    found = {"ours": expected & set(ours["planted"].found), "theirs": expected & theirs["planted"].found}
    wrong = {"ours": len(ours["hardened"].above_info), "theirs": len(theirs["hardened"].above_info)}
    for name, words in (("ours", "authkit.oauth.realm_check, strict"), ("theirs", "kcwarden")):
        rows.append(
            (
                words,
                f"{len(found[name])} of {len(expected)}",
                str(len(expected - found[name])),
                str(wrong[name]),
                _spread(seconds[name]),
            )
        )
    return [f"The planted and the hardened realm, {repeats} times each; median (smallest - largest)", "", *table(rows)]


def _large(server: Keycloak, repeats: int) -> list[str]:
    """Ours on realms with many clients."""
    rows = [("clients", "service accounts", "requests", "seconds")]
    for clients, accounts in LARGE:
        say(f"making a realm of {clients} clients")
        with (
            server.admin.temporary_realm(large_realm(clients, accounts)) as realm,
            auditor(server.admin, [realm]) as who,
        ):
            runs = [audited(who, realm) for _repeat in range(repeats)]
        seconds = [run.seconds for run in runs]
        rows.append((str(clients), str(accounts), str(runs[-1].requests), _spread(seconds)))
    return ["Realms with many clients", "", *table(rows)]


def audited(who: Auditor, realm: str) -> Ours:
    """One audit in this process, its token request included."""
    transport = Counting(requests_transport(TransportSettings()))
    begin = time.perf_counter()
    try:
        snapshot = gather(who.server, realm, Tokens(who, transport), transport)
    finally:
        transport.close()
    results = audit(snapshot, policy_from(STRICT))
    seconds = time.perf_counter() - begin
    return Ours(dict(_found(results)), seconds, transport.sent)


def _found(results: Sequence[Result]) -> Iterator[tuple[tuple[str, str], str]]:
    for result in results:
        for judged in result.findings:
            yield (result.check.id, judged.finding.target), judged.severity


def large_realm(clients: int, accounts: int) -> dict[str, Any]:
    """A realm of many clients, some of which have service accounts, every fifth without full scope."""
    names = [f"app-{number:05}" for number in range(clients)]
    return {
        "realm": "large",
        "sslRequired": "external",
        "clients": [
            {
                "clientId": name,
                "secret": f"a-secret-of-{name}-that-is-long",
                "publicClient": False,
                "standardFlowEnabled": number >= accounts,
                "redirectUris": [f"https://{name}.example.com/callback"] if number >= accounts else [],
                "serviceAccountsEnabled": number < accounts,
                "fullScopeAllowed": number % 5 != 0,
            }
            for number, name in enumerate(names)
        ],
        "users": [
            {"username": f"service-account-{name}", "enabled": True, "serviceAccountClientId": name}
            for name in names[:accounts]
        ],
    }


def _spread(seconds: Sequence[float]) -> str:
    return f"{statistics.median(seconds):.2f} ({min(seconds):.2f} - {max(seconds):.2f})"
