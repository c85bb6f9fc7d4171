# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A compressed body is decompressed completely or not at all; the same on both transports."""

from __future__ import annotations

import gzip
import io
import random
import zlib
from collections.abc import Callable

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import AnswerTooLarge, ConnectionFailed
from ansible_collections.authkit.oauth.plugins.module_utils._http.body import read_body
from ansible_collections.authkit.oauth.plugins.module_utils._http.model import HttpRequest, Retries
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import Scripted
from ansible_collections.authkit.oauth.tests.unit.support.transports import MakeTransport

PLAIN = b'{"a": [1, 2, 3]}' * 20_000
RANDOM = random.Random(7)


def bare(data: bytes) -> bytes:
    """deflate without zlib's header, as some servers send it."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


PACKED = {
    "gzip": ("gzip", gzip.compress(PLAIN)),
    "x-gzip": ("X-GZIP", gzip.compress(PLAIN)),
    "several members": ("gzip", b"".join(gzip.compress(PLAIN[i : i + 999]) for i in range(0, len(PLAIN), 999))),
    "garbage at the end": ("gzip", gzip.compress(PLAIN) + b"\0" * 100_000),
    "deflate": ("deflate", zlib.compress(PLAIN)),
    "bare deflate": ("deflate", bare(PLAIN)),
    "identity": ("identity", PLAIN),
    **{name: (name, PLAIN) for name in ("UTF-8", "UTF8", "iso-8859-1", "text", "aws-chunked", "s3cret", ",")},
    "gzip and a mistake": ("aws-chunked, gzip", gzip.compress(PLAIN)),
}


@pytest.mark.parametrize("what", PACKED)
def test_what_was_packed_comes_out(make_transport: MakeTransport, server: Scripted, what: str) -> None:
    coding, content = PACKED[what]
    server.in_turn(Answer(200, content, {"Content-Encoding": coding}))
    transport = make_transport()
    assert transport.send(HttpRequest("GET", server.url)).body == PLAIN
    assert transport.send(HttpRequest("GET", server.url, limit=len(PLAIN))).body == PLAIN
    with pytest.raises(AnswerTooLarge):
        transport.send(HttpRequest("GET", server.url, limit=len(PLAIN) - 1))


@pytest.mark.parametrize(
    ("coding", "shown"),
    [("br", "br"), ("zstd", "zstd"), ("gzip, gzip", "gzip, gzip"), ("gzip,br", "gzip, br")],
)
def test_a_coding_that_nobody_asked_for(
    make_transport: MakeTransport, server: Scripted, coding: str, shown: str
) -> None:
    server.in_turn(Answer(200, gzip.compress(gzip.compress(PLAIN)), {"Content-Encoding": coding}))
    with pytest.raises(ConnectionFailed) as caught:
        make_transport().send(HttpRequest("GET", server.url), Retries(2))
    place = server.url.split("//")[1]
    assert caught.value.message == (
        f"{place} sent a response with the Content-Encoding {shown}, although only gzip was requested: correct the "
        "server, or proxies in between."
    )
    assert len(server.seen) == 1


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 304), ("GET", 200)])
def test_nothing_is_nothing_in_every_coding(
    make_transport: MakeTransport, server: Scripted, coding: str, method: str, status: int
) -> None:
    server.in_turn(Answer(status, None, {"Content-Encoding": coding}))
    assert make_transport().send(HttpRequest(method, server.url)).body == b""


@pytest.mark.parametrize("what", ["gzip", "several members", "deflate", "bare deflate"])
def test_what_breaks_off_is_no_answer(make_transport: MakeTransport, server: Scripted, what: str) -> None:
    coding, content = PACKED[what]
    server.in_turn(Answer(200, content[:-9], {"Content-Encoding": coding}))
    with pytest.raises(ConnectionFailed, match="before the response was complete"):
        make_transport().send(HttpRequest("GET", server.url))


@pytest.mark.parametrize("what", ["gzip", "several members", "deflate"])
def test_what_is_damaged_is_no_answer(make_transport: MakeTransport, server: Scripted, what: str) -> None:
    coding, content = PACKED[what]
    damaged = content[:40] + bytes(255 - byte for byte in content[40:60]) + content[60:]
    server.in_turn(Answer(200, damaged, {"Content-Encoding": coding}))
    with pytest.raises(ConnectionFailed, match="whose compression is broken"):
        make_transport().send(HttpRequest("GET", server.url))


def test_members_that_hold_nothing_have_an_end(make_transport: MakeTransport, server: Scripted) -> None:
    server.in_turn(Answer(200, gzip.compress(b"") * 20_000, {"Content-Encoding": "gzip"}))
    with pytest.raises(AnswerTooLarge):
        make_transport().send(HttpRequest("GET", server.url, limit=1000))


def in_steps(data: bytes, step: int) -> Callable[[int], bytes]:
    """Gives the data, at most `step` bytes at a time."""
    source = io.BytesIO(data)
    return lambda most: source.read(min(most, step))


def test_every_way_to_cut_it_gives_the_same() -> None:
    for size in (0, 1, 257, 65_535, 65_536, 65_537, 200_000):
        data = b"".join(RANDOM.choice((b"\0" * 300, RANDOM.randbytes(100))) for _turn in range(size // 200 + 1))[:size]
        halves = gzip.compress(data[: size // 2]) + gzip.compress(data[size // 2 :])
        forms = (
            ("gzip", gzip.compress(data)),
            ("gzip", halves),
            ("deflate", zlib.compress(data)),
            ("deflate", bare(data)),
        )
        for coding, packed in forms:
            for step in (7, 4096, 65_536):
                assert read_body(in_steps(packed, step), {"content-encoding": coding}, size) == data
