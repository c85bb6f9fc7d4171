# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where redirects lead: the token and the body stay with their origin."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import RedirectRefused
from ansible_collections.authkit.oauth.plugins.module_utils._http.model import (
    BearerCredentials,
    HttpRequest,
    HttpResponse,
)
from ansible_collections.authkit.oauth.plugins.module_utils._http.redirects import (
    next_request,
    redirected_method,
    settled,
)

HERE = "https://api.example.com/a/b?q=1"
TOKEN = BearerCredentials("the-token")


def request(method: str = "GET", body: bytes | None = None) -> HttpRequest:
    headers = {"Accept": "text/plain", "User-Agent": "mine", "X-Api-Key": "key", "Content-Type": "application/json"}
    return HttpRequest(method, HERE, headers, body, TOKEN)


def response(status: int, location: str = "") -> HttpResponse:
    return HttpResponse(status, {"location": location} if location else {}, b"", HERE, 1, 0.0)


def followed(
    sent: HttpRequest, status: int, location: str, follow: str = "all", *, allow_http: bool = False
) -> HttpRequest:
    following = next_request(sent, response(status, location), follow=follow, allow_http=allow_http)
    assert following is not None
    return following


@pytest.mark.parametrize(
    ("path", "settles"),
    [
        ("", "/"),
        ("/a/../b", "/b"),
        ("/a/./b/", "/a/b/"),
        ("/a/%2E%2e/b", "/b"),
        ("/a/b/..", "/a/"),
        ("/a/.", "/a/"),
        ("/../../x", "/x"),
        ("/a//b", "/a//b"),
        ("//x/../y", "/y"),
        ("/..", "/"),
        ("/...;/x%2Fy", "/...;/x%2Fy"),
        ("/a/../b?c=../d", "/b?c=../d"),
    ],
)
def test_a_path_is_settled_before_anybody_judges_it(path: str, settles: str) -> None:
    assert settled(f"https://api.example.com{path}") == f"https://api.example.com{settles}"


@pytest.mark.parametrize(
    ("method", "status", "becomes"),
    [
        ("POST", 301, "GET"),
        ("POST", 302, "GET"),
        ("POST", 303, "GET"),
        ("PUT", 303, "GET"),
        ("HEAD", 303, "HEAD"),
        ("PUT", 302, "PUT"),
        ("POST", 307, "POST"),
        ("POST", 308, "POST"),
        ("GET", 301, "GET"),
    ],
)
def test_the_method_after_a_redirect(method: str, status: int, becomes: str) -> None:
    assert redirected_method(method, status) == becomes


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("/c", "https://api.example.com/c"),
        ("c?x=é", "https://api.example.com/a/c?x=%C3%A9"),
        ("?x", "https://api.example.com/a/b?x"),
        ("https://API.example.com:443/c#part", "https://api.example.com:443/c"),
        ("/caf\xc3\xa9", "https://api.example.com/caf%C3%A9"),
    ],
)
def test_within_its_origin_a_request_keeps_all_it_has(location: str, url: str) -> None:
    following = followed(request("PUT", b"body"), 307, location)
    assert (following.url, following.method, following.body) == (url, "PUT", b"body")
    assert following.credentials == TOKEN
    assert following.headers == request().headers


def test_a_post_that_becomes_a_get_leaves_its_body_behind() -> None:
    following = followed(request("POST", b"body"), 303, "/c")
    assert (following.method, following.body, following.credentials) == ("GET", None, TOKEN)
    assert set(following.headers) == {"Accept", "User-Agent", "X-Api-Key"}


@pytest.mark.parametrize(
    "location",
    [
        "https://other.example.com/a",
        "https://api.example.com:444/a",
        "//sub.api.example.com/a",
        "https://api.example.com.evil.test/a",
        "https://localhost/a",
    ],
)
def test_another_origin_gets_a_plain_read_without_the_token(location: str) -> None:
    following = followed(request(), 302, location)
    assert following.credentials is None
    assert set(following.headers) == {"Accept", "User-Agent"}


