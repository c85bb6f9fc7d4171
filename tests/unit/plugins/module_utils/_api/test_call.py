# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A call as both transports make it, against real servers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._api.call import (
    ApiCall,
    perform,
    prepare,
)
from ansible_collections.authkit.oauth.plugins.module_utils._errors import (
    ConnectionFailed,
    HostNotAllowed,
    InsecureUrl,
    InvalidOption,
    OptionError,
    RedirectRefused,
)
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import Scripted, free_port, scripted
from ansible_collections.authkit.oauth.tests.unit.support.transports import MakeTransport

TOKEN = "a-token-0123456789"


@pytest.fixture
def other() -> Iterator[Scripted]:
    """Another origin: the same host, another port."""
    with scripted() as running:
        yield running


def call(url: str, **params: Any) -> ApiCall:
    return prepare({"method": "GET", "follow_redirects": "safe", "url": url, **params})


# ---- prepare


def test_a_url_is_merged_with_the_query_and_made_fit_for_the_wire() -> None:
    made = call("https://bücher.example/a b?x=1#part", query={"y": ["2", "é"]})
    assert made.url == "https://xn--bcher-kva.example/a%20b?x=1&y=2&y=%C3%A9"


@pytest.mark.parametrize(
    ("query", "sent"),
    [
        ("status=stale&owner=me", "status=stale&owner=me"),
        ("?a=1,b=2", "a=1,b=2"),
        ("q=x y", "q=x%20y"),
        ('{"a": 1}', "a=1"),
        ({"a": "1,b=2"}, "a=1%2Cb%3D2"),
    ],
)
def test_a_query_as_text_is_sent_as_it_is(query: object, sent: str) -> None:
    assert call("https://api.example.com/x?z=1", query=query).url == f"https://api.example.com/x?z=1&{sent}"
    assert call("https://api.example.com/x", query="").url == "https://api.example.com/x"


def test_parameters_become_a_call() -> None:
    made = call(
        "https://api.example.com/x",
        method="post",
        body={"a": 1},
        headers={"content-type": "application/merge-patch+json"},
        status_code=[200, 409],
        retries=3,
        return_content=True,
        allowed_hosts=["*.example.com"],
    )
    assert (made.method, made.body) == ("POST", b'{"a": 1}')
    assert made.headers == {"content-type": "application/merge-patch+json"}
    assert (made.status_code, made.retries, made.return_content) == (frozenset({200, 409}), 3, True)


@pytest.mark.parametrize(
    ("params", "error", "says"),
    [
        ({"url": "https://user:pw@api.example.com/"}, InvalidOption, "url must not hold a user or password"),
        ({"url": "https://api.example.com\\@evil.test"}, InvalidOption, "url holds a backslash"),
        ({"url": "https://api.example.com/\r\nHost: evil"}, InvalidOption, "url holds control characters"),
        ({"url": "ftp://api.example.com/"}, InvalidOption, "url must be a URL that begins with https://"),
        ({"url": "/users"}, InvalidOption, "url is not a URL with a host"),
        ({"url": "http://api.example.com/"}, InsecureUrl, "set allow_http: true"),
        (
            {"allowed_hosts": ["sso.example.com"]},
            HostNotAllowed,
            "url leads to api.example.com:443, which allowed_hosts",
        ),
        ({"method": "GET /admin"}, InvalidOption, "method must be one word"),
        ({"method": "GET\r\nX: y"}, InvalidOption, "method must be one word"),
        ({"method": ""}, InvalidOption, "method must be one word"),
        ({"headers": {"Authorization": "Bearer mine"}}, InvalidOption, "headers must not set Authorization"),
        ({"headers": {"X": "a\nb"}}, InvalidOption, "The header X holds line breaks"),
        ({"query": {"a": {"b": 1}}}, InvalidOption, "'a' in query must be text"),
        ({"query": ["a"]}, InvalidOption, "query must be a mapping such as"),
        ({"query": "{a=1"}, InvalidOption, "query must be a mapping such as"),
        ({"query": "a=1\nb"}, InvalidOption, "query has a control character"),
        ({"query": "a=1#b"}, InvalidOption, "query has a control character or '#'"),
        ({"body": {"a": 1}, "body_format": "raw"}, InvalidOption, "body, which is sent raw"),
        ({"status_code": [200, 42]}, InvalidOption, "status_code must hold HTTP statuses from 100 to 599, not 42"),
    ],
)
def test_what_must_not_be_sent_is_refused_before_any_network(
    params: dict[str, Any], error: type[OptionError], says: str
) -> None:
    with pytest.raises(error) as raised:
        call(**{"url": "https://api.example.com/secret?token=q", **params})
    assert says in raised.value.message
    assert "token=q" not in raised.value.message


