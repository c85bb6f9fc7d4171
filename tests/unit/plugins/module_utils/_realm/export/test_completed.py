# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A realm file is completed as an import completes it; tests/integration/test_realm_files.py asks a Keycloak."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.audit import audit
from ansible_collections.authkit.oauth.plugins.module_utils._realm.export.completed import completed
from ansible_collections.authkit.oauth.plugins.module_utils._realm.export.defaults import CLIENTS, REGISTRATION_POLICY
from ansible_collections.authkit.oauth.plugins.module_utils._realm.export.export import snapshot_of
from ansible_collections.authkit.oauth.plugins.module_utils._realm.keycloak.settings import Malformed, texts
from ansible_collections.authkit.oauth.plugins.module_utils._realm.policy import policy_from
from ansible_collections.authkit.oauth.plugins.module_utils._realm.results.report import DEFAULTS, realm_report
from ansible_collections.authkit.oauth.plugins.module_utils._realm.results.verdict import Audited
from ansible_collections.authkit.oauth.tests.unit.support.checks import POLICY_DEFAULTS

EXPORTED = {"keycloakVersion": "26.7.3", "components": {}, "authenticationFlows": []}


def of(**parts: Any) -> dict[str, Any]:
    return completed({"realm": "shop", **parts}).realm


def client(**settings: Any) -> dict[str, Any]:
    return dict(of(clients=[{"clientId": "app", **settings}])["clients"][0])


def test_what_the_file_does_not_say_is_filled_in_and_marked() -> None:
    found = completed({"realm": "shop", "accessTokenLifespan": 60, "clients": [{"clientId": "app"}]})
    assert (found.realm["sslRequired"], found.realm["accessTokenLifespan"]) == ("external", 60)
    assert {"sslRequired", "clients/app/webOrigins", "roles"} <= found.filled
    assert not found.filled & {"realm", "accessTokenLifespan", "clients", "clients/app/clientId"}


@pytest.mark.parametrize(
    ("settings", "name", "value"),
    [
        ({}, "fullScopeAllowed", True),
        ({"consentRequired": True}, "fullScopeAllowed", False),
        ({"redirectUris": ["https://a.example.com/cb", "/x"]}, "webOrigins", ["https://a.example.com"]),
        ({"redirectUris": ["https://a.example.com/cb"], "webOrigins": []}, "webOrigins", []),
        ({"authorizationServicesEnabled": True}, "serviceAccountsEnabled", True),
        ({"authorizationSettings": {}}, "serviceAccountsEnabled", True),
        ({"directGrantsOnly": True}, "standardFlowEnabled", False),
        ({"directGrantsOnly": True}, "directAccessGrantsEnabled", True),
        ({"defaultClientScopes": ["email"]}, "optionalClientScopes", []),
        ({"protocol": "saml"}, "defaultClientScopes", ["role_list", "saml_organization", "AuthnContextClassRef"]),
    ],
)
def test_what_follows_from_other_settings_of_a_client(settings: dict[str, Any], name: str, value: object) -> None:
    assert client(**settings)[name] == value


def test_many_clients_with_many_scopes_are_not_multiplied() -> None:
    """A file of a megabyte would fill the memory; what needs their scopes is not evaluated."""
    names = [f"scope{number}" for number in range(1000)]
    found = of(
        clients=[{"clientId": f"app{number}"} for number in range(2001)],
        clientScopes=[{"name": name, "protocol": "openid-connect"} for name in names],
        defaultDefaultClientScopes=names,
    )
    with pytest.raises(Malformed):
        texts(found["clients"][0], "defaultClientScopes")


def test_a_client_gets_the_scopes_of_the_realm() -> None:
    assert "offline_access" in client()["optionalClientScopes"]
    scopes = [{"name": "api", "protocol": "openid-connect"}, {"name": "old", "protocol": "saml"}]
    realm = of(clients=[{"clientId": "app"}], clientScopes=scopes, defaultDefaultClientScopes=["api", "old"])
    assert realm["clients"][0]["defaultClientScopes"] == ["api"]
    assert realm["clients"][0]["optionalClientScopes"] == ["offline_access"]


def test_every_realm_has_its_own_clients_and_roles() -> None:
    realm = of(clients=[{"clientId": "admin-cli"}], defaultRoles=["boss"])
    assert {each["clientId"] for each in realm["clients"]} == set(CLIENTS)
    assert "view-users" in {role["name"] for role in realm["roles"]["client"]["realm-management"]}
    default = {role["name"]: role for role in realm["roles"]["realm"]}["default-roles-shop"]
    assert set(default["composites"]["realm"]) == {"boss", "offline_access", "uma_authorization"}
    assert realm["defaultRole"] == {"name": "default-roles-shop"}


