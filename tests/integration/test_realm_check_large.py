# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the audit of a realm with many clients costs the server; `make bench-realm-check` times larger ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from ansible_collections.authkit.oauth.tests.benchmarks.realm_audit import Audit, audited, further_requests, large_realm
from ansible_collections.authkit.oauth.tests.integration.support.auditors import auditor
from ansible_collections.authkit.oauth.tests.integration.support.installed import MATRIX
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak

FEW, MANY, ACCOUNTS = 60, 180, 30

Audits = Mapping[int, Audit]


@pytest.fixture(scope="module")
def audits(server: Keycloak) -> Iterator[Audits]:
    admin = server.admin
    with (
        large_realm(admin, FEW, ACCOUNTS) as few,
        large_realm(admin, MANY, ACCOUNTS) as many,
        auditor(admin, [few, many]) as who,
    ):
        yield {FEW: audited(who, few), MANY: audited(who, many)}


@MATRIX
def test_each_further_client_costs_its_roles_and_its_scope(audits: Audits) -> None:
    """Nothing else takes a request per client; the listing of clients has one more page for each 50."""
    assert audits[MANY].requests - audits[FEW].requests <= further_requests(MANY - FEW)


@MATRIX
def test_nothing_was_left_out(audits: Audits) -> None:
    """Every login client has findings: an audit that saw nothing would be cheap."""
    for clients, audit in audits.items():
        targets = {target for _check, target in audit.found}
        assert {f"app-{number:05}" for number in range(ACCOUNTS, clients)} <= targets
