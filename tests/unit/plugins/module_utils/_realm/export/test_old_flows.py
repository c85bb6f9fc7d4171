# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The flows of old versions, as an import changes them."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.export.old_flows import migrated

#: As Keycloak 26.7.3 was seen to import them.
FLOW = {
    "alias": "m",
    "authenticationExecutions": [
        {"authenticator": "auth-cookie", "requirement": "ALTERNATIVE", "priority": 30},
        {"authenticator": "auth-spnego", "requirement": "DISABLED", "priority": 5},
        {"authenticator": "auth-username-password-form", "requirement": "REQUIRED", "priority": 10},
        {"authenticator": "auth-otp-form", "requirement": "ALTERNATIVE", "priority": 20},
    ],
}


def shown(flow: dict[str, Any]) -> list[tuple[int, str, str]]:
    return [
        (step["priority"], step["requirement"], step.get("authenticator") or step["flowAlias"])
        for step in flow["authenticationExecutions"]
    ]


@pytest.mark.parametrize("version", ["3.4.3.Final", "7.0.1", "8.0.0", "8.0.1"])
def test_alternatives_beside_a_required_step_get_a_flow_of_their_own(version: str) -> None:
    outer, inner = map(dict, migrated([FLOW], version))
    assert shown(outer) == [
        (5, "DISABLED", "auth-spnego"),
        (10, "REQUIRED", "auth-username-password-form"),
        (20, "REQUIRED", "m - Alternatives - 0"),
    ]
    assert inner["alias"] == "m - Alternatives - 0"
    assert shown(inner) == [(10, "ALTERNATIVE", "auth-otp-form"), (20, "ALTERNATIVE", "auth-cookie")]


def test_alternatives_before_and_after_a_required_step_get_two_flows() -> None:
    early = {"authenticator": "identity-provider-redirector", "requirement": "ALTERNATIVE", "priority": 1}
    flow = {"alias": "m", "authenticationExecutions": [*FLOW["authenticationExecutions"], early]}
    outer, *inner = map(dict, migrated([flow], "6.0.0"))
    assert [name for _at, _need, name in shown(outer)] == [
        "m - Alternatives - 0",
        "auth-spnego",
        "auth-username-password-form",
        "m - Alternatives - 1",
    ]
    assert [each["alias"] for each in inner] == ["m - Alternatives - 0", "m - Alternatives - 1"]


@pytest.mark.parametrize("version", ["8.0.2", "9.0.0", "26.7.3", None, "odd"])
def test_newer_flows_stay(version: str | None) -> None:
    assert migrated([FLOW], version) == [FLOW]


def test_alternatives_alone_stay() -> None:
    flow = {"alias": "m", "authenticationExecutions": [FLOW["authenticationExecutions"][0]]}
    assert migrated([flow], "7.0.0") == [flow]
