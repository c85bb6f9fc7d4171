# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The most memory that a hostile response may cost the calling process."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.tests.unit.plugins.module_utils import hostile_answers
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import raw_server, request_of

MOST = 400
MIB = 1024 * 1024
TYPE = b"Content-Type: application/json\r\n"
PACKED = TYPE + b"Content-Encoding: gzip\r\n"


def packed(unit: bytes, size: int) -> bytes:
    """The unit again and again, `size` bytes of it, in gzip."""
    packer, piece = zlib.compressobj(1, wbits=31), unit * (MIB // len(unit))
    return b"".join([packer.compress(piece) for _turn in range(size // len(piece))]) + packer.flush()


def nested(levels: int, count: int) -> bytes:
    return b'{"a":[' + (b"[" * levels + b"]" * levels + b",") * count + b"0]}"


def wide(begin: bytes, size: int, end: bytes = b"") -> bytes:
    """A list of one string of so many bytes, which an emoji makes 4 times as large."""
    return begin + '["😀'.encode() + b"a" * size + end + b'"]'


@pytest.fixture(scope="module")
def answers() -> dict[str, tuple[bytes, bytes]]:
    bomb = packed(b"[],", 240 * MIB)
    return {
        "bomb": (b"200 OK\r\n" + PACKED, bomb),
        "redirect": (b"302 Found\r\nLocation: /\r\n" + PACKED, bomb),
        "twice": (b"200 OK\r\n" + TYPE + b"Content-Encoding: gzip, gzip\r\n", gzip.compress(bomb)),
        "dense": (b"200 OK\r\n" + TYPE, b"[" + b"[]," * (32 * MIB // 3 - 2) + b"0]"),
        "nested": (b"200 OK\r\n" + TYPE, nested(90, 4_000)),
        "deep": (b"200 OK\r\n" + TYPE, b"[" * 1_000_000),
        "number": (b"200 OK\r\n" + TYPE, b"9" * 2_000_000),
        "mark": (b"200 OK\r\n" + TYPE, wide(b"\xef\xbb\xbf", 32 * MIB - 100)),
        "escapes": (b"200 OK\r\n" + TYPE, wide(b"", 24 * MIB - 100, "\\n😀".encode())),
        "surrogate": (b"200 OK\r\n" + TYPE, wide(b"", 32 * MIB - 100, b"\\ud800")),
        "surrogates": (b"200 OK\r\n" + TYPE, b'["' + b"\\ud800ab" * 3_400_000 + b'"]'),
        "mixed": (b"200 OK\r\n" + TYPE, wide(b"\xef\xbb\xbf", 27 * MIB, b'",' + b"[]," * 1_400_000 + b'"')),
        "busy": (b"503 Busy\r\n", b""),
    }


@pytest.fixture
def hostile(answers: dict[str, tuple[bytes, bytes]]) -> Iterator[str]:
    """The URL of a hostile server."""

    def script(connection: object) -> None:
        case = request_of(connection).split()[1].decode("ascii").strip("/")  # type: ignore[arg-type]
        head, body = answers[case]
        connection.sendall(b"HTTP/1.1 " + head + b"\r\n")  # type: ignore[attr-defined]
        if case == "busy":
            while True:
                connection.sendall(b"x" * MIB)  # type: ignore[attr-defined]
        connection.sendall(body)  # type: ignore[attr-defined]

    with raw_server(script) as server:
        yield f"http://127.0.0.1:{server.port}"


@pytest.mark.alone
@pytest.mark.parametrize("transport", ["requests", "urls"])
def test_no_answer_takes_more_than_its_share(
    transport: str, hostile: str, answers: dict[str, tuple[bytes, bytes]]
) -> None:
    command = [sys.executable, str(Path(hostile_answers.__file__)), transport, hostile, *answers]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    found = dict(zip(answers, map(json.loads, done.stdout.splitlines())))
    assert set(found) == set(answers), done.stderr
    peaks = {case: line["peak"] for case, line in found.items()}
    assert max(peaks.values()) < MOST, peaks
    assert {case for case, line in found.items() if line["json"]} == {"nested", "mark", "escapes", "surrogates"}
    assert found["bomb"]["warnings"] == [
        f"The response from {hostile}/bomb is longer than 32 MiB and was not read as JSON: the result has no json, "
        "raise json_limit, request less at once, or set return_content to get its text."
    ]
    assert "so many values that they take more than 192 MiB of memory" in found["dense"]["warnings"][0]
    assert found["twice"]["msg"].endswith(
        "although only gzip was requested: correct the server, or proxies in between."
    )
    assert "is longer than 268435456 bytes" in found["busy"]["msg"]
