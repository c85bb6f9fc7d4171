# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which files are inventories of ours, and what of the inventory cache is used."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.plugin_utils._inventory import inventory
from ansible_collections.authkit.oauth.plugins.plugin_utils._inventory.inventory import is_named_like_ours


@pytest.mark.parametrize(
    "path",
    ["authkit.yml", "authkit.yaml", "/a/b/authkit.yml", "cmdb.authkit.yml", "a.b.authkit.yaml", "a b.authkit.yml"],
)
def test_ours(path: str) -> None:
    assert is_named_like_ours(path)


@pytest.mark.parametrize(
    "path",
    [
        "authkit",
        "authkit.json",
        "myauthkit.yml",
        "my_authkit.yml",
        "authkit.yml.bak",
        ".authkit.yml",
        "Authkit.yml",
        "authkit.authkit",
        "x.authkit.YML",
        "host1,host2",
        "authkit.yml/hosts.yml",
    ],
)
def test_not_ours(path: str) -> None:
    assert not is_named_like_ours(path)


class Caching:
    """A plugin with what its cache holds; an entry that is an exception is raised."""

    def __init__(self, entry: Any) -> None:
        self._entry = entry

    @property
    def _cache(self) -> Any:
        if isinstance(self._entry, Exception):
            raise self._entry
        return {"key": self._entry}


@pytest.mark.parametrize(
    "entry",
    [
        None,
        [],
        "text",
        {},
        {"items": 5},
        {"items": "{"},
        {"items": json.dumps({"a": 1})},
        KeyError("key"),
        OSError("disk"),
    ],
    ids=repr,
)
def test_other_entries_are_as_good_as_none(entry: Any) -> None:
    assert inventory._cached(Caching(entry), "key") is None


def test_an_entry() -> None:
    assert inventory._cached(Caching({"items": json.dumps([{"name": "a"}])}), "key") == [{"name": "a"}]


class Keeping:
    """A plugin with an inventory cache."""

    def __init__(self) -> None:
        self._cache: dict[str, Any] = {}

    def get_option(self, _name: str) -> bool:
        return True

    def get_cache_key(self, path: str) -> str:
        return path


@pytest.mark.parametrize("doubtful", [False, True], ids=["whole", "doubtful"])
def test_a_list_that_may_lack_items_is_not_cached(monkeypatch: pytest.MonkeyPatch, doubtful: bool) -> None:
    """A later run would use it without the warning, or an older one. What else is warned of does not matter."""

    def items_of(_source: object, warn: Any, _progress: object, doubt: Any) -> list[Any]:
        warn("the cache of tokens cannot be written")
        if doubtful:
            doubt("the listing became shorter")
        return ["a"]

    monkeypatch.setattr(inventory, "items_of", items_of)
    plugin, warnings = Keeping(), list[str]()
    source: Any = type("Listed", (), {"fingerprint": "f"})
    key = "x.authkit.yml_f"
    plugin._cache[key] = {inventory._ITEMS: '["older"]'}
    assert inventory._items(plugin, source, "x.authkit.yml", False, warnings.append) == ["a"]
    assert warnings == ["the cache of tokens cannot be written", "the listing became shorter"][: 1 + doubtful]
    assert list(plugin._cache) == [key]
    assert inventory._cached(plugin, key) == (None if doubtful else ["a"])
