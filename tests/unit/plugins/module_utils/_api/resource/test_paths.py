# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Paths to members of a resource."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._api.resource.paths import (
    nested,
    path_of,
    paths_of,
    shown,
    value_at,
)
from ansible_collections.authkit.oauth.plugins.module_utils._errors import InvalidOption


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("name", ("name",)),
        ("config.clientSecret", ("config", "clientSecret")),
        ("/attributes/login.theme", ("attributes", "login.theme")),
        ("/a~1b/c~0d/~01", ("a/b", "c~d", "~1")),
    ],
)
def test_a_path_is_written_in_two_ways(text: str, path: tuple[str, ...]) -> None:
    assert path_of(text, "ignore") == path
    assert path_of(shown(path), "ignore") == path


@pytest.mark.parametrize("text", ["", ".", "a..b", "a.", "/", "**.a", "/a//b"])
def test_what_is_no_path(text: str) -> None:
    with pytest.raises(InvalidOption, match="ignore names"):
        path_of(text, "ignore")


def test_a_set_of_paths() -> None:
    found = paths_of(["a.*.c", "b.**", "d"], "ignore")
    assert [path in found for path in (("a", "x", "c"), ("b",), ("b", "c", "d"), ("d",))] == [True] * 4
    assert [path in found for path in (("a", "c"), ("a", "x", "c", "d"), ("d", "e"), ("c",))] == [False] * 4
    assert ("x", "y") in paths_of(["**"], "ignore")
    assert (bool(found), bool(paths_of(None, "ignore"))) == (True, False)


def test_values_at_paths() -> None:
    assert nested(("a", "b"), 1) == {"a": {"b": 1}}
    assert value_at({"a": {"b": 1}}, ("a", "b")) == 1
    assert value_at({"a": [1]}, ("a", "b"), "nothing") == "nothing"
