# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The settings that a remediation task changes for each finding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.audit import audit
from ansible_collections.authkit.oauth.plugins.module_utils._realm.model import Finding
from ansible_collections.authkit.oauth.plugins.module_utils._realm.policy import Policy, Rule
from ansible_collections.authkit.oauth.plugins.module_utils._realm.registry import BY_ID
from ansible_collections.authkit.oauth.plugins.module_utils._realm.results.client_fixes import CLIENT_FIXES
from ansible_collections.authkit.oauth.plugins.module_utils._realm.results.fixes import REALM_FIXES, option
from ansible_collections.authkit.oauth.plugins.module_utils._realm.results.remediation import FIXABLE, remediation
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import Snapshot

REALM: dict[str, Any] = {
    "sslRequired": "none",
    "browserSecurityHeaders": {"xContentTypeOptions": "", "referrerPolicy": "unsafe-url", "own": "x{{ 1 }}"},
    "passwordPolicy": "length(6) and notEmail(undefined) and maxLength(20)",
    "attributes": {
        "other": "{{ lookup('pipe', 'id') }}",
        "actionTokenGeneratedByUserLifespan.reset-credentials": "90000",
        "actionTokenGeneratedByUserLifespan.verify-email": "90000",
    },
    "actionTokenGeneratedByUserLifespan": "86400",
    "adminEventsEnabled": True,
    "accessTokenLifespan": -1,
    "eventsListeners": ["email"],
}


def fixed(check: str, **parameters: Any) -> Any:
    """The settings that one fix gives for the realm."""
    return REALM_FIXES[check](dict(REALM), {**BY_ID[check].defaults(), **parameters})


def test_every_fix_is_of_a_check_that_there_is() -> None:
    assert FIXABLE - set(BY_ID) == set()


@pytest.mark.parametrize("check", REALM_FIXES)
def test_a_fix_says_something_or_nothing_for_a_realm_of_defaults(check: str) -> None:
    settings = REALM_FIXES[check]({}, BY_ID[check].defaults())
    assert settings is None or isinstance(settings, dict)


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("sslRequired", "ssl_required"),
        ("accessTokenLifespanForImplicitFlow", "access_token_lifespan_for_implicit_flow"),
        ("otpPolicyLookAheadWindow", "otp_policy_look_ahead_window"),
        (
            "webAuthnPolicyPasswordlessUserVerificationRequirement",
            "web_authn_policy_passwordless_user_verification_requirement",
        ),
    ],
)
def test_options_are_the_fields_in_the_modules_spelling(field: str, name: str) -> None:
    assert option(field) == name


@pytest.mark.parametrize(
    ("check", "settings"),
    [
        ("realm-ssl-required-none", {"ssl_required": "external"}),
        ("tokens-access-lifespan-long", {"access_token_lifespan": 900}),
        ("logging-no-listener", {"events_listeners": ["email", "jboss-logging"]}),
        (
            "realm-header-nosniff-off",
            {
                "browser_security_headers": {
                    "xContentTypeOptions": "nosniff",
                    "referrerPolicy": "unsafe-url",
                    "own": "x{{ 1 }}",
                }
            },
        ),
        ("passwords-min-length", {"password_policy": "notEmail(undefined) and maxLength(20) and length(12)"}),
        (
            "tokens-user-action-lifespan-long",
            {
                "action_token_generated_by_user_lifespan": 1800,
                "attributes": {
                    "other": "{{ lookup('pipe', 'id') }}",
                    "actionTokenGeneratedByUserLifespan.reset-credentials": "1800",
                    "actionTokenGeneratedByUserLifespan.verify-email": "86400",
                },
            },
        ),
    ],
)
def test_what_is_right_already_is_kept(check: str, settings: dict[str, Any]) -> None:
    assert fixed(check) == settings


def test_a_parameter_of_the_users_counts() -> None:
    assert fixed("tokens-access-lifespan-long", max_access_token_lifespan=60) == {"access_token_lifespan": 60}


def snapshot(**client: Any) -> Snapshot:
    clients = [{"clientId": "app", **client}]
    return Snapshot("shop", "https://sso.example.com", {"realm": REALM, "clients": clients})


