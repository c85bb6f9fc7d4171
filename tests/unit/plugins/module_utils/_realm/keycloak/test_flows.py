# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Flows: what Keycloak's evaluation leaves out, and which flows are in use."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.keycloak.flows import (
    bound,
    broker_flows,
    has_password_entry,
    override,
    providers,
    steps,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.keycloak.settings import BINDINGS
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Gap, Inconclusive, NotEvaluated
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import Execution, Flow, Snapshot


def step(provider: str, requirement: str = "REQUIRED") -> Execution:
    return Execution(provider, requirement)


def sub(requirement: str, *children: Execution) -> Execution:
    return Execution(None, requirement, "sub", None, children)


def flow(*executions: Execution, alias: str = "browser") -> Flow:
    return Flow(alias, alias, executions)


PASSWORD = step("auth-username-password-form")
OTP = step("auth-otp-form", "ALTERNATIVE")
CONFIGURED = step("conditional-user-configured")


@pytest.mark.parametrize(
    ("executions", "reached"),
    [
        ([PASSWORD, step("auth-otp-form")], {"auth-username-password-form", "auth-otp-form"}),
        ([step("auth-cookie", "ALTERNATIVE"), sub("ALTERNATIVE", PASSWORD)], {"auth-cookie", PASSWORD.provider}),
        ([step("auth-spnego", "DISABLED")], set()),
        ([sub("DISABLED", sub("REQUIRED", PASSWORD))], set()),
        # Alternatives beside a required or conditional step are ignored.
        ([PASSWORD, OTP], {PASSWORD.provider}),
        ([sub("CONDITIONAL", CONFIGURED, PASSWORD), OTP], {CONFIGURED.provider, PASSWORD.provider}),
        # Even if the conditional one never runs.
        ([sub("CONDITIONAL", PASSWORD), OTP], set()),
        # Conditions are no steps: alternatives beside them run.
        ([PASSWORD, sub("CONDITIONAL", CONFIGURED, OTP)], {PASSWORD.provider, CONFIGURED.provider, OTP.provider}),
        # A conditional sub-flow without a condition never runs.
        ([PASSWORD, sub("CONDITIONAL", step("auth-otp-form"))], {PASSWORD.provider}),
        ([sub("CONDITIONAL", step("conditional-user-role", "DISABLED"), PASSWORD)], set()),
        # This one has a name like a condition's, and is none.
        ([sub("CONDITIONAL", step("auth-conditional-otp-form"))], set()),
        # An extension's condition.
        ([sub("CONDITIONAL", step("my-ip-condition"), PASSWORD)], {"my-ip-condition", PASSWORD.provider}),
        ([], set()),
        ([sub("REQUIRED")], set()),
    ],
)
def test_only_what_a_login_can_reach(executions: list[Execution], reached: set[str]) -> None:
    assert providers(flow(*executions)) == reached
    assert {each.provider for each in steps(flow(*executions))} == reached


def snapshot(realm: dict[str, Any] | None = None, **sections: Any) -> Snapshot:
    common: dict[str, Any] = {"realm": realm or {}, "flow_aliases": {"id-1": "strong"}, "identity_providers": []}
    return Snapshot("shop", "https://sso.example.com", {**common, **sections})


@pytest.mark.parametrize(("key", "alias"), BINDINGS.items())
def test_a_binding_has_a_default(key: str, alias: str) -> None:
    assert bound(snapshot(flows={alias: flow(alias=alias)}), key).alias == alias
    assert bound(snapshot({key: "mine"}, flows={"mine": flow(alias="mine")}), key).alias == "mine"


def test_a_flow_that_was_not_read_is_not_guessed() -> None:
    with pytest.raises(NotEvaluated):
        bound(snapshot(flows={}), "browserFlow")
    with pytest.raises(Inconclusive):
        bound(snapshot(flows={"browser": Gap("The server answered 500.", fault=True)}), "browserFlow")


@pytest.mark.parametrize("value", ["id-1", "strong"])
def test_an_override_is_an_id_or_an_alias(value: str) -> None:
    here = snapshot(flows={"strong": flow(alias="strong")})
    found = override(here, {"authenticationFlowBindingOverrides": {"browser": value}}, "browser")
    assert found is not None
    assert found.alias == "strong"


@pytest.mark.parametrize(
    "client",
    [{}, {"authenticationFlowBindingOverrides": None}, {"authenticationFlowBindingOverrides": {"browser": ""}}],
)
def test_a_client_without_an_override(client: dict[str, Any]) -> None:
    assert override(snapshot(flows={}), client, "browser") is None


def test_the_flows_of_an_identity_provider() -> None:
    flows = {alias: flow(alias=alias) for alias in ("first broker login", "mine", "later")}
    here = snapshot(flows=flows)
    assert [each.alias for each in broker_flows(here, {})] == ["first broker login"]
    own = {"firstBrokerLoginFlowAlias": "mine", "postBrokerLoginFlowAlias": "later"}
    assert [each.alias for each in broker_flows(here, own)] == ["mine", "later"]


KEY_ONLY = {"browser": flow(step("webauthn-authenticator-passwordless"))}
DIRECT = {**KEY_ONLY, "direct grant": flow(step("direct-grant-validate-password"))}


@pytest.mark.parametrize(
    ("sections", "entry"),
    [
        ({"flows": {"browser": flow(PASSWORD)}}, True),
        ({"flows": KEY_ONLY, "clients": [{"clientId": "app"}]}, False),
        ({"flows": DIRECT, "clients": [{"directAccessGrantsEnabled": True}]}, True),
        ({"flows": DIRECT, "clients": [{"directAccessGrantsEnabled": True, "enabled": False}]}, False),
        ({"flows": DIRECT, "clients": [{"directAccessGrantsEnabled": False}]}, False),
        ({"flows": DIRECT, "clients": [{"directAccessGrantsEnabled": True, "protocol": "saml"}]}, False),
        (
            {
                "flows": {**DIRECT, "strong": flow(step("direct-grant-auth-x509-username"))},
                "clients": [
                    {
                        "directAccessGrantsEnabled": True,
                        "authenticationFlowBindingOverrides": {"direct_grant": "strong"},
                    }
                ],
            },
            False,
        ),
        (
            {
                "flows": {**KEY_ONLY, "strong": flow(PASSWORD)},
                "clients": [{"authenticationFlowBindingOverrides": {"browser": "id-1"}}],
            },
            True,
        ),
        (
            {
                "flows": {**KEY_ONLY, "docker auth": flow(step("docker-http-basic-authenticator"))},
                "clients": [{"protocol": "docker-v2"}],
            },
            True,
        ),
        (
            {
                "flows": {**KEY_ONLY, "first broker login": flow(step("idp-username-password-form"))},
                "clients": [],
                "identity_providers": [{"alias": "corp"}],
            },
            True,
        ),
        ({"flows": KEY_ONLY, "clients": [], "identity_providers": [{"alias": "corp", "enabled": False}]}, False),
    ],
)
def test_where_a_password_can_be_typed(sections: dict[str, Any], entry: bool) -> None:
    assert has_password_entry(snapshot(**sections)) is entry


def test_no_password_entry_is_only_said_when_all_is_known() -> None:
    with pytest.raises(NotEvaluated):
        has_password_entry(snapshot(flows=KEY_ONLY))
    assert has_password_entry(snapshot(flows={"browser": flow(PASSWORD)}))
