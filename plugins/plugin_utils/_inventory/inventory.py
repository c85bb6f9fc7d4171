# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads an inventory source: from Ansible's inventory cache, else from the API."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Any

from ansible.errors import AnsibleError, AnsibleParserError

from ...module_utils._masking import Masker
from .._action.progress import ShownProgress
from .._lookup_errors import error_message
from .._secrets import masked, warnings_for
from .._unknown_names import near_misses
from .fetching import items_of
from .filling import Filling
from .source import InventoryFile, Source
from .spec import PLUGIN

_ENDINGS = (".yml", ".yaml")
_STEM = "authkit"
#: The key of the text in a cached entry.
_ITEMS = "items"


def is_named_like_ours(path: str) -> bool:
    """Whether a file is named authkit.yml or *.authkit.yml, or the same with yaml."""
    name = PurePath(path)
    stem, _dot, kind = name.stem.rpartition(".")
    return name.suffix in _ENDINGS and kind == _STEM and (bool(stem) or name.stem == _STEM)


def read_inventory(plugin: Any, path: str, *, cache: bool) -> None:
    """Fills the plugin's inventory from its file.

    :param cache: whether a cached list may be used.
    :raises AnsibleError: in one sentence, without secrets.
    """
    config = plugin._read_config_data(path)
    file = InventoryFile(config, plugin._vars or {}, plugin.templar)
    try:
        _fill(plugin, file, path, cache)
        return
    except AnsibleError:
        raise
    except Exception as error:
        message = error_message(error, file.values, file.variables, plugin.templar)
    raise AnsibleParserError(message)  # out here it has no context: Ansible prints the texts of causes


def _fill(plugin: Any, file: InventoryFile, path: str, cache: bool) -> None:
    source = file.source()
    secrets = source.options.secrets

    def warn(text: str) -> None:
        plugin.display.warning(masked(text, secrets))

    for text in (*near_misses(file.variables), *warnings_for(source.options)):
        warn(text)
    items = _items(plugin, source, path, cache, warn)
    words = Masker(secrets).foreign_words
    Filling(plugin, source, warn, words).add(items)


def _items(plugin: Any, source: Source, path: str, cache: bool, warn: Callable[[str], None]) -> list[Any]:
    """The items, cached or new. As in Ansible's own plugins, a refreshed inventory replaces what is cached."""
    keeps = bool(plugin.get_option("cache"))
    key = f"{plugin.get_cache_key(path)}_{source.fingerprint}"
    found = _cached(plugin, key) if keeps and cache else None
    if found is None:
        doubts: list[str] = []
        found = items_of(source, warn, ShownProgress(f"{PLUGIN} in {PurePath(path).name}"), doubts.append)
        for text in doubts:
            warn(text)
        if keeps:
            # Of a doubtful list nothing: later runs would not see the warnings, nor shall they use an older list.
            # As one text: Ansible's JSON has objects of a special meaning, and what a server sends must have none.
            plugin._cache[key] = {_ITEMS: json.dumps(None if doubts else found)}
    return found


def _cached(plugin: Any, key: str) -> list[Any] | None:
    """The cached items; None if there are none, or not in our form."""
    try:
        entry = plugin._cache[key]
        found = json.loads(entry[_ITEMS]) if isinstance(entry, Mapping) else None
    except Exception:  # each cache plugin has errors of its own
        return None
    return found if isinstance(found, list) else None