def tasks(found: Mapping[str, Finding], of: Snapshot) -> list[dict[str, Any]]:
    """The tasks for findings of these checks."""
    rules = []
    for name, finding in found.items():
        check = BY_ID[name]
        rules.append(Rule(_finding(check, finding), check.defaults()))
    policy = Policy(tuple(rules))
    return remediation(of, audit(of, policy), {rule.check.id: rule.parameters for rule in rules})


def _finding(check: Any, finding: Finding) -> Any:
    from dataclasses import replace

    return replace(check, run=lambda _snapshot, _parameters: [finding])


def test_tasks_that_set_a_whole_mapping_build_on_each_other() -> None:
    realm = Finding("shop", "realm", "Wrong.")
    made = tasks({"realm-header-nosniff-off": realm, "realm-header-referrer-weak": realm}, snapshot())
    headers = made[1]["settings"]["browser_security_headers"]
    assert headers == {"xContentTypeOptions": "nosniff", "referrerPolicy": "no-referrer", "own": "x{{ 1 }}"}
    assert [(each["module"], each["target"]) for each in made] == [("keycloak_realm", "shop")] * 2
    assert REALM["browserSecurityHeaders"]["referrerPolicy"] == "unsafe-url", "the snapshot itself is left alone"


@pytest.mark.parametrize("check", CLIENT_FIXES)
def test_clients_of_defaults_and_of_nonsense(check: str) -> None:
    finding = Finding("app", "client", "Wrong.", severity="medium")
    for client in ({}, {"webOrigins": 5, "redirectUris": {}}, {"webOrigins": ["http://a"], "redirectUris": ["/x"]}):
        for each in tasks({check: finding}, snapshot(**client)):
            assert each["module"] == "keycloak_client"
            assert each["settings"]


def test_what_is_only_information_or_needs_a_person_gets_no_task() -> None:
    assert tasks({"client-implicit-flow": Finding("app", "client", "Off.", severity="info")}, snapshot()) == []
    assert tasks({"client-wildcard-redirect": Finding("app", "client", "Wild.")}, snapshot()) == []
    wild = {"webOrigins": ["*"], "redirectUris": ["*"]}
    assert tasks({"client-web-origins-wildcard": Finding("app", "client", "Wild.")}, snapshot(**wild)) == []


@pytest.mark.parametrize(
    ("realm", "settings"),
    [
        ({}, {"attributes": {"adminEventsExpiration": "7776000"}}),
        ({"attributes": {"a": "1"}}, {"attributes": {"a": "1", "adminEventsExpiration": "7776000"}}),
        ({"attributes": {"adminEventsExpiration": "60"}}, {}),
    ],
)
def test_admin_events_come_with_details_and_an_end(realm: dict[str, Any], settings: Mapping[str, Any]) -> None:
    switches = {"admin_events_enabled": True, "admin_events_details_enabled": True}
    assert REALM_FIXES["events-admin-off"](realm, {}) == {**switches, **settings}


@pytest.mark.parametrize(
    ("origins", "redirects", "mended"),
    [
        (["http://a.example"], ["https://a.example/cb"], ["https://a.example"]),
        (["http://A.example:8443", "+"], ["https://a.example:8443/*"], ["https://A.example:8443", "+"]),
        (
            ["http://a.example", "http://localhost:3000"],
            ["https://a.example/"],
            ["https://a.example", "http://localhost:3000"],
        ),
        # Nothing says that these are served over https.
        (["http://a.example"], ["http://a.example/cb"], None),
        (["http://a.example:8080"], ["https://a.example/cb"], None),
        (["http://a.example", "http://b.example"], ["https://a.example/cb"], None),
        (["http://a.example"], ["https://a.example*"], None),
        (["http://a.example"], None, None),
        ("http://a.example", ["https://a.example/"], None),
    ],
)
def test_an_origin_gets_https_where_a_redirect_has_it(origins: Any, redirects: Any, mended: list[str] | None) -> None:
    client = {"webOrigins": origins, "redirectUris": redirects}
    settings = CLIENT_FIXES["client-web-origins-http"](client, {})
    assert settings == (None if mended is None else {"web_origins": mended})


def test_an_origin_gets_https_where_the_root_url_has_it() -> None:
    client = {"webOrigins": ["http://a.example"], "redirectUris": ["/cb"], "rootUrl": "https://a.example/"}
    assert CLIENT_FIXES["client-web-origins-http"](client, {}) == {"web_origins": ["https://a.example"]}
