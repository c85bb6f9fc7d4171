# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Single settings, whatever the JSON's types are."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.keycloak.settings import (
    above,
    first,
    listed,
    mapping,
    some,
    switch,
    text,
    texts,
    whole,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import NotEvaluated


@pytest.mark.parametrize(("value", "means"), [(True, True), (False, False), ("true", True), (" FALSE ", False)])
def test_a_switch_is_on_or_off(value: object, means: bool) -> None:
    assert switch({"a": value}, "a") is means


def test_a_switch_that_is_missing_has_its_default_or_is_not_known() -> None:
    assert switch({}, "a", default=True) is True
    assert switch({"a": None}, "a", default=False) is False
    with pytest.raises(NotEvaluated, match=r"^a is missing"):
        switch({}, "a")


@pytest.mark.parametrize("value", [1, "yes", "", [True]])
def test_what_is_neither_on_nor_off_is_not_known(value: object) -> None:
    with pytest.raises(NotEvaluated):
        switch({"a": value}, "a", default=True)


@pytest.mark.parametrize(("value", "means"), [(5, 5), ("5", 5), ("-1", -1), (0, 0), (None, 7), ("", 7)])
def test_a_whole_number_may_be_text(value: object, means: int) -> None:
    assert whole({"a": value}, "a", 7) == means


@pytest.mark.parametrize("value", [True, "1.5", "five", [5], "9" * 5000])
def test_what_is_no_whole_number_is_not_known(value: object) -> None:
    with pytest.raises(NotEvaluated):
        whole({"a": value}, "a", 7)


def test_text_lists_and_objects() -> None:
    assert text({"a": " b "}, "a") == "b"
    assert text({}, "a", "c") == "c"
    assert texts({"a": ["b"]}, "a") == ["b"]
    assert texts({}, "a", ["c"]) == ["c"]
    assert mapping({"a": {"b": 1}}, "a") == {"b": 1}
    assert mapping({"a": None}, "a") == {}
    assert first({"config": {"a": [" b ", "c"]}}, "a") == "b"
    assert first({"config": {"a": []}}, "a") == ""
    assert first({}, "a") == ""


def test_other_types_are_not_known() -> None:
    with pytest.raises(NotEvaluated):
        text({"a": 1}, "a")
    with pytest.raises(NotEvaluated):
        texts({"a": "b"}, "a")
    with pytest.raises(NotEvaluated):
        texts({"a": [1]}, "a")
    with pytest.raises(NotEvaluated):
        mapping({"a": ["b"]}, "a")
    with pytest.raises(NotEvaluated):
        first({"config": {"a": "b"}}, "a")


def test_what_is_above_a_limit_and_how_it_reads() -> None:
    long = above({"a": 11, "b": "10"}, {"a": 1, "b": 1, "c": 12}, 10)
    assert long == {"a": 11, "c": 12}
    assert listed(long) == "a is 11 and c is 12"


def test_evidence_stays_short() -> None:
    assert some(f"app-{number:02}" for number in range(99, 0, -1)) == [f"app-{number:02}" for number in range(1, 11)]
