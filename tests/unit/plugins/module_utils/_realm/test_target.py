# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the audited server and realms are taken from."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import OptionError
from ansible_collections.authkit.oauth.plugins.module_utils._options.client import ClientOptions
from ansible_collections.authkit.oauth.plugins.module_utils._realm.target import checked_realms, server_and_realm


def options(**where: Any) -> ClientOptions:
    return ClientOptions(client_id="app", client_secret="s", origins=dict.fromkeys(where, "the call"), **where)


@pytest.mark.parametrize(
    ("where", "server", "realm"),
    [
        ({"auth_server": "https://sso.example.com/auth", "realm": "a b"}, "https://sso.example.com/auth", "a b"),
        ({"issuer": "https://sso.example.com/realms/shop"}, "https://sso.example.com", "shop"),
        (
            {"issuer": "https://sso.example.com:8443/auth/realms/a%20%C3%A9/"},
            "https://sso.example.com:8443/auth",
            "a é",
        ),
        ({"issuer": "https://x.test/realms/old/realms/new"}, "https://x.test/realms/old", "new"),
        (
            {"token_url": "http://localhost:8080/realms/master/protocol/openid-connect/token"},
            "http://localhost:8080",
            "master",
        ),
    ],
)
def test_the_server_and_its_realm(where: dict[str, str], server: str, realm: str) -> None:
    assert server_and_realm(options(**where)) == (server, realm)


@pytest.mark.parametrize(
    ("where", "says"),
    [
        (
            {"issuer": "https://login.example.com/oauth2"},
            "issuer from the call is https://login.example.com/oauth2, whi",
        ),
        ({"issuer": "https://x.test/realms/shop/more"}, "…/realms/NAME: set auth_server and realm instead."),
        ({"token_url": "https://x.test/token?tenant=1"}, "token_url from the call is https://x.test/token, which"),
        ({"token_url": "https://x.test/realms/shop/token"}, "/realms/NAME/protocol/openid-connect/token: set"),
    ],
)
def test_another_shape_is_refused(where: dict[str, str], says: str) -> None:
    with pytest.raises(OptionError) as error:
        server_and_realm(options(**where))
    assert says in error.value.message


def test_each_realm_once() -> None:
    assert checked_realms(["b", "a é/x", "b"]) == ("b", "a é/x")


@pytest.mark.parametrize("names", [[], [""], [".."], ["."], ["a\nb"], ["a\\b"]])
def test_names_that_no_realm_has(names: list[str]) -> None:
    with pytest.raises(OptionError):
        checked_realms(names)


def test_a_wrong_name_among_others_is_named() -> None:
    with pytest.raises(OptionError) as error:
        checked_realms(["shop", ".."])
    assert error.value.message == "the name '..' in realms is not a valid realm name: check its spelling."
