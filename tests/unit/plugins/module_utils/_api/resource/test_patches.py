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
    replaced,
    update,
)
from ansible_collections.authkit.oauth.plugins.module_utils._api.resource.paths import Path
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


def keyed(path: Path) -> str | None:
    return "k" if path == ("items",) else None


def items(text: str) -> dict[str, Any]:
    """A list of items; a capital letter is one whose member differs."""
    return {"items": [{"k": name.lower(), "n": name} for name in text]}


@pytest.mark.parametrize(
    ("before", "after", "paths"),
    [
        ("ab", "bc", ["remove /items/0", "add /items/-"]),
        ("abc", "aC", ["remove /items/1", "replace /items/1/n"]),
        ("abc", "B", ["remove /items/2", "remove /items/0", "replace /items/0/n"]),
        ("ab", "abc", ["add /items/-"]),
        ("ab", "Ab", ["replace /items/0/n"]),
        ("ab", "ba", ["replace /items"]),
        ("ab", "cd", ["replace /items"]),
        ("", "a", ["replace /items"]),
    ],
)
def test_an_item_is_never_made_of_one_with_another_key(before: str, after: str, paths: list[str]) -> None:
    """It would get the secrets of that one, which the server keeps."""
    patch = json_patch(items(before), items(after), keyed)
    assert [f"{each['op']} {each['path']}" for each in patch] == paths
    assert patched(items(before), patch) == items(after)


@pytest.mark.parametrize("seed", range(3))
def test_lists_with_keys_become_the_others(seed: int) -> None:
    pick = random.Random(seed)
    for _turn in range(200):
        before, after = (items("".join(pick.sample("abcdABCD", pick.randrange(6)))) for _each in range(2))
        assert patched(before, json_patch(before, after, keyed)) == after


def test_what_an_update_replaces_as_a_whole() -> None:
    found = {"a": {"url": 1, "secret": "***"}, "l": [{"k": 1, "s": "***"}, {"k": 2, "s": "***"}], "same": {"s": "***"}}
    before = {"a": {"url": 1}, "l": [{"k": 1}, {"k": 2}], "same": {}}
    after = {"a": {"url": 2}, "l": [{"k": 1}, {"k": 2, "n": 1}], "same": {}}

    def parts(method: str, wanted: dict[str, Any]) -> list[Path]:
        return sorted(part.path for part in replaced(method, found, before, wanted))

    assert parts("put", after) == [()]
    assert parts("patch", after) == [("a",), ("l",)]
    assert parts("merge_patch", after) == [("a", "url"), ("l",)]
    assert parts("json_patch", after) == [("a", "url")]
    assert parts("json_patch", {**before, "l": [{"k": 2}]}) == [("l",)]
    assert parts("merge_patch", {"a": {"url": 1}}) == []


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
