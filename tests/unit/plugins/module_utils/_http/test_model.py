# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The contract of the transports: both implementations, the same requests, the same answers."""

from __future__ import annotations

import gzip
import os
import time
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import (
    AnswerTooLarge,
    ConnectionFailed,
    InvalidOption,
    RequestTimedOut,
)
from ansible_collections.authkit.oauth.plugins.module_utils._http import model as _http
from ansible_collections.authkit.oauth.plugins.module_utils._http.model import (
    BasicCredentials,
    BearerCredentials,
    HttpRequest,
    HttpResponse,
    Retries,
    TransportSettings,
    retry_after,
)
from ansible_collections.authkit.oauth.plugins.module_utils._http.transports import requests_transport
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import Scripted, scripted
from ansible_collections.authkit.oauth.tests.unit.support.transports import MakeTransport, settings


def test_answer_comes_back_whole(make_transport: MakeTransport, server: Scripted) -> None:
    server.in_turn(Answer(201, {"id": 7}, {"X-Trace": "abc"}))
    response = make_transport().send(HttpRequest("POST", f"{server.url}/things?x=1", body=b"{}"))
    assert (response.status, response.body, response.attempts) == (201, b'{"id": 7}', 1)
    assert response.headers["x-trace"] == "abc"
    assert response.url == f"{server.url}/things?x=1"
    assert 0 < response.elapsed < 5


def test_both_send_the_same_headers(make_transport: MakeTransport, server: Scripted) -> None:
    make_transport(http_agent="tester").send(
        HttpRequest("PUT", f"{server.url}/a", headers={"X-Mine": " 1 ", "Accept-Encoding": "br"}, body=b"raw")
    )
    (seen,) = server.seen
    assert (seen.method, seen.path, seen.body) == ("PUT", "/a", b"raw")
    sent = {name: value for name, value in seen.headers.items() if name not in ("connection", "host")}
    assert sent == {
        "user-agent": "tester",
        "accept": "*/*",
        "accept-encoding": "gzip",
        "content-type": "application/octet-stream",
        "content-length": "3",
        "x-mine": "1",
    }


def test_no_body_has_no_content_type(make_transport: MakeTransport, server: Scripted) -> None:
    make_transport().send(HttpRequest("GET", server.url))
    assert "content-type" not in server.seen[0].headers
    assert server.seen[0].path == "/"


@pytest.mark.parametrize("status", [200, 404])
def test_gzip_is_decoded(make_transport: MakeTransport, server: Scripted, status: int) -> None:
    server.in_turn(Answer(status, gzip.compress(b'{"a": 1}'), {"Content-Encoding": "gzip"}))
    assert make_transport().send(HttpRequest("GET", server.url)).body == b'{"a": 1}'


def test_broken_gzip_is_a_failed_connection(make_transport: MakeTransport, server: Scripted) -> None:
    server.in_turn(Answer(200, b"no gzip at all", {"Content-Encoding": "gzip"}))
    with pytest.raises(ConnectionFailed, match="whose compression is broken"):
        make_transport().send(HttpRequest("GET", server.url))


@pytest.mark.parametrize("method", ["HEAD", "DELETE", "OPTIONS"])
def test_answers_without_body(make_transport: MakeTransport, server: Scripted, method: str) -> None:
    server.in_turn(Answer(204))
    response = make_transport().send(HttpRequest(method, server.url))
    assert (response.status, response.body, server.seen[0].method) == (204, b"", method)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_redirects_come_back_and_are_not_followed(
    make_transport: MakeTransport, server: Scripted, status: int, method: str
) -> None:
    server.in_turn(Answer(status, None, {"Location": f"{server.url}/elsewhere"}))
    response = make_transport().send(
        HttpRequest(method, f"{server.url}/here", credentials=BearerCredentials("t")), Retries(3)
    )
    assert (response.status, response.headers["location"]) == (status, f"{server.url}/elsewhere")
    assert [seen.path for seen in server.seen] == ["/here"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 407, 409, 500])
def test_refusals_come_back(make_transport: MakeTransport, server: Scripted, status: int) -> None:
    server.in_turn(Answer(status, {"why": "because"}, {"WWW-Authenticate": 'Basic realm="x"'}))
    response = make_transport().send(HttpRequest("POST", server.url, body=b"x"), Retries(2))
    assert (response.status, response.body, len(server.seen)) == (status, b'{"why": "because"}', 1)


@pytest.mark.parametrize(
    ("credentials", "header"),
    [
        (BearerCredentials("abc"), "Bearer abc"),
        (BasicCredentials("a%3A", "b"), "Basic YSUzQTpi"),
        (None, "Own scheme"),
    ],
)
def test_netrc_never_speaks(
    make_transport: MakeTransport,
    server: Scripted,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    credentials: BearerCredentials | BasicCredentials | None,
    header: str,
) -> None:
    netrc = home / ".netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\ndefault login d password d\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    own = {} if credentials else {"Authorization": "Own scheme"}
    make_transport().send(HttpRequest("GET", server.url, headers=own, credentials=credentials))
    make_transport().send(HttpRequest("GET", server.url))
    assert [seen.headers.get("authorization") for seen in server.seen] == [header, None]


