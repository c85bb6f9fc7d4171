# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole listings, read by both transports from servers of each style, and from servers that get it wrong."""

from __future__ import annotations

import json
from contextlib import closing
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._api.call import perform
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.servers.listings import ENTRIES, PAGES, Listing, Style, number
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import Scripted
from ansible_collections.authkit.oauth.tests.unit.support.listings import TOKEN, numbers, prepared, read, wrong
from ansible_collections.authkit.oauth.tests.unit.support.transports import MakeTransport

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
    "keycloak_elsewhere_with_max": (Listing.keycloak, "things?max=20", "keycloak", PAGES),
    "keycloak_spelled_size": (Listing.keycloak, "things", {"style": "keycloak", "size": 50}, 6),
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


def test_a_search_by_post_takes_its_offset_in_the_body(make_transport: MakeTransport, server: Scripted) -> None:
    server.reply = Listing(server.url).search
    paging = {"style": "offset", "parameter": "page.from", "total_key": "hits.total", "results_key": "hits.hits"}
    result = read(make_transport, f"{server.url}/_search", paging, method="POST", body={"query": "name:*"})
    assert numbers(result) == list(range(ENTRIES))
    assert (len(server.seen), result["changed"]) == (PAGES, False)
    assert [json.loads(request.body)["page"]["from"] for request in server.seen] == list(range(0, ENTRIES, 20))


@pytest.mark.parametrize("answer", [Answer(200, {"hits": {"hits": 7}}), Answer(500, {}), Answer(200, reset=True)])
def test_a_search_by_post_that_fails_changed_nothing(
    make_transport: MakeTransport, server: Scripted, answer: Answer
) -> None:
    listing = Listing(server.url)
    server.reply = lambda request: answer if len(server.seen) == 3 else listing.search(request)
    paging = {"style": "offset", "parameter": "page.from", "total_key": "hits.total", "results_key": "hits.hits"}
    result = read(make_transport, f"{server.url}/_search", paging, method="POST", body={"query": "name:*"})
    assert (result["failed"], result["changed"]) == (True, False)


@pytest.mark.parametrize("answer", [Answer(503, {}), Answer(200, reset=True)])
def test_a_search_by_post_is_retried_like_a_get(
    make_transport: MakeTransport, server: Scripted, answer: Answer
) -> None:
    listing = Listing(server.url)
    server.reply = lambda request: answer if len(server.seen) == 3 else listing.search(request)
    paging = {"style": "offset", "parameter": "page.from", "total_key": "hits.total", "results_key": "hits.hits"}
    body = {"query": "name:*"}
    result = read(make_transport, f"{server.url}/_search", paging, method="POST", body=body, retries=1)
    assert numbers(result) == list(range(ENTRIES))
    assert (result["attempts"], len(result["waits"])) == (PAGES + 1, 1)


# ---- servers that get it wrong


def test_a_listing_that_shrinks_ends_with_a_warning(make_transport: MakeTransport, server: Scripted) -> None:
    listing = Listing(server.url)

    def reply(request: Incoming) -> Answer:
        answer = listing.offset(request)
        del listing.entries[-30:]
        return answer

    server.reply = reply
    result = read(make_transport, f"{server.url}/things")
    assert numbers(result) == list(range(100))
    assert "became shorter while it was read" in result["warnings"][0]


def test_a_page_that_is_gone_ends_a_listing_by_page_numbers(make_transport: MakeTransport, server: Scripted) -> None:
    listing = Listing(server.url)

    def reply(request: Incoming) -> Answer:
        return listing.page(request) if number(request, "page") < 13 else Answer(404, {"detail": "Invalid page."})

    server.reply = reply
    result = read(make_transport, f"{server.url}/things")
    assert (len(result["json"]), result["pages"], result["status"]) == (240, 12, 200)
    assert "failed" not in result


def test_an_entry_that_moves_to_the_next_page_is_listed_once(make_transport: MakeTransport, server: Scripted) -> None:
    listing = Listing(server.url)

    def reply(request: Incoming) -> Answer:
        answer = listing.offset(request)
        listing.entries.insert(0, {"id": -len(server.seen), "name": "new"})
        return answer

    server.reply = reply
    assert numbers(read(make_transport, f"{server.url}/things", max_items=100)) == list(range(100))


