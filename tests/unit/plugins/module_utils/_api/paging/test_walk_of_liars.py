# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers that lie about their pages, or never end: each listing ends with an error, or with what is certain."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._api.paging import walk
from ansible_collections.authkit.oauth.plugins.module_utils._api.paging.options import Paging
from ansible_collections.authkit.oauth.plugins.module_utils._http.budget import Budget
from ansible_collections.authkit.oauth.plugins.module_utils._http.model import HttpResponse
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.servers.listings import ENTRIES, Listing, number
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import Reply, Scripted, scripted
from ansible_collections.authkit.oauth.tests.unit.support.listings import numbers, read, wrong
from ansible_collections.authkit.oauth.tests.unit.support.transports import MakeTransport


def replied(listing: Listing, change: Callable[[int, dict[str, Any]], None]) -> Reply:
    """Answers with next URLs, of which each page's document is changed."""

    def reply(request: Incoming) -> Answer:
        start = number(request, "start")
        document = listing.next_url(request).body
        change(start // 20, document)
        return Answer(200, document)

    return reply


def test_a_next_link_that_repeats_is_an_error(
    make_transport: MakeTransport, server: Scripted, listing: Listing
) -> None:
    server.reply = replied(
        listing, lambda page, said: said.update(next=f"{server.url}/things?start=20") if page else None
    )
    said = wrong(read(make_transport, f"{server.url}/things"), "paging_loop", 2)
    assert "lead in a loop" in said
    assert len(server.seen) == 2


def test_a_next_link_to_another_origin_gets_no_token(
    make_transport: MakeTransport, server: Scripted, listing: Listing
) -> None:
    with scripted() as other:
        server.reply = replied(
            listing, lambda page, said: said.update(next=f"{other.url}/things") if page == 2 else None
        )
        said = wrong(read(make_transport, f"{server.url}/things"), "page_elsewhere", 3)
        assert other.seen == []
    assert "on another origin, 127.0.0.1:" in said
    assert "(3 pages were read before)" in said


@pytest.mark.parametrize(
    "target",
    [
        "http://user:pw@127.0.0.1/",
        "https://127.0.0.1\\@evil.test/",
        "//evil.test/x",
        "ftp://127.0.0.1/",
        "http://[::1/",
    ],
)
def test_a_next_link_that_is_no_address_of_the_api_is_an_error(
    make_transport: MakeTransport, server: Scripted, listing: Listing, target: str
) -> None:
    server.reply = replied(listing, lambda page, said: said.update(next=target) if page else None)
    said = wrong(read(make_transport, f"{server.url}/things", {"next_key": "next"}), "page_elsewhere", 2)
    assert "pw" not in said
    assert len(server.seen) == 2


@pytest.mark.parametrize("paginate", ["auto", "link"])
def test_a_header_link_that_is_too_long_is_an_error(
    make_transport: MakeTransport, server: Scripted, paginate: str
) -> None:
    server.reply = lambda _request: Answer(200, [{"id": 1}], {"Link": '<a>\\"' * 8_000})
    said = wrong(read(make_transport, f"{server.url}/things", paginate), "page_elsewhere", paginate == "link")
    assert "which is not read: set paginate to a mapping" in said
    assert numbers(read(make_transport, f"{server.url}/things", {"style": "page", "parameter": "p"}, max_items=1)) == [
        1
    ]


@pytest.mark.parametrize(
    ("paginate", "path"),
    [
        ("page", "things"),
        ({"style": "offset", "parameter": "skip"}, "things"),
        ({"next_key": "-1.id", "parameter": "after"}, "things"),
    ],
)
def test_a_server_that_ignores_the_parameter_is_an_error(
    make_transport: MakeTransport, server: Scripted, paginate: Any, path: str
) -> None:
    server.reply = Listing(server.url).everything
    said = wrong(read(make_transport, f"{server.url}/{path}", paginate), "paging_loop", 1)
    assert "check parameter" in said
    assert len(server.seen) == 2


@pytest.mark.parametrize(
    "path", ["things?page=1", "things?limit=250&offset=0", "things?max=250", "admin/realms/a/roles"]
)
def test_auto_takes_a_page_that_repeats_for_the_whole_listing(
    make_transport: MakeTransport, server: Scripted, path: str
) -> None:
    server.reply = Listing(server.url).everything
    result = read(make_transport, f"{server.url}/{path}")
    assert numbers(result) == list(range(ENTRIES))
    assert len(server.seen) == 2


@pytest.mark.parametrize("paginate", ["page", "offset", "auto"])
def test_a_repeated_page_is_known_by_its_entries(
    make_transport: MakeTransport, server: Scripted, monkeypatch: pytest.MonkeyPatch, paginate: str
) -> None:
    monkeypatch.setattr(walk, "MOST_PAGES", 30)
    server.reply = lambda _request: Answer(200, {"took": len(server.seen), "things": [{"id": 1}, {"id": 2}]})
    result = read(make_transport, f"{server.url}/things?page=1&offset=0", paginate, max_items=1000)
    if paginate == "auto":
        assert (numbers(result), result["truncated"]) == ([1, 2], False)
    else:
        assert "check parameter" in wrong(result, "paging_loop", 1)
    assert len(server.seen) == 2


def test_pages_of_equal_entries_are_told_apart_by_their_numbers(
    make_transport: MakeTransport, server: Scripted
) -> None:
    listing = Listing(server.url, entries=[{"event": "login"}, {"event": "logout"}] * 30)
    server.reply = listing.offset
    assert len(read(make_transport, f"{server.url}/things")["json"]) == 60
    server.reply = lambda request: Answer(
        200, {"page": number(request, "page"), "things": ["login"] if number(request, "page") < 5 else []}
    )
    assert read(make_transport, f"{server.url}/things?page=1")["json"] == ["login"] * 4


@pytest.mark.parametrize(
    ("path", "paginate", "pages", "entries"),
    [
        (
            "things?page=3",
            "auto",
            [{"items": ["a"], "meta": {"p": 3}}, {"items": ["a"], "meta": {"p": 4}}, {"items": []}],
            ["a", "a"],
        ),
        (
            "things",
            {"style": "page", "size_parameter": "limit", "size": 1},
            [{"page": "1", "items": [{"x": 1}]}, {"page": "2", "items": [{"x": 1}]}, {"page": "3", "items": []}],
            [{"x": 1}, {"x": 1}],
        ),
    ],
    ids=["unknown number", "text"],
)
def test_entries_without_an_id_do_not_tell_that_a_page_is_repeated(
    make_transport: MakeTransport, server: Scripted, path: str, paginate: Any, pages: list[Any], entries: list[Any]
) -> None:
    server.reply = lambda _request: Answer(200, pages[len(server.seen) - 1])
    result = read(make_transport, f"{server.url}/{path}", paginate)
    assert (result.get("json"), result.get("truncated"), result.get("warnings")) == (entries, False, None)


def test_entries_that_are_all_alike_are_not_taken_for_a_repeated_page(
    make_transport: MakeTransport, server: Scripted
) -> None:
    listing = Listing(server.url, entries=[{"enabled": True}] * 60)
    server.reply = listing.bare
    result = read(make_transport, f"{server.url}/things?offset=0&limit=20")
    assert len(result["json"]) == 60


def test_endless_pages_end(make_transport: MakeTransport, server: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "MOST_PAGES", 30)
    server.reply = lambda request: Answer(
        200, {"items": [], "next": f"{server.url}/?start={number(request, 'start') + 1}"}
    )
    said = wrong(read(make_transport, server.url), "paging_loop", 30)
    assert "more than 30 pages" in said
    assert len(server.seen) == 30


def test_what_was_read_is_remembered_in_little_memory() -> None:
    held: list[int] = []

    def ask(url: str, _body: bytes | None) -> walk.Answered:
        held.append(tracemalloc.get_traced_memory()[0])
        last = len(held) == 400
        document: dict[str, Any] = {"items": [], "next": None if last else f"/{'x' * 16_000}{len(held)}"}
        response = HttpResponse(200, {}, b"[]", url, 1, 0.0)
        return response, lambda: {"status": 200, "url": url, "headers": {}, "json": document}

    asked = walk.Asked("GET", "https://api.example.com/", None, Paging("next_url"), None, 1)
    tracemalloc.start()
    assert walk.listed(asked, ask, Budget(None))["pages"] == 400
    tracemalloc.stop()
    assert held[-1] - held[199] < 1_000_000  # by then, the caches of urllib are full


def test_all_pages_together_keep_within_json_limit(make_transport: MakeTransport, server: Scripted) -> None:
    page = ["x" * 1024] * 300
    server.reply = lambda request: Answer(200, {"items": page, "next": f"/?start={number(request, 'start') + 1}"})
    said = wrong(read(make_transport, server.url, json_limit=2), "listing_too_long", 6)
    assert "2 MiB" in said
    assert "raise json_limit, set max_items" in said


def test_values_that_take_more_memory_than_text_count_as_well(make_transport: MakeTransport, server: Scripted) -> None:
    page: list[list[int]] = [[]] * 90_000
    server.reply = lambda request: Answer(200, {"items": page, "next": f"/?start={number(request, 'start') + 1}"})
    result = read(make_transport, server.url, json_limit=2)
    assert result["error"] == "listing_too_long"
    assert len(server.seen) < 7
