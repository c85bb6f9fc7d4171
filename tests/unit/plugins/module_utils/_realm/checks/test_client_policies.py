# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Client policies that are missing or cannot act."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks import client_policies
from ansible_collections.authkit.oauth.tests.unit.support.checks import REALM, Case, case, found

PROFILES = [{"name": "q", "executors": [{"executor": "pkce-enforcer"}]}, {"name": "empty", "executors": []}]


def policy(**changes: Any) -> dict[str, Any]:
    right = {"name": "p", "enabled": True, "conditions": [{"condition": "any-client"}], "profiles": ["q"]}
    return {"client_policies": [{**right, **changes}], "client_profiles": PROFILES}


CASES: list[Case] = [
    case(client_policies.client_no_effective_policy, [REALM], client_policies=[], client_profiles=[]),
    case(client_policies.client_no_effective_policy, [REALM], **policy(enabled=False)),
    case(client_policies.client_no_effective_policy, [REALM], **policy(profiles=["nowhere"])),
    case(client_policies.client_no_effective_policy, [REALM], **policy(conditions=[])),
    case(client_policies.client_no_effective_policy, **policy(profiles=["nowhere", "q"])),
    case(client_policies.client_no_effective_policy, **policy()),
    case(client_policies.client_policy_ineffective, ["p"], **policy(conditions=[])),
    case(client_policies.client_policy_ineffective, ["p"], **policy(profiles=[])),
    case(client_policies.client_policy_ineffective, ["p"], **policy(profiles=["q", "nowhere"])),
    case(client_policies.client_policy_ineffective, ["p"], **policy(profiles=["empty"])),
    case(client_policies.client_policy_ineffective, {"p": "info"}, **policy(enabled=False, conditions=[])),
    case(client_policies.client_policy_ineffective, **policy()),
    case(client_policies.client_policy_ineffective, client_policies=[], client_profiles=[]),
]


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()


@pytest.mark.parametrize(
    ("profiles", "enabled", "does"),
    [(["q", "nowhere"], True, "less than it says"), (["nowhere"], True, "nothing"), (["q"], False, "nothing")],
)
def test_says_how_much_a_policy_does(profiles: list[str], enabled: bool, does: str) -> None:
    (finding,) = found(client_policies.client_policy_ineffective, policy(profiles=profiles, enabled=enabled))
    assert finding.message.endswith(f", so it does {does}.")
