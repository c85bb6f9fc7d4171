# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an import changes in files of old versions, as Keycloak 26.7.3 was seen to change them."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.export.completed import completed
from ansible_collections.authkit.oauth.plugins.module_utils._realm.export.export import snapshot_of
from ansible_collections.authkit.oauth.plugins.module_utils._realm.export.migrations import is_older

PROFILES = "org.keycloak.userprofile.UserProfileProvider"
POLICIES = "org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy"
#: What no file of Keycloak has.
ODD: Any = [["odd"]]


def of(version: str | None, **parts: Any) -> dict[str, Any]:
    return completed({"realm": "shop", "keycloakVersion": version, **parts}).realm


def client(version: str | None, **settings: Any) -> dict[str, Any]:
    """The first client of a realm that has these client scopes: its own, and those of an export."""
    scopes = [{"name": name, "protocol": "openid-connect"} for name in ("profile", "offline_access")]
    roles = {"realm": [{"name": "offline_access"}]}
    return dict(of(version, clientScopes=scopes, roles=roles, clients=[{"clientId": "a", **settings}])["clients"][0])


@pytest.mark.parametrize(
    ("stated", "than", "older"),
    [
        ("8.0.1", (8, 0, 2), True),
        ("8.0.2", (8, 0, 2), False),
        ("26.7.3", (26, 6, 1), False),
        ("9.0.0-SNAPSHOT", (9, 0, 0), False),
        ("15.0.2.redhat-00001", (15, 0, 2), False),
        ("3.4.3.Final", (3, 4, 2), True),  # Keycloak takes it for older
        ("3.4.3.Final", (3, 2, 0), False),
        ("7.4.2.GA", (9, 0, 0), False),  # Red Hat's 7.4 is Keycloak 9.0.3
        ("7.4.2.GA", (18, 0, 0), True),
        ("7.2.1.GA", (4, 0, 0), True),
        ("6", (6, 0, 0), False),
        ("6", (8, 0, 0), True),
        ("999.0.0-SNAPSHOT", (26, 7, 0), False),
        ("latest", (26, 7, 0), False),
        ("${VERSION}", (26, 7, 0), False),
        ("99999", (26, 7, 0), False),
        ("", (26, 7, 0), False),
        (None, (26, 7, 0), False),
        (26, (26, 7, 0), False),
    ],
)
def test_which_version_is_older(stated: object, than: tuple[int, int, int], older: bool) -> None:
    assert is_older(stated, than) is older


@pytest.mark.parametrize("name", ["security-admin-console", "account-console"])
@pytest.mark.parametrize(("version", "method"), [("8.0.1", "S256"), ("9.0.0", "plain"), (None, "plain")])
def test_the_consoles_of_old_versions_get_pkce(name: str, version: str | None, method: str) -> None:
    stated = {"clientId": name, "attributes": {"pkce.code.challenge.method": "plain"}}
    after = of(version, clients=[stated, {"clientId": "account"}])["clients"][0]
    assert after["attributes"]["pkce.code.challenge.method"] == method


def test_the_consoles_keep_pkce_if_the_account_client_is_keycloaks_own() -> None:
    """Its roles stop the migration."""
    stated = {"clientId": "security-admin-console", "attributes": {"pkce.code.challenge.method": "plain"}}
    after = of("8.0.1", clients=[stated])["clients"][0]
    assert after["attributes"]["pkce.code.challenge.method"] == "plain"


def test_the_consoles_of_old_versions_get_new_addresses() -> None:
    stated = [{"clientId": name, "redirectUris": ["*"]} for name in ("account", "security-admin-console", "account2")]
    after = of("7.0.1", clients=stated)["clients"]
    assert [each["redirectUris"] for each in after[:3]] == [
        ["/realms/shop/account/*"],
        ["/admin/shop/console/*"],
        ["*"],
    ]
    assert after[1]["webOrigins"] == ["+"]
    assert of("8.0.0", clients=stated)["clients"][0]["redirectUris"] == ["*"]


@pytest.mark.parametrize("name", ["security-admin-console", "admin-cli"])
def test_the_tools_of_administrators_get_full_scope_and_light_tokens(name: str) -> None:
    stated = {"clientId": name, "fullScopeAllowed": False}
    after = of("25.0.6", clients=[stated])["clients"][0]
    assert after["fullScopeAllowed"] is True
    assert after["attributes"]["client.use.lightweight.access.token.enabled"] == "true"
    assert of("26.0.0", clients=[stated])["clients"][0]["fullScopeAllowed"] is False


