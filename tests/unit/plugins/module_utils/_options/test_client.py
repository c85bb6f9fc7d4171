# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One argument spec, one validated frozen dataclass."""

from __future__ import annotations

import time
import timeit
from base64 import b64encode
from typing import Any
from urllib.parse import quote_plus

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import (
    AuthkitError,
    InsecureUrl,
    InvalidOption,
    OptionError,
)
from ansible_collections.authkit.oauth.plugins.module_utils._http.model import TransportSettings
from ansible_collections.authkit.oauth.plugins.module_utils._options.client import (
    OPTIONS,
    ClientOptions,
    Layer,
    client_options,
)
from ansible_collections.authkit.oauth.plugins.module_utils._options.spec import CONNECTION_SPEC
from ansible_collections.authkit.oauth.plugins.module_utils._options.table import TABLE

SECRET = "s{{ 1 }}+e c%r:e/t&=é~"


def made(**values: Any) -> ClientOptions:
    """Options from one call."""
    where = {} if {"issuer", "token_url"} & set(values) else {"auth_server": "login.example.org", "realm": "erp"}
    given = {**where, "client_id": "app", "client_secret": SECRET, **values}
    return client_options([Layer("call", given, dict.fromkeys(OPTIONS, "the call"))])


def test_defaults() -> None:
    options = made()
    assert options.replaced(origins={}) == ClientOptions(
        "app", SECRET, auth_server="https://login.example.org", realm="erp"
    )
    assert options.token_endpoint == "https://login.example.org/realms/erp/protocol/openid-connect/token"
    assert options.transport_settings == TransportSettings()
    assert (options.retries, options.cache, options.min_valid, options.allowed_hosts) == (2, "file", None, ())
    assert (options.client_auth_method, options.grant_type) == ("client_secret_post", "client_credentials")


def test_every_option_of_the_spec_is_a_field_and_has_no_default_there() -> None:
    fields = set(TABLE)
    assert fields == set(OPTIONS) == set(CONNECTION_SPEC) - {"profile"}
    assert not [name for name, rules in CONNECTION_SPEC.items() if {"default", "required", "aliases"} & set(rules)]


def test_every_option_reaches_its_field() -> None:
    given: dict[str, Any] = {
        "client_auth_method": "client_secret_basic",
        "client_cert": "/c.pem",
        "client_key": "/k.pem",
        "grant_type": "client_credentials",
        "scope": "a b",
        "audience": ["my app"],
        "resource": "urn:x",
        "extra_parameters": '{"tenant": 7}',
        "validate_certs": "no",
        "ca_path": "/ca.pem",
        "timeout": "5",
        "retries": "3",
        "proxy": "http://proxy.example.org:3128",
        "http_agent": "me",
        "allow_http": True,
        "cache": "none",
        "min_valid": "20",
        "require": '{"scopes": "a b", "claims": {"tenant": ["x", 1]}}',
        "allowed_hosts": "api.example.org *.example.net:8443",
    }
    options = made(**given)
    assert {name: getattr(options, name) for name in given} == {
        **given,
        "scope": ("a", "b"),
        "audience": ("my app",),
        "resource": ("urn:x",),
        "extra_parameters": (("tenant", "7"),),
        "validate_certs": False,
        "timeout": 5.0,
        "retries": 3,
        "min_valid": 20.0,
        "require": (("scopes", "a"), ("scopes", "b"), ("claims", '["tenant", ["x", 1]]')),
        "allowed_hosts": ("api.example.org", "*.example.net:8443"),
    }
    assert options.transport_settings == TransportSettings(
        False, "/ca.pem", "/c.pem", "/k.pem", "http://proxy.example.org:3128", 5.0, "me", True
    )


def test_the_other_ways_to_say_where() -> None:
    assert made(token_url="https://a.example/t").token_endpoint == "https://a.example/t"
    assert made(issuer="https://a.example").token_endpoint is None
    with pytest.raises(InsecureUrl, match="token_url from the call is http:"):
        made(token_url="http://a.example/t")
    assert made(token_url="http://a.example/t", allow_http="yes").token_url == "http://a.example/t"


@pytest.mark.parametrize(
    "wrong",
    [
        {"timeout": 0},
        {"timeout": "soon"},
        {"retries": 11},
        {"retries": -1},
        {"min_valid": -1},
        {"cache": "cupboard"},
        {"client_auth_method": "guess"},
        {"grant_type": "authorization_code"},
        {"validate_certs": "perhaps"},
        {"extra_parameters": {"client_secret": SECRET}},
        {"extra_parameters": "x=y"},
        {"allowed_hosts": []},
        {"allowed_hosts": ["https://a.example/x"]},
        {"scope": {"a": 1}},
        {"require": "scopes=a"},
        {"require": {"secret": SECRET}},
        {"client_id": [SECRET]},
        {"client_secret": [SECRET]},
        {"client_secret": f"{SECRET}\n"},
        {"realm": ".."},
        {"issuer": "https://a.example?x"},
    ],
)
def test_a_bad_value_is_named_with_its_source_and_never_shown(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidOption) as caught:
        made(**wrong)
    message = str(caught.value)
    assert next(iter(wrong)) in message
    assert "from the call" in message
    assert "token_url" not in message, "only what is wrong is named"
    assert "hush" not in message
    assert SECRET not in message


def test_a_repr_shows_no_secret() -> None:
    options = made(extra_parameters={"otp": "very-secret"}, proxy="http://me:proxy-password@proxy.example.org")
    assert not [secret for secret in (SECRET, "very-secret", "proxy-password") if secret in repr(options)]
    assert {SECRET, "very-secret", "proxy-password"} < set(options.secrets)
    assert made(extra_parameters={"tenant": "a"}, proxy="http://proxy.example.org").secrets[0] == SECRET


def test_the_header_of_a_client_is_a_secret_too() -> None:
    """A server may echo the credentials of HTTP Basic, form-encoded or not."""
    pairs = (f"app:{SECRET}", f"app:{quote_plus(SECRET)}")
    assert made().secrets == (SECRET, *(b64encode(pair.encode()).decode().rstrip("=") for pair in pairs))


def test_origins_do_not_make_options_another() -> None:
    names = {option: f"the variable authkit_{option}" for option in OPTIONS}
    given = {"token_url": "https://a.example/t", "client_id": "app", "client_secret": SECRET}
    other = client_options([Layer("variables", given, names)])
    same = made(token_url="https://a.example/t")
    assert other == same
    assert hash(other) == hash(same)
    assert other.sources(AuthkitError) != same.sources(AuthkitError)
    assert same.sources(AuthkitError) == "token_url, client_id and client_secret from the call"


def test_types_are_judged_for_the_value_that_is_used() -> None:
    call = {"timeout": 5}
    below = {"token_url": "https://a.example/t", "client_id": "app", "client_secret": SECRET, "timeout": "soon"}
    names = dict.fromkeys(OPTIONS, "somewhere")
    assert client_options([Layer("call", call, names), Layer("ini", below, names)]).timeout == 5
    with pytest.raises(OptionError, match="timeout from somewhere"):
        client_options([Layer("ini", below, names)])


def test_it_is_quick() -> None:
    """Resolving takes some 0.03 ms; the limit is for slow machines."""
    # The fastest of some rounds: the others may have been slowed by a busy machine.
    assert min(timeit.repeat(made, number=20, repeat=10, timer=time.process_time)) / 20 < 0.0005
