# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a resource would be, and whether that differs from what it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._api.resource.compare import (
    Rules,
    created_state,
    desired_state,
    differing,
    known,
    lost_masks,
    same,
)
from ansible_collections.authkit.oauth.plugins.module_utils._api.resource.paths import Paths, path_of, paths_of
from ansible_collections.authkit.oauth.plugins.module_utils._errors import InvalidOption

MASKED = "**********"
BY_NAME = Rules(list_keys=[(Paths([path_of("items", "")]), "name")])


def changed(current: Any, desired: Any, rules: Rules | None = None) -> Any:
    """What the resource would be; None if it is as desired."""
    rules = rules or Rules()
    after = desired_state(current, desired, rules)
    return None if same(known(current, rules), after) else after


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (True, 1, False),
        (0, False, False),
        (1, 1.0, True),
        ("1", 1, False),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ([1, 2], [2, 1], False),
        ({"a": [True]}, {"a": [1]}, False),
        (None, False, False),
        ({}, [], False),
    ],
    ids=str,
)
def test_equality_is_that_of_json(one: object, other: object, equal: bool) -> None:
    assert same(one, other) is equal


@pytest.mark.parametrize(
    ("current", "desired", "after"),
    [
        ({"a": 1, "b": 2}, {"a": 1}, None),
        ({"a": 1}, {"a": 2}, {"a": 2}),
        ({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
        ({"a": {"x": 1, "y": 2}}, {"a": {"x": 1}}, None),
        ({"a": {"x": 1, "y": 2}}, {"a": {"x": 3}}, {"a": {"x": 3, "y": 2}}),
        ({"a": 1}, {"b": None}, None),
        ({"a": 1}, {"a": None}, {"a": None}),
        ({"a": None}, {"a": None}, None),
        ({"a": 1}, {"b": {}}, {"a": 1, "b": {}}),
        ({"a": 1}, {"b": {"c": None}}, None),
        ({"a": [1, 2]}, {"a": [1, 2]}, None),
        ({"a": [1, 2]}, {"a": [2, 1]}, {"a": [2, 1]}),
        ({"a": [1, 2]}, {"a": [1]}, {"a": [1]}),
        ({"a": [{"x": 1, "y": 2}]}, {"a": [{"x": 1}]}, None),
        ({"a": [{"x": 1, "y": 2}]}, {"a": [{"x": 2}]}, {"a": [{"x": 2}]}),
        ({"a": "text"}, {"a": {"x": 1}}, {"a": {"x": 1}}),
        ({"a": [1]}, {"a": "text"}, {"a": "text"}),
        ({"a": True}, {"a": 1}, {"a": 1}),
    ],
    ids=str,
)
def test_a_part_is_compared(current: Any, desired: Any, after: Any) -> None:
    assert changed(current, desired) == after


def test_all_of_it_is_compared() -> None:
    exact = Rules(exact=True, ignore=paths_of(["id", "meta.**"], ""))
    current = {"id": 1, "a": 1, "meta": {"x": 1}, "nothing": None}
    assert changed(current, {"a": 1}, exact) is None
    assert changed({**current, "b": 2}, {"a": 1}, exact) == current
    assert changed({"a": {"x": 1, "y": 2}}, {"a": {"x": 1}}, exact) == {"a": {"x": 1}}


def test_lists_by_key() -> None:
    current = {"items": [{"name": "b", "v": 1, "id": 7}, {"name": "a", "v": 1}, "odd"]}
    assert changed(current, {"items": [{"name": "a", "v": 1}, {"name": "b"}]}, BY_NAME) is None
    assert changed(current, {"items": [{"name": "b", "v": 2}, {"name": "c"}]}, BY_NAME) == {
        "items": [{"name": "b", "v": 2, "id": 7}, {"name": "a", "v": 1}, "odd", {"name": "c"}]
    }
    exact = replace(BY_NAME, exact=True)
    assert changed(current, {"items": [{"name": "a", "v": 1}]}, exact) == {"items": [{"name": "a", "v": 1}]}
    assert changed({}, {"items": [{"name": "a"}]}, BY_NAME) == {"items": [{"name": "a"}]}


def test_items_need_their_key() -> None:
    for items, words in (([{"v": 1}], "has no such member"), ([{"name": 1}, {"name": 1}], "two items")):
        with pytest.raises(InvalidOption, match=words):
            desired_state({}, {"items": items}, BY_NAME)


def test_lists_without_an_order() -> None:
    rules = Rules(unordered=paths_of(["a", "m"], ""))
    assert changed({"a": [1, 2, 2]}, {"a": [2, 1, 2]}, rules) is None
    assert changed({"a": [1, 2, 2]}, {"a": [2, 1, 1]}, rules) == {"a": [2, 1, 1]}
    assert changed({"m": [{"x": 1, "i": 1}, {"x": 2}]}, {"m": [{"x": 2}, {"x": 1}]}, rules) is None
    assert changed({"m": [{"x": 1}, {"x": 1}]}, {"m": [{"x": 1}, {"x": 2}]}, rules) == {"m": [{"x": 1}, {"x": 2}]}
    assert changed({"b": [1, 2]}, {"b": [2, 1]}, rules) == {"b": [2, 1]}


def test_what_is_ignored_stays() -> None:
    rules = Rules(ignore=paths_of(["a", "c.x", "m.id"], ""))
    current = {"a": 1, "c": {"x": 1, "y": 1}, "m": [{"id": 1, "v": 1}]}
    assert changed(current, {"a": 2, "c": {"x": 2}, "m": [{"id": 2, "v": 1}]}, rules) is None
    assert changed(current, {"a": 2, "c": {"y": 2}}, rules) == {**current, "c": {"x": 1, "y": 2}}
    assert created_state({"a": 2}, rules) == {"a": 2}


def test_a_mask_is_not_known() -> None:
    current = {"a": 1, "s": MASKED, "l": [MASKED], "m": [{"k": MASKED, "v": 1}]}
    assert known(current, Rules()) == {"a": 1, "m": [{"v": 1}]}
    assert changed(current, {"s": "mine", "l": ["mine"], "m": [{"k": "mine", "v": 1}]}) is None
    sending = Rules(with_unknown=True)
    sent = desired_state(current, {"a": 2, "s": "mine", "l": ["mine"], "m": [{"k": "mine", "v": 1}]}, sending)
    assert sent == {"a": 2, "s": "mine", "l": ["mine"], "m": [{"k": "mine", "v": 1}]}
    assert list(lost_masks(current, sent, sending.secrets)) == []
    sent = desired_state(current, {"a": 2}, sending)
    assert sent == {"a": 2, "m": [{"v": 1}]}
    assert list(lost_masks(current, sent, sending.secrets)) == ["s", "l", "m.k"]


def test_a_desired_mask_is_never_sent() -> None:
    for rules in (Rules(), Rules(with_unknown=True)):
        assert desired_state({"s": "old"}, {"s": MASKED}, rules) == {"s": "old"}
        assert desired_state({"s": MASKED, "a": 1}, {"s": MASKED}, rules) == {"a": 1}
        assert created_state({"s": MASKED, "l": [MASKED], "a": {"s": MASKED}}, rules) == {"a": {}}


def test_what_is_never_returned() -> None:
    rules = Rules(write_only=paths_of(["p", "c.p"], ""))
    desired = {"a": 1, "p": "x", "c": {"p": "y", "q": 1}}
    assert changed({"a": 1, "c": {"q": 1}}, desired, rules) is None
    assert desired_state({"a": 1, "c": {"q": 1}}, desired, replace(rules, with_unknown=True)) == desired
    assert created_state(desired, replace(rules, with_unknown=True)) == desired


def test_paths_that_differ() -> None:
    assert list(differing({"a": 1, "b": {"c": 1, "d.e": 1}}, {"b": {"c": 2}, "f": [1]})) == ["a", "b.c", "/b/d.e", "f"]
