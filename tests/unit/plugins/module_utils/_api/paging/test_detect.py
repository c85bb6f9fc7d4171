# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What auto concludes from a URL and a first response."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._api.paging.detect import before_asking, detected, unread
from ansible_collections.authkit.oauth.plugins.module_utils._api.paging.options import Paging


@pytest.mark.parametrize(
    ("document", "query", "expected"),
    [
        ({"links": {"next": "https://a/2"}}, "", ("next_url", "links.next", None)),
        ({"_links": {"next": {"href": "/2"}}}, "", ("next_url", "_links.next", None)),
        ({"paging": {"next": {"after": "c"}}}, "", ("cursor", "paging.next.after", "after")),
        ({"meta": {"next_token": "c"}}, "", ("cursor", "meta.next_token", "next_token")),
        ({"metadata": {"continue": "c"}}, "", ("cursor", "metadata.continue", "continue")),
        ({"pageInfo": {"endCursor": "c", "hasNextPage": True}}, "", ("cursor", "pageInfo.endCursor", "after")),
        ({"next_page": 2, "page": 1, "total_pages": 3}, "", ("page", None, "page")),
        ({"meta": {"pagination": {"current_page": 1, "last_page": 3}}}, "", ("page", None, "page")),
        ({"startAt": 0, "maxResults": 50, "total": 120}, "", ("offset", None, "startAt")),
        ({"offset": 0, "limit": 50, "count": 50}, "", ("offset", None, "offset")),
        ({"items": []}, "limit=10&offset=0", ("offset", None, "offset")),
        ({"next": None}, "", ("single", None, None)),
        ({"next": "c"}, "", ("single", None, None)),
        ({"next": "things?page=2"}, "", ("next_url", "next", None)),
        ({"meta": {"next": "things?page=2&size=20"}}, "page=1", ("next_url", "meta.next", None)),
        ({"next": "api/things?page=2"}, "", ("single", None, None)),
        ({"next": "users?page=2"}, "", ("single", None, None)),
        ({"next": "things?"}, "", ("single", None, None)),
        ({"next": "eyJpZCI6MX0="}, "", ("single", None, None)),
        ({"start": "2026-01-01", "total": 7}, "", ("single", None, None)),
        ([], "", ("single", None, None)),
        ([], "page=1&per_page=50", ("page", None, "page")),
    ],
    ids=str,
)
def test_the_style_of_a_document(document: Any, query: str, expected: tuple[str, str | None, str | None]) -> None:
    found = detected(Paging("auto"), f"https://a/things?{query}", {}, document)
    assert (found.style, found.next_key, found.parameter) == expected


def test_the_header_link_comes_first() -> None:
    headers = {"link": '<https://a/2>; rel="next"'}
    assert detected(Paging("auto"), "https://a/", headers, {"page": 1, "pages": 3}).style == "link"


@pytest.mark.parametrize(
    ("document", "headers"),
    [
        ({"data": [1], "has_more": True}, {}),
        ({"data": [1], "meta": {"hasMore": "true"}}, {}),
        ({"items": [1], "next": "c"}, {}),
        ({"items": [1], "next": 2}, {}),
        ({"items": [1], "next": "api/users?page=2"}, {}),
        ({"items": [1], "pagination": {"next_page": 2}}, {}),
        ({"items": [1], "next_cursor": 4711}, {}),
        ({"values": [1], "isLast": False}, {}),
        ({"items": [1], "total": 250}, {}),
        ([1], {"x-total-count": "250"}),
        ([1], {"x-total": "250"}),
        ({"items": [1], "has_more": False}, {"x-total": "2"}),
    ],
    ids=str,
)
def test_a_part_of_a_listing_is_known(document: Any, headers: dict[str, str]) -> None:
    assert unread(document, 1, "https://a/things", headers)
    assert detected(Paging("auto"), "https://a/things", headers, document).style == "single"


def test_a_page_length_in_the_query_is_no_page_that_was_asked_for() -> None:
    assert unread({"items": [1], "next_page": 2}, 1, "https://a/things?per_page=2", {})
    assert not unread({"items": [1], "next_page": 2}, 1, "https://a/things?page=2", {})
    assert not unread({"items": [1], "next_cursor": 4711}, 1, "https://a/things?marker=4711", {})


