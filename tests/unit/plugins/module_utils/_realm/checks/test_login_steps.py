# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long the steps of a login stay open."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks.login_steps import (
    tokens_admin_action_lifespan_long,
    tokens_code_lifespan_long,
    tokens_device_code_lifespan_long,
    tokens_login_timeout_long,
    tokens_user_action_lifespan_long,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import NotEvaluated
from ansible_collections.authkit.oauth.tests.unit.support.checks import REALM, Case, case
from ansible_collections.authkit.oauth.tests.unit.support.snapshot_parts import client

TV = client(attributes={"oauth2.device.authorization.grant.enabled": "true"})


def action(name: str, seconds: str) -> dict[str, Any]:
    return {"attributes": {f"actionTokenGeneratedByUserLifespan.{name}": seconds}}


CASES: list[Case] = [
    case(tokens_code_lifespan_long, [REALM], realm={"accessCodeLifespan": 600}),
    case(tokens_code_lifespan_long, realm={"accessCodeLifespan": 120}),
    case(tokens_code_lifespan_long, realm={}),
    case(tokens_login_timeout_long, [REALM], realm={"accessCodeLifespanLogin": 14400}),
    case(tokens_login_timeout_long, [REALM], realm={"accessCodeLifespanUserAction": 14400}),
    case(tokens_login_timeout_long, realm={"accessCodeLifespanLogin": 3600}),
    case(tokens_user_action_lifespan_long, [REALM], realm={"actionTokenGeneratedByUserLifespan": 86400}),
    case(tokens_user_action_lifespan_long, [REALM], realm=action("reset-credentials", "1801")),
    case(tokens_user_action_lifespan_long, [REALM], realm=action("idp-verify-account-via-email", "1801")),
    case(tokens_user_action_lifespan_long, [REALM], realm=action("execute-actions", "1801")),
    case(tokens_user_action_lifespan_long, [REALM], realm=action("verify-email", "86401")),
    case(tokens_user_action_lifespan_long, realm=action("verify-email", "86400")),
    case(tokens_user_action_lifespan_long, realm=action("reset-credentials", "")),
    case(
        tokens_user_action_lifespan_long,
        parameters={"max_user_action": 172800},
        realm=action("verify-email", "172800"),
    ),
    case(tokens_user_action_lifespan_long, realm={}),
    case(tokens_user_action_lifespan_long, unknown=NotEvaluated, realm=action("verify-email", "a day")),
    case(tokens_admin_action_lifespan_long, [REALM], realm={"actionTokenGeneratedByAdminLifespan": 2592000}),
    case(tokens_admin_action_lifespan_long, realm={"actionTokenGeneratedByAdminLifespan": 86400}),
    case(tokens_device_code_lifespan_long, [REALM], realm={"oauth2DeviceCodeLifespan": 7200}, clients=[TV]),
    case(tokens_device_code_lifespan_long, [REALM], realm={"oauth2DevicePollingInterval": 1}, clients=[TV]),
    case(tokens_device_code_lifespan_long, realm={"oauth2DeviceCodeLifespan": 7200}, clients=[client()]),
    case(
        tokens_device_code_lifespan_long,
        realm={"oauth2DeviceCodeLifespan": 7200},
        clients=[{**TV, "enabled": False}],
    ),
    case(tokens_device_code_lifespan_long, realm={}),
    case(tokens_device_code_lifespan_long, unknown=NotEvaluated, realm={"oauth2DeviceCodeLifespan": 7200}),
]


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()