def test_the_token_does_not_come_back_after_a_detour() -> None:
    back = followed(followed(request(), 302, "https://other.example.com/a"), 302, HERE)
    assert back.credentials is None
    assert "X-Api-Key" not in back.headers


@pytest.mark.parametrize(("method", "body"), [("POST", b"body"), ("PUT", b"body"), ("DELETE", None), ("GET", b"body")])
def test_what_writes_is_not_sent_to_another_origin(method: str, body: bytes | None) -> None:
    with pytest.raises(
        RedirectRefused, match=r"redirected to another origin, other\.example\.com:443, and what it writes"
    ):
        next_request(request(method, body), response(307, "https://other.example.com/"), follow="all", allow_http=False)


def test_a_post_turned_get_may_go_to_another_origin() -> None:
    following = followed(request("POST", b"body"), 302, "https://other.example.com/done")
    assert (following.method, following.body, following.credentials) == ("GET", None, None)


@pytest.mark.parametrize(
    ("location", "says"),
    [
        ("http://api.example.com/a", "redirected to plain http"),
        ("https://user:pw@api.example.com/a", "not a valid http or https URL"),
        ("ftp://api.example.com/a", "not a valid http or https URL"),
        ("https://api.example.com\\@evil.test/", "not a valid http or https URL"),
        ("https://api.example.com/\r\nX: y", "not a valid http or https URL"),
        ("https://[broken/", "not a valid http or https URL"),
        ("file:///etc/passwd", "not a valid http or https URL"),
    ],
)
def test_a_redirect_that_leads_nowhere_safe_is_refused(location: str, says: str) -> None:
    with pytest.raises(RedirectRefused, match=says) as error:
        next_request(request(), response(302, location), follow="safe", allow_http=False)
    assert "evil" not in error.value.message
    assert "q=1" not in error.value.message


@pytest.mark.parametrize("allow_http", [False, True])
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8080", "127.9.9.9", "[::1]", "[::ffff:127.0.0.1]"])
def test_no_place_elsewhere_leads_to_plain_http_on_this_machine(host: str, allow_http: bool) -> None:
    with pytest.raises(RedirectRefused) as caught:
        next_request(request(), response(302, f"http://{host}/admin?x=1"), follow="all", allow_http=allow_http)
    assert caught.value.message == (
        "GET https://api.example.com/a/b is redirected from elsewhere to plain http on this machine, which is not "
        "followed: set url to the right address, or set follow_redirects: none to see the response itself."
    )


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f.0.0.1", "0.0.0.0", "[::]", "app.localhost"])
def test_nor_under_another_spelling_where_plain_http_is_allowed(host: str) -> None:
    with pytest.raises(RedirectRefused, match="to plain http on this machine"):
        next_request(request(), response(302, f"http://{host}/admin"), follow="all", allow_http=True)


def test_on_this_machine_plain_http_leads_where_it_likes() -> None:
    local = replace(request(), url="http://127.0.0.1:8080/a")
    assert followed(local, 302, "/b").credentials == TOKEN
    assert followed(local, 302, "http://localhost:9090/b").credentials is None


def test_plain_http_is_followed_where_it_is_allowed() -> None:
    following = followed(request(), 302, "http://api.example.com/a", allow_http=True)
    assert following.credentials is None


@pytest.mark.parametrize(
    ("method", "status", "location", "follow"),
    [
        ("GET", 302, "/c", "none"),
        ("POST", 302, "/c", "safe"),
        ("OPTIONS", 302, "/c", "safe"),
        ("GET", 302, "", "all"),
        ("GET", 300, "/c", "all"),
        ("GET", 304, "/c", "all"),
        ("POST", 201, "/c", "all"),
    ],
)
def test_what_is_not_followed_is_the_answer(method: str, status: int, location: str, follow: str) -> None:
    assert next_request(request(method), response(status, location), follow=follow, allow_http=False) is None