@pytest.mark.parametrize(
    ("version", "default", "optional"),
    [
        ("3.4.3.Final", ["profile", "roles", "web-origins", "acr", "basic"], ["offline_access", "microprofile-jwt"]),
        ("4.5.0.Final", ["profile", "roles", "web-origins", "acr", "basic"], ["microprofile-jwt"]),
        ("5.0.0", ["profile", "acr", "basic"], ["microprofile-jwt"]),
        ("17.0.1", ["profile", "acr", "basic"], []),
        ("24.0.5", ["profile", "basic"], []),
        ("25.0.0", ["profile"], []),
    ],
)
def test_clients_get_the_scopes_that_came_later(version: str, default: list[str], optional: list[str]) -> None:
    found = client(version, defaultClientScopes=["profile"])
    assert (found["defaultClientScopes"], found["optionalClientScopes"]) == (default, optional)


@pytest.mark.parametrize("settings", [{"protocol": "saml"}, {"bearerOnly": True}])
def test_other_clients_get_none_of_them(settings: dict[str, Any]) -> None:
    found = client("5.0.0", defaultClientScopes=[], **settings)
    added = {*found["defaultClientScopes"], *found["optionalClientScopes"]}
    assert added <= {"AuthnContextClassRef"}
    assert bool(added) is ("protocol" in settings)


def test_a_client_without_the_role_gets_no_offline_access() -> None:
    stated = {"fullScopeAllowed": False, "defaultClientScopes": []}
    assert "offline_access" not in client("3.4.3.Final", **stated)["optionalClientScopes"]


def test_a_registration_policy_of_an_old_version_allows_default_scopes() -> None:
    config = {"allowed-client-templates": ["t"]}
    policies = [{"providerId": "allowed-client-templates", "config": config}, {"providerId": "scope", "config": {}}]
    first, second = of("3.4.3.Final", components={POLICIES: policies})["components"][POLICIES]
    assert first["config"] == {"allowed-client-scopes": ["t"], "allow-default-scopes": ["true"]}
    assert second["config"] == {}


@pytest.mark.parametrize(
    ("version", "stated", "after"),
    [
        ("3.1.0.Final", "hashIterations(20000) and length(9)", "length(9)"),
        ("3.1.0.Final", "hashIterations(20000) and hashAlgorithm(x)", "hashIterations(20000) and hashAlgorithm(x)"),
        ("3.2.0", "hashIterations(20000)", "hashIterations(20000)"),
    ],
)
def test_the_iterations_that_were_a_default_are_none_of_the_policy(version: str, stated: str, after: str) -> None:
    assert of(version, passwordPolicy=stated)["passwordPolicy"] == after


@pytest.mark.parametrize(
    ("version", "on", "config", "profile"),
    [
        (
            "21.0.0",
            "true",
            {"config-pieces-count": ["2"], "config-piece-1": ['"a"}'], "config-piece-0": ['{"x":']},
            "a",
        ),
        ("21.0.0", "true", {"kc.user.profile.config": ['{"x": "a"}']}, None),
        ("23.0.0", "true", {"kc.user.profile.config": ['{"x": "a"}']}, "a"),
        ("21.0.0", "false", {"kc.user.profile.config": ['{"x": "a"}']}, "a"),
    ],
)
def test_user_profiles_of_old_versions(version: str, on: str, config: dict[str, Any], profile: str | None) -> None:
    components = {PROFILES: [{"providerId": "declarative-user-profile", "config": config}]}
    realm = {
        "realm": "shop",
        "keycloakVersion": version,
        "attributes": {"userProfileEnabled": on},
        "components": components,
    }
    found = dict(snapshot_of(realm, "realm.json").user_profile)
    assert found.get("x") == profile
    assert found.get("unmanagedAttributePolicy") == (None if on == "true" else "ENABLED")


@pytest.mark.parametrize(
    "part",
    [
        {"passwordPolicy": ODD},
        {"clients": ODD},
        {"clients": [{"clientId": ODD}, {"clientId": "account", "attributes": ODD}]},
        {"clientScopes": [{"name": ODD}]},
        {"components": {POLICIES: ODD, PROFILES: [{"config": ODD}]}, "attributes": {"userProfileEnabled": "true"}},
        {"browserSecurityHeaders": ODD, "browserFlow": ODD},
        {"authenticationFlows": [{"alias": "browser", "authenticationExecutions": [{"flowAlias": ODD}]}]},
        {"scopeMappings": ODD, "roles": {"realm": [{"name": "offline_access"}]}},
    ],
)
def test_what_is_malformed_stays(part: dict[str, Any]) -> None:
    after = of("3.1.0.Final", **part)
    assert len(after["components"]) > 1
    assert after["keycloakVersion"] == "3.1.0.Final"
