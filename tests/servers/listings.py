# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A listing of 250 entries in pages of 20, in each style of paging."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from ansible_collections.authkit.oauth.tests.servers.counting import CountingServer
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming, Settings

ENTRIES, SIZE, PAGES = 250, 20, 13


@dataclass
class Listing:
    """The entries, and how many of them a page has. Its methods answer requests, each in the style of its name."""

    url: str
    entries: list[dict[str, Any]] = field(default_factory=lambda: [{"id": n, "name": f"n{n}"} for n in range(ENTRIES)])
    size: int = SIZE

    def link(self, request: Incoming) -> Answer:
        """The header Link, with a target in a quoted parameter before the next one."""
        start = number(request, "start")
        following = self._next(start)
        first = f'<{self.url}/things?start=0&fields=a,b>; title="<a, b>; rel=next"; rel="first"'
        link = f'{first}, <{following}>; rel="next"'
        return Answer(200, self.part(start), {"Link": link} if following else {})

    def next_url(self, request: Incoming) -> Answer:
        """As Django REST Framework and AWX do it."""
        start = number(request, "start")
        return Answer(200, {"count": len(self.entries), "next": self._next(start), "results": self.part(start)})

    def relative(self, request: Incoming) -> Answer:
        """HAL, with addresses without a host."""
        start = number(request, "start")
        following = (self._next(start) or "").removeprefix(self.url) or None
        return Answer(200, {"_links": {"next": {"href": following}}, "_embedded": {"things": self.part(start)}})

    def odata(self, request: Incoming) -> Answer:
        """OData 4, as Microsoft Graph does it."""
        start = number(request, "start")
        following = {"@odata.nextLink": self._next(start)} if self._next(start) else {}
        return Answer(200, {"@odata.context": "$metadata#things", "value": self.part(start), **following})

    def fhir(self, request: Incoming) -> Answer:
        """A list of links with relations."""
        start = number(request, "start")
        links = [{"relation": "self", "url": self.url}, {"relation": "next", "url": self._next(start)}]
        return Answer(200, {"link": links if self._next(start) else links[:1], "entry": self.part(start)})

    def cursor(self, request: Incoming) -> Answer:
        """As Slack does it."""
        start = number(request, "cursor", "c")
        following = f"c{start + self.size}" if self._next(start) else ""
        return Answer(200, {"things": self.part(start), "response_metadata": {"next_cursor": following}})

    def token(self, request: Incoming) -> Answer:
        """As Google does it."""
        start = number(request, "pageToken", "c")
        following = {"nextPageToken": f"c{start + self.size}"} if self._next(start) else {}
        return Answer(200, {"kind": "things", "items": self.part(start), **following})

    def page(self, request: Incoming) -> Answer:
        """The number of the page, and of all pages."""
        page = max(1, number(request, "page"))
        return Answer(200, {"page": page, "total_pages": self._pages, "data": self.part((page - 1) * self.size)})

    def spring(self, request: Incoming) -> Answer:
        """The same, counted from 0."""
        page = number(request, "page")
        return Answer(
            200, {"content": self.part(page * self.size), "page": {"number": page, "totalPages": self._pages}}
        )

    def offset(self, request: Incoming) -> Answer:
        """The offset, and the number of all entries."""
        offset = number(request, "offset")
        counts = {"offset": offset, "limit": self.size, "total": len(self.entries)}
        return Answer(200, {**counts, "records": self.part(offset)})

    def scim(self, request: Incoming) -> Answer:
        """The same, counted from 1 (RFC 7644)."""
        start = max(1, number(request, "startIndex"))
        found = self.part(start - 1)
        counts = {"totalResults": len(self.entries), "startIndex": start, "itemsPerPage": len(found)}
        return Answer(200, {"schemas": ["urn:list"], **counts, "Resources": found})

    def bare(self, request: Incoming) -> Answer:
        """An array by offset and limit, and no word of how many there are."""
        return Answer(200, self.part(number(request, "offset"), number(request, "limit")))

    def keycloak(self, request: Incoming) -> Answer:
        """An array by first and max."""
        return Answer(200, self.part(number(request, "first"), number(request, "max") or 100))

    def stripe(self, request: Incoming) -> Answer:
        """The cursor is the id of the last entry."""
        after = dict(parse_qsl(request.query)).get("starting_after")
        start = 0 if after is None else int(after) + 1
        return Answer(200, {"data": self.part(start), "has_more": self._next(start) is not None})

    def search(self, request: Incoming) -> Answer:
        """A search by POST, with the offset in its body."""
        body = json.loads(request.body)
        start = int(body.get("page", {}).get("from", 0))
        found = self.part(start) if body["query"] == "name:*" else []
        return Answer(200, {"hits": {"total": len(self.entries), "hits": found}})

    def everything(self, _request: Incoming) -> Answer:
        """An array with all entries, whatever is asked for."""
        return Answer(200, self.entries)

    def part(self, start: int, size: int = 0) -> list[dict[str, Any]]:
        """A page."""
        return self.entries[start : start + (size or self.size)]

    def _next(self, start: int) -> str | None:
        following = start + self.size
        return f"{self.url}/things?start={following}" if following < len(self.entries) else None

    @property
    def _pages(self) -> int:
        return -(-len(self.entries) // self.size)


Style = Callable[[Listing, Incoming], Answer]


def number(request: Incoming, name: str, prefix: str = "") -> int:
    """The number that a query has under a name; 0 if it has none."""
    value = dict(parse_qsl(request.query)).get(name, "").removeprefix(prefix)
    return int(value) if value else 0


class ListingServer(CountingServer):
    """Its API is a listing with next URLs. `read` has each page that it gave to a valid token: path and offset."""

    def __init__(self, clients: Mapping[str, str], settings: Settings) -> None:
        self.read: list[tuple[str, int]] = []
        super().__init__(clients, settings)

    def _api(self, request: Incoming) -> Answer:
        answer = super()._api(request)
        if answer.status != 200:
            return answer
        self.read.append((request.path, number(request, "start")))
        return Listing(f"{self.url}{request.path.rpartition('/')[0]}").next_url(request)
