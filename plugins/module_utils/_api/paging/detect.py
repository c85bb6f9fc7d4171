# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds out how an API pages, from the URL and the first response: the style auto becomes one that is spelled out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from . import options
from .documents import value_at
from .links import link_text, next_link
from .options import Paging

#: Where documents say how they are paged, beside the top.
_PLACES = (
    "",
    "meta",
    "metadata",
    "pagination",
    "paging",
    "page",
    "pageInfo",
    "page_info",
    "links",
    "_links",
    "response_metadata",
    "meta.pagination",
    "meta.page",
    "meta.links",
    "pagination.links",
    "paging.cursors",
    "d",
    "data",
    "result",
)
_NEXT_URLS = (
    "next",
    "@odata.nextLink",
    "odata.nextLink",
    "@nextLink",
    "nextLink",
    "next_link",
    "next_url",
    "nextUrl",
    "next_page_url",
    "nextPageUrl",
    "next_href",
    "__next",
    "nextPage",
    "next_page",
)
#: The key of a cursor in the response, and the query parameter that takes it.
_CURSORS = {
    "next_cursor": "cursor",
    "nextCursor": "cursor",
    "next_page_token": "page_token",
    "nextPageToken": "pageToken",
    "next_token": "next_token",
    "nextToken": "nextToken",
    "NextToken": "NextToken",
    "continuation_token": "continuation_token",
    "continuationToken": "continuationToken",
    "next_marker": "marker",
    "nextMarker": "marker",
    "NextMarker": "Marker",
    "continue": "continue",
    "endCursor": "after",
    "end_cursor": "after",
    "after": "after",
    "next.after": "after",
}
_MORE = ("has_more", "hasMore", "hasNextPage", "has_next_page", "more", "has_next", "hasNext", "IsTruncated")
#: What is false on all pages but the last.
_LAST = ("isLast", "is_last", "isLastPage", "is_last_page", "last")
_PAGES = ("total_pages", "totalPages", "last_page", "lastPage", "page_count", "pageCount", "num_pages", "pages")
_THIS_PAGE = ("current_page", "currentPage", "page_number", "pageNumber", "page", "number", "pageIndex")
_TOTALS = ("total", "total_count", "totalCount", "totalResults", "total_results", "totalItems", "total_items")
#: Offsets that a response repeats, under the name of the query parameter.
_OFFSETS = ("offset", "skip", "startAt", "startIndex", "start")
_SIZES = ("limit", "size", "page_size", "pageSize", "per_page", "perPage", "maxResults", "itemsPerPage", "top")
#: Offset and page size in the query of the user's own URL.
_ASKED_OFFSETS = {"offset": "limit", "skip": "top", "startAt": "maxResults", "first": "max", "start": "limit"}
_ASKED_PAGES = ("page", "page_number", "pageNumber")
#: Headers with the number of entries on all pages.
_TOTAL_HEADERS = ("x-total-count", "x-total")
#: Texts that name no next page.
_NOWHERE = ("", "null", "none", "undefined", "n/a", "-", "false", "0", "-1")
#: Query parameters that say where a listing begins, and parts of names that say how long a page is.
_BEGINS = ("offset", "skip", "start", "from", "first", "page")
_HOW_LONG = ("size", "limit", "per", "max", "count", "len")
#: `users?page=2`, which is certainly an address, and not a cursor.
_RELATIVE = re.compile(r"[\w.~%-]+(?:/[\w.~%-]+)*/?\?[\w.~%$\[\]-]+=.*")
_KEYCLOAK_SIZE = 100
#: Listings of Keycloak's admin API that take first and max. Several return 100 or 10 entries unless told otherwise.
_KEYCLOAK = re.compile(
    r"/admin/realms/[^/]+/(?:.*/)?(?:users|groups|clients|roles|members|children|events|admin-events|organizations"
    r"|user-sessions|offline-sessions|instances|resource-server/(?:resource|scope|policy|permission))/?\Z"
)


