# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A call as a node makes it, and the parameters that the module gets there."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._api.call import (
    call_on_node,
    parameters_for_node,
    perform,
    prepare,
)
from ansible_collections.authkit.oauth.plugins.module_utils._api.node import transport_settings
from ansible_collections.authkit.oauth.plugins.module_utils._errors import (
    InvalidOption,
)
from ansible_collections.authkit.oauth.plugins.module_utils._http.model import TransportSettings
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import Scripted, free_port
from ansible_collections.authkit.oauth.tests.unit.support.transports import MakeTransport

TOKEN = "a-token-0123456789"


def params(url: str, **more: Any) -> dict[str, Any]:
    return {"url": url, "method": "GET", "follow_redirects": "safe", "access_token": TOKEN, **more}


def test_a_node_makes_the_call_and_masks_what_echoes_the_token(server: Scripted) -> None:
    server.in_turn(Answer(200, {"x": f"got {TOKEN}", "l": [TOKEN]}, {"X-Echo": f"Bearer {TOKEN}"}))
    result = call_on_node(params(server.url, return_content=True, timeout=5.0))
    assert result["status"] == 200
    assert TOKEN not in str(result)
    assert "********" in result["content"]
    assert result["headers"]["x-echo"] == "Bearer ********"


@pytest.mark.parametrize(
    ("body", "body_format", "sent"),
    [
        ("\udcff\x00", None, b"\xff\x00"),
        (b"\xff", "raw", b"\xff"),
        ({"a": "\udcff"}, "form-urlencoded", b"a=%FF"),
        ({"a": ["\udcff"]}, None, rb'{"a": ["\udcff"]}'),
    ],
)
def test_a_node_gets_bytes_as_base64(
    make_transport: MakeTransport, server: Scripted, body: object, body_format: str | None, sent: bytes
) -> None:
    given = params(server.url, method="POST", body=body, body_format=body_format)
    shipped = parameters_for_node(given, prepare(given))
    assert "body" not in shipped
    call_on_node(json.loads(json.dumps(shipped)))
    perform(prepare(given), TOKEN, make_transport())
    assert [request.body for request in server.seen] == [sent, sent]
    assert server.seen[0].headers["content-type"] == server.seen[1].headers["content-type"]


def test_a_node_gets_no_bytes_in_a_form_with_files() -> None:
    body = {"file": {"content": "\udcff", "filename": "x"}}
    given = params("https://api.example.com/", method="POST", body=body, body_format="form-multipart")
    with pytest.raises(InvalidOption, match="name it in filename"):
        parameters_for_node(given, prepare(given))


@pytest.mark.parametrize("body", [None, "text", {"a": ["é"]}])
def test_a_node_gets_text_as_it_is(body: object) -> None:
    given = params("https://api.example.com/", method="POST", body=body)
    assert parameters_for_node(given, prepare(given)) == given


def test_a_node_without_a_token_says_who_brings_it() -> None:
    result = call_on_node({**params("https://api.example.com/"), "access_token": None})
    assert result["failed"]
    assert "got no access_token: its action plugin on the controller gives it one" in result["msg"]


def test_a_node_in_check_mode_sends_no_write(server: Scripted) -> None:
    assert call_on_node(params(server.url, method="POST"), check_mode=True)["changed"] is True
    assert server.seen == []
    assert call_on_node(params(server.url), check_mode=True)["status"] == 200


def test_a_node_reports_no_answer_with_uris_status() -> None:
    url = f"http://127.0.0.1:{free_port()}/x"
    result = call_on_node(params(url, retries=0))
    assert (result["failed"], result["changed"], result["status"], result["url"]) == (True, False, -1, url)


def test_a_bug_shows_its_class_and_place_and_never_its_text() -> None:
    def broken(_settings: TransportSettings) -> Any:
        raise KeyError(f"planted {TOKEN}")

    result = call_on_node(params("https://api.example.com/"), transport_for=broken)
    assert TOKEN not in str(result)
    assert result["failed"]
    assert "unexpected KeyError in _api/call.py, line" in result["msg"]


def test_how_to_connect_comes_from_the_parameters() -> None:
    assert transport_settings(
        {"timeout": 3.0, "validate_certs": False, "proxy": None, "url": "x"}
    ) == TransportSettings(timeout=3.0, validate_certs=False)
