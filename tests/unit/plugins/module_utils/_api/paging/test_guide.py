# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The examples of the guide to paging, on APIs like theirs."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.servers.listings import ENTRIES, PAGES, Listing, number
from ansible_collections.authkit.oauth.tests.tools.examples import pages
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import Reply, Scripted
from ansible_collections.authkit.oauth.tests.unit.support.listings import numbers, read
from ansible_collections.authkit.oauth.tests.unit.support.transports import MakeTransport

GUIDE = "docs/docsite/rst/guide_paging.rst"


def spelled_out() -> list[dict[str, Any]]:
    """The examples of the guide whose APIs are not part of the tests."""
    blocks = [block for page in pages() for block in page if block.page == GUIDE and block.exempt]
    return [task["authkit.oauth.api"] for block in blocks for task in block.content]


def as_the_guide_says(listing: Listing) -> list[Reply]:
    """APIs like those of the examples, in their order."""

    def forward(request: Incoming) -> Answer:
        said = listing.next_url(request).body
        return Answer(200, {"rows": said["results"], "paging": {"forward": said["next"]}})

    def after(request: Incoming) -> Answer:
        start = number(request, "after", "c")
        more = start + 20 < ENTRIES
        return Answer(200, {"rows": listing.part(start), "meta": {"cursor": f"c{start + 20}" if more else None}})

    def page(request: Incoming) -> Answer:
        return Answer(200, {"rows": listing.part(20 * number(request, "pageNo")), "info": {"pages": PAGES}})

    def skip(request: Incoming) -> Answer:
        assert number(request, "top") == 500
        return Answer(200, listing.part(number(request, "skip")))

    def graphql(request: Incoming) -> Answer:
        start = int(json.loads(request.body)["variables"].get("after", 0))
        info = {"endCursor": str(start + 20), "hasNextPage": start + 20 < ENTRIES}
        return Answer(200, {"data": {"projects": {"nodes": listing.part(start), "pageInfo": info}}})

    return [forward, after, listing.stripe, page, skip, graphql]


def test_the_examples_of_the_guide_read_apis_like_theirs(make_transport: MakeTransport, server: Scripted) -> None:
    examples, replies = spelled_out(), as_the_guide_says(Listing(server.url))
    assert len(examples) == len(replies)
    for example, reply in zip(examples, replies):
        server.reply = reply
        server.seen.clear()
        path = example["url"].partition("example.com")[2]
        others = {name: value for name, value in example.items() if name != "url"}
        result = read(make_transport, f"{server.url}{path}", **others)
        assert numbers(result) == list(range(ENTRIES)), example
        assert len(server.seen) == PAGES