@pytest.mark.parametrize(
    ("query", "behind"),
    [
        ("sysparm_offset=50&sysparm_limit=100", True),
        ("$skip=50", True),
        ("_page=6&_limit=10", True),
        ("page%5Bnumber%5D=2&page%5Bsize%5D=3", True),
        ("startIndex=4", True),
        ("startAt=1", True),
        ("sysparm_offset=0&sysparm_limit=3", False),
        ("_page=1&_limit=3", False),
        ("per_page=3&pageSize=3&page_size=3", False),
        ("page%5Blimit%5D=3", False),
        ("startIndex=1&count=3", False),
        ("", False),
    ],
)
def test_a_total_says_nothing_of_a_listing_that_begins_behind_its_start(query: str, behind: bool) -> None:
    url = f"https://a/things?{query}"
    assert unread([1, 2, 3], 3, url, {"x-total-count": "53"}) is not behind
    assert unread({"items": [1, 2, 3], "total": 53}, 3, url, {}) is not behind
    assert unread({"items": [1, 2, 3], "has_more": True}, 3, url, {})


#: Whole listings as known APIs return them.
WHOLE: dict[str, tuple[Any, dict[str, str]]] = {
    "keycloak": ([{"id": "1"}, {"id": "2"}], {"content-type": "application/json"}),
    "awx": ({"count": 2, "next": None, "previous": None, "results": [1, 2]}, {}),
    "stripe": ({"object": "list", "url": "/v1/customers", "has_more": False, "data": [1, 2]}, {}),
    "kubernetes": ({"kind": "PodList", "metadata": {"resourceVersion": "8", "continue": ""}, "items": [1, 2]}, {}),
    "slack": ({"ok": True, "channels": [1, 2], "response_metadata": {"next_cursor": ""}}, {}),
    "gitlab": ([1, 2], {"x-total": "2", "x-total-pages": "1", "x-next-page": "", "x-page": "1"}),
    "github": ({"total_count": 2, "incomplete_results": False, "items": [1, 2]}, {}),
    "jira": ({"isLast": True, "values": [1, 2]}, {}),
    "hal": ({"_embedded": {"things": [1, 2]}, "_links": {"self": {"href": "/things"}, "next": {"href": None}}}, {}),
    "microsoft_graph": ({"@odata.context": "https://a/$metadata", "value": [1, 2]}, {}),
    "odata_with_deltas": ({"value": [1, 2], "@odata.deltaLink": "https://a/things?$deltatoken=x"}, {}),
    "google": ({"kind": "directory#users", "nextSyncToken": "x", "items": [1, 2]}, {}),
    "laravel": ({"data": [1, 2], "next_page_url": None, "prev_page_url": None, "total": 2}, {}),
    "terraform": ({"data": [1, 2], "links": {"self": "https://a/things", "next": None, "last": "https://a/2"}}, {}),
    "no_next_page": ({"items": [1, 2], "next_page": 0, "next": False, "more": 0}, {}),
    "cursor_for_later": ({"items": [1, 2], "next": "c", "has_more": False}, {}),
    "not_applicable": ({"items": [1, 2], "next": "N/A"}, {}),
    "dash": ({"items": [1, 2], "next": "-"}, {}),
    "undefined": ({"items": [1, 2], "next": "undefined"}, {}),
    "clamped": ({"items": [1, 2], "page": 1, "next_page": 1}, {}),
    "clamped_text": ({"items": [1, 2], "page": "1", "nextPage": "1"}, {}),
    "query_repeated": ({"items": [1, 2], "after": "2026-01-01"}, {}),
}


@pytest.mark.parametrize("api", list(WHOLE))
def test_the_whole_listing_of_a_known_api_is_no_part(api: str) -> None:
    document, headers = WHOLE[api]
    url = "https://a/things?after=2026-01-01"
    assert not unread(document, 2, url, headers)
    assert detected(Paging("auto"), url, headers, document).style == "single"


@pytest.mark.parametrize(
    ("path", "is_keycloak"),
    [
        ("/admin/realms/demo/users", True),
        ("/auth/admin/realms/demo/users/", True),
        ("/admin/realms/demo/clients/4711/roles", True),
        ("/admin/realms/demo/groups/4711/members", True),
        ("/admin/realms/demo/admin-events", True),
        ("/admin/realms/demo/users/4711", False),
        ("/admin/realms/demo/users/count", False),
        ("/admin/realms", False),
        ("/api/users", False),
    ],
)
def test_keycloak_is_known_by_its_paths(path: str, is_keycloak: bool) -> None:
    found = before_asking(Paging("auto"), f"https://sso.example.com{path}", None)
    assert (found.style == "keycloak") is is_keycloak
    assert before_asking(Paging("link"), f"https://sso.example.com{path}", None).style == "link"
