# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parts of realms for the tests of the realm diff."""

from __future__ import annotations

import copy
from typing import Any

from ansible_collections.authkit.oauth.plugins.plugin_utils._realm_diff.from_file import completed_realm, parts_of
from ansible_collections.authkit.oauth.plugins.plugin_utils._realm_diff.report import compared
from ansible_collections.authkit.oauth.plugins.plugin_utils._realm_diff.side import Side

SECRET, OTHER = "s3cret-of-the-left", "s3cret-of-the-right"
REALM: dict[str, Any] = {
    "realm": "shop",
    "keycloakVersion": "26.7.3",
    "sslRequired": "external",
    "accessTokenLifespan": 300,
    "smtpServer": {"host": "mail.example.org", "password": SECRET},
    "eventsEnabled": True,
    "roles": {"realm": [{"id": "1", "name": "reader"}], "client": {"portal": [{"name": "editor"}]}},
    "groups": [{"name": "staff", "subGroups": [{"name": "leads", "realmRoles": ["reader"]}]}],
    "clients": [
        {
            "id": "2",
            "clientId": "portal",
            "secret": SECRET,
            "redirectUris": ["https://b", "https://a"],
            "attributes": {"client.secret.creation.time": "1", "x": "1"},
            "protocolMappers": [{"id": "3", "name": "seller", "config": {"claim.name": "a"}}],
        }
    ],
    "users": [],
    "clientScopes": [{"name": "orders"}],
    "defaultDefaultClientScopes": ["orders"],
    "defaultOptionalClientScopes": [],
    "components": {
        "org.keycloak.userprofile.UserProfileProvider": [
            {
                "providerId": "declarative-user-profile",
                "config": {"kc.user.profile.config": ['{"attributes": [{"name": "email"}]}']},
            }
        ],
        "org.keycloak.keys.KeyProvider": [
            {"name": "aes", "providerId": "aes-generated", "config": {"secret": [SECRET], "priority": ["1"]}},
            {
                "name": "ec",
                "providerId": "ecdsa-generated",
                "config": {"ecdsaPrivateKey": [SECRET], "ecdsaPublicKey": ["p"], "ecdsaEllipticCurveKey": ["P-256"]},
            },
            {"name": "own", "providerId": "rsa", "config": {"privateKey": [SECRET], "certificate": ["c"]}},
        ],
    },
    "authenticationFlows": [],
    "requiredActions": [],
    "identityProviders": [],
    "clientPolicies": {"policies": []},
    "clientProfiles": {"profiles": []},
    "localizationTexts": {"en": {"password": "Your password"}},
}


def realm(**changes: Any) -> dict[str, Any]:
    """A copy of the realm with these parts."""
    return {**copy.deepcopy(REALM), **changes}


def live(side: dict[str, Any]) -> Side:
    """A file's realm as if a server had shown it."""
    return Side(side["realm"], "https://sso.example.org", False, "26.7.3", parts_of(side))


def imported(side: dict[str, Any]) -> Side:
    """A file's realm as a server shows it after an import."""
    return live(dict(completed_realm(side)))


def report(left: dict[str, Any], right: dict[str, Any], *accepted: Any) -> dict[str, Any]:
    """The report of two realms as servers show them."""
    return compared(live(left), live(right), accepted)


def places(found: dict[str, Any], part: str = "differences") -> list[str]:
    """The places of differences."""
    return [f"{each['section']}/{each['object']}/{each['path']}" for each in found[part]]