@pytest.mark.parametrize("part", ["clients", "roles", "groups", "users"])
def test_a_part_that_an_export_can_leave_out_stays_unknown(part: str) -> None:
    assert part in of()
    assert part not in of(**EXPORTED)


def test_registration_policies_and_keys_are_added() -> None:
    assert len(of(components={"org.keycloak.storage.UserStorageProvider": []})["components"][REGISTRATION_POLICY]) > 5
    assert of(components={REGISTRATION_POLICY: []})["components"][REGISTRATION_POLICY] == []


@pytest.mark.parametrize(
    ("parts", "seconds"),
    [
        ({}, 300),
        ({"accessCodeLifespanUserAction": 6000}, 6000),
        ({"accessCodeLifespanUserAction": 6000, "actionTokenGeneratedByUserLifespan": 60}, 60),
        ({"attributes": {"actionTokenGeneratedByUserLifespan": "86400"}}, 86400),
        ({"attributes": {"actionTokenGeneratedByUserLifespan": "a day"}}, 300),
    ],
)
def test_a_lifespan_that_inherits(parts: dict[str, Any], seconds: int) -> None:
    assert of(**parts)["actionTokenGeneratedByUserLifespan"] == seconds


def test_settings_that_are_stated_as_attributes() -> None:
    found = of(attributes={"bruteForceProtected": "true", "failureFactor": "5", "maxDeltaTimeSeconds": "x"})
    assert (found["bruteForceProtected"], found["failureFactor"], found["maxDeltaTimeSeconds"]) == (True, 5, 43200)


def test_an_otp_policy_without_a_type_is_ignored() -> None:
    assert of(otpPolicyPeriod=300)["otpPolicyPeriod"] == 30
    assert of(otpPolicyPeriod=300, otpPolicyType="totp")["otpPolicyPeriod"] == 300


REUSABLE = {"attributes": {"realmReusableOtpCode": "TRUE"}}
STATED = {"otpPolicyType": "totp", "otpPolicyCodeReusable": True}


@pytest.mark.parametrize(
    ("parts", "reusable"),
    [
        ({**REUSABLE, "otpPolicyCodeReusable": False}, True),
        ({**REUSABLE, "otpPolicyType": "totp", "otpPolicyCodeReusable": False}, True),
        ({"attributes": {"realmReusableOtpCode": "false"}, **STATED}, False),
        (STATED, True),
        ({"otpPolicyCodeReusable": True}, False),
    ],
    ids=["attribute", "attribute-on", "attribute-off", "setting", "without-a-type"],
)
def test_an_attribute_says_whether_one_time_passwords_are_reusable(parts: dict[str, Any], reusable: bool) -> None:
    assert of(**parts)["otpPolicyCodeReusable"] is reusable


@pytest.mark.parametrize("flag", ["bearerOnly", "publicClient"])
def test_a_client_with_authorization_services_is_confidential(flag: str) -> None:
    (client, *_others) = of(clients=[{"clientId": "api", "authorizationServicesEnabled": True, flag: True}])["clients"]
    assert client[flag] is False


def test_a_step_that_was_optional_is_conditional() -> None:
    steps = [{"authenticator": "auth-otp-form", "requirement": "OPTIONAL", "priority": 20}]
    flows = of(authenticationFlows=[{"alias": "forms", "authenticationExecutions": steps}])["authenticationFlows"]
    by_alias = {flow["alias"]: flow for flow in flows}
    (step,) = by_alias["forms"]["authenticationExecutions"]
    assert (step["requirement"], step["flowAlias"]) == ("CONDITIONAL", "forms - auth-otp-form - Conditional")
    assert [inner["requirement"] for inner in by_alias[step["flowAlias"]]["authenticationExecutions"]] == [
        "REQUIRED"
    ] * 2
    assert {"clients", "reset credentials", "first broker login", "docker auth"} <= by_alias.keys()


def test_what_keycloak_1_called_applications() -> None:
    found = of(applications=[{"name": "shop"}], oauthClients=[{"name": "third"}])["clients"]
    assert [(each["clientId"], each["fullScopeAllowed"]) for each in found[:2]] == [("shop", True), ("third", False)]


def test_the_evidence_says_what_is_a_default() -> None:
    policy = policy_from({**POLICY_DEFAULTS, "only": ["realm-brute-force-off"]})
    found = {}
    for stated in ({}, {"bruteForceProtected": False}):
        snapshot = snapshot_of({"realm": "shop", **stated}, "realm.json")
        report = realm_report(Audited(snapshot, audit(snapshot, policy)), policy, failed=False)
        found[bool(stated)] = report["checks"][0]["findings"][0]["evidence"]
    assert found[False].pop(DEFAULTS) == ["bruteForceProtected"]
    assert found[False] == found[True]


