# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Identity providers: what the realm takes over from them."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks.identity_provider_trust import (
    idp_brokering_api_v1,
    idp_mapper_grants_admin,
    idp_stale_role_sync,
    idp_store_token_readable,
    idp_trust_email,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Gap, Inconclusive, NotEvaluated
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import Snapshot
from ansible_collections.authkit.oauth.tests.unit.support.checks import REALM, SERVER, Case, case
from ansible_collections.authkit.oauth.tests.unit.support.snapshot_parts import (
    DEFAULT_BROKER,
    catalog,
    either,
    flow,
    flows,
    role,
)

RM = "realm-management"
AUTO = flow(either("idp-create-user-if-unique"), either("idp-auto-link"), alias="auto link")


def provider(**more: Any) -> dict[str, Any]:
    return {"alias": "corp", "providerId": "oidc", "enabled": True, **more}


def trusting(finds: Any, trusted: tuple[str, ...] = (), **more: Any) -> Case:
    return case(
        idp_trust_email,
        finds,
        parameters={"trusted_email_idps": list(trusted)},
        realm={},
        identity_providers=[provider(**{"trustEmail": True, **more})],
        **flows(DEFAULT_BROKER, AUTO),
    )


V1 = "IDENTITY_BROKERING_API_V1"
STORING: dict[str, Any] = {"identity_providers": [provider(storeToken=True)]}
BROKERING_CASES = [
    case(idp_brokering_api_v1, [REALM], **STORING, features={V1: True}),
    case(idp_brokering_api_v1, [REALM], **STORING, features={"DPOP": True}),
    case(idp_brokering_api_v1, **STORING, features={V1: False}),
    case(idp_brokering_api_v1, unknown=NotEvaluated, **STORING),
    case(idp_brokering_api_v1, identity_providers=[provider(), provider(storeToken=True, enabled=False)]),
]

TRUST_CASES = [
    trusting(["corp"]),
    trusting({"corp": "critical"}, firstBrokerLoginFlowAlias="auto link"),
    trusting(["corp"], firstBrokerLoginFlowAlias="auto link", types=["CLIENT_ASSERTION"]),
    trusting({"corp": "critical"}, firstBrokerLoginFlowAlias="auto link", providerId="google", types=[]),
    trusting(["corp"], firstBrokerLoginFlowAlias="auto link", linkOnly=True),
    trusting({"corp": "info"}, firstBrokerLoginFlowAlias="auto link", enabled=False),
    # Some providers honor email_verified, but it is still a finding.
    trusting(["corp"], providerId="google"),
    trusting((), ("corp",)),
    trusting((), trustEmail=False),
    trusting((), trustEmail=None),
    case(idp_trust_email, identity_providers=[provider()]),
]


def storing(finds: Any, **more: Any) -> Case:
    return case(idp_store_token_readable, finds, identity_providers=[provider(**more)])


STORE_CASES = [
    storing(["corp"], storeToken=True, addReadTokenRoleOnCreate=True),
    storing(["corp"], addReadTokenRoleOnCreate=True),
    storing({"corp": "low"}, storeToken=True),
    storing({"corp": "info"}, storeToken=True, enabled=False),
    storing((), storeToken=False, addReadTokenRoleOnCreate=False),
    storing(()),
]


def mapper(kind: str, name: str = "mine", **config: str) -> dict[str, Any]:
    return {"name": name, "identityProviderAlias": "corp", "identityProviderMapper": kind, "config": config}


def mapping(*mappers: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "identity_providers": [provider(**more)],
        "identity_provider_mappers": {"corp": list(mappers)},
        "roles": catalog(role("helpdesk", f"{RM}.realm-admin")),
    }


