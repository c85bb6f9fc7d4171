# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No secret stays in what Keycloak returns or exports; what a check needs stays."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.keycloak.scrub import scrubbed, secret_traits
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Gap
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import SecretTraits

PLANTED = "planted-value"


@pytest.mark.parametrize(
    "data",
    [
        {"secret": PLANTED},
        {"registrationAccessToken": PLANTED},
        {"attributes": {"client.secret.rotated": PLANTED}},
        {"attributes": {"saml.signing.private.key": PLANTED, "saml.encryption.private.key": PLANTED}},
        {"smtpServer": {"password": PLANTED}},
        {"smtpServer": {"authTokenClientSecret": PLANTED}},
        {"identityProviders": [{"config": {"clientSecret": PLANTED}}]},
        {"components": {"org.keycloak.storage.UserStorageProvider": [{"config": {"bindCredential": [PLANTED]}}]}},
        {"config": {"privateKey": [PLANTED], "keystorePassword": [PLANTED], "keyPassword": [PLANTED]}},
        {"config": {"secret": [PLANTED], "ecdsaPrivateKey": [PLANTED], "eddsaPrivateKey": [PLANTED]}},
        {"config": {"secret.key": PLANTED, "api.key": PLANTED, "api-key": PLANTED, "apiKey": PLANTED}},
        {"config": {"SECRET": PLANTED, "smsPassphrase": PLANTED, "db_passwd": PLANTED, "accessToken": PLANTED}},
        {"users": [{"credentials": [{"type": "password", "value": PLANTED}]}]},
        {"users": [{"credentials": [{"secretData": f'{{"value": "{PLANTED}"}}'}]}]},
        {"hashedSaltedValue": PLANTED, "salt": PLANTED},
        {"password": [PLANTED, "true"]},
        {"password": {"value": PLANTED}},
    ],
    ids=str,
)
def test_a_secret_goes_wherever_it_lies(data: dict[str, Any]) -> None:
    assert PLANTED in repr(data)
    assert PLANTED not in repr(scrubbed(data))
    assert PLANTED in repr(data), "the original is not touched"


def test_a_secret_that_is_a_number_goes_too() -> None:
    assert scrubbed({"password": 12345}) == {}


@pytest.mark.parametrize(
    "data",
    [
        {"passwordPolicy": "length(12)", "resetPasswordAllowed": True, "requiredCredentials": ["password"]},
        {"storeToken": True, "revokeRefreshToken": False, "addReadTokenRoleOnCreate": True},
        {"attributes": {"client.secret.creation.time": "1700000000", "use.refresh.tokens": "true"}},
        {"attributes": {"client.secret.rotated.expiration.time": "1", "jwt.credential.certificate": "MII"}},
        {"attributes": {"client_credentials.use_refresh_token": "false", "access.token.lifespan": "300"}},
        {"attributes": {"actionTokenGeneratedByUserLifespan.reset-credentials": "7200"}},
        {"config": {"secretSize": ["64"], "validatePasswordPolicy": ["true"], "certificate": ["MII"]}},
        {"config": {"id.token.claim": "true", "user.attribute": "secret", "claim.name": "password"}},
        {"clientAuthenticatorType": "client-secret", "secret": None},
        {"roles": {"client": {"my-secret": [{"name": "password"}]}}},
        {"clientRoles": {"vault-password": ["admin"]}, "clientScopeMappings": {"api.key": [{"roles": ["x"]}]}},
        {"clientMappings": {"app-secret": {"mappings": [{"id": "1"}]}}},
    ],
    ids=str,
)
def test_what_only_sounds_like_a_secret_stays(data: dict[str, Any]) -> None:
    assert scrubbed(data) == data


def traits(secret: Any, **more: Any) -> SecretTraits | Gap | None:
    return secret_traits([{"clientId": "Portal", "secret": secret, **more}], "shop").get("Portal")


def test_what_may_be_known_of_a_secret() -> None:
    assert traits("aab1") == SecretTraits(4, 3, is_client_id=False, is_realm=False, is_well_known=False)
    assert traits("portal") == SecretTraits(6, 6, is_client_id=True, is_realm=False, is_well_known=False)
    assert traits("SHOP") == SecretTraits(4, 4, is_client_id=False, is_realm=True, is_well_known=False)
    assert traits("ChangeMe") == SecretTraits(8, 7, is_client_id=False, is_realm=False, is_well_known=True)


def test_the_traits_do_not_show_a_length() -> None:
    assert "4" not in repr(traits("aab1"))


@pytest.mark.parametrize(
    ("secret", "words"),
    [("**********", "asterisks"), ("${vault.portal_secret}", "vault"), (None, "missing"), ("", "missing")],
)
def test_a_secret_that_is_not_shown_is_a_gap(secret: str | None, words: str) -> None:
    found = traits(secret)
    assert isinstance(found, Gap)
    assert words in found.reason
    assert found.reason.endswith(".")
    assert not found.fault


@pytest.mark.parametrize(
    "client",
    [
        {"publicClient": True},
        {"bearerOnly": True},
        {"protocol": "saml"},
        {"clientAuthenticatorType": "client-jwt"},
    ],
    ids=str,
)
def test_a_client_that_needs_no_secret_has_no_traits(client: dict[str, Any]) -> None:
    assert traits(None, **client) is None
