# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole listings, read by both transports from servers of each style, and from servers that get it wrong."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._api.call import perform, prepare
from ansible_collections.authkit.oauth.tests.servers.listings import ENTRIES, PAGES, Listing, Style
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import Scripted
from ansible_collections.authkit.oauth.tests.unit.support.transports import MakeTransport

TOKEN = "a-token-0123456789"
#: A listing's style, the path, how a task reads it, and the requests that this takes.
STYLES: dict[str, tuple[Style, str, Any, int]] = {
    "link": (Listing.link, "things", "auto", PAGES),
    "next_url": (Listing.next_url, "things", "auto", PAGES),
    "relative": (Listing.relative, "things", "auto", PAGES),
    "odata": (Listing.odata, "things", "auto", PAGES),
    "fhir": (Listing.fhir, "things", "auto", PAGES),
    "cursor": (Listing.cursor, "things", "auto", PAGES),
    "token": (Listing.token, "things", "auto", PAGES),
    "page": (Listing.page, "things", "auto", PAGES),
    "spring": (Listing.spring, "things", "auto", PAGES),
    "offset": (Listing.offset, "things", "auto", PAGES),
    "scim": (Listing.scim, "things", "auto", PAGES),
    "limit_in_the_query": (Listing.bare, "things?offset=0&limit=20", "auto", PAGES),
    "keycloak": (Listing.keycloak, "admin/realms/demo/users", "auto", 3),
    "keycloak_with_max": (Listing.keycloak, "admin/realms/demo/groups?max=20&search=n", "auto", PAGES),
    "keycloak_elsewhere": (Listing.keycloak, "things", "keycloak", 3),
    "nothing": (Listing.everything, "things", "auto", 1),
    "first_ignored": (Listing.everything, "admin/realms/demo/clients", "auto", 2),
    "spelled_link": (Listing.link, "things", "link", PAGES),
    "spelled_next_url": (Listing.relative, "things", {"next_key": "_links.next"}, PAGES),
    "spelled_cursor": (
        Listing.cursor,
        "things",
        {"results_key": "things", "next_key": "response_metadata.next_cursor", "parameter": "cursor"},
        PAGES,
    ),
    "spelled_page": (Listing.page, "things", {"style": "page", "pages_key": "total_pages"}, PAGES),
    "spelled_page_blind": (Listing.page, "things", "page", PAGES),
    "spelled_from_zero": (Listing.spring, "things", {"first": 0, "pages_key": "page.totalPages"}, PAGES),
    "spelled_offset": (Listing.offset, "things", {"style": "offset", "total_key": "total"}, PAGES),
    "spelled_size": (Listing.bare, "things", {"style": "offset", "size_parameter": "limit", "size": 20}, PAGES),
    "spelled_last_entry": (
        Listing.stripe,
        "things",
        {"next_key": "data.-1.id", "parameter": "starting_after", "more_key": "has_more"},
        PAGES,
    ),
}


def read(make_transport: MakeTransport, url: str, paginate: Any = "auto", **params: Any) -> dict[str, Any]:
    call = prepare({"method": "GET", "follow_redirects": "safe", "url": url, "paginate": paginate, **params})
    with closing(make_transport()) as transport:
        return perform(call, TOKEN, transport)


def numbers(result: Mapping[str, Any]) -> list[int]:
    return [entry["id"] for entry in result["json"]]


@pytest.mark.parametrize("style", list(STYLES))
def test_all_entries_of_a_listing_are_read_once(make_transport: MakeTransport, server: Scripted, style: str) -> None:
    answers, path, paginate, requests = STYLES[style]
    listing = Listing(server.url)
    server.reply = lambda request: answers(listing, request)
    result = read(make_transport, f"{server.url}/{path}", paginate)
    assert numbers(result) == list(range(ENTRIES)), result["msg"]
    assert (result["truncated"], result["changed"], result["status"]) == (False, False, 200)
    assert len(server.seen) == result["attempts"] == requests
    assert all(request.headers["authorization"] == f"Bearer {TOKEN}" for request in server.seen)
