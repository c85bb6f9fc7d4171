# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a connection needs, by its client authentication method and grant type."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import (
    ContradictoryOptions,
    MissingOption,
    MixedSources,
)
from ansible_collections.authkit.oauth.plugins.module_utils._options.client import ClientOptions, client_options
from ansible_collections.authkit.oauth.plugins.module_utils._options.grant_names import GRANT_NAMES
from ansible_collections.authkit.oauth.plugins.module_utils._options.layer import Layer
from ansible_collections.authkit.oauth.plugins.module_utils._options.needs import OF_GRANTS, OF_METHODS
from ansible_collections.authkit.oauth.plugins.module_utils._options.table import OPTIONS, TABLE

WHERE = {"token_url": "https://sso.example.com/token"}
CALL = dict.fromkeys(OPTIONS, "the call")


def made(**values: object) -> ClientOptions:
    return client_options([Layer("call", {**WHERE, **values}, CALL)])


def test_a_public_client_needs_no_secret() -> None:
    options = client_options([Layer("call", {**WHERE, "client_id": "app", "client_auth_method": "none"}, CALL)])
    assert options.client_secret is None
    assert options.secrets == ()


@pytest.mark.parametrize("method", ["client_secret_post", "client_secret_basic", "client_secret_jwt"])
def test_a_method_with_a_secret_needs_it(method: str) -> None:
    with pytest.raises(MissingOption, match=r"^client_secret is not set: set it in the call, "):
        made(client_id="app", client_auth_method=method)


OF_A_GRANT = {"refresh_token": "refresh_token", "jwt_bearer": "assertion", "token_exchange": "subject_token"}


@pytest.mark.parametrize(("grant", "option"), OF_A_GRANT.items())
def test_a_grant_needs_its_option(grant: str, option: str) -> None:
    for name in (grant, GRANT_NAMES[grant]):
        with pytest.raises(MissingOption, match=rf"^{option} is not set: set it in the call, "):
            made(client_id="app", client_secret="s3cret", grant_type=name)


@pytest.mark.parametrize(("given", "missing"), [("username", "password"), ("password", "username")])
def test_the_password_grant_needs_user_and_password(given: str, missing: str) -> None:
    with pytest.raises(MissingOption, match=rf"{missing} is not set: set it in the call, "):
        made(client_id="app", client_secret="s3cret", grant_type="password", **{given: "x"})


@pytest.mark.parametrize(("grant", "option"), OF_A_GRANT.items())
def test_the_option_of_a_grant_needs_the_grant(grant: str, option: str) -> None:
    with pytest.raises(MissingOption, match=rf"^{option} is set without grant_type: set grant_type to {grant}, "):
        made(client_id="app", client_secret="s3cret", **{option: "r3fresh"})


def test_an_option_of_another_grant_is_not_used() -> None:
    options = made(client_id="app", client_secret="s3cret", refresh_token="r", grant_type="client_credentials")
    assert options.grant_type == "client_credentials"


def test_everything_that_is_missing_is_named() -> None:
    with pytest.raises(MissingOption, match=r"client_id is not set: .*client_secret is not set: ") as caught:
        client_options([Layer("call", {}, CALL)])
    assert "Nothing says where the token comes from" in str(caught.value)


def test_a_public_client_needs_its_name() -> None:
    with pytest.raises(MissingOption, match="^client_id is not set"):
        made(client_auth_method="none")


def test_the_tables_name_options_and_choices_that_exist() -> None:
    assert OF_METHODS.keys() <= set(TABLE["client_auth_method"].choices)
    named = [
        option for table in (OF_METHODS, OF_GRANTS) for groups in table.values() for group in groups for option in group
    ]
    assert named
    assert set(named) <= set(OPTIONS)


@pytest.mark.parametrize(
    ("method", "named"),
    [("private_key_jwt", "private_key or private_key_path"), ("tls_client_auth", "client_cert")],
)
def test_a_secret_is_not_enough_for_another_method(method: str, named: str) -> None:
    with pytest.raises(MissingOption, match=f"^{named} is not set: set it in the call, "):
        made(client_id="app", client_secret="s3cret of app", client_auth_method=method)


