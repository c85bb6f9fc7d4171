# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What identifies a token in the store."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._options.client import Layer, client_options
from ansible_collections.authkit.oauth.plugins.module_utils._options.table import TABLE
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.key import StoreKey, store_key

BASE: Mapping[str, object] = {
    "token_url": "https://login.example.org/token",
    "client_id": "svc",
    "client_secret": "s3cret",
    "scope": ["read", "write"],
}

#: Options that judge, carry or route the token, but ask for no other.
WITHOUT_EFFECT: Mapping[str, object] = {
    "timeout": 7.0,
    "retries": 9,
    "proxy": "http://proxy.example.org:3128",
    "http_agent": "another agent",
    "cache": "memory",
    "min_valid": 20.0,
    "require": {"scopes": ["read"]},
    "allow_http": True,
    "allowed_hosts": ["api.example.org"],
    "client_assertion_audience": "https://login.example.org",
}
#: Instead of the secret: which one is set shapes the key. Its own text does not: it changes all the time.
ASSERTIONS: Mapping[str, object] = {
    "client_assertion": "a.b.c",
    "client_assertion_path": "/run/spiffe/jwt",
    "client_assertion_source": "kubernetes",
}
WITH_EFFECT: Mapping[str, object] = {
    "token_url": "https://login.example.org/token2",
    "client_id": "svc2",
    "client_secret": "s3cret2",
    "client_auth_method": "client_secret_basic",
    "username": "robot2",
    "password": "app-pass2",
    "refresh_token": "another refresh token",
    "assertion": "another.assertion",
    "subject_token": "another.subject",
    "subject_token_type": "id_token",
    "grant_type": "account_credentials",
    "token_lifetime": 7200,
    "scope": ["read"],
    "audience": ["api"],
    "resource": ["https://api.example.org"],
    "extra_parameters": {"tenant": "7"},
    "validate_certs": False,
    "ca_path": "/etc/ssl/private-ca.pem",
    "client_cert": "/etc/ssl/client.pem",
    "client_key": "/etc/ssl/client.key",
    "private_key": "-----BEGIN PRIVATE KEY-----",
    "private_key_path": "/etc/ssl/signing.pem",
    "private_key_passphrase": "correct horse",
    "key_id": "k1",
    "signing_algorithm": "PS256",
    "dpop": True,
}


def key(**changes: object) -> StoreKey:
    values = {**BASE, **changes}
    present = {name: value for name, value in values.items() if value is not None}
    options = client_options([Layer("call", present, dict.fromkeys(present, "the call"))])
    return store_key(options)


@pytest.mark.parametrize("name", WITH_EFFECT)
def test_what_shapes_the_request_is_in_the_key(name: str) -> None:
    extra: dict[str, object] = {"client_cert": "/etc/ssl/other.pem"} if name == "client_key" else {}
    if name in ("username", "password"):
        extra = {"username": "robot", "password": "app-pass"}
    grants = {"refresh_token": "refresh_token", "assertion": "jwt_bearer", "subject_token": "token_exchange"}
    if name in grants:
        extra = {"grant_type": grants[name], name: "one"}
    assert key(**extra) != key(**{**extra, name: WITH_EFFECT[name]})


@pytest.mark.parametrize("name", WITHOUT_EFFECT)
def test_what_only_carries_or_judges_the_token_is_not(name: str) -> None:
    assert key() == key(**{name: WITHOUT_EFFECT[name]})


def test_every_option_is_known_to_be_the_one_or_the_other() -> None:
    """Every new option must be classified: otherwise a request could get the token of another one."""
    where = {"issuer", "auth_server", "realm"}
    notes = {"origins"}
    fields = set(TABLE)
    assert fields <= where | notes | set(WITH_EFFECT) | set(WITHOUT_EFFECT) | set(ASSERTIONS)


def test_the_place_of_an_assertion_is_in_the_key_and_the_assertion_is_not() -> None:
    keys = [key(client_secret=None, **{name: value}) for name, value in ASSERTIONS.items()]
    others = [
        key(client_secret=None, client_assertion_path="/run/other"),
        key(client_secret=None, client_assertion_source="aap"),
        key(client_secret=None, client_auth_method="none"),
        key(),
    ]
    assert len({*keys[1:], *others}) == 6
    assert key(client_secret=None, client_assertion="d.e.f") == keys[0]
    assert {found.secret for found in keys} == {b""}


def test_the_order_of_scopes_and_extra_parameters_does_not_matter() -> None:
    assert key(scope=["write", "read"]) == key()
    assert key(extra_parameters={"a": "1", "b": "2"}) == key(extra_parameters={"b": "2", "a": "1"})


def test_two_ways_to_name_one_endpoint_share_their_token() -> None:
    url = "https://login.example.org/realms/shop/protocol/openid-connect/token"
    server = key(token_url=None, auth_server="https://login.example.org", realm="shop")
    assert server == key(token_url=url)


def test_an_issuer_is_no_token_url() -> None:
    assert key(token_url=None, issuer=BASE["token_url"]) != key()


def test_values_never_slide_from_one_option_to_the_next() -> None:
    keys = [
        key(audience=["a", "b"]),
        key(audience=["a"], resource=["https://b.example.org"]),
        key(resource=["https://b.example.org"]),
        key(audience=["resource", "1"]),
        key(ca_path="/x"),
        key(client_cert="/x"),
        key(extra_parameters={"fmi_path": "value"}),
        key(extra_parameters={"fmi_pat": "hvalue"}),
    ]
    assert len(set(keys)) == len(keys)


def test_another_key_in_the_same_file_is_another_secret(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    given = {"client_secret": None, "client_auth_method": "private_key_jwt", "private_key_path": str(file)}
    missing = key(**given)
    file.write_text("-----BEGIN PRIVATE KEY-----\nfirst")
    first = key(**given)
    file.write_text("-----BEGIN PRIVATE KEY-----\nsecond")
    second = key(**given)
    assert len({missing, first, second}) == 3
    assert b"first" in first.secret
    assert not any("first" in part for part in first.parts)


def test_a_key_in_a_file_and_the_same_key_as_text_are_told_apart(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    file.write_text("key")
    given = {"client_secret": None, "client_auth_method": "private_key_jwt"}
    assert key(**given, private_key="key") != key(**given, private_key_path=str(file))


def test_the_secret_is_bytes_of_its_own_and_never_shown() -> None:
    shown = key(client_secret="s+é")
    assert shown.secret == "s+é".encode()
    assert repr(shown) == "StoreKey()"


def test_a_secret_of_odd_bytes_from_the_environment_works() -> None:
    odd = b"\xff\xfe".decode("utf-8", "surrogateescape")
    assert key(client_secret=odd).secret != key().secret
