# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The estimate of a JSON text's memory: no hostile text exceeds it by far, and no ordinary one is refused."""

from __future__ import annotations

import json
import tracemalloc

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._http.json_size import (
    GROWTH,
    depth,
    memory_of,
    too_many_values,
)

SIZE = 512 * 1024
USER = {
    "id": "d3b07384-d9a0-4c9b-8f5b-1c2d3e4f5a6b",
    "username": "alice.example",
    "enabled": True,
    "createdTimestamp": 1712345678901,
    "firstName": "Alice",
    "email": 'alice@example.org, "Alice" [a{b\\',
    "attributes": {"dept": ["a b c"], "tel": ["+49 123"]},
    "access": {"manage": True, "view": True, "impersonate": False},
}
UNITS = {
    "lists": "[],",
    "mappings": "{},",
    "deep lists": "[" * 90 + "]" * 90 + ",",
    "small mappings": '{"a":0},',
    "deep mappings": '{"a":' * 90 + "0" + "}" * 90 + ",",
    "numbers": "123456,",
    "floats": "1.5,",
    "strings": '"ab",',
    "pairs": "[0,1],",
    "users": json.dumps(USER) + ",",
}


@pytest.mark.parametrize("what", UNITS)
def test_nothing_takes_much_more_than_is_foretold(what: str) -> None:
    text = f"[{UNITS[what] * (SIZE // len(UNITS[what]))}0]"
    assert needed(text) < 1.1 * memory_of(text) + len(text)


def test_names_of_their_own_are_foretold() -> None:
    text = "{" + ",".join(f'"k{number:x}":0' for number in range(50_000)) + "}"
    # Python 3.10 and older keep larger tables, and two of them while one grows.
    assert needed(text) < 2.2 * memory_of(text)


def needed(text: str) -> int:
    """The most memory that the values of a JSON text take while it is parsed."""
    tracemalloc.start()
    value = json.loads(text)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert value is not None
    return most


def test_strings_are_not_looked_into() -> None:
    inside = json.dumps('[{,\\"' * 100_000 + "é😀")
    assert memory_of(inside) < 100
    assert memory_of(f"[{inside}, {inside}]") == memory_of('["a", "b"]')


@pytest.mark.parametrize("at", range(8))
def test_where_it_is_cut_does_not_matter(at: int) -> None:
    piece = '["\\\\", "a\\"b,[{", "\\\\\\""],'
    text = " " * at + piece * 30_000
    assert memory_of(text) == 30_000 * memory_of(piece)


def test_what_apis_answer_is_within_its_growth() -> None:
    text = f"[{UNITS['users'] * 10_000}0]"
    assert memory_of(text) < GROWTH * len(text)
    assert not too_many_values(text, len(text))
    assert too_many_values("[" + "[]," * 500_000 + "0]", 1_500_000)
    assert not too_many_values("[" + "[]," * 100_000 + "0]", 1)


@pytest.mark.parametrize("string", ["😀\\n", "\\ud83d\\ude00", "\\uD800"])
def test_wide_characters_count(string: str) -> None:
    text = f'["{string}{"a" * 2_000_000}"]'
    assert too_many_values(text, 2_000_000)
    assert not too_many_values(text, 8_000_000)
    users = f'[{UNITS["users"] * 5_000}"{string}"]'
    assert not too_many_values(users, 3 * len(users))


@pytest.mark.parametrize(
    ("value", "levels"), [(0, 1), ([], 1), ([0, {"a": 1}], 2), ({"a": [0, [{}]], "b": 1}, 4), ("[[[", 1)]
)
def test_levels_are_counted(value: object, levels: int) -> None:
    assert depth(value) == levels


def test_levels_are_counted_without_recursion() -> None:
    value: object = 0
    for _level in range(100_000):
        value = [value]
    assert depth(value) == 100_000
