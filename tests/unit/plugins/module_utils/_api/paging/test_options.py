# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a task spells out paging, and which mistakes are named before any network."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._api.call import prepare
from ansible_collections.authkit.oauth.plugins.module_utils._api.paging.options import Paging, read_paging
from ansible_collections.authkit.oauth.plugins.module_utils._errors import InvalidOption


@pytest.mark.parametrize(
    ("given", "paging"),
    [
        (None, None),
        ("none", None),
        ("auto", Paging("auto")),
        ("page", Paging("page", parameter="page", first=1)),
        ("offset", Paging("offset", parameter="offset", first=0)),
        ("keycloak", Paging("keycloak", parameter="first", first=0, size_parameter="max")),
        ({"results_key": "data.rows"}, Paging("auto", results_key="data.rows")),
        ({"next_key": "links.next"}, Paging("next_url", next_key="links.next")),
        ({"next_key": "cursor", "parameter": "after"}, Paging("cursor", next_key="cursor", parameter="after")),
        ({"pages_key": "pages", "first": "0"}, Paging("page", parameter="page", first=0, pages_key="pages")),
        ('{"style": "link"}', Paging("link")),
        ({"style": "link", "next_key": None}, Paging("link")),
    ],
    ids=str,
)
def test_a_style_or_a_mapping(given: object, paging: Paging | None) -> None:
    assert read_paging({"paginate": given}, "GET") == paging
    if paging is not None:
        assert Paging.from_data(paging.to_data()) == paging


@pytest.mark.parametrize(
    ("params", "says"),
    [
        ({"paginate": "atuo"}, "'atuo' is not a style of paginate: did you mean auto?"),
        ({"paginate": "everything"}, "it must be auto, link, next_url, cursor, page, offset or keycloak, or a mapping"),
        ({"paginate": True}, "or a mapping such as {style: page}"),
        ({"paginate": {"next_ky": "a"}}, "'next_ky' is not a key of paginate: did you mean next_key?"),
        ({"paginate": {"style": "cursr"}}, "did you mean cursor?"),
        ({"paginate": {"style": "cursor", "next_key": "a"}}, "needs next_key, the key of the cursor in the response"),
        ({"paginate": {"style": "link", "parameter": "page"}}, "parameter does not belong to the style link"),
        ({"paginate": {"parameter": "page"}}, "paginate needs a style here"),
        ({"paginate": {"style": "page", "first": -1}}, "first must be a whole number from 0"),
        ({"paginate": {"style": "page", "size": 0}}, "size must be a whole number from 1"),
        ({"paginate": {"style": "page", "size": 10}}, "needs size and size_parameter together"),
        ({"paginate": {"style": "page", "parameter": 7}}, "parameter must be text"),
        ({"max_items": 5}, "max_items is set without paginate"),
        ({"paginate": "auto", "max_items": 0}, "max_items must be 1 or more"),
        ({"paginate": "auto", "method": "DELETE"}, "the method is DELETE: remove paginate, or use GET"),
        ({"paginate": "auto", "method": "POST"}, "set style to cursor, offset or page"),
        ({"paginate": "auto", "dest": "/tmp/x"}, "paginate and dest are both set"),
        ({"paginate": "auto", "src": "/tmp/x"}, "paginate and src are both set"),
    ],
    ids=str,
)
def test_a_mistake_is_named_before_any_network(params: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidOption) as raised:
        prepare({"method": "GET", "follow_redirects": "safe", "url": "https://api.example.com/", **params})
    assert says in raised.value.message


def test_a_search_by_post_is_a_read() -> None:
    call = prepare(
        {
            "method": "POST",
            "follow_redirects": "safe",
            "url": "https://api.example.com/",
            "body": {},
            "paginate": {"next_key": "next", "parameter": "cursor"},
        }
    )
    assert call.sent_in_check_mode
