# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sessions."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks.sessions import (
    client_session_override_long,
    sessions_idle_long,
    sessions_max_long,
    sessions_offline_idle_long,
    sessions_offline_unlimited,
    sessions_remember_me_long,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import NotEvaluated
from ansible_collections.authkit.oauth.tests.unit.support.checks import REALM, Case, case
from ansible_collections.authkit.oauth.tests.unit.support.snapshot_parts import client

YEAR = 31536000
REMEMBER: dict[str, Any] = {"rememberMe": True}
LIMITED: dict[str, Any] = {"offlineSessionMaxLifespanEnabled": True}
OPTIONAL: dict[str, Any] = {"optionalClientScopes": ["offline_access"]}
INFO = {REALM: "info"}


def override(name: str, value: str, **settings: Any) -> dict[str, Any]:
    return client(attributes={f"client.session.{name}": value}, **settings)


CASES: list[Case] = [
    case(sessions_idle_long, [REALM], realm={"ssoSessionIdleTimeout": 3601}),
    case(sessions_idle_long, realm={"ssoSessionIdleTimeout": 3600}),
    case(sessions_idle_long, realm={"ssoSessionIdleTimeout": 0}),
    case(sessions_idle_long, [REALM], parameters={"max_idle": 900}, realm={"ssoSessionIdleTimeout": 0}),
    case(sessions_idle_long, realm={}),
    case(sessions_max_long, [REALM], realm={"ssoSessionMaxLifespan": 43201}),
    case(sessions_max_long, realm={"ssoSessionMaxLifespan": 43200}),
    case(sessions_max_long, realm={}),
    case(sessions_remember_me_long, [REALM], realm={**REMEMBER, "ssoSessionMaxLifespanRememberMe": YEAR}),
    case(sessions_remember_me_long, [REALM], realm={**REMEMBER, "ssoSessionIdleTimeoutRememberMe": YEAR}),
    case(sessions_remember_me_long, [REALM], realm={**REMEMBER, "ssoSessionMaxLifespan": YEAR}),
    case(
        sessions_remember_me_long,
        realm={**REMEMBER, "ssoSessionMaxLifespanRememberMe": YEAR},
        parameters={"max_remember_me": YEAR, "max_remember_me_idle": 3600},
    ),
    case(
        sessions_remember_me_long,
        [REALM],
        realm={**REMEMBER, "ssoSessionIdleTimeoutRememberMe": 3601},
        parameters={"max_remember_me": YEAR, "max_remember_me_idle": 3600},
    ),
    case(
        sessions_remember_me_long,
        realm={**REMEMBER, "ssoSessionMaxLifespan": YEAR, "ssoSessionMaxLifespanRememberMe": 604800},
    ),
    case(sessions_remember_me_long, realm={"rememberMe": False, "ssoSessionMaxLifespanRememberMe": YEAR}),
    case(sessions_remember_me_long, realm=REMEMBER),
    case(sessions_offline_unlimited, [REALM], realm={}, clients=[client(**OPTIONAL)]),
    case(sessions_offline_unlimited, [REALM], realm={}, clients=[client(defaultClientScopes=["offline_access"])]),
    case(
        sessions_offline_unlimited,
        [REALM],
        realm={},
        clients=[client("admin-cli", standardFlowEnabled=False, directAccessGrantsEnabled=True, **OPTIONAL)],
    ),
    case(sessions_offline_unlimited, INFO, realm={}, clients=[client(optionalClientScopes=["phone"])]),
    case(sessions_offline_unlimited, INFO, realm={}, clients=[client(standardFlowEnabled=False, **OPTIONAL)]),
    case(sessions_offline_unlimited, INFO, realm={}, clients=[client(enabled=False, **OPTIONAL)]),
    case(sessions_offline_unlimited, INFO, realm={}, clients=[client(protocol="saml", **OPTIONAL)]),
    case(sessions_offline_unlimited, realm=LIMITED),
    case(sessions_offline_unlimited, unknown=NotEvaluated, realm={}),
    case(sessions_offline_idle_long, [REALM], realm={"offlineSessionIdleTimeout": YEAR}),
    case(sessions_offline_idle_long, [REALM], realm={**LIMITED, "offlineSessionMaxLifespan": YEAR}),
    case(sessions_offline_idle_long, realm={"offlineSessionMaxLifespan": YEAR}),
    case(sessions_offline_idle_long, realm=LIMITED),
    case(client_session_override_long, ["app"], realm={}, clients=[override("idle.timeout", "1801")]),
    case(client_session_override_long, ["app"], realm={}, clients=[override("max.lifespan", "36001")]),
    case(
        client_session_override_long,
        {"app": "info"},
        realm={},
        clients=[override("max.lifespan", "36001", enabled=False)],
    ),
    case(client_session_override_long, ["app"], realm={}, clients=[override("max.lifespan", "36001", protocol="saml")]),
    case(client_session_override_long, realm={}, clients=[override("idle.timeout", "1800")]),
    case(client_session_override_long, realm={}, clients=[override("idle.timeout", "")]),
    case(
        client_session_override_long, realm={"ssoSessionIdleTimeout": 3600}, clients=[override("idle.timeout", "1801")]
    ),
    case(client_session_override_long, realm={}, clients=[client()]),
    case(client_session_override_long, unknown=NotEvaluated, realm={}, clients=[override("idle.timeout", "long")]),
]


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()
