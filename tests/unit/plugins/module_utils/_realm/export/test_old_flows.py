# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The flows of old versions, as an import changes them."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.export.migrations import migrated as of_realm

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


def migrated(flows: list[dict[str, Any]], version: str | None, **realm: Any) -> list[dict[str, Any]]:
    found = of_realm({"realm": "shop", "keycloakVersion": version, "authenticationFlows": flows, **realm})
    return list(map(dict, found["authenticationFlows"]))


def aliases(flows: list[dict[str, Any]]) -> list[str]:
    return [flow["alias"] for flow in flows]


def shown(flow: dict[str, Any]) -> list[tuple[int, str, str]]:
    return [
        (step["priority"], step["requirement"], step.get("authenticator") or step["flowAlias"])
        for step in flow["authenticationExecutions"]
    ]


@pytest.mark.parametrize("version", ["3.4.3.Final", "7.0.1", "8.0.0", "8.0.1"])
def test_alternatives_beside_a_required_step_get_a_flow_of_their_own(version: str) -> None:
    outer, inner = migrated([FLOW], version)
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
    outer, *inner = migrated([flow], "6.0.0")
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


def test_a_flow_that_keycloak_22_dropped_is_gone_unless_something_runs_it() -> None:
    flow = {"alias": "http challenge", "authenticationExecutions": []}
    outer = {"alias": "outer", "authenticationExecutions": [{"flowAlias": "http challenge", "requirement": "REQUIRED"}]}
    assert migrated([flow], "21.1.2") == []
    assert migrated([flow], "22.0.0") == [flow]
    assert migrated([flow], "21.1.2", browserFlow="http challenge") == [flow]
    assert migrated([flow, outer], "21.1.2") == [flow, outer]


def test_a_step_of_registration_that_keycloak_23_dropped_is_gone() -> None:
    steps = [{"authenticator": name} for name in ("registration-profile-action", "registration-password-action")]
    form = {"alias": "form", "providerId": "form-flow", "authenticationExecutions": steps}
    basic = {**form, "alias": "basic", "providerId": "basic-flow"}
    after, same = migrated([form, basic], "22.0.5")
    assert after["authenticationExecutions"] == steps[1:]
    assert same == basic
    assert migrated([form], "23.0.0") == [form]


def test_the_browser_flow_gets_a_step_for_organizations() -> None:
    steps = [{"authenticator": "auth-cookie", "requirement": "ALTERNATIVE", "priority": 10}]
    browser = {"alias": "browser", "authenticationExecutions": steps}
    after, *more = migrated([browser], "26.6.0")
    assert shown(after) == [(10, "ALTERNATIVE", "auth-cookie"), (26, "ALTERNATIVE", "Organization")]
    assert sorted(aliases(more)) == ["Browser - Conditional Organization", "Organization"]
    assert migrated([after, *more], "26.0.0") == [after, *more]
    assert migrated([browser], "26.6.1") == [browser]
    assert migrated([browser], "26.0.0", realm="master") == [browser]
    assert aliases(migrated([{**browser, "alias": "mine"}], "26.0.0")) == ["mine"]


def test_a_browser_flow_that_runs_itself_ends() -> None:
    step = {"flowAlias": "browser", "requirement": "ALTERNATIVE", "authenticatorFlow": True, "priority": 1}
    browser = {"alias": "browser", "authenticationExecutions": [step]}
    assert len(migrated([browser], "26.0.0")) == 3