def test_plain_http_needs_allow_http_unless_it_stays_here() -> None:
    assert call("http://api.example.com/", allow_http=True).allow_http
    assert call("http://127.0.0.1:8080/").url == "http://127.0.0.1:8080/"


@pytest.mark.parametrize(("method", "sent"), [("get", True), ("HEAD", True), ("OPTIONS", True), ("POST", False)])
def test_check_mode_sends_what_only_reads(method: str, sent: bool) -> None:
    assert call("https://api.example.com/", method=method).sent_in_check_mode is sent


def test_what_check_mode_holds_back_says_so() -> None:
    assert call("https://api.example.com/x?y=1", method="DELETE").unsent() == {
        "changed": True,
        "status": None,
        "msg": "DELETE https://api.example.com/x is not sent in check mode.",
        "url": "https://api.example.com/x?y=1",
    }
    assert call("https://api.example.com/", method="TRACE").unsent()["changed"] is False


def test_neither_the_call_nor_its_parts_show_what_they_hold() -> None:
    made = call("https://api.example.com/x?y=secret", headers={"X-Key": "secret"}, body="secret", method="POST")
    assert repr(made) == "ApiCall(POST api.example.com:443)"


# ---- perform


def test_an_answer_becomes_a_result(make_transport: MakeTransport, server: Scripted) -> None:
    server.in_turn(Answer(200, {"big": 12345678901234567890123, "none": None}, {"X-Some-Header": "v"}))
    result = perform(call(f"{server.url}/x?a=1", query={"b": 2}, headers={"X-Mine": "1"}), TOKEN, make_transport())
    assert result["json"] == {"big": 12345678901234567890123, "none": None}
    assert (result["status"], result["changed"], result["attempts"]) == (200, False, 1)
    assert result["url"] == f"{server.url}/x?a=1&b=2"
    assert result["headers"]["x-some-header"] == "v"
    assert isinstance(result["elapsed"], float)
    assert "content" not in result
    assert "failed" not in result
    seen = server.seen[0]
    assert (seen.method, seen.path, seen.query, seen.headers["x-mine"]) == ("GET", "/x", "a=1&b=2", "1")
    assert seen.headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (Answer(200, b"null"), {"content": "null", "json": None}),
        (Answer(200, b"[]", content_type="application/hal+json"), {"content": "[]", "json": []}),
        (Answer(200, "é".encode("latin-1"), content_type="text/plain; charset=latin-1"), {"content": "é"}),
        (Answer(200, b"\x89PNG\xff", content_type="image/png"), {"content": "\ufffdPNG\ufffd"}),
        (Answer(204), {"content": ""}),
    ],
)
def test_content_and_json(
    make_transport: MakeTransport, server: Scripted, answer: Answer, found: dict[str, Any]
) -> None:
    server.in_turn(answer)
    result = perform(call(server.url, return_content=True), TOKEN, make_transport())
    assert {key: result[key] for key in ("content", "json", "warnings") if key in result} == found


def test_broken_json_is_a_warning(make_transport: MakeTransport, server: Scripted) -> None:
    server.in_turn(Answer(200, b'{"a":'))
    result = perform(call(server.url), TOKEN, make_transport())
    assert "json" not in result
    assert result["warnings"][0].endswith(
        "cannot be read as JSON: the result has no json, set return_content to see the text."
    )


@pytest.mark.parametrize("return_content", [False, True])
def test_json_beyond_the_limit_is_not_parsed(
    make_transport: MakeTransport, server: Scripted, return_content: bool
) -> None:
    items = [{"id": number} for number in range(200_000)]
    server.in_turn(Answer(200, items))
    result = perform(call(server.url, json_limit=2, return_content=return_content), TOKEN, make_transport(timeout=60))
    assert "json" not in result
    assert not result.get("failed")
    assert ("content" in result) is return_content
    assert result["warnings"] == [
        f"The response from {server.url}/ is longer than 2 MiB and was not read as JSON: the result has no json, raise "
        "json_limit, request less at once, or set return_content to get its text."
    ]
    raised = perform(call(server.url, json_limit=20), TOKEN, make_transport(timeout=60))
    assert (raised["json"], raised.get("warnings")) == (items, None)