def before_asking(paging: Paging, url: str, max_items: int | None) -> Paging:
    """The paging as far as the URL tells: that of Keycloak, if auto is to find it and the path is one of Keycloak's."""
    found = paging.style == options.AUTO and _is_keycloak(url)
    if not found and paging.style != options.KEYCLOAK:
        return paging
    # One more than needed shows whether there are more.
    size = _KEYCLOAK_SIZE if max_items is None else min(_KEYCLOAK_SIZE, max_items + 1)
    return replace(
        paging,
        style=options.KEYCLOAK,
        parameter="first",
        first=0,
        size_parameter="max",
        size=paging.size or asked_number(url, "max") or size,
        guessed=found,
    )


def detected(paging: Paging, url: str, headers: Mapping[str, str], document: Any) -> Paging:
    """The style auto, spelled out.

    :param url: of the first page.
    :param headers: of its response, with lower-case names.
    :param document: its JSON.
    """
    if next_link(headers) is not None:
        return replace(paging, style=options.LINK)
    query = _query(url)
    found = _by_document(document, url, query) if isinstance(document, Mapping) else None
    return replace(paging, **(found or _by_query(query, headers)))


def _by_document(document: Any, url: str, query: Mapping[str, str]) -> dict[str, Any] | None:
    return _next_url(document, url) or _cursor(document, query) or _page(document, query) or _offset(document, query)


def _next_url(document: Any, url: str) -> dict[str, Any] | None:
    for path, value in _values(document, (*_NEXT_URLS, "links", "link")):
        target = link_text(value)
        if target is not None and (not isinstance(value, str) or _is_address(target, url)):
            return {"style": options.NEXT_URL, "next_key": path}
    return None


def _is_address(target: str, url: str) -> bool:
    """Whether a text is an address, and not a cursor or a number: under such names there may be either.

    One without a slash in front may be relative to the page or to the API's root, unless it leads to the page's path.
    """
    if target.startswith(("http://", "https://", "/", "?", "./")):
        return True
    return bool(_RELATIVE.fullmatch(target)) and urlsplit(urljoin(url, target)).path == urlsplit(url).path


def _cursor(document: Any, query: Mapping[str, str]) -> dict[str, Any] | None:
    more = next((path for path, value in _values(document, _MORE) if isinstance(value, bool)), None)
    for path, value in _values(document, tuple(_CURSORS)):
        if isinstance(value, str) and value and value not in query.values():
            name = next(key for key in sorted(_CURSORS, key=len, reverse=True) if path.endswith(key))
            return {"style": options.CURSOR, "next_key": path, "parameter": _CURSORS[name], "more_key": more}
    return None


def _page(document: Any, query: Mapping[str, str]) -> dict[str, Any] | None:
    pages = _place(document, _PAGES)
    if pages is None:
        return None
    parameter = next((name for name in _ASKED_PAGES if name in query), "page")
    this = _place(document, _THIS_PAGE)
    # Spring counts pages from 0, and calls the page's number so.
    from_zero = this is not None and (
        this.rpartition(".")[2] == "number" or (parameter not in query and value_at(document, this) == 0)
    )
    return {"style": options.PAGE, "parameter": parameter, "pages_key": pages, "first": 0 if from_zero else 1}


def _offset(document: Any, query: Mapping[str, str]) -> dict[str, Any] | None:
    offset, total = _place(document, _OFFSETS), _place(document, _TOTALS)
    if offset is None or (total is None and _place(document, _SIZES) is None):
        return None
    name = offset.rpartition(".")[2]
    first = 1 if name == "startIndex" else 0  # SCIM (RFC 7644 section 3.4.2.4) counts from 1
    if name not in query:
        first = value_at(document, offset)
    found = {"style": options.OFFSET, "parameter": name, "first": first, "total_key": total}
    return {**found, "guessed": total is None}


