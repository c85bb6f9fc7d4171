# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Brute force detection."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks.brute_force import (
    realm_brute_force_off,
    realm_brute_force_reset_too_early,
    realm_brute_force_threshold,
    realm_brute_force_wait_short,
    realm_permanent_lockout_dos,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import NotEvaluated
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import Execution, Flow
from ansible_collections.authkit.oauth.tests.unit.support.checks import REALM, Case, case

ON: dict[str, Any] = {"bruteForceProtected": True}
FOR_EVER: dict[str, Any] = {**ON, "permanentLockout": True, "maxTemporaryLockouts": 0}
IN_THE_END: dict[str, Any] = {**FOR_EVER, "maxTemporaryLockouts": 1}


def login(provider: str) -> dict[str, Any]:
    """A realm in which people log in with one authenticator."""
    flow = Flow("1", "browser", (Execution(provider, "REQUIRED"),))
    return {"flows": {"browser": flow}, "flow_aliases": {}, "clients": [], "identity_providers": []}


CASES: list[Case] = [
    case(realm_brute_force_off, [REALM], realm={"bruteForceProtected": False}, **login("auth-username-password-form")),
    case(realm_brute_force_off, [REALM], realm={}, **login("auth-username-password-form")),
    case(realm_brute_force_off, {REALM: "info"}, realm={}, **login("webauthn-authenticator-passwordless")),
    case(realm_brute_force_off, realm=ON),
    case(realm_brute_force_off, unknown=NotEvaluated, realm={}),
    case(realm_brute_force_threshold, [REALM], realm=ON),
    case(realm_brute_force_threshold, [REALM], realm={**ON, "failureFactor": "11"}),
    case(realm_brute_force_threshold, realm={**ON, "failureFactor": 10}),
    case(realm_brute_force_threshold, parameters={"max_failures": 30}, realm=ON),
    case(realm_brute_force_threshold, realm={"bruteForceProtected": False, "failureFactor": 100}),
    case(realm_brute_force_threshold, unknown=NotEvaluated, realm={**ON, "failureFactor": "many"}),
    case(realm_brute_force_wait_short, [REALM], realm={**ON, "maxFailureWaitSeconds": 60}),
    case(realm_brute_force_wait_short, [REALM], realm={**ON, "waitIncrementSeconds": 5}),
    case(realm_brute_force_wait_short, [REALM], realm={**IN_THE_END, "waitIncrementSeconds": 5}),
    case(realm_brute_force_wait_short, realm={**FOR_EVER, "waitIncrementSeconds": 5}),
    case(realm_brute_force_wait_short, realm=ON),
    case(realm_brute_force_wait_short, realm={"maxFailureWaitSeconds": 1}),
    case(realm_brute_force_reset_too_early, [REALM], realm={**ON, "maxDeltaTimeSeconds": 900}),
    case(realm_brute_force_reset_too_early, [REALM], realm={**IN_THE_END, "maxFailureWaitSeconds": 90000}),
    case(realm_brute_force_reset_too_early, realm={**FOR_EVER, "maxDeltaTimeSeconds": 60}),
    case(realm_brute_force_reset_too_early, realm=ON),
    case(realm_brute_force_reset_too_early, realm={"maxDeltaTimeSeconds": 60}),
    case(realm_permanent_lockout_dos, [REALM], realm=FOR_EVER),
    case(realm_permanent_lockout_dos, [REALM], realm={**ON, "permanentLockout": True}),
    case(realm_permanent_lockout_dos, realm=IN_THE_END),
    case(realm_permanent_lockout_dos, realm={**FOR_EVER, "bruteForceProtected": False}),
    case(realm_permanent_lockout_dos, realm=ON),
]


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()