def test_json_of_too_many_values_is_not_parsed(make_transport: MakeTransport, server: Scripted) -> None:
    server.in_turn(Answer(200, [[]] * 400_000))
    result = perform(call(server.url, json_limit=2), TOKEN, make_transport())
    assert "json" not in result
    assert "has so many values that they take more than 12 MiB of memory and was not" in result["warnings"][0]


@pytest.mark.parametrize("limit", [0, -1, 257])
def test_the_limit_of_json_has_limits(limit: int) -> None:
    with pytest.raises(InvalidOption) as caught:
        call("https://api.example.org/", json_limit=limit)
    assert caught.value.message == f"json_limit must be a number of MiB from 1 to 256, not {limit}."


@pytest.mark.parametrize(
    ("method", "changed"),
    [
        ("GET", False),
        ("HEAD", False),
        ("OPTIONS", False),
        ("POST", True),
        ("PUT", True),
        ("PATCH", True),
        ("DELETE", True),
    ],
)
def test_changed_means_a_write_that_succeeded(
    make_transport: MakeTransport, server: Scripted, method: str, changed: bool
) -> None:
    made = call(server.url, method=method)
    assert perform(made, TOKEN, make_transport())["changed"] is changed
    server.in_turn(Answer(409, {}))
    assert perform(made, TOKEN, make_transport())["changed"] is False


def test_changed_is_judged_for_the_first_request_and_never_for_a_refusal(
    make_transport: MakeTransport, server: Scripted
) -> None:
    server.in_turn(Answer(303, {}, headers={"Location": "/done"}), Answer(200, {}), Answer(409, {}))
    after_303 = perform(call(server.url, method="POST", follow_redirects="all"), TOKEN, make_transport())
    refused = perform(call(server.url, method="POST", status_code=[409]), TOKEN, make_transport())
    assert (after_303["status"], after_303["changed"]) == (200, True)
    assert (refused["status"], refused["changed"], refused.get("failed")) == (409, False, None)


def test_a_body_arrives_with_its_type(make_transport: MakeTransport, server: Scripted) -> None:
    transport = make_transport()
    perform(call(server.url, method="POST", body={"a": "é"}), TOKEN, transport)
    perform(call(server.url, method="PUT", body={"a": [1, 2]}, body_format="form-urlencoded"), TOKEN, transport)
    perform(call(server.url, method="POST"), TOKEN, transport)
    json_, form, empty = server.seen
    assert (json_.headers["content-type"], json_.body) == ("application/json", b'{"a": "\\u00e9"}')
    assert (form.headers["content-type"], form.body) == ("application/x-www-form-urlencoded", b"a=1&a=2")
    assert (empty.headers.get("content-type"), empty.body, empty.headers["content-length"]) == (None, b"", "0")


def test_an_expected_status_is_no_failure(make_transport: MakeTransport, server: Scripted) -> None:
    server.in_turn(Answer(404, {"e": 1}))
    result = perform(call(server.url, status_code=[404]), TOKEN, make_transport())
    assert "failed" not in result
    assert result["json"] == {"e": 1}


def test_a_2xx_that_is_not_expected_is_a_failure(make_transport: MakeTransport, server: Scripted) -> None:
    result = perform(call(f"{server.url}/x", status_code=[201, 204]), TOKEN, make_transport())
    assert result["failed"]
    assert result["msg"] == (
        f"GET {server.url}/x was answered with 200 OK instead of 201 or 204: if that is right, add it to status_code."
    )


@pytest.mark.parametrize(
    "path", ["/api/../b?", "/%2e%2e/b?", "//c/../b?", "/x%2Fy%2fz?", "/a;v=1/@:b?", "/100%?q=5%&r=%7E", "/%7Eu/%zz?%"]
)
def test_every_transport_calls_the_very_url_that_the_result_names(
    make_transport: MakeTransport, server: Scripted, path: str
) -> None:
    result = perform(call(f"{server.url}{path}"), TOKEN, make_transport())
    seen = server.seen[0]
    assert f"{server.url}{seen.path}?{seen.query}".rstrip("?") == result["url"]


