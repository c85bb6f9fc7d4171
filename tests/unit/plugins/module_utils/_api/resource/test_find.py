# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Resources in a listing, and their addresses. A server chooses what is in them."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._api.resource.find import (
    Addresses,
    Match,
    NotAResource,
    SeveralMatch,
    outline,
    same_origin_url,
)
from ansible_collections.authkit.oauth.plugins.module_utils._errors import InvalidOption

URL = "https://api.example.com/v1/things?page=1"
THINGS = [{"name": "a", "meta": {"zone": 1}}, {"name": "b", "meta": {"zone": 1}}, "odd", None, {"name": True}]


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({("name",): "b"}, THINGS[1]),
        ({("meta", "zone"): 1, ("name",): "a"}, THINGS[0]),
        ({("name",): "c"}, None),
        ({("name",): 1}, None),
        ({("name", "x"): "a"}, None),
        ({("name",): "b", ("parent",): None}, THINGS[1]),
        ({("name",): "b", ("meta",): None}, None),
    ],
    ids=str,
)
def test_one_matches(values: Any, found: object) -> None:
    assert Match(values).one_of(THINGS, URL) is found


def test_several_match() -> None:
    with pytest.raises(SeveralMatch, match=r"2 resources of https://api.example.com/v1/things have the same meta.zone"):
        Match({("meta", "zone"): 1}).one_of(THINGS, URL)


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ("web", "web"),
        (7, "7"),
        ("a/../b", "a%2F..%2Fb"),
        ("a b?c#d", "a%20b%3Fc%23d"),
        ("https://x/", "https%3A%2F%2Fx%2F"),
    ],
    ids=str,
)
def test_an_id_is_one_segment_of_the_path(value: object, path: str) -> None:
    assert Addresses(URL, ("id",)).needed({"id": value}) == f"https://api.example.com/v1/things/{path}"


@pytest.mark.parametrize("value", ["", ".", "..", None, True, ["a"], {"a": 1}], ids=str)
def test_what_is_no_id(value: object) -> None:
    for item in ({"id": value}, {}, None):
        with pytest.raises(NotAResource, match="has no 'id'"):
            Addresses(URL, ("id",)).needed(item)


def test_what_tells_resources_apart_is_no_secret() -> None:
    item = {"id": 7, "name": "a", "secret": "s", "meta": {"zone": 1, "token": "t"}}
    assert outline(item, [("name",), ("meta", "zone"), ("id",), ("link",)]) == {
        "id": 7,
        "name": "a",
        "meta": {"zone": 1},
    }


@pytest.mark.parametrize(("path", "one"), [("/7", True), ("", False), ("/", False), ("/operations/7", False)])
def test_what_could_be_a_resource_of_the_collection(path: str, one: bool) -> None:
    assert Addresses(URL, ("id",)).has(f"https://api.example.com/v1/things{path}") is one


def test_a_link_is_the_address() -> None:
    addresses = Addresses(URL, ("id",), ("_links", "self"))
    assert addresses.needed({"_links": {"self": "/v2/7"}}) == "https://api.example.com/v2/7"
    assert addresses.of({"id": 1}) is None
    with pytest.raises(InvalidOption, match="leads to another origin"):
        addresses.needed({"_links": {"self": "https://evil.example.com/7"}})


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example.com/",
        "//evil.example.com/",
        "http://api.example.com/",
        "javascript:x",
        "https:\\x",
        "/a\nb",
        "https://api.example.com:444/",
    ],
    ids=ascii,
)
def test_links_that_lead_elsewhere(link: str) -> None:
    assert same_origin_url(URL, link) is None
