# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The form fields of each grant."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import InvalidOption
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.grants import (
    GRANTS,
    authorization_fields,
    device_fields,
    form_fields,
)
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.refresh import RefreshToken
from ansible_collections.authkit.oauth.plugins.module_utils._options.values import read_form_fields as extra_fields
from ansible_collections.authkit.oauth.tests.servers.client_keys import pem
from ansible_collections.authkit.oauth.tests.unit.support.transports import options


def test_client_credentials_alone() -> None:
    assert form_fields(options()) == (("grant_type", "client_credentials"),)


def test_everything_that_a_token_may_be_for() -> None:
    fields = form_fields(
        options(
            scope=("read", "write"),
            audience=("erp", "crm"),
            resource=("urn:a", "urn:b"),
            extra_parameters=(("tenant", "7"),),
        )
    )
    assert fields == (
        ("grant_type", "client_credentials"),
        ("scope", "read write"),
        ("audience", "erp"),
        ("audience", "crm"),
        ("resource", "urn:a"),
        ("resource", "urn:b"),
        ("tenant", "7"),
    )


@pytest.mark.parametrize("grant", ["client_credentials", "account_credentials", "password"])
def test_a_user_beside_the_client(grant: str) -> None:
    fields = form_fields(options(grant_type=grant, username="robot", password="app-pass", scope=("read",)))
    assert fields == (("grant_type", grant), ("username", "robot"), ("password", "app-pass"), ("scope", "read"))


def test_a_grant_of_the_servers_own() -> None:
    asked = options(grant_type="account_credentials", extra_parameters=(("account_id", "7"),))
    assert form_fields(asked) == (("grant_type", "account_credentials"), ("account_id", "7"))


def test_the_first_refresh_token_and_its_successors() -> None:
    asked = options(grant_type="refresh_token", refresh_token="first", scope=("read",))
    for refresh, value in ((None, "first"), (RefreshToken("second"), "second")):
        fields = form_fields(asked, refresh)
        assert fields == (("grant_type", "refresh_token"), ("refresh_token", value), ("scope", "read"))


def test_a_refresh_token_serves_whatever_the_grant() -> None:
    assert form_fields(options(grant_type="device_code"), RefreshToken("r"))[0] == ("grant_type", "refresh_token")


def test_a_jwt_as_grant_in_the_form_of_rfc_7523() -> None:
    assert form_fields(options(grant_type="jwt_bearer", assertion="eyJ.a.b", audience=("erp",))) == (
        ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
        ("assertion", "eyJ.a.b"),
        ("audience", "erp"),
    )


def test_a_jwt_as_grant_that_the_client_signs() -> None:
    asked = options(grant_type="jwt_bearer", private_key=pem("P-256"), scope=("read",))
    first, second = (dict(form_fields(asked)) for _time in range(2))
    assert first.keys() == {"grant_type", "assertion", "scope"}
    assert first["assertion"] != second["assertion"]


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        (None, "urn:ietf:params:oauth:token-type:access_token"),
        ("jwt", "urn:ietf:params:oauth:token-type:jwt"),
        ("urn:example:token", "urn:example:token"),
    ],
)
def test_a_token_exchange_in_the_form_of_rfc_8693(given: str | None, sent: str) -> None:
    more = (("requested_token_type", "urn:ietf:params:oauth:token-type:access_token"),)
    asked = options(
        grant_type="token_exchange", subject_token="eyJ.a.b", subject_token_type=given, extra_parameters=more
    )
    assert form_fields(asked) == (
        ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
        ("subject_token", "eyJ.a.b"),
        ("subject_token_type", sent),
        *more,
    )


@pytest.mark.parametrize("grant", GRANTS)
def test_a_parameter_that_a_grant_sets_cannot_be_an_extra_one(grant: str) -> None:
    asked = options(
        grant_type=grant,
        assertion="eyJ.a.b",
        username="u",
        password="p",
        scope=("read",),
        audience=("erp",),
        resource=("urn:a",),
    )
    for name, value in form_fields(asked):
        with pytest.raises(InvalidOption):
            extra_fields({name: value}, "extra_parameters")


def test_a_login_proves_that_it_asked_for_the_code() -> None:
    """The verifier itself is only in the token request. It is that of RFC 7636 appendix B."""
    asked = options(grant_type="device_code", scope=("openid",), extra_parameters=(("tenant", "7"),))
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert authorization_fields(asked, verifier) == (
        ("scope", "openid"),
        ("tenant", "7"),
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
        ("code_challenge_method", "S256"),
    )
    name = "urn:ietf:params:oauth:grant-type:device_code"
    assert device_fields("code", verifier) == (
        ("grant_type", name),
        ("device_code", "code"),
        ("code_verifier", verifier),
    )


def test_a_login_without_pkce() -> None:
    asked = options(grant_type="device_code", scope=("openid",))
    assert authorization_fields(asked) == (("scope", "openid"),)
    assert [name for name, _value in device_fields("code")] == ["grant_type", "device_code"]
