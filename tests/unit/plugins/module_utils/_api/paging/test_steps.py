# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The request for the next page."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._api.paging.errors import PageElsewhere
from ansible_collections.authkit.oauth.plugins.module_utils._api.paging.links import LONGEST
from ansible_collections.authkit.oauth.plugins.module_utils._api.paging.options import Paging
from ansible_collections.authkit.oauth.plugins.module_utils._api.paging.steps import Read, Request, next_step


def test_http_written_by_a_server_behind_a_proxy_is_https_at_the_same_origin() -> None:
    asked = "https://api.example.com/things"
    page = Read(Request(asked), asked, {}, {"next": "http://api.example.com/things?page=2"}, 1, 0, 1)
    step = next_step(Paging("next_url"), Request(asked), page)
    assert step is not None
    assert step.request.url == "https://api.example.com/things?page=2"


def test_the_address_in_a_header_link_is_utf_8() -> None:
    asked = "https://api.example.com/things"
    page = Read(Request(asked), asked, {"link": "</things?after=\u00c3\u00bc\u00c3\u009f>; rel=next"}, [1], 1, 0, 1)
    step = next_step(Paging("link"), Request(asked), page)
    assert step is not None
    assert step.request.url == "https://api.example.com/things?after=%C3%BC%C3%9F"


@pytest.mark.parametrize(
    ("paging", "size"),
    [
        (Paging("next_url"), LONGEST),
        (Paging("cursor", next_key="next", parameter="after"), LONGEST + 1),
    ],
    ids=["next_url", "cursor"],
)
def test_no_address_is_longer_than_servers_accept(paging: Paging, size: int) -> None:
    asked = "https://api.example.com/things"
    page = Read(Request(asked), asked, {}, {"next": f"/{'x' * (LONGEST - 1)}"}, 1, 0, 1)
    assert next_step(paging, Request(asked), page) is not None
    page = Read(Request(asked), asked, {}, {"next": f"/{'x' * size}"}, 1, 0, 1)
    with pytest.raises(PageElsewhere, match="whose address has more than 16384 characters"):
        next_step(paging, Request(asked), page)
