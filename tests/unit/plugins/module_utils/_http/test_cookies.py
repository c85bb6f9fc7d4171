# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cookies go back to the origin that set them, within one call only."""

from __future__ import annotations

import socket

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._http.cookies import Cookies
from ansible_collections.authkit.oauth.plugins.module_utils._http.model import HttpRequest, HttpResponse
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import raw_server, request_of
from ansible_collections.authkit.oauth.tests.unit.support.transports import MakeTransport

HERE = "https://api.example.com/a/b"


def sent(url: str, *lines: str, headers: dict[str, str] | None = None, set_by: str = HERE) -> str | None:
    """The Cookie header of a request to url after a response with these Set-Cookie lines."""
    cookies = Cookies()
    cookies.take(HttpResponse(302, {}, b"", set_by, 1, 0.0, lines))
    return cookies.added(HttpRequest("GET", url, headers or {})).headers.get("Cookie")


@pytest.mark.parametrize(
    ("url", "lines", "cookie"),
    [
        (HERE, ("s=1",), "s=1"),
        (HERE, ("s=1; Secure; HttpOnly; SameSite=Strict",), "s=1"),
        (HERE, ("s=1; Expires=Wed, 01 Jan 2092 00:00:00 GMT", "t=2"), "s=1; t=2"),
        ("https://api.example.com/x", ("s=1; Path=/",), "s=1"),
        ("https://api.example.com/x", ("s=1; Path=/a",), None),
        (HERE, ("s=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT",), None),
        # Other origins, whatever the server says.
        ("https://other.example.com/a/b", ("s=1; Domain=example.com; Path=/",), None),
        ("https://api.example.com:8443/a/b", ("s=1; Path=/",), None),
        ("http://api.example.com/a/b", ("s=1; Path=/",), None),
        # What no header can carry, or is beyond any cookie.
        (HERE, ("s=1\x01; Path=/", "t=2"), "t=2"),
        (HERE, ("s=é", "t=2"), "t=2"),
        (HERE, ("s=" + "1" * 4096, "t=2"), "t=2"),
        (HERE, ("",), None),
        (HERE, ("=; ;;=",), None),
    ],
)
def test_where_a_cookie_goes(url: str, lines: tuple[str, ...], cookie: str | None) -> None:
    assert sent(url, *lines) == cookie


def test_a_server_takes_its_cookie_back() -> None:
    cookies = Cookies()
    for line in ("s=1", "s=; Max-Age=0"):
        cookies.take(HttpResponse(302, {}, b"", HERE, 1, 0.0, (line,)))
    assert cookies.added(HttpRequest("GET", HERE)).headers == {}


def test_a_cookie_over_plain_http() -> None:
    here = "http://127.0.0.1:8080/"
    assert sent(here, "s=1; Path=/", "t=2; Secure", set_by=here) == "s=1"


def test_the_tasks_own_cookie_stays() -> None:
    assert sent(HERE, "s=1", headers={"cookie": "mine=0"}) == "mine=0; s=1"


def test_the_cookies_of_an_origin_by_name() -> None:
    cookies = Cookies()
    cookies.take(HttpResponse(302, {}, b"", HERE, 1, 0.0, ("s=1; Path=/", "t=x=y; HttpOnly")))
    cookies.take(HttpResponse(200, {}, b"", "https://other.example.com/", 1, 0.0, ("u=2",)))
    assert cookies.of("https://api.example.com/z") == {"s": "1", "t": "x=y"}
    assert cookies.of("https://nobody.example.com/") == {}


def test_no_more_than_fifty() -> None:
    kept = sent(HERE, *(f"s{number}=1" for number in range(80)))
    assert kept is not None
    assert len(kept.split("; ")) == 50


def test_nothing_is_kept_between_calls() -> None:
    sent(HERE, "s=1")
    assert Cookies().added(HttpRequest("GET", HERE)).headers == {}


def test_both_transports_tell_cookies_apart(make_transport: MakeTransport) -> None:
    def serve(connection: socket.socket) -> None:
        request_of(connection)
        lines = b"Set-Cookie: a=1; Expires=Wed, 01 Jan 2092 00:00:00 GMT\r\nset-cookie: b=2\r\n"
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + lines + b"Content-Length: 0\r\n\r\n")

    with raw_server(serve) as server:
        response = make_transport().send(HttpRequest("GET", f"http://127.0.0.1:{server.port}/"))
    assert response.set_cookies == ("a=1; Expires=Wed, 01 Jan 2092 00:00:00 GMT", "b=2")