@pytest.mark.parametrize(
    ("option", "method"),
    [
        ("private_key", "private_key_jwt"),
        ("private_key_path", "private_key_jwt"),
        ("client_cert", "tls_client_auth"),
    ],
)
def test_a_client_without_secret_is_told_the_method_for_what_it_has(option: str, method: str) -> None:
    with pytest.raises(MissingOption, match=f"ansible.cfg, or set client_auth_method to {method} if you mean that.$"):
        made(client_id="app", **{option: "/x"})


def test_a_key_twice_in_one_source() -> None:
    with pytest.raises(ContradictoryOptions) as caught:
        made(client_id="app", client_auth_method="private_key_jwt", private_key="x", private_key_path="/x")
    assert caught.value.message == (
        "private_key and private_key_path from the call contradict each other: set one of them."
    )


@pytest.mark.parametrize(("upper", "lower"), [("private_key", "private_key_path"), ("private_key_path", "private_key")])
def test_the_key_of_the_higher_source_counts(upper: str, lower: str) -> None:
    who = {**WHERE, "client_id": "app", "client_auth_method": "private_key_jwt"}
    names = dict.fromkeys(OPTIONS, "the environment")
    options = client_options([Layer("call", {**who, upper: "/a"}, CALL), Layer("environment", {lower: "/b"}, names)])
    assert (getattr(options, upper), getattr(options, lower)) == ("/a", None)
    assert lower not in options.origins


def test_a_key_of_another_server_is_not_used() -> None:
    upper = Layer("call", {**WHERE, "client_id": "app", "client_auth_method": "private_key_jwt"}, CALL)
    lower = Layer("environment", {"token_url": "https://b.example.com/t", "private_key_path": "/k"}, CALL)
    with pytest.raises(MixedSources, match="^private_key_path from the call is not used"):
        client_options([upper, lower])


PROGRAM = """
import sys
from ansible_collections.authkit.oauth.plugins.module_utils._options.client import Layer, client_options

given = {"token_url": "https://a.example/t", "client_id": "app", "client_auth_method": "private_key_jwt"}
given |= {"private_key": "-----BEGIN PRIVATE KEY-----", "private_key_passphrase": "correct horse"}
options = client_options([Layer("call", given, dict.fromkeys(given, "the call"))])
assert options.short_secrets(8) == ()
print(*(name.rpartition(".")[2] for name in sys.modules if ".module_utils._" in name))
"""


def test_a_client_with_a_key_loads_nothing_that_only_errors_need() -> None:
    """Its tokens come from the store, too, in every worker: see test__lookup.py."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert not {"_errors", "_words", "sources", "mixing", "values", "secrets"} & set(done.stdout.split())


@pytest.mark.parametrize("grant", ["jwt_bearer", GRANT_NAMES["jwt_bearer"]])
@pytest.mark.parametrize("key", ["private_key", "private_key_path"])
def test_a_client_that_signs_its_grant_needs_no_more(grant: str, key: str) -> None:
    options = made(client_id="app", grant_type=grant, username="ann@example.com", **{key: "/k"})
    assert (options.client_secret, options.username) == (None, "ann@example.com")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"client_auth_method": "client_secret_post", "private_key": "/k"}, "client_secret is not set: "),
        ({"client_auth_method": "tls_client_auth", "private_key": "/k"}, "client_cert is not set: "),
        ({"client_secret": "s3cret", "username": "ann"}, "username is set without password: "),
        ({"client_secret": "s3cret", "private_key": "/k", "password": "p"}, "password is set without username: "),
        ({"client_secret": "s3cret", "assertion": "a", "private_key": "/k", "username": "ann"}, "username is set with"),
        ({"assertion": "a", "private_key": "/k"}, "client_secret is not set: "),
        ({"client_secret": "s3cret"}, "ansible.cfg, or set private_key or private_key_path to sign one for each requ"),
    ],
)
def test_other_clients_with_that_grant_need_what_they_needed(given: dict[str, str], says: str) -> None:
    with pytest.raises(MissingOption) as caught:
        made(client_id="app", grant_type="jwt_bearer", **given)
    assert says in caught.value.message


def test_another_grant_is_not_signed() -> None:
    with pytest.raises(MissingOption, match="client_secret is not set: .*username is set without password: "):
        made(client_id="app", grant_type="token_exchange", subject_token="t", private_key="/k", username="ann")


def test_a_grant_is_signed_by_one_key() -> None:
    with pytest.raises(ContradictoryOptions, match="^private_key and private_key_path from the call contradict each"):
        made(client_id="app", grant_type="jwt_bearer", private_key="x", private_key_path="/x")
