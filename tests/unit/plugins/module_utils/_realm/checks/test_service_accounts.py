# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Service accounts."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks.service_accounts import (
    service_account_manage_roles,
    service_account_realm_admin,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import NotEvaluated
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import RoleHolder
from ansible_collections.authkit.oauth.tests.unit.support.checks import Case, case, found
from ansible_collections.authkit.oauth.tests.unit.support.snapshot_parts import DEFAULT_ROLE, catalog, holder, role

RM = "realm-management"
ROBOT = {"clientId": "robot", "enabled": True, "serviceAccountsEnabled": True}
ACCOUNT = "service-account-robot"
HELPDESK = role("helpdesk", "inner")
INNER = role("inner", "helpdesk", f"{RM}.realm-admin")


def sections(*holders: RoleHolder, **client: Any) -> dict[str, Any]:
    return {
        "clients": [{**ROBOT, **client}],
        "realm": DEFAULT_ROLE,
        "roles": catalog(HELPDESK, INNER, default=(f"{RM}.manage-users",)),
        "role_holders": holders,
    }


WHOLE, USERS = f"{RM}.realm-admin", f"{RM}.manage-users"
CASES: list[Case] = [
    case(service_account_realm_admin, ["robot"], **sections(holder(ACCOUNT, WHOLE))),
    case(service_account_realm_admin, ["robot"], **sections(holder(ACCOUNT, "helpdesk"))),
    case(service_account_realm_admin, ["robot"], **sections(holder(ACCOUNT, WHOLE, group="/robots"))),
    case(service_account_realm_admin, {"robot": "info"}, **sections(holder(ACCOUNT, WHOLE), enabled=False)),
    case(service_account_realm_admin, {"robot": "info"}, **sections(holder(ACCOUNT, WHOLE, enabled=False))),
    case(service_account_realm_admin, **sections(holder(ACCOUNT, USERS))),
    case(service_account_realm_admin, **sections(holder("alice", WHOLE))),
    case(service_account_realm_admin, **sections(holder("service-account-another", WHOLE))),
    case(service_account_realm_admin, **sections()),
    # Without service accounts, role holders do not matter.
    case(service_account_realm_admin, clients=[{"clientId": "app"}]),
    case(service_account_realm_admin, unknown=NotEvaluated, clients=[ROBOT], realm=DEFAULT_ROLE, roles=catalog()),
    case(
        service_account_realm_admin,
        ["robot"],
        name="master",
        clients=[ROBOT],
        realm={"defaultRole": {"name": "plain"}},
        roles={"admin": role("admin"), "plain": role("plain")},
        role_holders=[holder(ACCOUNT, "admin")],
    ),
    case(service_account_manage_roles, ["robot"], **sections(holder(ACCOUNT, USERS))),
    case(service_account_manage_roles, ["robot"], **sections(holder(ACCOUNT, f"{RM}.create-client"))),
    # The whole realm is the other check's.
    case(service_account_manage_roles, **sections(holder(ACCOUNT, WHOLE))),
    case(service_account_manage_roles, **sections(holder(ACCOUNT, USERS), holder(ACCOUNT, "helpdesk"))),
    # By the default role it is every user's, and reported there; directly it is found all the same.
    case(service_account_manage_roles, **sections(holder(ACCOUNT, "default-roles-shop"))),
    case(
        service_account_manage_roles,
        ["robot"],
        **sections(holder(ACCOUNT, "default-roles-shop"), holder(ACCOUNT, USERS)),
    ),
    case(service_account_manage_roles, ["robot"], **sections(holder(ACCOUNT, USERS, group="/everyone"))),
    case(
        service_account_manage_roles,
        parameters={"admin_service_accounts": ["robot"]},
        **sections(holder(ACCOUNT, USERS)),
    ),
    case(service_account_manage_roles, {"robot": "info"}, **sections(holder(ACCOUNT, USERS), enabled=False)),
    case(service_account_manage_roles, **sections(holder(ACCOUNT, f"{RM}.view-users"))),
    case(service_account_manage_roles, **sections(holder(ACCOUNT, USERS), serviceAccountsEnabled=False)),
]


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()


def test_the_evidence_tells_what_was_assigned_from_what_it_comes_to() -> None:
    (finding,) = found(service_account_realm_admin, sections(holder(ACCOUNT, "helpdesk")))
    assert finding.evidence == {"roles": [WHOLE], "assigned": ["helpdesk"]}
    assert finding.details == (WHOLE,)
