# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bodies of updates, applied again as the RFCs say."""

from __future__ import annotations

import random
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._api.resource.compare import same
from ansible_collections.authkit.oauth.plugins.module_utils._api.resource.patches import (
    changed_members,
    json_patch,
    merge_patch,
    update,
)
from ansible_collections.authkit.oauth.tests.servers.rest_server import merged, patched

BEFORE = {"a": 1, "b": {"c": 1, "d": [1, 2]}, "e~/f": "x", "l": [{"n": 1}, {"n": 2}], "gone": 1}
AFTER = {"a": 1, "b": {"c": 2, "d": [2]}, "e~/f": "y", "l": [{"n": 1, "m": 1}, {"n": 2}, {"n": 3}], "new": {"x": None}}


def test_changed_members_are_sent_whole() -> None:
    assert changed_members(BEFORE, AFTER) == {
        "b": {"c": 2, "d": [2]},
        "e~/f": "y",
        "l": AFTER["l"],
        "gone": None,
        "new": {"x": None},
    }


def test_a_merge_patch_says_what_differs() -> None:
    assert merge_patch(BEFORE, AFTER)["b"] == {"c": 2, "d": [2]}
    assert merge_patch({"b": {"c": 1, "d": 1}}, {"b": {"c": 2, "d": 1}}) == {"b": {"c": 2}}
    assert merge_patch({"b": {"c": 1}}, {"b": {}}) == {"b": {"c": None}}


def test_a_json_patch_touches_the_items_that_differ() -> None:
    assert json_patch(BEFORE, AFTER) == [
        {"op": "replace", "path": "/b/c", "value": 2},
        {"op": "replace", "path": "/b/d", "value": [2]},
        {"op": "replace", "path": "/e~0~1f", "value": "y"},
        {"op": "add", "path": "/l/0/m", "value": 1},
        {"op": "add", "path": "/l/-", "value": {"n": 3}},
        {"op": "remove", "path": "/gone"},
        {"op": "add", "path": "/new", "value": {"x": None}},
    ]


def some_json(pick: random.Random, depth: int) -> Any:
    kind = pick.randrange(6 if depth else 3)
    if kind < 3:
        return pick.choice([True, False, 0, 1, "", "x", "a/b", 2.5])
    if kind == 3:
        return [some_json(pick, depth - 1) for _number in range(pick.randrange(3))]
    return {pick.choice("abc/~"): some_json(pick, depth - 1) for _number in range(pick.randrange(4))}


@pytest.mark.parametrize("seed", range(5))
def test_patches_make_one_of_the_other(seed: int) -> None:
    pick = random.Random(seed)
    for _turn in range(200):
        before, after = ({"x": some_json(pick, 4), "y": some_json(pick, 3)} for _each in range(2))
        assert same(patched(before, json_patch(before, after)), after)
        assert same(merged(before, merge_patch(before, after)), after)


@pytest.mark.parametrize(
    ("method", "http", "content_type"),
    [
        ("put", "PUT", "application/json"),
        ("patch", "PATCH", "application/json"),
        ("merge_patch", "PATCH", "application/merge-patch+json"),
        ("json_patch", "PATCH", "application/json-patch+json"),
    ],
)
def test_each_has_its_media_type(method: str, http: str, content_type: str) -> None:
    assert update(method, BEFORE, AFTER)[:2] == (http, content_type)


def test_put_sends_the_whole_resource() -> None:
    assert update("put", BEFORE, AFTER)[2] == AFTER
