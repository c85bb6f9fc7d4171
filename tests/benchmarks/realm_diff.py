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
#: The most seconds for a comparison of a realm that has so many clients, and how many times that of two on one server.
MOST_SECONDS, MOST_TIMES = 4.0, 2.5
TWO_REALMS, REALM_AND_FILE = "two realms of one server", "a realm and its export"


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
    """Comparisons of realms with many clients, taking turns, so that a busy minute affects both kinds."""
    with (
        large_realm(admin, CLIENTS, ACCOUNTS) as one,
        large_realm(admin, CLIENTS, ACCOUNTS) as other,
        auditor(admin, [one, other], ROLES) as who,
    ):
        both = [("exportClients", "true"), ("exportGroupsAndRoles", "true")]
        export = admin.call("POST", f"/{one}/partial-export", query=both)
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
    return [f"Realm diff with {CLIENTS} clients, none of which has full scope", "", *table(rows)]


def bounds_of(runs: Mapping[str, Sequence[Diff]]) -> Iterable[Bound]:
    """The bounds, by the fastest runs: the others may have been slowed by a busy machine."""
    quickest = {kind: min(run.seconds for run in each) for kind, each in runs.items()}
    yield Bound(f"seconds to compare {REALM_AND_FILE} with {CLIENTS} clients", quickest[REALM_AND_FILE], MOST_SECONDS)
    # One server answers for both realms here, with twice the requests.
    times = quickest[TWO_REALMS] / quickest[REALM_AND_FILE]
    yield Bound(f"{TWO_REALMS}, times the seconds of {REALM_AND_FILE}", times, MOST_TIMES)
    for kind, each in runs.items():
        yield Bound(f"differences of {kind}", max(run.differences for run in each), 0)
