# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may make an account or take one back by mail."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks.registration import (
    realm_registration_no_captcha,
    realm_registration_unverified,
    realm_reset_password_unverified_email,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import NotEvaluated
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import Execution, Flow
from ansible_collections.authkit.oauth.tests.unit.support.checks import REALM, Case, case

OPEN: dict[str, Any] = {"registrationAllowed": True}
RECAPTCHA = "registration-recaptcha-action"


def form(*actions: tuple[str, str], alias: str = "registration") -> dict[str, Any]:
    """A registration flow whose form has these actions: provider and requirement."""
    children = tuple(Execution(provider, requirement) for provider, requirement in actions)
    page = Execution(None, "REQUIRED", "registration form", children=children)
    return {"flows": {alias: Flow("1", alias, (page,))}}


CREATION = ("registration-user-creation", "REQUIRED")
CASES: list[Case] = [
    case(realm_registration_unverified, [REALM], realm=OPEN),
    case(realm_registration_unverified, [REALM], realm={**OPEN, "verifyEmail": False}),
    case(realm_registration_unverified, realm={**OPEN, "verifyEmail": True}),
    case(realm_registration_unverified, realm={"registrationAllowed": False}),
    case(realm_registration_no_captcha, [REALM], realm=OPEN, **form(CREATION)),
    case(realm_registration_no_captcha, [REALM], realm=OPEN, **form(CREATION, (RECAPTCHA, "DISABLED"))),
    case(
        realm_registration_no_captcha,
        [REALM],
        realm={**OPEN, "registrationFlow": "ours"},
        **form(CREATION, alias="ours"),
    ),
    case(realm_registration_no_captcha, realm=OPEN, **form(CREATION, (RECAPTCHA, "REQUIRED"))),
    case(
        realm_registration_no_captcha,
        realm=OPEN,
        **form(CREATION, ("registration-recaptcha-enterprise", "REQUIRED")),
    ),
    case(
        realm_registration_no_captcha,
        parameters={"captcha_providers": ["ours"]},
        realm=OPEN,
        **form(CREATION, ("ours", "REQUIRED")),
    ),
    case(realm_registration_no_captcha, realm={}),
    case(realm_registration_no_captcha, unknown=NotEvaluated, realm=OPEN),
    case(realm_registration_no_captcha, unknown=NotEvaluated, realm=OPEN, flows={}),
    case(realm_reset_password_unverified_email, [REALM], realm={"resetPasswordAllowed": True}),
    case(realm_reset_password_unverified_email, realm={"resetPasswordAllowed": True, "verifyEmail": True}),
    case(realm_reset_password_unverified_email, realm={"resetPasswordAllowed": False}),
]


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()
