# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a token has, and what it lacks of what the option require names."""

from __future__ import annotations

import json

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._oauth.requirements import (
    MOST_NAMES,
    insufficient,
    roles_of,
    scopes_of,
    shortcomings,
)

CLAIMS = {
    "scope": "orders:read orders:write",
    "realm_access": {"roles": ["admin"]},
    "resource_access": {"erp": {"roles": ["clerk"]}},
    "aud": ["https://api.example.com", "account"],
    "azp": "app",
    "tenant": "acme",
    "groups": ["/ops", "/dev"],
    "email_verified": True,
}


@pytest.mark.parametrize(
    ("claims", "granted", "found"),
    [
        ({"scope": "a b"}, "c", ["a", "b"]),
        ({"scp": "a b"}, None, ["a", "b"]),  # Entra ID
        ({"scp": ["a", "b"]}, None, ["a", "b"]),  # Okta
        ({"scope": ["a", "b"]}, None, ["a", "b"]),
        ({}, "a b", ["a", "b"]),
        ({"scope": ""}, "a", []),
        ({"scope": 7}, None, []),
        ({}, None, []),
    ],
)
def test_the_scopes_of_a_token(claims: dict[str, object], granted: str | None, found: list[str]) -> None:
    assert scopes_of(claims, granted) == found


def test_the_roles_of_a_token() -> None:
    assert roles_of({**CLAIMS, "roles": ["reader", "admin"]}) == ["admin", "erp:clerk", "reader"]
    assert roles_of({"roles": "reader"}) == ["reader"]
    assert roles_of({"realm_access": "admin", "resource_access": {"erp": ["clerk"]}, "roles": 7}) == []


MET = [
    ("scopes", "orders:read"),
    ("roles", "admin"),
    ("roles", "erp:clerk"),
    ("aud", "account"),
    ("azp", "app"),
    *(("claims", json.dumps(each)) for each in (["tenant", "acme"], ["tenant", ["other", "acme"]], ["groups", "/dev"])),
]


@pytest.mark.parametrize("requirement", MET)
def test_a_requirement_that_is_met(requirement: tuple[str, str]) -> None:
    assert insufficient([requirement], CLAIMS) is None
    assert insufficient(MET, CLAIMS) is None


@pytest.mark.parametrize(
    ("requirement", "words"),
    [
        (("scopes", "orders"), "lacks the scope 'orders' that require names (it has 'orders:read', 'orders:write')"),
        (("scopes", "Orders:read"), "lacks the scope 'Orders:read'"),
        (("roles", "clerk"), "lacks the role 'clerk' that require names (it has 'admin', 'erp:clerk')"),
        (("aud", "https://api.example.com/"), "lacks the audience 'https://api.example.com/'"),
        (("azp", "other"), "lacks the authorized party 'other' that require names (it has 'app')"),
        (("claims", '["tenant", "other"]'), "The claim 'tenant' that require names has another value"),
        (("claims", '["level", 3]'), "The claim 'level' that require names is not there"),
        (("claims", '["groups", "dev"]'), "The claim 'groups' that require names has another value"),
        (("claims", '["email_verified", "true"]'), "The claim 'email_verified' that require names has another value"),
    ],
)
def test_a_requirement_that_is_not_met(requirement: tuple[str, str], words: str) -> None:
    error = insufficient([requirement], CLAIMS)
    assert error is not None
    assert words in str(error)
    assert "acme" not in str(error)  # a claim may be about a person


@pytest.mark.parametrize("requirement", MET)
def test_an_empty_token_meets_none(requirement: tuple[str, str]) -> None:
    assert insufficient([requirement], {}) is not None


def test_the_granted_scope_counts_for_an_opaque_token() -> None:
    assert insufficient([("scopes", "a")], {}, "a b") is None
    assert insufficient([("scopes", "c")], {}, "a b") is not None


def test_the_client_id_where_there_is_no_azp() -> None:
    assert insufficient([("azp", "app")], {"client_id": "app"}) is None
    assert insufficient([("azp", "app")], {"client_id": "app", "azp": "other"}) is not None


def test_all_that_lacks_is_named_at_once() -> None:
    asked = [("scopes", "x"), ("scopes", "orders:read"), ("scopes", "y"), ("roles", "z"), ("claims", '["level", 3]')]
    found = [str(each.args[0]) for each in shortcomings(asked, CLAIMS)]
    assert len(found) == 3
    assert "'x' and 'y'" in found[0]
    assert str(insufficient(asked, CLAIMS)).startswith(" ".join(found))


def test_a_token_with_many_roles_gives_a_short_sentence() -> None:
    claims = {"roles": [f"role{number:03}" for number in range(MOST_NAMES + 5)]}
    error = str(insufficient([("roles", "admin")], claims))
    assert "'role019' and 5 more)" in error
    assert "role020" not in error
