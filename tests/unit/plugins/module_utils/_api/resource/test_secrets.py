# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which values are secrets, and which are masks of them."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._api.resource.paths import paths_of
from ansible_collections.authkit.oauth.plugins.module_utils._api.resource.secrets import CHANGED, Secrets, looks_secret
from ansible_collections.authkit.oauth.plugins.module_utils._masking import MASK


@pytest.mark.parametrize(
    "value",
    [
        "***",
        "**********",
        "•••••",
        "++++++++",
        "XXXXXXXX",
        "$encrypted$",
        "<redacted>",
        "[MASKED]",
        "(hidden)",
        ["**********"],
        ["a", "***"],
    ],
    ids=str,
)
def test_masks(value: object) -> None:
    assert Secrets().is_mask(value)


@pytest.mark.parametrize(
    "value", ["", "*", "**", "a***", "* * * * *", "hidden", 0, None, True, [], {"a": "***"}], ids=str
)
def test_what_is_no_mask(value: object) -> None:
    assert not Secrets().is_mask(value)
    assert Secrets(masks=["not shown"]).is_mask("not shown")


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "clientSecret",
        "client_secret",
        "apiKey",
        "API-KEY",
        "privateKey",
        "registrationAccessToken",
        "bindCredential",
        "credentials",
        "db.password",
        "adminpassword",
        "smtp_pwd",
        "accesstoken",
        "Authorization",
    ],
)
def test_names_of_secrets(name: str) -> None:
    assert looks_secret(name)


@pytest.mark.parametrize(
    "name", ["tokenUrl", "passwordPolicy", "accessTokenLifespan", "publicKey", "secretName", "key", "bypass_it", "id"]
)
def test_names_of_other_members(name: str) -> None:
    assert not looks_secret(name)


USER: dict[str, Any] = {
    "username": "ada",
    "tokens": 100,
    "secretsEnabled": True,
    "pin": {"value": 1234},
    "password": 4711,
    "credentials": [{"type": "password", "value": "hunter2", "temporary": False}, "plain"],
    "config": {"bindCredential": ["ldap-secret"], "note": "of-mine"},
}
SECRETS = Secrets(paths_of(["config.note", "pin"], "secret_fields"))


def test_secrets_are_found_by_name_and_by_path() -> None:
    assert sorted(SECRETS.in_value(USER)) == ["1234", "4711", "hunter2", "ldap-secret", "of-mine", "plain"]


def test_all_of_a_secret_field_is_secret() -> None:
    """What the user names is secret as a whole; of credentials, the type tells nothing."""
    value = {"connection": {"username": "svc", "id": "X-1", "tls": True}, "login": [{"type": "pin", "value": 1}]}
    secrets = Secrets(paths_of(["connection"], "secret_fields"), write_only=paths_of(["login"], "write_only"))
    assert secrets.masked(value) == {
        "connection": {"username": MASK, "id": MASK, "tls": True},
        "login": [{"type": "pin", "value": MASK}],
    }
    assert secrets.in_value(value) == ["svc", "X-1", "1"]


def test_secrets_are_masked_and_the_rest_is_not() -> None:
    assert SECRETS.masked(USER) == {
        "username": "ada",
        "tokens": 100,
        "secretsEnabled": True,
        "pin": {"value": MASK},
        "password": MASK,
        "credentials": [{"type": "password", "value": MASK, "temporary": False}, MASK],
        "config": {"bindCredential": [MASK], "note": MASK},
    }


def test_a_secret_that_differs_is_told() -> None:
    assert SECRETS.masked({"password": "new", "token": "same"}, {"password": "old", "token": "same"}) == {
        "password": CHANGED,
        "token": MASK,
    }


def test_a_mask_is_no_secret() -> None:
    assert SECRETS.in_value({"password": "**********"}) == []
