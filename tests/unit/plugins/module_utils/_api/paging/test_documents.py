# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values at paths, and which list of a document is the listing."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._api.paging.documents import entries, list_path, value_at
from ansible_collections.authkit.oauth.plugins.module_utils._api.paging.errors import NotAListing

DOCUMENT = {"a": {"b.c": [{"d": 1}, {"d": 2}]}, "@odata.nextLink": "x", "n": None}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("a.b.c.0.d", 1),
        ("a.b.c.-1.d", 2),
        ("a.b.c.7.d", None),
        ("a.b.c.d", None),
        ("@odata.nextLink", "x"),
        ("n.m", None),
        ("z", None),
        (".".join("a" * 50), None),
    ],
)
def test_a_path_of_keys(path: str, value: object) -> None:
    assert value_at(DOCUMENT, path) == value


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ([1], ""),
        ({"users": [1], "total": 1}, "users"),
        ({"value": [1], "other": [2]}, "value"),
        ({"links": [], "errors": [], "hosts": [1]}, "hosts"),
        ({"_embedded": {"users": [1]}, "page": {}}, "_embedded.users"),
        ({"data": {"items": [1], "x": [2]}}, "data.items"),
        ({"data": [1], "included": [2]}, "data"),
        ({"d": {"results": [1]}}, "d.results"),
        ({"list_of_things": {"thing": [1]}}, "list_of_things.thing"),
    ],
)
def test_the_list_of_a_document(document: Any, path: str) -> None:
    assert list_path(document, "GET https://a/") == path


@pytest.mark.parametrize("document", [None, 7, {}, {"a": [1], "b": [2]}, {"x": {"a": [1]}, "y": {"a": [1]}}])
def test_what_is_not_plain_is_an_error(document: Any) -> None:
    with pytest.raises(NotAListing):
        list_path(document, "GET https://a/")


def test_an_api_may_leave_an_empty_list_out_but_the_key_must_not_be_wrong() -> None:
    assert entries({"kind": "x"}, "items", "GET", first=True) == []
    assert entries({"items": None}, "items", "GET", first=True) == []
    assert entries({"others": [1]}, "items", "GET", first=False) == []
    with pytest.raises(NotAListing):
        entries({"others": [1]}, "items", "GET", first=True)
    with pytest.raises(NotAListing):
        entries({"items": "text"}, "items", "GET", first=False)
