# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Events."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks.events import (
    events_admin_no_details,
    events_admin_no_expiration,
    events_admin_off,
    events_retention_short,
    events_types_incomplete,
    events_user_no_expiration,
    events_user_off,
    logging_no_listener,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import NotEvaluated
from ansible_collections.authkit.oauth.tests.unit.support.checks import REALM, Case, case

TYPES = events_types_incomplete.defaults()["required_types"]


def users(**settings: Any) -> dict[str, Any]:
    return {"events_config": {"eventsEnabled": True, **settings}}


def admins(**settings: Any) -> dict[str, Any]:
    return {"events_config": {"adminEventsEnabled": True, **settings}}


OFF = users(eventsEnabled=False, eventsExpiration=60, enabledEventTypes=["LOGIN"])
CASES: list[Case] = [
    case(events_user_off, [REALM], **OFF),
    case(events_user_off, **users()),
    case(events_user_off, unknown=NotEvaluated, events_config={}),
    case(events_user_no_expiration, [REALM], **users()),
    case(events_user_no_expiration, [REALM], **users(eventsExpiration=0)),
    case(events_user_no_expiration, **users(eventsExpiration=7776000)),
    case(events_user_no_expiration, **users(eventsEnabled=False)),
    case(events_retention_short, [REALM], **users(eventsExpiration=1209599)),
    case(events_retention_short, **users(eventsExpiration="1209600")),
    case(events_retention_short, **users(eventsExpiration=0)),
    case(events_retention_short, **users()),
    case(events_retention_short, **OFF),
    case(events_types_incomplete, [REALM], **users(enabledEventTypes=["LOGIN", "LOGIN_ERROR"])),
    case(events_types_incomplete, **users(enabledEventTypes=[*TYPES, "LOGOUT"])),
    case(events_types_incomplete, **users(enabledEventTypes=[])),
    case(events_types_incomplete, **users()),
    case(
        events_types_incomplete,
        [REALM],
        parameters={"required_types": ["LOGIN", "REFRESH_TOKEN_ERROR"]},
        **users(enabledEventTypes=[]),
    ),
    case(events_types_incomplete, parameters={"required_types": ["LOGIN"]}, **users(enabledEventTypes=["LOGIN"])),
    case(events_types_incomplete, **OFF),
    case(events_types_incomplete, unknown=NotEvaluated, **users(enabledEventTypes="LOGIN")),
    case(events_admin_off, [REALM], **admins(adminEventsEnabled=False)),
    case(events_admin_off, **admins()),
    case(events_admin_off, unknown=NotEvaluated, events_config={"eventsEnabled": True}),
    case(events_admin_no_details, [REALM], **admins()),
    case(events_admin_no_details, [REALM], **admins(adminEventsDetailsEnabled=False)),
    case(events_admin_no_details, **admins(adminEventsDetailsEnabled=True)),
    case(events_admin_no_details, **admins(adminEventsEnabled=False)),
    case(events_admin_no_expiration, [REALM], realm={"adminEventsEnabled": True}),
    case(
        events_admin_no_expiration,
        [REALM],
        realm={"adminEventsEnabled": True, "attributes": {"adminEventsExpiration": "0"}},
    ),
    case(
        events_admin_no_expiration,
        realm={"adminEventsEnabled": True, "attributes": {"adminEventsExpiration": "7776000"}},
    ),
    case(events_admin_no_expiration, realm={}),
    case(logging_no_listener, [REALM], **users(eventsListeners=["email"])),
    case(logging_no_listener, [REALM], **users(eventsListeners=[])),
    case(logging_no_listener, **users(eventsListeners=["email", "jboss-logging"])),
    case(logging_no_listener, parameters={"log_listeners": ["ours"]}, **users(eventsListeners=["ours"])),
    case(logging_no_listener, parameters={"log_listeners": ["ours"]}, **users(eventsListeners=["jboss-logging"])),
    case(logging_no_listener, **users()),
]


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()
