# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The names of the standard grants: in options, and in token requests."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import InvalidOption
from ansible_collections.authkit.oauth.plugins.module_utils._options.client import client_options
from ansible_collections.authkit.oauth.plugins.module_utils._options.grant_names import GRANT_NAMES, MISSING_GRANTS
from ansible_collections.authkit.oauth.plugins.module_utils._options.layer import Layer
from ansible_collections.authkit.oauth.plugins.module_utils._options.table import OPTIONS

#: As the RFCs register them.
REGISTERED = {
    "client_credentials": "client_credentials",
    "refresh_token": "refresh_token",
    "password": "password",
    "jwt_bearer": "urn:ietf:params:oauth:grant-type:jwt-bearer",
    "token_exchange": "urn:ietf:params:oauth:grant-type:token-exchange",
    "device_code": "urn:ietf:params:oauth:grant-type:device_code",
}
#: What any of the grants needs.
GIVEN = {
    "token_url": "https://sso.example.com/token",
    "client_id": "app",
    "client_secret": "hush",
}
NEEDED = {
    "refresh_token": {"refresh_token": "x"},
    "password": {"username": "ada", "password": "x"},
    "jwt_bearer": {"assertion": "x"},
    "token_exchange": {"subject_token": "x"},
}


def grant_of(name: str, **more: object) -> str:
    given = {**GIVEN, "grant_type": name, **more}
    return client_options([Layer("call", given, dict.fromkeys(OPTIONS, "the call"))]).grant_type


def test_the_names_are_those_of_the_rfcs() -> None:
    assert GRANT_NAMES == REGISTERED


@pytest.mark.parametrize("name", REGISTERED)
def test_both_names_are_one_grant(name: str) -> None:
    """So both find the same token in the store."""
    needed = NEEDED.get(name, {})
    assert grant_of(name, **needed) == grant_of(REGISTERED[name], **needed) == name


@pytest.mark.parametrize("name", MISSING_GRANTS)
def test_a_grant_that_is_missing_is_refused(name: str) -> None:
    with pytest.raises(InvalidOption, match="or a vendor's own grant: other standard ones are not supported"):
        grant_of(name)


def test_a_vendors_own_grant_goes_out_as_it_is() -> None:
    assert grant_of("http://auth0.com/oauth/grant-type/password-realm") == (
        "http://auth0.com/oauth/grant-type/password-realm"
    )