@pytest.mark.parametrize("answer", [Answer(503, {}), Answer(200, reset=True), Answer(429, {}, {"Retry-After": "0"})])
def test_a_page_that_fails_once_is_read_again(
    make_transport: MakeTransport, server: Scripted, listing: Listing, answer: Answer
) -> None:
    server.reply = lambda request: answer if len(server.seen) == 5 else listing.next_url(request)
    result = read(make_transport, f"{server.url}/things", retries=2)
    assert numbers(result) == list(range(ENTRIES))
    assert (result["attempts"], result["pages"], len(result["waits"])) == (PAGES + 1, PAGES, 1)


def test_a_page_that_fails_for_good_fails_with_the_servers_words(
    make_transport: MakeTransport, server: Scripted, listing: Listing
) -> None:
    server.reply = lambda request: (
        Answer(500, {"detail": "disk"}) if len(server.seen) == 5 else listing.next_url(request)
    )
    result = read(make_transport, f"{server.url}/things")
    said = wrong(result, "unexpected_status", 4)
    assert "(4 pages were read before)" in said
    assert (result["status"], result["json"], result["attempts"]) == (500, {"detail": "disk"}, 5)


def test_a_page_that_never_arrives_fails_with_the_number_of_pages(
    make_transport: MakeTransport, server: Scripted, listing: Listing
) -> None:
    server.reply = lambda request: Answer(200, reset=True) if len(server.seen) == 5 else listing.next_url(request)
    result = read(make_transport, f"{server.url}/things")
    assert "(4 pages were read before)" in wrong(result, "connection_failed", 4)
    assert (result["status"], result["attempts"]) == (-1, 5)


# ---- how many


@pytest.mark.parametrize(
    ("most", "truncated", "requests"), [(1, True, 1), (20, True, 1), (45, True, 3), (250, False, 13), (1000, False, 13)]
)
def test_max_items_reads_no_page_more_than_needed(
    make_transport: MakeTransport, server: Scripted, listing: Listing, most: int, truncated: bool, requests: int
) -> None:
    result = read(make_transport, f"{server.url}/things", max_items=most)
    assert numbers(result) == list(range(min(most, ENTRIES)))
    assert (result["truncated"], len(server.seen)) == (truncated, requests)
    assert f"listed {min(most, ENTRIES)} entries on {requests} pages" in result["msg"]


@pytest.mark.parametrize(
    ("most", "truncated", "requests"), [(10, True, 1), (100, True, 2), (200, True, 3), (250, False, 3)]
)
def test_max_items_of_keycloak(
    make_transport: MakeTransport, server: Scripted, most: int, truncated: bool, requests: int
) -> None:
    server.reply = Listing(server.url).keycloak
    result = read(make_transport, f"{server.url}/admin/realms/demo/users", max_items=most)
    assert (len(result["json"]), result["truncated"], len(server.seen)) == (most, truncated, requests)
    assert number(server.seen[0], "max") == min(100, most + 1)


@pytest.mark.parametrize("style", ["link", "next_url", "cursor", "page", "offset", "keycloak", "odata"])
def test_an_empty_listing_is_an_empty_list(make_transport: MakeTransport, server: Scripted, style: str) -> None:
    empty = Listing(server.url, entries=[])
    server.reply = getattr(empty, style)
    result = read(make_transport, f"{server.url}/things")
    assert (result["json"], result["truncated"], result["pages"]) == ([], False, 1)


def test_a_page_that_repeats_and_says_that_there_is_more_is_not_the_whole_listing(
    make_transport: MakeTransport, server: Scripted
) -> None:
    server.reply = lambda _request: Answer(200, {"has_more": True, "rows": [{"id": 1}]})
    result = read(make_transport, f"{server.url}/things?page=1")
    assert (len(result["json"]), result["truncated"], len(server.seen)) == (1, True, 2)
    assert "set paginate to a mapping" in result["warnings"][0]