def _by_query(query: Mapping[str, str], headers: Mapping[str, str]) -> dict[str, Any]:
    """The style that the user's own query shows, where the document shows none."""
    for offset, size in _ASKED_OFFSETS.items():
        if _whole(query.get(offset)) is not None or (size == "max" and _whole(query.get(size)) is not None):
            return {"style": options.OFFSET, "parameter": offset, "first": 0, "guessed": True}
    for name in _ASKED_PAGES:
        if _whole(query.get(name)) is not None:
            return {"style": options.PAGE, "parameter": name, "first": 1, "guessed": True}
    if _whole(headers.get("x-next-page")) is not None:
        return {"style": options.PAGE, "parameter": "page", "first": 1, "guessed": True}
    return {"style": options.SINGLE}


def unread(document: Any, count: int, url: str, headers: Mapping[str, str]) -> bool:
    """Whether a response says that there are more entries than this, which nobody knows how to ask for.

    :param url: of the task, whose query the document may repeat.
    :param headers: with lower-case names.
    """
    query = _query(url)
    if not _begins_behind(query):
        total = _place(document, _TOTALS)
        if total is not None and value_at(document, total) > count:
            return True
        if any((_whole(headers.get(name)) or 0) > count for name in _TOTAL_HEADERS):
            return True
    more = [value for _path, value in _values(document, _MORE) if value in (True, False, "true", "false")]
    more += [not value for _path, value in _values(document, _LAST) if isinstance(value, bool)]
    if more:
        return any(value in (True, "true") for value in more)
    this = next((number for _path, value in _values(document, _THIS_PAGE) if (number := _number(value)) is not None), 0)
    pages = any(_leads_to_page(value, this, query) for _path, value in _values(document, _NEXT_URLS))
    return pages or any(_leads_on(value, query) for _path, value in _values(document, tuple(_CURSORS)))


def _begins_behind(query: Mapping[str, str]) -> bool:
    """Whether the query asks for a later part of the listing, so that a total counts more than is asked for."""
    for name, value in query.items():
        name = name.lower()
        if any(part in name for part in _BEGINS) and not any(part in name for part in _HOW_LONG):
            # Pages are mostly counted from 1, and so are the entries of SCIM.
            start = 1 if "page" in name or "index" in name else 0
            if (_whole(value) or 0) > start:
                return True
    return False


def _leads_to_page(value: Any, this: int, query: Mapping[str, str]) -> bool:
    """Whether a value names a next page: an address, a cursor, or a number after that of this page."""
    number = _number(value)
    if number is None:
        return _leads_on(value, query)
    return number > this and number not in (_whole(query.get(name)) for name in _ASKED_PAGES)


def _leads_on(value: Any, query: Mapping[str, str]) -> bool:
    """Whether a value is an address or a cursor that the query does not have."""
    if not isinstance(value, str):
        return bool(_count(value)) and str(value) not in query.values()
    return value.strip().lower() not in _NOWHERE and value not in query.values()


def _place(document: Any, names: tuple[str, ...]) -> str | None:
    """The path of the first of these names that has a count."""
    return next((path for path, value in _values(document, names) if _count(value) is not None), None)


def _values(document: Any, names: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """The values under these names, with their paths, wherever documents say how they are paged."""
    for place in _PLACES:
        inside = value_at(document, place) if place else document
        if isinstance(inside, Mapping):
            for name in names:
                value = value_at(inside, name)
                if value is not None:
                    yield (f"{place}.{name}" if place else name), value


def _is_keycloak(url: str) -> bool:
    return _KEYCLOAK.search(urlsplit(url).path) is not None


def asked_number(url: str, parameter: str | None) -> int | None:
    """The number that a URL's query has for a parameter."""
    return _whole(_query(url).get(parameter or ""))


def _query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def _number(value: Any) -> int | None:
    return _whole(value) if isinstance(value, str) else _count(value)


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
