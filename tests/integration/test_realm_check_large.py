# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long the audit of a large realm may take: `make bench-realm-check` prints the times, here they have bounds.

By the quickest run of each: what a busy machine adds to the others is not theirs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from ansible_collections.authkit.oauth.tests.benchmarks.realm_audit import Audit, audited, large_realm
from ansible_collections.authkit.oauth.tests.integration.support.auditors import auditor
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak

pytestmark = pytest.mark.alone

#: Clients; this many have a service account, and none has full scope, which costs the most.
FEW, MANY, ACCOUNTS = 500, 2000, 250
#: How often each realm is audited at least, and at most while a bound is not kept.
LEAST, MOST = 2, 6
#: Seconds for the smaller realm.
BOUND = 4.0

Audits = Mapping[int, list[Audit]]


@pytest.fixture(scope="module")
def audits(server: Keycloak) -> Iterator[Audits]:
    """Both realms in turn, so that a busy minute hits both."""
    admin = server.admin
    with (
        large_realm(admin, FEW, ACCOUNTS) as few,
        large_realm(admin, MANY, ACCOUNTS) as many,
        auditor(admin, [few, many]) as who,
    ):
        taken: dict[int, list[Audit]] = {FEW: [], MANY: []}
        for turn in range(MOST):
            taken[FEW].append(audited(who, few))
            taken[MANY].append(audited(who, many))
            if turn + 1 >= LEAST and quickest(taken, FEW) <= BOUND and growth(taken) <= MANY / FEW:
                break
        yield taken


def quickest(audits: Audits, clients: int) -> float:
    return min(each.seconds for each in audits[clients])


def growth(audits: Audits) -> float:
    return quickest(audits, MANY) / quickest(audits, FEW)


def test_a_realm_of_500_clients(audits: Audits) -> None:
    assert quickest(audits, FEW) <= BOUND


def test_time_grows_no_faster_than_the_number_of_clients(audits: Audits) -> None:
    assert growth(audits) <= MANY / FEW


def test_each_further_client_costs_its_roles_and_its_scope(audits: Audits) -> None:
    """Nothing else is asked one by one; the listing of all clients has a page more for each 50."""
    further = MANY - FEW
    assert audits[MANY][0].requests - audits[FEW][0].requests <= 2 * further + further / 50 + 8


def test_nothing_was_left_out(audits: Audits) -> None:
    """Every client that people sign in to has findings of its own: a quick audit that saw nothing would be none."""
    for clients, runs in audits.items():
        targets = {target for _check, target in runs[0].found}
        assert {f"app-{number:05}" for number in range(ACCOUNTS, clients)} <= targets
