# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""YAML of strangers: what it becomes, what it costs, and what is refused."""

from __future__ import annotations

import re
import time

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import InvalidOption
from ansible_collections.authkit.oauth.plugins.plugin_utils._action.yaml_documents import documents

SOURCE = "realm.yaml"
LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def test_documents_and_lists_are_one_list() -> None:
    assert documents(b"realm: a\n---\n- realm: b\n- realm: c\n---\n", SOURCE) == [
        {"realm": "a"},
        {"realm": "b"},
        {"realm": "c"},
    ]


def test_values_are_those_of_json() -> None:
    content = b"on: yes\n1: 2026-01-01\nnull: 0x10\nd: &d {x: 1}\ne: {<<: *d, x: 2}\nf: *d\ng: $(env:X:-y)\nh:\n"
    assert documents(content, SOURCE) == [
        {
            "on": True,
            "1": "2026-01-01",
            "null": 16,
            "d": {"x": 1},
            "e": {"x": 2},
            "f": {"x": 1},
            "g": "$(env:X:-y)",
            "h": None,
        }
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("a: 1\nb: 2\na: secret", "realm.yaml has the key 'a' twice below line 1: remove one."),
        ("a: {{ secret }}", "has a key that is not text below line 1: quote values with {{ }}."),
        ("a: !!python/object/apply:os.system [secret]", "has the tag 'tag:yaml.org,2002:python/object/apply:os"),
        ("a: !vault secret", "has the tag '!vault'"),
        ("a: !!str secret", "has the tag 'tag:yaml.org,2002:str', and a realm file needs none"),
        ("a: &a [secret, *a]", "has an alias without an anchor before it, or within it"),
        ("a: *b", "has an alias without an anchor before it"),
        ("a: &b 1\n---\na: *b", "has an alias without an anchor before it"),
        (LAUGHS, "has more than 300000 values, those behind aliases included"),
        ("[" * 200, "has more than 100 levels"),
        ("[" * 200_000, "realm.yaml "),
        ("a: 'secret", "realm.yaml is not valid YAML at line"),
        (
            "a: secret\n b: x",
            "is not valid YAML at line 2: check it with a linter, and quote values that contain {{ }}.",
        ),
        ("a: \x00", "is not valid YAML"),
    ],
)
def test_what_a_realm_file_does_not_need_is_refused_at_once(content: str, says: str) -> None:
    started = time.monotonic()
    with pytest.raises(InvalidOption, match=re.escape(says)) as caught:
        documents(content.encode(), SOURCE)
    assert time.monotonic() - started < 5
    assert "secret" not in caught.value.message


def test_a_number_of_many_parts_is_text() -> None:
    number = ":".join(["1"] * 50_000)
    assert documents(f"a: {number}\nb: 1:30".encode(), SOURCE) == [{"a": number, "b": 90}]
