# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names like options that are none: misspelled ones, and those that people use for themselves."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.plugin_utils._unknown_names import (
    line_about_others,
    near_misses,
    other_names,
)
from ansible_collections.authkit.oauth.plugins.plugin_utils._variables import ENVIRONMENT, VARIABLES, unknown_names


def names(*given: str) -> dict[str, Any]:
    return dict.fromkeys(given, "of no interest")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("authkit_allowed_host", "authkit_allowed_hosts"),
        ("authkit_client_secert", "authkit_client_secret"),
        ("authkit_clientid", "authkit_client_id"),
        ("authkit_relm", "authkit_realm"),
        ("authkit_realms", "authkit_realm"),
        ("authkit_validate_cert", "authkit_validate_certs"),
        ("authkit_timeout_", "authkit_timeout"),
        ("authkit_profile", "authkit_profiles"),
        ("AUTHKIT_ALLOWED_HOST", "AUTHKIT_ALLOWED_HOSTS"),
    ],
)
def test_a_misspelled_name(name: str, meant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if name.isupper():
        monkeypatch.setenv(name, "x")
    assert near_misses({} if name.isupper() else names(name)) == [
        f"'{name}' is not an option of authkit.oauth and has no effect: did you mean {meant}?"
    ]
    assert not other_names(names(name))


@pytest.mark.parametrize(
    "name", ["authkit_token", "authkit_result", "authkit_of_your_own", "authkit_admin", "authkit_client_id_of_prod"]
)
def test_a_name_of_the_users_own(name: str) -> None:
    assert not near_misses(names(name))
    assert list(line_about_others(names(name))) == [f"Named like options, but none, and so ignored: '{name}'"]


@pytest.mark.parametrize("name", ["authkit_realms", "authkit_realm2", "authkit_realm_2"])
def test_several_of_an_option_beside_it(name: str) -> None:
    assert not near_misses(names(name, "authkit_realm"))
    assert other_names(names(name, "authkit_realm")) == [name]


def test_options_and_what_is_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*ENVIRONMENT.values(), "AUTHKIT_TEST_RELM", "KIT_REALMS"):
        monkeypatch.setenv(name, "x")
    known: dict[Any, Any] = names(*VARIABLES.values(), "authkit_profiles", "realm_check_relm", "authkit", "relm")
    known[7] = "a name that YAML made a number"
    assert (near_misses(known), other_names(known)) == ([], [])


def test_nodes_cannot_flood_the_output() -> None:
    many = names(*(f"authkit_realm{letter}" for letter in "abcdefghij"), *(f"authkit_own_{n}" for n in range(50)))
    assert len(near_misses(many)) == 5
    (line,) = line_about_others(many)
    assert line.endswith("'authkit_own_12', …")


def test_the_receipt_has_a_variable_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTHKIT_RECEIPT_PATH", "/tmp/receipt.json")
    assert unknown_names({}) == []
