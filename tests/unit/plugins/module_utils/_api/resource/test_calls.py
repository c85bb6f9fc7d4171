# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calls of a job: their headers, their lists, and what they cost together."""

from __future__ import annotations

from contextlib import closing

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._api.resource.calls import Calls
from ansible_collections.authkit.oauth.plugins.module_utils._http.model import TransportSettings
from ansible_collections.authkit.oauth.plugins.module_utils._http.transports import urls_transport
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import scripted


def test_headers_of_the_task_come_first() -> None:
    with scripted() as server, closing(urls_transport(TransportSettings())) as transport:
        common = {"headers": {"content-type": "application/scim+json", "X-A": "1"}, "follow_redirects": "safe"}
        calls = Calls(common, "token", transport)
        calls.write("PUT", server.url, headers={"If-Match": '"1"'}, content_type="application/json", body=[1])
        calls.get(server.url)
        put, get = server.seen
        assert (put.headers["content-type"], put.headers["if-match"]) == ("application/scim+json", '"1"')
        assert (put.headers["x-a"], get.headers["x-a"], put.body) == ("1", "1", b"[1]")
        assert (calls.costs["attempts"], calls.costs["waits"]) == (2, [])


@pytest.mark.parametrize(
    ("body", "items"),
    [([1], [1]), ({"total": 1, "value": [1]}, [1]), ({"a": [1], "b": [2]}, None), ({"a": 1}, None), ("x", None)],
    ids=str,
)
def test_the_list_of_a_collection(body: object, items: object) -> None:
    with scripted(lambda _request: Answer(200, body)) as server, closing(urls_transport(TransportSettings())) as sends:
        assert Calls({"follow_redirects": "safe"}, "token", sends).listed(server.url)["json"] == items


def test_all_pages_of_a_collection_are_read() -> None:
    def page(request: Incoming) -> Answer:
        number = int(request.query or 1)
        link = {"Link": f'</things?{number + 1}>; rel="next"'} if number < 3 else {}
        return Answer(200, [{"id": number}], link)

    with scripted(page) as server, closing(urls_transport(TransportSettings())) as sends:
        calls = Calls({"follow_redirects": "safe"}, "token", sends)
        assert calls.listed(f"{server.url}/things", paginate="auto")["json"] == [{"id": 1}, {"id": 2}, {"id": 3}]
        assert calls.listed(f"{server.url}/things", paginate="none")["json"] == [{"id": 1}]