def test_a_redirect_within_the_origin_keeps_the_token(make_transport: MakeTransport, server: Scripted) -> None:
    server.in_turn(Answer(302, None, {"Location": "/b?x=1", "Set-Cookie": "s=1"}), Answer(200, {"at": "b"}))
    result = perform(call(f"{server.url}/a", headers={"X-Mine": "1"}), TOKEN, make_transport())
    assert (result["json"], result["attempts"], result["url"]) == ({"at": "b"}, 2, f"{server.url}/b?x=1")
    assert server.seen[1].headers["authorization"] == f"Bearer {TOKEN}"
    assert server.seen[1].headers["x-mine"] == "1"
    assert server.seen[1].headers["cookie"] == "s=1"
    perform(call(f"{server.url}/a"), TOKEN, make_transport())
    assert "cookie" not in server.seen[2].headers


def test_a_redirect_elsewhere_loses_the_token_and_the_headers(
    make_transport: MakeTransport, server: Scripted, other: Scripted
) -> None:
    server.in_turn(Answer(302, None, {"Location": f"{other.url}/b"}))
    result = perform(call(server.url, headers={"X-Api-Key": "k", "Accept": "text/plain"}), TOKEN, make_transport())
    assert result["url"] == f"{other.url}/b"
    seen = other.seen[0].headers
    assert "authorization" not in seen
    assert "x-api-key" not in seen
    assert seen["accept"] == "text/plain"


def test_a_401_of_another_origin_says_why(make_transport: MakeTransport, server: Scripted, other: Scripted) -> None:
    server.in_turn(Answer(302, None, {"Location": f"{other.url}/b"}))
    other.in_turn(Answer(401, {}))
    result = perform(call(server.url), TOKEN, make_transport())
    assert "redirected to another origin, where the access token is not sent" in result["msg"]


def test_a_write_is_never_sent_to_another_origin(
    make_transport: MakeTransport, server: Scripted, other: Scripted
) -> None:
    server.in_turn(Answer(307, None, {"Location": other.url}))
    made = call(server.url, method="POST", body="secret", follow_redirects="all")
    with pytest.raises(RedirectRefused):
        perform(made, TOKEN, make_transport())
    assert other.seen == []


def test_a_circle_of_redirects_ends(make_transport: MakeTransport, server: Scripted) -> None:
    server.in_turn(Answer(302, None, {"Location": "/again"}))
    with pytest.raises(RedirectRefused, match="redirected more than 10 times"):
        perform(call(server.url), TOKEN, make_transport())
    assert len(server.seen) == 11


@pytest.mark.parametrize(("follow", "method"), [("none", "GET"), ("safe", "POST")])
def test_a_redirect_that_is_not_followed_is_a_failure_with_a_hint(
    make_transport: MakeTransport, server: Scripted, follow: str, method: str
) -> None:
    server.in_turn(Answer(302, None, {"Location": "/b"}))
    result = perform(call(f"{server.url}/a?q=1", method=method, follow_redirects=follow), TOKEN, make_transport())
    assert (result["failed"], result["status"], len(server.seen)) == (True, 302, 1)
    assert f"{method} {server.url}/a was answered with 302 Found: " in result["msg"]
    assert "follow_redirects" in result["msg"]


@pytest.mark.parametrize(
    ("method", "status", "attempts"),
    [("GET", 503, 3), ("PUT", 502, 3), ("DELETE", 504, 3), ("POST", 503, 1), ("PATCH", 502, 1), ("POST", 429, 3)],
)
def test_a_write_is_repeated_only_where_that_is_safe(
    make_transport: MakeTransport, server: Scripted, method: str, status: int, attempts: int
) -> None:
    server.in_turn(Answer(status, {}))
    result = perform(call(server.url, method=method, retries=2), TOKEN, make_transport())
    assert (result["status"], result["attempts"], len(server.seen)) == (status, attempts, attempts)


def test_no_answer_is_an_error(make_transport: MakeTransport) -> None:
    with pytest.raises(ConnectionFailed):
        perform(call(f"http://127.0.0.1:{free_port()}/"), TOKEN, make_transport())


@pytest.mark.parametrize("token", ["two words", "line\r\nX: y", "naïve", "Bearer abc"])
def test_a_token_that_no_header_takes_is_refused(make_transport: MakeTransport, server: Scripted, token: str) -> None:
    with pytest.raises(InvalidOption, match="access_token holds spaces, line breaks") as error:
        perform(call(server.url), token, make_transport())
    assert token not in error.value.message
    assert server.seen == []
