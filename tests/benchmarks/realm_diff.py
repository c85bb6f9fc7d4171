# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times the realm diff in this process, and counts its requests."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from ansible_collections.authkit.oauth.plugins.module_utils._http.model import TransportSettings
from ansible_collections.authkit.oauth.plugins.module_utils._http.transports import requests_transport
from ansible_collections.authkit.oauth.plugins.module_utils._realm.admin.side_by_side import mapped
from ansible_collections.authkit.oauth.plugins.plugin_utils._realm_diff import report as reports
from ansible_collections.authkit.oauth.plugins.plugin_utils._realm_diff.from_file import side_of
from ansible_collections.authkit.oauth.plugins.plugin_utils._realm_diff.live import Live
from ansible_collections.authkit.oauth.plugins.plugin_utils._realm_diff.side import Side
from ansible_collections.authkit.oauth.tests.benchmarks.realm_audit import Counting, Tokens, large_realm
from ansible_collections.authkit.oauth.tests.benchmarks.tables import Bound, spread, table
from ansible_collections.authkit.oauth.tests.integration.support.auditors import Auditor, auditor
from ansible_collections.authkit.oauth.tests.integration.support.diff_realms import ROLES
from ansible_collections.authkit.oauth.tests.servers.keycloak_admin import KeycloakAdmin

CLIENTS, ACCOUNTS = 500, 50
#: The most seconds for a comparison of realms that have so many clients with full scope, as Keycloak makes them.
MOST_SECONDS = 4.0
TWO_REALMS, REALM_AND_FILE = "two realms of one server", "a realm and its export"
#: Clients without full scope cost a request more. Two realms of them are not bound: one server answers for both.
NO_FULL_SCOPE = ", no full scope"
BOUND = (TWO_REALMS, REALM_AND_FILE, REALM_AND_FILE + NO_FULL_SCOPE)


@dataclass(frozen=True)
class Diff:
    """The result and the cost of one comparison.

    :param differences: without those of keys, whose certificates name the realm.
    """

    differences: int
    seconds: float
    requests: int


def compared(who: Auditor, left: str, right: str | Mapping[str, Any]) -> Diff:
    """Compare a realm with another one or with an export in this process, token requests included."""
    begin = time.perf_counter()
    sides = mapped(lambda read: read(), [partial(_read, who, left), partial(_read, who, right)], 2)
    report = reports.compared(sides[0][0], sides[1][0], [])
    seconds = time.perf_counter() - begin
    differences = [each for each in report["differences"] if each["section"] != "components"]
    return Diff(len(differences), seconds, sum(sent for _side, sent in sides))


def _read(who: Auditor, realm: str | Mapping[str, Any]) -> tuple[Side, int]:
    if not isinstance(realm, str):
        return side_of(dict(realm), "export.json"), 0
    transport = Counting(requests_transport(TransportSettings()))
    try:
        return Live(who.server, realm, Tokens(who, transport), transport, 0).side(), transport.sent
    finally:
        transport.close()


def measured(admin: KeycloakAdmin, repeats: int) -> Mapping[str, Sequence[Diff]]:
    """Comparisons of realms with many clients, with full scope and without."""
    return {
        **_measured(admin, repeats, full_scope=True),
        **{kind + NO_FULL_SCOPE: runs for kind, runs in _measured(admin, repeats, full_scope=False).items()},
    }


def _measured(admin: KeycloakAdmin, repeats: int, *, full_scope: bool) -> Mapping[str, Sequence[Diff]]:
    """Comparisons that take turns, so that a busy minute affects both kinds."""
    with (
        large_realm(admin, CLIENTS, ACCOUNTS, full_scope=full_scope) as one,
        large_realm(admin, CLIENTS, ACCOUNTS, full_scope=full_scope) as other,
        auditor(admin, [one, other], ROLES) as who,
    ):
        export = admin.partial_export(one)
        kinds: Mapping[str, Callable[[], Diff]] = {
            TWO_REALMS: partial(compared, who, one, other),
            REALM_AND_FILE: partial(compared, who, one, export),
        }
        runs: dict[str, list[Diff]] = {kind: [] for kind in kinds}
        for _repeat in range(repeats):
            for kind, run in kinds.items():
                runs[kind].append(run())
    return runs


def table_of(runs: Mapping[str, Sequence[Diff]]) -> list[str]:
    """The table of all runs."""
    rows = [("compared", "differences", "requests", "seconds")]
    for kind, each in runs.items():
        seconds = spread([run.seconds for run in each])
        rows.append((kind, str(each[-1].differences), str(each[-1].requests), seconds.text()))
    return [f"Realm diff with {CLIENTS} clients", "", *table(rows)]


def bounds_of(runs: Mapping[str, Sequence[Diff]]) -> Iterable[Bound]:
    """The bounds, by the fastest runs: the others may have been slowed by a busy machine."""
    for kind in BOUND:
        quickest = min(run.seconds for run in runs[kind])
        yield Bound(f"seconds to compare {kind}, with {CLIENTS} clients", quickest, MOST_SECONDS)
    for kind, each in runs.items():
        yield Bound(f"differences of {kind}", max(run.differences for run in each), 0)
