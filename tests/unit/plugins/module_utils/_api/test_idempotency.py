# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The header Idempotency-Key."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._api.call import parameters_for_node, perform, prepare
from ansible_collections.authkit.oauth.plugins.module_utils._errors import OptionError
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import Scripted
from ansible_collections.authkit.oauth.tests.unit.support.transports import MakeTransport

TOKEN = "a-token-0123456789"


def params(url: str, key: object, **more: Any) -> dict[str, Any]:
    return {"method": "POST", "follow_redirects": "safe", "url": url, "idempotency_key": key, "retries": 3, **more}


@pytest.mark.parametrize("key", ["auto", "True", True])
def test_a_key_is_made_for_the_call(key: object) -> None:
    made = [prepare(params("https://api.example.com/", key)).key or "" for _turn in range(2)]
    assert [uuid.UUID(each).version for each in made] == [4, 4]
    assert made[0] != made[1]


@pytest.mark.parametrize("key", [None, "", False, "false"])
def test_no_key(key: object) -> None:
    assert prepare(params("https://api.example.com/", key)).key is None


@pytest.mark.parametrize("method", ["GET", "head", "OPTIONS"])
def test_a_call_that_reads_has_none(method: str) -> None:
    with pytest.raises(OptionError, match="idempotency_key is for calls that write, not for"):
        prepare(params("https://api.example.com/", "auto", method=method))


def test_a_search_by_post_has_no_key() -> None:
    paged = {"paginate": {"style": "offset", "parameter": "from"}, "body": {}}
    for key in ("auto", "true", "", None):  # module_defaults may set it for other calls
        assert prepare(params("https://api.example.com/", key, **paged)).key is None
    with pytest.raises(OptionError, match="idempotency_key and paginate are both set"):
        prepare(params("https://api.example.com/", "k1", **paged))


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("a\nb", "holds line breaks or control characters"),
        (" a", "begins or ends with a space"),
        ("a\u20ac", "holds characters beyond Latin-1"),
    ],
    ids=["line break", "space", "euro"],
)
def test_what_no_header_can_carry_is_refused(key: str, said: str) -> None:
    with pytest.raises(OptionError, match=said):
        prepare(params("https://api.example.com/", key))


def test_one_key_only() -> None:
    with pytest.raises(OptionError, match="idempotency_key and Idempotency-Key in headers are both set"):
        prepare(params("https://api.example.com/", "auto", headers={"idempotency-key": "x"}))


def test_a_write_is_retried_with_the_same_key(make_transport: MakeTransport, server: Scripted) -> None:
    server.in_turn(Answer(503), Answer(0, reset=True), Answer(201, {"id": 1}, cut=3), Answer(201, {"id": 1}))
    result = perform(prepare(params(server.url, "auto", body={"a": 1})), TOKEN, make_transport())
    assert (result["status"], result["attempts"], len(result["waits"])) == (201, 4, 3)
    assert {seen.headers["idempotency-key"] for seen in server.seen} == {result["idempotency_key"]}
    assert len(server.seen) == 4


def test_a_quoted_key_is_sent_as_it_is(make_transport: MakeTransport, server: Scripted) -> None:
    perform(prepare(params(server.url, '"8e03978e"')), TOKEN, make_transport())
    assert server.seen[0].headers["idempotency-key"] == '"8e03978e"'


def test_a_node_gets_the_key_that_was_made() -> None:
    for body in ("text", "\udcff"):
        given = params("https://api.example.com/", "auto", body=body)
        made = prepare(given)
        assert prepare(parameters_for_node(given, made)).key == made.key


def test_a_read_after_a_redirect_has_no_key(make_transport: MakeTransport, server: Scripted) -> None:
    server.in_turn(Answer(303, None, {"Location": "/done"}), Answer(200, {}))
    perform(prepare(params(server.url, "k1", follow_redirects="all")), TOKEN, make_transport())
    assert [seen.headers.get("idempotency-key") for seen in server.seen] == ["k1", None]