def test_cookies_are_not_kept(make_transport: MakeTransport, server: Scripted) -> None:
    server.in_turn(Answer(200, {}, {"Set-Cookie": "session=1; Path=/"}))
    transport = make_transport()
    transport.send(HttpRequest("GET", server.url))
    transport.send(HttpRequest("GET", server.url))
    assert "cookie" not in server.seen[1].headers


@pytest.mark.parametrize("packed", [False, True])
def test_answer_beyond_the_limit(make_transport: MakeTransport, server: Scripted, packed: bool) -> None:
    plain = b"x" * 200_000
    server.in_turn(
        Answer(200, gzip.compress(plain) if packed else plain, {"Content-Encoding": "gzip"} if packed else {})
    )
    transport = make_transport()
    assert len(transport.send(HttpRequest("GET", server.url, limit=200_000)).body) == 200_000
    with pytest.raises(AnswerTooLarge) as caught:
        transport.send(HttpRequest("GET", server.url, limit=199_999))
    place = server.url.replace("http://", "")
    assert caught.value.message == (
        f"The response from {place} is longer than 199999 bytes: check that the URL is the one you mean."
    )


def test_url_is_encoded_once(make_transport: MakeTransport, server: Scripted) -> None:
    make_transport().send(HttpRequest("GET", f"{server.url}/é b/%2F?q=ü&r=[1]#part"))
    assert (server.seen[0].path, server.seen[0].query) == ("/%C3%A9%20b/%2F", "q=%C3%BC&r=%5B1%5D")


@pytest.mark.parametrize("headers", [{"X": "a\r\nY: b"}, {"X": "€"}, {"X Y": "a"}, {"": "a"}, {"É": "a"}])
def test_headers_that_http_cannot_carry(
    make_transport: MakeTransport, server: Scripted, headers: dict[str, str]
) -> None:
    with pytest.raises(InvalidOption, match="header"):
        make_transport().send(HttpRequest("GET", server.url, headers=headers))
    assert not server.seen


def test_slow_server(make_transport: MakeTransport) -> None:
    def late(_request: Incoming) -> Answer:
        time.sleep(1.5)
        return Answer(200)

    with scripted(late) as slow:
        with pytest.raises(RequestTimedOut) as caught:
            make_transport(timeout=0.3).send(HttpRequest("GET", slow.url), Retries(3))
        assert len(slow.seen) == 1
    place = slow.url.replace("http://", "")
    assert caught.value.message == (
        f"{place} did not answer within 0.3 s: check the server and the network in between, or raise timeout."
    )


def test_connection_closed_within_the_answer(make_transport: MakeTransport, server: Scripted) -> None:
    server.in_turn(Answer(200, b"x" * 100, cut=10))
    with pytest.raises(ConnectionFailed, match="closed the connection before the response was complete"):
        make_transport().send(HttpRequest("GET", server.url))


def test_requests_keeps_connections_alive(server: Scripted) -> None:
    transport = requests_transport(settings())
    for _turn in range(3):
        transport.send(HttpRequest("GET", server.url))
    assert len({seen.connection for seen in server.seen}) == 1
    transport.close()


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # the server is a thread; the child leaves at once
def test_a_forked_child_opens_its_own_connection(server: Scripted) -> None:
    transport = requests_transport(settings())
    transport.send(HttpRequest("GET", server.url))
    child = os.fork()
    if child == 0:
        os._exit(0 if transport.send(HttpRequest("GET", server.url)).status == 200 else 1)
    assert os.waitpid(child, 0)[1] == 0
    transport.send(HttpRequest("GET", server.url))
    first, in_child, after = (seen.connection for seen in server.seen)
    assert first == after != in_child
    transport.close()


def test_reprs_are_sealed() -> None:
    secret = "s3cret"
    request = HttpRequest(
        "POST",
        f"https://u:{secret}@host/p?key={secret}",
        headers={"Authorization": secret},
        body=secret.encode(),
        credentials=BearerCredentials(secret),
    )
    held = [
        request,
        BearerCredentials(secret),
        BasicCredentials(secret, secret),
        HttpResponse(200, {"set-cookie": secret}, secret.encode(), f"https://host/?t={secret}", 1, 0.1),
        TransportSettings(proxy=f"http://u:{secret}@proxy:3128"),
    ]
    assert all(secret not in f"{thing!r} {thing}" for thing in held)
    assert repr(request) == "HttpRequest(POST https://host/p)"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("", None),
        ("7", 7.0),
        ("soon", None),
        ("-5", None),
        ("Thu, 01 Jan 1970 00:01:40 GMT", 90.0),
        ("Thu, 01 Jan 1970 00:00:05 GMT", 0.0),
        ("Thu, 01 Jan", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": value}, now=lambda: 10.0) == seconds


def test_backoff_grows_and_varies() -> None:
    waits = [[_http.backoff(repeat) for _turn in range(200)] for repeat in (1, 3, 30)]
    assert all(0.1 <= wait <= _http.BACKOFF_LIMIT for row in waits for wait in row)
    assert max(waits[0]) <= 1.0 < max(waits[1]) <= 4.0 < max(waits[2])
    assert len(set(waits[0])) > 100
