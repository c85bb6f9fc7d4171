# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What auto concludes from a URL and a first response."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._api.paging.detect import before_asking, detected
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
