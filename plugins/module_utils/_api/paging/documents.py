# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values in a page's JSON document, and which of its lists is the listing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .errors import NotAListing

#: Usual names of the list, in the order in which they are preferred.
_LISTS = (
    "value",
    "items",
    "results",
    "data",
    "records",
    "entries",
    "resources",
    "Resources",
    "result",
    "values",
    "content",
    "elements",
    "objects",
    "hits",
    "rows",
    "nodes",
    "entry",
    "list",
)
#: Usual names of mappings around the list, in the same order.
_AROUND = ("_embedded", "data", "result", "results", "response", "hits", "d", "payload", "body")
#: Lists that stand beside the listing.
_BESIDE = frozenset(
    (
        *("links", "_links", "link", "errors", "warnings", "messages", "included", "facets", "aggregations"),
        *("schemas", "sort", "columns", "fields", "meta"),
    )
)
#: The most keys of a path, and the most characters of one.
_LONGEST_PATH = 20


def value_at(document: Any, path: str) -> Any:
    """The value at a path of keys with dots between them; None if there is none.

    A number counts from the start of a list, or from its end if it is negative. A key may itself have dots.
    """
    return _found(document, path.split(".")[:_LONGEST_PATH])


def _found(value: Any, keys: list[str]) -> Any:
    if not keys:
        return value
    if isinstance(value, list):
        try:
            return _found(value[int(keys[0])], keys[1:])
        except (ValueError, IndexError):
            return None
    if isinstance(value, Mapping):
        for count in range(1, len(keys) + 1):
            key = ".".join(keys[:count])
            if key in value:
                return _found(value[key], keys[count:])
    return None


def list_path(document: Any, what: str) -> str:
    """The path of the listing in a document; empty if the document is the list.

    :param what: the request, for the error.
    :raises NotAListing: there is no list, or it is not plain which one is meant.
    """
    if isinstance(document, list):
        return ""
    if isinstance(document, Mapping):
        for around in ("", *_AROUND):
            inside = document.get(around) if around else document
            if isinstance(inside, Mapping):
                name = _list_in(inside, what)
                if name is not None:
                    return f"{around}.{name}" if around else name
        deeper = [(key, _list_in(value, what)) for key, value in document.items() if isinstance(value, Mapping)]
        named = [f"{key}.{name}" for key, name in deeper if name is not None]
        if len(named) == 1:
            return named[0]
        if named:
            raise _several(what)
    raise NotAListing(
        f"{what} was answered with JSON that holds no list: remove paginate to get a single object, or set results_key "
        "of paginate to the key of the list."
    )


def entries(document: Any, path: str, what: str, *, first: bool) -> list[Any]:
    """The list at a path. A page without it is empty, since some APIs leave an empty list out.

    :param first: whether it is the first page, on which another list shows that the path is wrong.
    :raises NotAListing: there is something else.
    """
    value = value_at(document, path) if path else document
    if isinstance(value, list):
        return value
    if value is None and isinstance(document, Mapping) and not (first and any(_lists(document))):
        return []
    raise NotAListing(
        f"{what} was answered with JSON that holds no list at results_key of paginate: set it to the key of the list, "
        "or to a path of keys such as data.items."
    )


def _list_in(mapping: Mapping[str, Any], what: str) -> str | None:
    names = [str(key) for key, value in mapping.items() if isinstance(value, list)]
    for name in _LISTS:
        if name in names:
            return name
    names = [name for name in names if name not in _BESIDE]
    if len(names) > 1:
        raise _several(what)
    return names[0] if names else None


def _lists(document: Mapping[str, Any]) -> Iterator[bool]:
    for key, value in document.items():
        if key not in _BESIDE:
            yield isinstance(value, list) or (isinstance(value, Mapping) and any(_lists(value)))


def _several(what: str) -> NotAListing:
    return NotAListing(
        f"{what} was answered with JSON that holds several lists: set results_key of paginate to the key of the one "
        "that you want."
    )
