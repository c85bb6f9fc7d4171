# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Header fields, validated once for both transports."""

from __future__ import annotations

import http.client
import socket

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import ConnectionFailed, InvalidOption
from ansible_collections.authkit.oauth.plugins.module_utils._http.headers import (
    check_header,
    is_token,
    is_visible_ascii,
    lower_cased,
)
from ansible_collections.authkit.oauth.plugins.module_utils._http.model import HttpRequest
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import raw_server, request_of
from ansible_collections.authkit.oauth.tests.unit.support.transports import MakeTransport


def test_a_repeated_header_keeps_all_of_its_values() -> None:
    message = http.client.HTTPMessage()
    message["Retry-After"] = "1"
    message["retry-after"] = "120"
    message["Content-Type"] = "text/plain"
    assert lower_cased(message) == {"retry-after": "1, 120", "content-type": "text/plain"}


@pytest.mark.parametrize("name", ["", "X A", "X:", "X\r\nY", "Ä"])
def test_names_that_are_no_token(name: str) -> None:
    assert not is_token(name)
    with pytest.raises(InvalidOption, match="The header name"):
        check_header(name, "v")


@pytest.mark.parametrize("value", ["s3cret\r\nX: y", "s3cret\x00", "s3cret\x7f", "s3cret ł"])
def test_values_that_http_cannot_carry_are_not_quoted(value: str) -> None:
    with pytest.raises(InvalidOption, match="The header X-A") as caught:
        check_header("X-A", value)
    assert "s3cret" not in caught.value.message


def test_what_can_be_carried() -> None:
    check_header("X-A", "é\tß")
    assert is_visible_ascii("!az~")
    assert not any(map(is_visible_ascii, (" ", "\n", "é", "\x7f")))


FINAL = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@pytest.mark.parametrize(
    "interim",
    [
        b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n",
        b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nX-A: 1\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 199 Own\r\n\r\n",
    ],
)
def test_interim_responses_are_skipped(make_transport: MakeTransport, interim: bytes) -> None:
    def serve(connection: socket.socket) -> None:
        request_of(connection)
        connection.sendall(interim + FINAL)

    with raw_server(serve) as server:
        response = make_transport().send(HttpRequest("GET", f"http://127.0.0.1:{server.port}/"))
    assert (response.status, response.body, response.headers) == (200, b"{}", {"content-length": "2"})


@pytest.mark.parametrize("lines", [b"X-A: 1\r\n" * 101, b"X-A: " + b"a" * 65536 + b"\r\n"])
def test_more_headers_than_python_reads(make_transport: MakeTransport, lines: bytes) -> None:
    def serve(connection: socket.socket) -> None:
        request_of(connection)
        connection.sendall(FINAL.replace(b"Content-Length", lines + b"Content-Length"))

    with raw_server(serve) as server, pytest.raises(ConnectionFailed) as caught:
        make_transport().send(HttpRequest("GET", f"http://127.0.0.1:{server.port}/"))
    assert caught.value.message == (
        f"127.0.0.1:{server.port} sent more than 100 header lines, or a longer line than Python reads (64 KiB): send "
        "fewer or shorter headers at the server, or at proxies in between."
    )
