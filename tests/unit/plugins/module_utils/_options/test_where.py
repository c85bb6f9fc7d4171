# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where tokens come from."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import AuthkitError, InsecureUrl, InvalidOption
from ansible_collections.authkit.oauth.plugins.module_utils._options.endpoint import keycloak_token_endpoint
from ansible_collections.authkit.oauth.plugins.module_utils._options.where import (
    read_auth_server,
    read_issuer,
    read_realm,
    read_token_url,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("login.example.org", "https://login.example.org"),
        ("login.example.org:8443", "https://login.example.org:8443"),
        ("login.example.org/auth/", "https://login.example.org/auth"),
        ("https://login.example.org/auth", "https://login.example.org/auth"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("[::1]:8443", "https://[::1]:8443"),
        ("bücher.example", "https://bücher.example"),
    ],
)
def test_auth_server(value: str, expected: str) -> None:
    assert read_auth_server(value, "auth_server", allow_http=False) == expected


@pytest.mark.parametrize(
    "value",
    [
        "https://me:hush-hush@login.example.org",
        "me@login.example.org",
        "login.example.org\\@evil.example",
        "login.example.org\n",
        "login.example.org?x=1",
        "login.example.org#x",
        "https://login.example.org/realms/erp",
        "ftp://login.example.org",
        "https://",
        "login.example.org:port",
        "a b.example",
    ],
)
def test_no_auth_server(value: str) -> None:
    with pytest.raises(InvalidOption, match=r"auth_server from the call") as caught:
        read_auth_server(value, "auth_server from the call", allow_http=True)
    assert "hush-hush" not in str(caught.value)


@pytest.mark.parametrize("check", [read_auth_server, read_issuer, read_token_url])
def test_plain_http_is_for_this_machine(check: object) -> None:
    assert callable(check)
    for url in ("http://127.0.0.1:8080/x", "http://localhost/x", "http://[::1]/x"):
        assert check(url, "it", allow_http=False) == url
    with pytest.raises(InsecureUrl, match="allow_http"):
        check("http://login.example.org/x", "it", allow_http=False)
    assert check("http://login.example.org/x", "it", allow_http=True) == "http://login.example.org/x"


@pytest.mark.parametrize(
    ("name", "encoded"),
    [
        ("erp", "erp"),
        ("my realm", "my%20realm"),
        ("é", "%C3%A9"),
        ("a/b", "a%2Fb"),
        ("a%20b", "a%2520b"),
        ("x?y", "x%3Fy"),
    ],
)
def test_a_realm_is_percent_encoded(name: str, encoded: str) -> None:
    assert keycloak_token_endpoint("login.example.org/auth/", read_realm(name, "realm")) == (
        f"https://login.example.org/auth/realms/{encoded}/protocol/openid-connect/token"
    )


@pytest.mark.parametrize("name", [".", "..", "a\\b", "a\tb", True, ["erp"]])
def test_no_realm(name: object) -> None:
    with pytest.raises(InvalidOption, match="realm"):
        read_realm(name, "realm")


def test_an_issuer_is_kept_to_the_letter() -> None:
    assert read_issuer("https://Login.example.org/x/", "issuer", allow_http=False) == "https://Login.example.org/x/"
    for url in ("https://a.example?x", "https://a.example/#", "a.example", "https://u@a.example"):
        with pytest.raises(AuthkitError, match="issuer"):
            read_issuer(url, "issuer", allow_http=False)


def test_a_token_url_has_no_fragment() -> None:
    assert read_token_url("https://a.example/t?x=1", "token_url", allow_http=False) == "https://a.example/t?x=1"
    for url in ("https://a.example/t#x", "a.example/t", "https://a.example\\t", 5):
        with pytest.raises(InvalidOption, match="token_url"):
            read_token_url(url, "token_url", allow_http=False)
