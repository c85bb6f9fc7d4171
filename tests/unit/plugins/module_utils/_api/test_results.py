# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The errors that users see for a response."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._api.results import (
    RESULT_KEYS,
    answer,
    bug,
    failure,
    outlived,
    rejected,
    rejected_given,
    rejects_token,
)
from ansible_collections.authkit.oauth.plugins.module_utils._errors import ConnectionFailed
from ansible_collections.authkit.oauth.plugins.module_utils._http.model import (
    BearerCredentials,
    HttpRequest,
    HttpResponse,
)

URL = "https://api.example.com/x?token=query-secret"


def result(
    status: int,
    method: str = "POST",
    body: bytes = b'{"detail": "body-secret"}',
    *,
    first: str = "",
    expected: Any = (),
) -> dict[str, Any]:
    """The result for a response to a request; first: the method before a redirect."""
    request = HttpRequest(method, URL, {"Content-Type": "text/csv"}, None, BearerCredentials("the-token"))
    response = HttpResponse(status, {"content-type": "application/json"}, body, URL, 1, 0.0)
    return answer(request, response, method=first or method, expected=expected, return_content=False)


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (400, "400 Bad Request: the server cannot parse the request, check query, body and body_format"),
        (401, "401 Unauthorized: the API does not accept the access token, which may be expired"),
        (403, "the role or scope that the API requires (authkit.oauth.token_info shows what the token has)"),
        (404, "404 Not Found: check the path of url, and whether this client may see what it names"),
        (405, "405 Method Not Allowed: this URL does not accept POST, check method and url"),
        (409, "409 Conflict: the resource exists already"),
        (415, "415 Unsupported Media Type: the server does not accept a body of the type 'text/csv', set body_format"),
        (422, "check body"),
        (429, "429 Too Many Requests: too many requests, raise retries or send fewer requests"),
        (418, ": the server does not accept the request"),
        (499, "was answered with 499: the server does not accept the request"),
        (500, "500 Internal Server Error: the server failed, its log says why"),
        (502, "502 Bad Gateway: the server behind the gateway does not answer"),
        (503, "503 Service Unavailable: the server is overloaded or under maintenance"),
        (304, "304 Not Modified: the server does not accept the request"),
    ],
)
def test_an_unexpected_status_names_the_call_and_what_to_do(status: int, says: str) -> None:
    found = result(status)
    assert found["failed"]
    assert found["msg"].startswith("POST https://api.example.com/x was answered with ")
    assert says in found["msg"]
    assert found["msg"].endswith("; the server's own words are in the result.")
    assert found["json"] == {"detail": "body-secret"}
    assert "secret" not in found["msg"]


@pytest.mark.parametrize(
    ("method", "first", "refused"),
    [
        ("GET", "POST", False),
        ("GET", "PUT", False),
        ("POST", "POST", True),
        ("GET", "GET", True),
        ("GET", "TRACE", True),
    ],
)
def test_a_401_after_a_write_has_become_a_read_does_not_reject_the_token(
    method: str, first: str, refused: bool
) -> None:
    found = result(401, method, first=first)
    assert rejects_token(HttpRequest(method, URL), found) is refused
    assert found["error"] == ("unexpected_status" if refused else "unauthorized_after_redirect")
    assert found["changed"] is not refused
    said = f"the {first} that was redirected here may be done and is not sent again, check what it did; the server's"
    assert (said in found["msg"]) is not refused


@pytest.mark.parametrize("status", [200, 404, 500])
@pytest.mark.parametrize("expected", [(), (404,)])
def test_a_write_that_is_redirected_to_a_page_is_a_change_whatever_the_page_is(status: int, expected: Any) -> None:
    assert result(status, "GET", first="POST", expected=expected)["changed"]
    assert not result(status, "GET", first="OPTIONS", expected=expected)["changed"]


def test_a_write_that_fails_is_no_change() -> None:
    assert [result(status)["changed"] for status in (200, 404, 500)] == [True, False, False]
    assert not result(404, expected=(404,))["changed"]


def test_a_401_that_cannot_be_read_is_no_warning_for_the_call_that_follows() -> None:
    assert "warnings" in result(404, body=b"<html>")
    assert "warnings" in result(401, body=b"<html>", expected=(401,))
    found = result(401, body=b"<html>")
    assert "warnings" not in found
    assert found["msg"].endswith("; return_content shows the server's own words.")


def test_without_the_servers_words_the_message_says_how_to_see_them() -> None:
    assert result(500, body=b"")["msg"].endswith("; return_content shows the server's own words.")


def test_a_result_holds_known_keys_alone() -> None:
    assert set(result(200)) | set(result(500)) | set(failure(ConnectionFailed("x"), URL)) <= RESULT_KEYS


def test_the_rejections_name_what_to_check() -> None:
    assert "audience" in rejected("GET", URL).message
    assert "access_token, which is never renewed" in rejected_given("GET", URL).message
    assert "live longer" in outlived("GET", URL).message
    assert not [each for each in (rejected, rejected_given, outlived) if "query-secret" in each("GET", URL).message]


def test_a_bug_outside_of_this_collection_is_named_by_its_class_alone() -> None:
    found = bug(ZeroDivisionError("text-secret"))
    assert "unexpected ZeroDivisionError: this is a bug" in found["msg"]
    assert "secret" not in str(found)
