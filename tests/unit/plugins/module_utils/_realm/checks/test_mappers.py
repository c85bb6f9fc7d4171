# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Protocol mappers."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks.mappers import (
    mappers_audience_admin,
    mappers_hardcoded_privilege_claim,
    mappers_hardcoded_role,
    mappers_identity_claim_override,
    mappers_user_editable_attribute,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.model import Check
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Gap, NotEvaluated
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import Snapshot
from ansible_collections.authkit.oauth.tests.unit.support.checks import REALM, SERVER, Case, case, found
from ansible_collections.authkit.oauth.tests.unit.support.snapshot_parts import catalog, role

FIXED_ROLE, FIXED_CLAIM = "oidc-hardcoded-role-mapper", "oidc-hardcoded-claim-mapper"
ATTRIBUTE, PROPERTY = "oidc-usermodel-attribute-mapper", "oidc-usermodel-property-mapper"
SAML_ATTRIBUTE, AUDIENCE = "saml-user-attribute-mapper", "oidc-audience-mapper"


def mapper(provider: str, name: str = "mine", **config: str) -> dict[str, Any]:
    """A mapper; in the names of settings, _ stands for a dot."""
    return {
        "name": name,
        "protocolMapper": provider,
        "config": {key.replace("_", "."): value for key, value in config.items()},
    }


def with_mappers(*mappers: dict[str, Any], enabled: bool = True) -> dict[str, Any]:
    client = {"clientId": "app", "enabled": enabled, "protocolMappers": list(mappers)}
    return {
        "clients": [client],
        "client_scopes": [],
        "roles": catalog(role("helpdesk", "realm-management.realm-admin")),
    }


def one(check: Check, finds: Any, *mappers: dict[str, Any], **sections: Any) -> Case:
    return case(check, finds, **with_mappers(*mappers), **sections)


ADMIN = mapper(FIXED_ROLE, role="realm-management.realm-admin")
IN_SCOPE = {"name": "ops", "protocol": "openid-connect", "protocolMappers": [ADMIN]}
ROLE_CASES = [
    one(mappers_hardcoded_role, {"app": "critical"}, ADMIN),
    one(mappers_hardcoded_role, {"app": "critical"}, mapper(FIXED_ROLE, role="helpdesk")),
    one(mappers_hardcoded_role, {"app": "critical"}, mapper(FIXED_ROLE, role="realm-management.view-users")),
    case(
        mappers_hardcoded_role,
        {"app": "critical"},
        name="master",
        **with_mappers(mapper(FIXED_ROLE, role="shop-realm.view-users")),
    ),
    one(mappers_hardcoded_role, {"app": "medium"}, mapper(FIXED_ROLE, role="offline_access")),
    one(mappers_hardcoded_role, {"app": "medium"}, mapper(FIXED_ROLE, role="nobody.knows")),
    one(mappers_hardcoded_role, {"app": "medium"}, mapper("saml-hardcode-role-mapper", role="staff")),
    case(mappers_hardcoded_role, {"app": "info"}, **with_mappers(ADMIN, enabled=False)),
    case(mappers_hardcoded_role, {"ops": "critical"}, **{**with_mappers(), "client_scopes": [IN_SCOPE]}),
    one(mappers_hardcoded_role, (), mapper("oidc-usermodel-realm-role-mapper", claim_name="realm_access.roles")),
    one(mappers_hardcoded_role, ()),
    case(mappers_hardcoded_role, clients=[{"clientId": "app"}], client_scopes=[]),
    case(mappers_hardcoded_role, unknown=NotEvaluated, clients=[]),
]


def fixed(claim: str, **more: str) -> dict[str, Any]:
    return mapper(FIXED_CLAIM, claim_name=claim, **{"access_token_claim": "true", **more})


CLAIM_CASES = [
    *(
        one(mappers_hardcoded_privilege_claim, ["app"], fixed(claim))
        for claim in (
            "realm_access",
            "realm_access.roles",
            "resource_access.app.roles",
            "roles",
            "groups",
            "scope",
            "acr",
            "amr",
            "aud",
            "email_verified",
            "sub",
            "azp",
            "iss",
        )
    ),
    *(
        one(mappers_hardcoded_privilege_claim, (), fixed(claim))
        for claim in ("tenant", "subscription", "audience_hint", "https://example.com/roles", r"roles\.hint")
    ),
    one(mappers_hardcoded_privilege_claim, {"app": "info"}, fixed("groups", access_token_claim="false")),
    one(mappers_hardcoded_privilege_claim, ["app"], fixed("groups", access_token_claim="false", id_token_claim="true")),
    one(mappers_hardcoded_privilege_claim, ["app"], mapper(FIXED_CLAIM, claim_name="groups")),
    one(mappers_hardcoded_privilege_claim, (), mapper("oidc-group-membership-mapper", claim_name="groups")),
    case(mappers_hardcoded_privilege_claim, {"app": "info"}, **with_mappers(fixed("groups"), enabled=False)),
]


def taken(claim: str, attribute: str = "employeeNumber", provider: str = ATTRIBUTE, **more: str) -> dict[str, Any]:
    return mapper(provider, claim_name=claim, user_attribute=attribute, **{"access_token_claim": "true", **more})


