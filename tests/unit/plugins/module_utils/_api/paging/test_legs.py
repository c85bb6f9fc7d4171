# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A listing whose token ends in the middle: it goes on at that page with another token."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._api.call import perform
from ansible_collections.authkit.oauth.plugins.module_utils._api.paging.errors import PageElsewhere
from ansible_collections.authkit.oauth.plugins.module_utils._api.paging.legs import Legs, from_place
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.servers.listings import ENTRIES, PAGES, Listing
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import Scripted, scripted
from ansible_collections.authkit.oauth.tests.unit.support.listings import TOKEN, numbers, prepared
from ansible_collections.authkit.oauth.tests.unit.support.transports import MakeTransport


def test_a_401_in_the_middle_goes_on_where_it_was(
    make_transport: MakeTransport, server: Scripted, listing: Listing
) -> None:
    """Each token is good for five pages, and no page is read twice."""
    read_by: list[str] = []

    def reply(request: Incoming) -> Answer:
        token = request.headers["authorization"]
        if read_by.count(token) == 5:
            return Answer(401, {})
        read_by.append(token)
        return listing.next_url(request)

    server.reply = reply
    call = prepared(f"{server.url}/things")
    with closing(make_transport()) as transport:

        def leg(token: str, place: Mapping[str, Any] | None) -> dict[str, Any]:
            sent = json.loads(json.dumps(place))  # as it is shipped
            return perform(from_place(call, sent), token, transport)

        legs = Legs(leg)
        results = [legs(f"token-{number}-0123456789") for number in range(3)]
    assert [result["status"] for result in results] == [401, 401, 200]
    assert [result["pages"] for result in results] == [5, 10, 13]
    assert "paginate_from" not in results[0]
    assert numbers(results[2]) == list(range(ENTRIES))
    assert len(read_by) == PAGES
    assert len(server.seen) == PAGES + 2


def test_a_place_on_another_origin_gets_no_token(make_transport: MakeTransport, server: Scripted) -> None:
    with scripted() as other:
        place = {"url": other.url, "paging": {"style": "link"}, "pages": 1}
        with closing(make_transport()) as transport, pytest.raises(PageElsewhere):
            perform(prepared(server.url, paginate_from=place), TOKEN, transport)
        assert other.seen == []
