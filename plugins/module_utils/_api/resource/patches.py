# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The body of an update: the whole resource, its changed members, a merge patch or a JSON patch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional

from .compare import MISSING, json_text, same
from .paths import Path

PUT, PATCH, MERGE_PATCH, JSON_PATCH = "put", "patch", "merge_patch", "json_patch"
UPDATE_METHODS = (PUT, PATCH, MERGE_PATCH, JSON_PATCH)
_JSON = "application/json"
_CONTENT_TYPES = {
    PUT: _JSON,
    PATCH: _JSON,
    MERGE_PATCH: "application/merge-patch+json",
    JSON_PATCH: "application/json-patch+json",
}


KeyOf = Callable[[Path], Optional[str]]


def _no_key(_path: Path) -> None:
    return None


def update(
    method: str, before: Mapping[str, Any], after: Mapping[str, Any], key_of: KeyOf = _no_key
) -> tuple[str, str, Any]:
    """The HTTP method, media type and body that make ``after`` of ``before``.

    :param key_of: the member that identifies the items of the list at a path; None if none does.
    """
    bodies: dict[str, Callable[[], Any]] = {
        PUT: lambda: dict(after),
        PATCH: lambda: changed_members(before, after),
        MERGE_PATCH: lambda: merge_patch(before, after),
        JSON_PATCH: lambda: json_patch(before, after, key_of),
    }
    return "PUT" if method == PUT else "PATCH", _CONTENT_TYPES[method], bodies[method]()


@dataclass(frozen=True)
class Replaced:
    """A value that an update replaces as a whole, so that what is not known of it may be lost.

    :param found: as the server returned it.
    """

    path: Path
    found: Any
    sent: Any


def replaced(
    method: str, found: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any], key_of: KeyOf = _no_key
) -> Iterator[Replaced]:
    """What an update replaces as a whole; members that it removes, and what it adds, do not count."""
    if method == PUT:
        yield Replaced((), found, after)
    else:
        yield from _replaced(method, found, before, after, (), key_of)


def _replaced(method: str, found: Any, before: Any, after: Any, path: Path, key_of: KeyOf) -> Iterator[Replaced]:
    if same(before, after):
        return
    inside = method != PATCH or not path
    if inside and all(isinstance(value, Mapping) for value in (found, before, after)):
        for key in before.keys() & after.keys() & found.keys():
            yield from _replaced(method, found[key], before[key], after[key], (*path, key), key_of)
        return
    places = None
    if method == JSON_PATCH and all(isinstance(value, list) for value in (found, before, after)):
        places = _places(before, after, key_of(path)) if len(found) == len(before) else None
    if places is None:
        yield Replaced(path, found, after)
    else:
        for place, item in zip(places, after):
            yield from _replaced(method, found[place], before[place], item, path, key_of)


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


def json_patch(before: Any, after: Any, key_of: KeyOf = _no_key) -> list[dict[str, Any]]:
    """A JSON patch (RFC 6902)."""
    return list(_operations(before, after, "", (), key_of))


def _operations(before: Any, after: Any, pointer: str, path: Path, key_of: KeyOf) -> Iterator[dict[str, Any]]:
    if same(before, after):
        return
    places = _places(before, after, key_of(path)) if isinstance(before, list) and isinstance(after, list) else None
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _operations_on_members(before, after, pointer, path, key_of)
    elif places is not None:
        gone = sorted(set(range(len(before))).difference(places), reverse=True)
        yield from ({"op": "remove", "path": f"{pointer}/{number}"} for number in gone)
        for number, place in enumerate(places):
            yield from _operations(before[place], after[number], f"{pointer}/{number}", path, key_of)
        yield from ({"op": "add", "path": f"{pointer}/-", "value": item} for item in after[len(places) :])
    else:
        yield {"op": "replace", "path": pointer, "value": after}


def _operations_on_members(
    before: Mapping[str, Any], after: Mapping[str, Any], pointer: str, path: Path, key_of: KeyOf
) -> Iterator[dict[str, Any]]:
    for key in dict.fromkeys((*before, *after)):
        below = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
        if key not in after:
            yield {"op": "remove", "path": below}
        elif key not in before:
            yield {"op": "add", "path": below, "value": after[key]}
        else:
            yield from _operations(before[key], after[key], below, (*path, key), key_of)


def _places(before: list[Any], after: list[Any], key: str | None) -> Sequence[int] | None:
    """Where the first items of ``after`` were: each is changed on its own, and masks in it stay.

    None if the list has to be replaced. With a key, an item is never made of another one, whose secrets it would get.
    """
    if not before or not all(isinstance(item, Mapping) for item in (*before, *after)):
        return None
    if key is None:
        return range(len(before)) if len(after) >= len(before) else None
    names, wanted = ([json_text(item.get(key)) for item in items] for items in (before, after))
    kept = set(wanted)
    places = [number for number, name in enumerate(names) if name in kept]
    return places if places and [names[place] for place in places] == wanted[: len(places)] else None
