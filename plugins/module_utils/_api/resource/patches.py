# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The body of an update: the whole resource, its changed members, a merge patch or a JSON patch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .compare import MISSING, same

PUT, PATCH, MERGE_PATCH, JSON_PATCH = "put", "patch", "merge_patch", "json_patch"
UPDATE_METHODS = (PUT, PATCH, MERGE_PATCH, JSON_PATCH)
_JSON = "application/json"
_CONTENT_TYPES = {
    PUT: _JSON,
    PATCH: _JSON,
    MERGE_PATCH: "application/merge-patch+json",
    JSON_PATCH: "application/json-patch+json",
}


def update(method: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, str, Any]:
    """The HTTP method, media type and body that make ``after`` of ``before``."""
    bodies = {PUT: _whole, PATCH: changed_members, MERGE_PATCH: merge_patch, JSON_PATCH: json_patch}
    return "PUT" if method == PUT else "PATCH", _CONTENT_TYPES[method], bodies[method](before, after)


def _whole(_before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    return dict(after)


def changed_members(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """The members that differ, each as a whole; null for one that is removed."""
    return {
        key: after.get(key)
        for key in dict.fromkeys((*before, *after))
        if not same(before.get(key, MISSING), after.get(key, MISSING))
    }


def merge_patch(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """A merge patch (RFC 7396)."""
    patch = changed_members(before, after)
    return {
        key: merge_patch(before[key], value)
        if isinstance(value, Mapping) and isinstance(before.get(key), Mapping)
        else value
        for key, value in patch.items()
    }


def json_patch(before: Any, after: Any) -> list[dict[str, Any]]:
    """A JSON patch (RFC 6902)."""
    return list(_operations(before, after, ""))


def _operations(before: Any, after: Any, pointer: str) -> Iterator[dict[str, Any]]:
    if same(before, after):
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _operations_on_members(before, after, pointer)
    elif isinstance(before, list) and isinstance(after, list) and _grows(before, after):
        for number, pair in enumerate(zip(before, after)):
            yield from _operations(*pair, f"{pointer}/{number}")
        yield from ({"op": "add", "path": f"{pointer}/-", "value": item} for item in after[len(before) :])
    else:
        yield {"op": "replace", "path": pointer, "value": after}


def _operations_on_members(
    before: Mapping[str, Any], after: Mapping[str, Any], pointer: str
) -> Iterator[dict[str, Any]]:
    for key in dict.fromkeys((*before, *after)):
        path = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
        if key not in after:
            yield {"op": "remove", "path": path}
        elif key not in before:
            yield {"op": "add", "path": path, "value": after[key]}
        else:
            yield from _operations(before[key], after[key], path)


def _grows(before: list[Any], after: list[Any]) -> bool:
    """Whether the items of a list stay in their places: then each is changed on its own, and masks in others stay."""
    return bool(before) and len(after) >= len(before) and all(isinstance(item, Mapping) for item in (*before, *after))
