# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``make bench-realm-check``: the realm check side by side with kcwarden, and it and the realm diff on large realms.

All read the same Keycloak in one run, and all times include reading from the server.
"""

from __future__ import annotations

import contextlib
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path

from ansible_collections.authkit.oauth.tests.benchmarks import realm_diff
from ansible_collections.authkit.oauth.tests.benchmarks.kcwarden import Warden, kcwarden
from ansible_collections.authkit.oauth.tests.benchmarks.realm_audit import (
    Audit,
    audited,
    further_requests,
    large_realm,
)
from ansible_collections.authkit.oauth.tests.benchmarks.tables import Bound, table
from ansible_collections.authkit.oauth.tests.integration.support.auditors import (
    auditor,
    expected_findings,
    fixture_realm,
)
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak, keycloak
from ansible_collections.authkit.oauth.tests.tools.processes import program, say
from ansible_collections.authkit.oauth.tests.tools.tree import run_folder

REPEATS = 5
#: Clients and, of these, service accounts.
LARGE = ((500, 250), (2000, 250))
#: The most seconds for an audit of the smaller one.
MOST_SECONDS = 4.0

Sizes = Mapping[tuple[int, int], Sequence[Audit]]


def main(words: list[str]) -> int:
    """Measure and print the tables; 1 if a bound is exceeded.

    :param words: the number of repeats, by default REPEATS.
    """
    repeats = int(words[0]) if words else REPEATS
    with run_folder("bench-realm-check") as folder, keycloak(folder, say) as server:
        lines = _side_by_side(server, folder, repeats)
        runs = _large(server, repeats)
        diffs = realm_diff.measured(server.admin, repeats)
    kept = [*bounds(runs), *realm_diff.bounds_of(diffs)]
    for part in (lines, _table_of_large(runs), realm_diff.table_of(diffs), [bound.text for bound in kept]):
        for line in [*part, ""]:
            say(line)
    return 0 if all(bound.kept for bound in kept) else 1


def bounds(runs: Sizes) -> list[Bound]:
    """The bounds, by the fastest run of each size: the others may have been slowed by a busy machine."""
    few, many = LARGE
    quickest = {size: min(each.seconds for each in taken) for size, taken in runs.items()}
    further = many[0] - few[0]
    more = runs[many][0].requests - runs[few][0].requests
    return [
        Bound(f"seconds of an audit of {few[0]} clients", quickest[few], MOST_SECONDS),
        Bound(f"{many[0]} clients, times the seconds of {few[0]}", quickest[many] / quickest[few], many[0] / few[0]),
        Bound(f"requests of {further} further clients", more, further_requests(further)),
    ]


def _side_by_side(server: Keycloak, folder: Path, repeats: int) -> list[str]:
    """The table for both tools on the planted and the hardened realm."""
    rows = [("", "faults found", "missed", "above info on the hardened realm", "seconds a realm")]
    ours: dict[str, Audit] = {}
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


def _large(server: Keycloak, repeats: int) -> Sizes:
    """Our audits of realms with many clients, taking turns, so that a busy minute affects all sizes."""
    runs: dict[tuple[int, int], list[Audit]] = {size: [] for size in LARGE}
    with contextlib.ExitStack() as stack:
        realms = []
        for size in LARGE:
            say(f"creating a realm with {size[0]} clients")
            realms.append((size, stack.enter_context(large_realm(server.admin, *size))))
        who = stack.enter_context(auditor(server.admin, [realm for _size, realm in realms]))
        for _repeat in range(repeats):
            for size, realm in realms:
                runs[size].append(audited(who, realm))
    return runs


def _table_of_large(runs: Sizes) -> list[str]:
    rows = [("clients", "service accounts", "requests", "seconds", "seconds for 1000 clients")]
    for (clients, accounts), each in runs.items():
        seconds = [run.seconds for run in each]
        relative = f"{statistics.median(seconds) * 1000 / clients:.2f}"
        rows.append((str(clients), str(accounts), str(each[-1].requests), _spread(seconds), relative))
    return ["Realms with many clients, none of which has full scope", "", *table(rows)]


def _spread(seconds: Sequence[float]) -> str:
    return f"{statistics.median(seconds):.2f} ({min(seconds):.2f} - {max(seconds):.2f})"


if __name__ == "__main__":
    program(main)