def test_the_evidence_says_that_an_import_lets_users_of_old_versions_write_attributes() -> None:
    snapshot = snapshot_of({"realm": "shop", "keycloakVersion": "13.0.0"}, "realm.json")
    assert "unmanagedAttributePolicy" in snapshot.filled
    assert "unmanagedAttributePolicy" not in snapshot_of({"realm": "shop", "keycloakVersion": "24.0.0"}, "x").filled


def test_stated_headers_are_added_to_the_usual_ones() -> None:
    headers = of(browserSecurityHeaders={"xFrameOptions": "DENY"})["browserSecurityHeaders"]
    assert (headers["xFrameOptions"], headers["xContentTypeOptions"]) == ("DENY", "nosniff")


def test_scopes_have_no_spaces_and_other_names_are_ignored() -> None:
    scopes = [{"name": "my scope", "protocol": "openid-connect"}, {"name": "sp", "protocol": "saml"}]
    names = ["my_scope", "my scope", "sp", "none"]
    found = of(
        clientScopes=scopes,
        defaultDefaultClientScopes=names,
        clients=[{"clientId": "a", "defaultClientScopes": names}, {"clientId": "b"}],
    )
    assert [each["name"] for each in found["clientScopes"]] == ["my_scope", "sp", "offline_access"]
    assert found["defaultDefaultClientScopes"] == ["my_scope", "sp"]
    assert [each["defaultClientScopes"] for each in found["clients"][:2]] == [["my_scope"]] * 2


def test_a_client_may_name_the_scope_that_an_import_adds_for_offline_access() -> None:
    stated = {"clientId": "a", "optionalClientScopes": ["offline_access"]}
    found = of(clientScopes=[], clients=[stated], roles={"realm": [{"name": "offline_access"}]})
    assert found["clients"][0]["optionalClientScopes"] == ["offline_access"]
    assert found["defaultOptionalClientScopes"] == []


@pytest.mark.parametrize(("scopes", "kept"), [(None, False), (["profile"], False), (["offline_access"], True)])
def test_a_role_that_is_there_before_gets_no_composites(scopes: list[str] | None, kept: bool) -> None:
    roles = {"realm": [{"name": "offline_access", "composites": {"client": {"realm-management": ["realm-admin"]}}}]}
    given = None if scopes is None else [{"name": each, "protocol": "openid-connect"} for each in scopes]
    (role,) = (
        each for each in of(roles=roles, clientScopes=given)["roles"]["realm"] if each["name"] == "offline_access"
    )
    assert bool(role["composites"]) is kept


def test_default_flows_are_added_beside_those_of_the_file() -> None:
    browser = {"alias": "browser", "authenticationExecutions": [{"authenticator": "auth-cookie", "priority": 10}]}
    flows = {each["alias"]: each for each in of(authenticationFlows=[browser])["authenticationFlows"]}
    assert {"direct grant", "Direct Grant - Conditional OTP", "registration", "saml ecp", "clients"} <= flows.keys()
    added = flows["browser"]["authenticationExecutions"][1]
    assert (added["authenticator"], added["requirement"]) == ("identity-provider-redirector", "ALTERNATIVE")
    assert "forms" not in flows


_ADMINISTERING = [{"name": "g", "subGroups": [{"name": "s", "clientRoles": {"realm-management": ["manage-users"]}}]}]


@pytest.mark.parametrize("path", ["/g/s", "g/s", "/g/s/"])
def test_service_accounts_join_the_default_groups(path: str) -> None:
    clients = [{"clientId": "Job", "serviceAccountsEnabled": True}, {"clientId": "web"}]
    snapshot = snapshot_of(
        {"realm": "shop", "groups": _ADMINISTERING, "defaultGroups": [path], "clients": clients}, "f"
    )
    assert [group.path for group in snapshot.default_groups] == ["/g/s"]
    (holder,) = snapshot.role_holders
    assert (holder.username, holder.service_account_of, holder.group) == ("service-account-job", "Job", "/g/s")


@pytest.mark.parametrize(("stated", "enabled"), [({}, False), ({"enabled": True}, True), ({"enabled": "true"}, True)])
def test_a_user_is_disabled_unless_the_file_says_otherwise(stated: dict[str, Any], enabled: bool) -> None:
    user = {"username": "ann", "clientRoles": {"realm-management": ["realm-admin"]}, **stated}
    (holder,) = snapshot_of({"realm": "shop", "users": [user]}, "f").role_holders
    assert holder.enabled is enabled


def test_passwords_of_a_file_are_judged_by_the_hash_of_the_server_that_imports_it() -> None:
    policy = policy_from({**POLICY_DEFAULTS, "only": ["passwords-hash-weak"]})
    realm = {"realm": "shop", "keycloakVersion": "19.0.0", "passwordPolicy": "hashIterations(27500)"}
    (result,) = audit(snapshot_of(realm, "realm.json"), policy)
    assert not result.findings
