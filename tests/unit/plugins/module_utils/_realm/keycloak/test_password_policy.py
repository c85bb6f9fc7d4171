# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""passwordPolicy as Keycloak parses it."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.keycloak.password_policy import password_policy
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import NotEvaluated


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("", {}),
        ("   ", {}),
        ("length(12)", {"length": "12"}),
        ("length( 12 )  and  notUsername(undefined)", {"length": "12", "notUsername": "undefined"}),
        ("length and notUsername", {"length": "", "notUsername": ""}),
        ("regexPattern(^(a|b)+$) and digits(1)", {"regexPattern": "^(a|b)+$", "digits": "1"}),
        ("length(8) and length(12)", {"length": "12"}),
    ],
)
def test_rules_and_their_values(text: str, rules: dict[str, str]) -> None:
    policy = password_policy({"passwordPolicy": text})
    assert policy.rules == rules
    assert bool(policy) == bool(rules)
    assert all(rule in policy for rule in rules)


def test_a_realm_without_a_policy_has_no_rules() -> None:
    assert not password_policy({})
    assert not password_policy({"passwordPolicy": None})


def test_numbers_and_their_defaults() -> None:
    policy = password_policy({"passwordPolicy": "length and maxLength(70) and hashIterations and notUsername"})
    assert policy.number("length") == 8
    assert policy.number("maxLength") == 70
    assert policy.number("hashIterations") == -1
    assert policy.number("digits") is None
    with pytest.raises(NotEvaluated, match="notUsername"):
        policy.number("notUsername")