def test_204_is_an_empty_listing(make_transport: MakeTransport, server: Scripted) -> None:
    server.reply = lambda _request: Answer(204)
    assert read(make_transport, server.url)["json"] == []


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, {"total": 250, "rows": [{"id": 1}]}),
        Answer(200, {"has_more": True, "data": [{"id": 1}]}),
        Answer(200, [{"id": 1}], {"X-Total-Count": "250"}),
    ],
    ids=["total", "has_more", "header"],
)
def test_a_part_of_a_listing_is_never_taken_for_the_whole(
    make_transport: MakeTransport, server: Scripted, answer: Answer
) -> None:
    server.reply = lambda _request: answer
    result = read(make_transport, server.url)
    assert (len(result["json"]), result["truncated"]) == (1, True)
    assert "set paginate to a mapping" in result["warnings"][0]


@pytest.mark.parametrize(("most", "warns"), [(1, False), (2, False), (3, True)])
def test_max_items_leaves_a_part_truncated_without_a_warning(
    make_transport: MakeTransport, server: Scripted, most: int, warns: bool
) -> None:
    server.reply = lambda _request: Answer(200, [{"id": 1}, {"id": 2}], {"X-Total-Count": "53"})
    result = read(make_transport, server.url, max_items=most)
    assert (len(result["json"]), result["truncated"], "warnings" in result) == (min(most, 2), True, warns)


def test_a_repeated_page_behind_the_start_is_no_part(make_transport: MakeTransport, server: Scripted) -> None:
    server.reply = lambda _request: Answer(200, [{"id": 1}], {"X-Total-Count": "53"})
    result = read(make_transport, f"{server.url}/things?page=6")
    assert (numbers(result), result["truncated"], "warnings" in result) == ([1], False, False)
    result = read(make_transport, f"{server.url}/things?page=1")
    assert (numbers(result), result["truncated"], "warnings" in result) == ([1], True, True)


# ---- what is no listing


@pytest.mark.parametrize(
    ("document", "paginate", "says"),
    [
        ({"id": 1}, "auto", "holds no list: remove paginate"),
        ({"users": [1], "groups": [2]}, "auto", "holds several lists"),
        ({"users": [1], "groups": [2]}, {"results_key": "roles"}, "no list at results_key"),
        ({"users": "none"}, {"results_key": "users"}, "no list at results_key"),
        (17, "auto", "holds no list"),
    ],
)
def test_what_is_no_listing_fails_and_shows_the_document(
    make_transport: MakeTransport, server: Scripted, document: object, paginate: object, says: str
) -> None:
    server.reply = lambda _request: Answer(200, document)
    result = read(make_transport, server.url, paginate)
    assert says in wrong(result, "not_a_listing", 0)
    assert result["json"] == document


def test_text_is_no_listing(make_transport: MakeTransport, server: Scripted) -> None:
    server.reply = lambda _request: Answer(200, b"<html>", content_type="text/html")
    wrong(read(make_transport, server.url), "not_a_listing", 0)


# ---- the way there


def test_progress_is_told_the_pages(server: Scripted, make_transport: MakeTransport) -> None:
    listing, told = Listing(server.url), []
    server.reply = listing.page

    class Noting:
        def done(self, count: int, of: int | None = None, what: str = "") -> None:
            told.append((count, of, what))

    with closing(make_transport()) as transport:
        perform(prepared(f"{server.url}/things"), TOKEN, transport, progress=Noting())
    assert told == [(page, PAGES, "pages") for page in range(1, PAGES + 1)]


def test_headers_go_to_every_page_and_so_do_cookies(
    make_transport: MakeTransport, server: Scripted, listing: Listing
) -> None:
    def reply(request: Incoming) -> Answer:
        found = listing.next_url(request)
        return Answer(200, found.body, {"Set-Cookie": "at=1"} if len(server.seen) == 1 else {})

    server.reply = reply
    read(make_transport, f"{server.url}/things", headers={"X-Mine": "1"})
    assert {request.headers["x-mine"] for request in server.seen} == {"1"}
    assert {request.headers.get("cookie") for request in server.seen[1:]} == {"at=1"}