IDENTITY_CASES = [
    *(
        one(mappers_identity_claim_override, ["app"], taken(claim))
        for claim in ("sub", "azp", "aud", "iss", "client_id", "realm_access.roles", "resource_access.app.roles")
    ),
    one(mappers_identity_claim_override, ["app"], taken("sub", "username", PROPERTY)),
    one(mappers_identity_claim_override, (), taken("sub", "id", PROPERTY)),
    one(mappers_identity_claim_override, ["app"], taken("sub", "id")),
    one(mappers_identity_claim_override, ["app"], taken("client_id", "id", PROPERTY)),
    one(mappers_identity_claim_override, (), taken("preferred_username", "username")),
    one(mappers_identity_claim_override, (), taken("email_verified", "emailVerified", PROPERTY)),
    one(mappers_identity_claim_override, (), taken("subject")),
    one(mappers_identity_claim_override, (), mapper("oidc-sub-mapper")),
    one(mappers_identity_claim_override, {"app": "info"}, taken("sub", access_token_claim="false")),
]

CLEARANCE = taken("clearance", "clearance")


def profile(*edit: str, policy: str | None = None) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "attributes": [
            {"name": "username", "permissions": {"edit": ["user", "admin"]}},
            {"name": "clearance", "permissions": {"view": ["user"], "edit": list(edit)}},
        ]
    }
    return {"user_profile": {**shown, "unmanagedAttributePolicy": policy} if policy else shown}


EDITABLE_CASES = [
    one(mappers_user_editable_attribute, ["app"], CLEARANCE, **profile("admin", "user")),
    one(mappers_user_editable_attribute, (), CLEARANCE, **profile("admin")),
    # What is declared goes by its declaration, whatever the policy for the rest.
    one(mappers_user_editable_attribute, (), CLEARANCE, **profile("admin", policy="ENABLED")),
    one(mappers_user_editable_attribute, (), CLEARANCE, user_profile={"attributes": [{"name": "clearance"}]}),
    one(mappers_user_editable_attribute, ["app"], taken("level", "level"), **profile(policy="ENABLED")),
    *(
        one(mappers_user_editable_attribute, (), taken("level", "level"), **profile(policy=policy))
        for policy in (None, "DISABLED", "ADMIN_VIEW", "ADMIN_EDIT")
    ),
    one(
        mappers_user_editable_attribute,
        ["app"],
        mapper(SAML_ATTRIBUTE, user_attribute="clearance", attribute_name="Clearance"),
        **profile("user"),
    ),
    # The user attributes of Keycloak's own scopes, unless they decide what somebody may do.
    *(
        one(mappers_user_editable_attribute, (), taken(claim, attribute), **profile("user", policy="ENABLED"))
        for claim, attribute in (
            ("preferred_username", "username"),
            ("upn", "username"),
            ("zoneinfo", "zoneinfo"),
            ("phone_number_verified", "phoneNumberVerified"),
            ("locale", "locale"),
        )
    ),
    one(mappers_user_editable_attribute, ["app"], taken("groups", "nickname"), **profile(policy="ENABLED")),
    # No user can write these.
    *(
        one(mappers_user_editable_attribute, (), taken("ldap", attribute), **profile(policy="ENABLED"))
        for attribute in ("LDAP_ID", "LDAP_ENTRY_DN", "createtimestamp", "saml.persistent.name.id.for.app")
    ),
    one(
        mappers_user_editable_attribute,
        {"app": "info"},
        taken("x", "x", access_token_claim="false"),
        **profile(policy="ENABLED"),
    ),
    one(mappers_user_editable_attribute, (), taken("x", "clearance", PROPERTY), **profile("user")),
    # Nothing maps an attribute: the user profile does not matter.
    one(mappers_user_editable_attribute, (), ADMIN),
    case(mappers_user_editable_attribute, unknown=NotEvaluated, **with_mappers(CLEARANCE)),
]


def audience(**config: str) -> dict[str, Any]:
    return mapper(AUDIENCE, **{"access_token_claim": "true", **config})


AUDIENCE_CASES = [
    *(
        one(mappers_audience_admin, ["app"], audience(included_client_audience=name))
        for name in ("realm-management", "broker", "security-admin-console")
    ),
    one(mappers_audience_admin, ["app"], audience(included_custom_audience="*")),
    one(mappers_audience_admin, ["app"], audience(included_custom_audience="https://*.example.com")),
    one(mappers_audience_admin, ["app"], audience(included_custom_audience="realm-management")),
    # The second is looked at only where the first is empty.
    one(mappers_audience_admin, (), audience(included_client_audience="orders", included_custom_audience="*")),
    one(mappers_audience_admin, (), audience(included_client_audience="orders")),
    one(mappers_audience_admin, (), mapper("oidc-audience-resolve-mapper")),
    one(mappers_audience_admin, (), audience(included_client_audience="shop-realm")),
    case(
        mappers_audience_admin,
        ["app"],
        name="master",
        **with_mappers(audience(included_client_audience="shop-realm")),
    ),
]
CASES: list[Case] = [*ROLE_CASES, *CLAIM_CASES, *IDENTITY_CASES, *EDITABLE_CASES, *AUDIENCE_CASES]


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()


def test_mappers_of_scopes_are_found_though_clients_could_not_be_read() -> None:
    sections = {**with_mappers(), "clients": Gap("The role view-clients is missing."), "client_scopes": [IN_SCOPE]}
    findings = iter(mappers_hardcoded_role.run(Snapshot(REALM, SERVER, sections), {}))
    assert next(findings).target == "ops"
    with pytest.raises(NotEvaluated):
        next(findings)


def test_several_mappers_of_one_client_are_one_finding_that_names_them() -> None:
    (finding,) = found(mappers_hardcoded_role, with_mappers(ADMIN, mapper(FIXED_ROLE, "another", role="staff")))
    assert finding.details == ("another", "mine")
    assert finding.evidence == {"role": {"mine": "realm-management.realm-admin", "another": "staff"}}