ROLE, GROUP = "oidc-role-idp-mapper", "oidc-advanced-group-idp-mapper"
IMPORTING = {"config": {"syncMode": "IMPORT"}}
SYNC_CASES = [
    case(idp_stale_role_sync, ["corp"], **mapping(mapper(ROLE, syncMode="IMPORT"), config={"syncMode": "FORCE"})),
    case(idp_stale_role_sync, ["corp"], **mapping(mapper(ROLE, syncMode="INHERIT"), **IMPORTING)),
    case(idp_stale_role_sync, ["corp"], **mapping(mapper(GROUP, syncMode="INHERIT"), **IMPORTING)),
    case(idp_stale_role_sync, {"corp": "info"}, **mapping(mapper(ROLE, syncMode="IMPORT"), enabled=False)),
    case(idp_stale_role_sync, **mapping(mapper(ROLE, syncMode="FORCE"), **IMPORTING)),
    case(idp_stale_role_sync, **mapping(mapper(ROLE, syncMode="INHERIT"), config={"syncMode": "FORCE"})),
    case(idp_stale_role_sync, **mapping(mapper("oidc-user-attribute-idp-mapper", syncMode="IMPORT"))),
    # Where the provider has no mode either, some give at the first login only; others work at every login.
    *(
        case(idp_stale_role_sync, ["corp"], **mapping(mapper(kind, syncMode="INHERIT"), **more))
        for kind in (ROLE, "oidc-advanced-role-idp-mapper", "keycloak-oidc-role-to-role-idp-mapper")
        for more in ({}, {"config": {"syncMode": "LEGACY"}})
    ),
    *(
        case(idp_stale_role_sync, {"corp": "info"}, **mapping(mapper(kind, syncMode="INHERIT")))
        for kind in (GROUP, "saml-role-idp-mapper", "saml-advanced-group-idp-mapper")
    ),
    case(idp_stale_role_sync, {"corp": "info"}, **mapping(mapper(ROLE))),
    case(idp_stale_role_sync, {"corp": "info"}, **mapping(mapper(ROLE, syncMode="LEGACY"), **IMPORTING)),
    case(idp_stale_role_sync, identity_providers=[]),
    case(
        idp_stale_role_sync,
        unknown=Inconclusive,
        identity_providers=[provider()],
        identity_provider_mappers={"corp": Gap("The server answered 500.", fault=True)},
    ),
]
GRANT_CASES = [
    *(
        case(idp_mapper_grants_admin, ["corp"], **mapping(mapper(kind, role=f"{RM}.manage-users")))
        for kind in (
            "oidc-hardcoded-role-idp-mapper",
            "oidc-role-idp-mapper",
            "saml-role-idp-mapper",
            "oidc-advanced-role-idp-mapper",
            "saml-advanced-role-idp-mapper",
            "keycloak-oidc-role-to-role-idp-mapper",
        )
    ),
    case(idp_mapper_grants_admin, ["corp"], **mapping(mapper(ROLE, role="helpdesk"))),
    case(idp_mapper_grants_admin, {"corp": "info"}, **mapping(mapper(ROLE, role="helpdesk"), enabled=False)),
    case(idp_mapper_grants_admin, **mapping(mapper(ROLE, role="offline_access"))),
    case(idp_mapper_grants_admin, **mapping(mapper(ROLE, role=f"{RM}.view-users"))),
    case(idp_mapper_grants_admin, **mapping(mapper(ROLE, role="nobody.knows"))),
    case(idp_mapper_grants_admin, **mapping(mapper(ROLE))),
    case(idp_mapper_grants_admin, **mapping(mapper("oidc-user-attribute-idp-mapper", role="helpdesk"))),
    case(idp_mapper_grants_admin, identity_providers=[]),
    case(idp_mapper_grants_admin, unknown=NotEvaluated, identity_providers=[provider()]),
]
CASES: list[Case] = [*BROKERING_CASES, *TRUST_CASES, *STORE_CASES, *SYNC_CASES, *GRANT_CASES]


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()


def test_trust_is_found_though_the_flow_could_not_be_read() -> None:
    sections = {"identity_providers": [provider(trustEmail=True)], "realm": {}}
    findings = iter(idp_trust_email.run(Snapshot(REALM, SERVER, sections), idp_trust_email.defaults()))
    assert next(findings).severity is None
    with pytest.raises(NotEvaluated):
        next(findings)
