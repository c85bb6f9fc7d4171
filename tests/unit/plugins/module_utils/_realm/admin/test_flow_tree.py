# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A flow's flat list becomes a tree."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.admin.flow_tree import configuration_ids, flow_tree
from ansible_collections.authkit.oauth.plugins.module_utils._realm.keycloak.settings import Malformed
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Gap
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import Execution
from ansible_collections.authkit.oauth.tests.unit.support.fake_keycloak import execution, sub_flow

GONE = Gap("The configuration could not be read.")
FLAT = [
    execution("auth-cookie", requirement="ALTERNATIVE"),
    sub_flow("forms", requirement="ALTERNATIVE"),
    execution("auth-username-password-form", 1),
    sub_flow("second factor", 1),
    execution("conditional-user-configured", 2),
    execution("auth-otp-form", 2, authenticationConfig="a"),
    sub_flow("empty", 1),
    sub_flow("registration form", 0, providerId="registration-page-form", requirement="REQUIRED"),
    execution("registration-recaptcha-action", 1, authenticationConfig="b"),
]


def test_levels_become_a_tree() -> None:
    config = {"alias": "a", "config": {"k": "v"}}
    second = Execution(
        None,
        "CONDITIONAL",
        "second factor",
        None,
        (
            Execution("conditional-user-configured", "REQUIRED", "conditional-user-configured"),
            Execution("auth-otp-form", "REQUIRED", "auth-otp-form", config),
        ),
    )
    password = Execution("auth-username-password-form", "REQUIRED", "auth-username-password-form")
    captcha = Execution("registration-recaptcha-action", "REQUIRED", "registration-recaptcha-action", GONE)
    assert flow_tree(FLAT, {"a": config, "b": GONE}) == (
        Execution("auth-cookie", "ALTERNATIVE", "auth-cookie"),
        Execution(None, "ALTERNATIVE", "forms", None, (password, second, Execution(None, "CONDITIONAL", "empty"))),
        Execution(None, "REQUIRED", "registration form", None, (captcha,)),
    )


def test_the_configurations_that_a_flow_names() -> None:
    assert configuration_ids(FLAT) == ["a", "b"]


def test_a_flow_without_steps() -> None:
    assert flow_tree([], {}) == ()


@pytest.mark.parametrize(
    "step",
    [
        {"providerId": "x", "requirement": "REQUIRED"},
        {"providerId": "x", "requirement": 1, "level": 0},
        {"providerId": {}, "requirement": "REQUIRED", "level": 0},
    ],
    ids=str,
)
def test_a_step_of_another_shape_is_malformed(step: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        flow_tree([step, execution("auth-cookie")], {})
