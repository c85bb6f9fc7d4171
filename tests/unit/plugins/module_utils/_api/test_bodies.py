# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bodies, queries and headers as bytes; answers as text and JSON."""

from __future__ import annotations

import datetime
import json
import time
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._api.bodies import (
    decode_json,
    decode_text,
    encode_body,
    encode_headers,
    encode_query,
    is_json,
)
from ansible_collections.authkit.oauth.plugins.module_utils._errors import InvalidOption

FORM = "application/x-www-form-urlencoded"

LIMIT = 1024 * 1024


@pytest.mark.parametrize(
    ("body", "body_format", "sent", "content_type"),
    [
        (None, "json", None, None),
        ({"a": [1, None, "é"]}, None, b'{"a": [1, null, "\\u00e9"]}', "application/json"),
        ([1, 2], None, b"[1, 2]", "application/json"),
        (True, "json", b"true", "application/json"),
        ('{"already": "json"}', "json", b'{"already": "json"}', "application/json"),
        ({"day": datetime.date(2026, 1, 2)}, "json", b'{"day": "2026-01-02"}', "application/json"),
        ("a=b&c", None, b"a=b&c", FORM),
        ("naïve", "raw", "naïve".encode(), FORM),
        (5, None, b"5", FORM),
        ({"a": ["x y", "é"], "n": None, "b": True}, "form-urlencoded", b"a=x+y&a=%C3%A9&b=true", FORM),
        ([["a", "1"], ["a", "2"]], "form-urlencoded", b"a=1&a=2", FORM),
        ("a=ready", "form-urlencoded", b"a=ready", FORM),
        ("\udcffx", "raw", b"\xffx", FORM),
        ("\ud800x", "raw", "\ufffdx".encode(), FORM),
        (b"\x00\xff", "raw", b"\x00\xff", FORM),
    ],
)
def test_a_body_and_its_media_type(
    body: Any, body_format: str | None, sent: bytes | None, content_type: str | None
) -> None:
    assert encode_body(body, body_format) == (sent, content_type)


@pytest.mark.parametrize(
    ("body", "body_format", "says"),
    [
        ({"a": 1}, "raw", "body, which is sent raw, must be text, a number or a boolean, not a dict"),
        ({"a": float("nan")}, "json", "JSON cannot express"),
        ({"a": object()}, "json", "JSON cannot express"),
        ({"a": {"b": 1}}, "form-urlencoded", "'a' in body must be text"),
        ([1, 2], "form-urlencoded", "body must be a mapping (or a list of pairs)"),
        (5, "form-urlencoded", "body must be a mapping (or a list of pairs)"),
    ],
)
def test_a_body_that_its_format_cannot_carry_is_refused(body: Any, body_format: str, says: str) -> None:
    with pytest.raises(InvalidOption) as error:
        encode_body(body, body_format)
    assert says in error.value.message


def test_a_query_repeats_lists_and_leaves_null_out() -> None:
    assert (
        encode_query({"a": [1, "x y", None], "b": None, "c": False, "é": "&="}) == "a=1&a=x%20y&c=false&%C3%A9=%26%3D"
    )


def test_headers_become_text_and_null_leaves_one_out() -> None:
    assert encode_headers({"X-Number": 1, "X-Flag": True, "X-None": None, "Accept": " text/plain "}) == {
        "X-Number": "1",
        "X-Flag": "true",
        "Accept": "text/plain",
    }


@pytest.mark.parametrize(
    ("headers", "says"),
    [
        ({"authorization": "Bearer mine"}, "headers must not set authorization"),
        ({"Content-Length": 3}, "headers must not set Content-Length"),
        ({"Transfer-Encoding": "chunked"}, "headers must not set Transfer-Encoding"),
        ({"X-A": "one\r\nX-B: two"}, "The header X-A holds line breaks"),
        ({"X-A": "one\x00"}, "The header X-A holds line breaks or control characters"),
        ({"X-A": "zażółć"}, "beyond Latin-1"),
        ({"X A": "v"}, "The header name 'X A' is not valid"),
        ({"X-A\r\nX-B": "v"}, "The header name"),
        ({"": "v"}, "The header name '' is not valid"),
        ({"X-A": ["v"]}, "The header X-A must be text"),
        ({"X-A": "1", "x-a": "2"}, "headers sets x-a twice"),
    ],
)
def test_headers_that_must_not_be_sent_are_refused(headers: dict[Any, Any], says: str) -> None:
    with pytest.raises(InvalidOption) as error:
        encode_headers(headers)
    assert says in error.value.message
    assert "mine" not in error.value.message


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("application/json", True),
        ("application/problem+json; charset=utf-8", True),
        ("application/JSON, application/json", True),
        ("text/javascript", True),
        ("text/html", False),
        ("application/jsonp-not", False),
        ("", False),
        ("nonsense", False),
    ],
)
def test_what_is_read_as_json(content_type: str, expected: bool) -> None:
    assert is_json(content_type) is expected


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("é".encode(), "text/plain", "é"),
        ("é".encode("latin-1"), "text/plain; charset=ISO-8859-1", "é"),
        ("é".encode("utf-16"), 'text/plain; charset="utf-16"', "é"),
        (b"ok", "text/plain; charset=no-such-charset", "ok"),
        (b"ok", "text/plain; charset=hex", "ok"),
        (b"\x00\xff\xfe", "application/octet-stream", "\x00\ufffd\ufffd"),
    ],
)
def test_text_is_decoded_by_its_charset(body: bytes, content_type: str, text: str) -> None:
    assert decode_text(body, content_type) == text


@pytest.mark.parametrize("charset", ["punycode", "idna", "PUNYCODE"])
def test_no_charset_takes_long(charset: str) -> None:
    body = b"a" * 1024 * 1024 + b"-" + b"9999b" * 100_000
    began = time.monotonic()
    assert decode_text(body, f"text/plain; charset={charset}") == body.decode()
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("value", [None, True, 0, 1.5, "x", [], {}, {"a": [1]}, 123456789012345678901234567890])
def test_json_values_arrive_as_they_are(value: Any) -> None:
    assert decode_json("\ufeff" + json.dumps(value), LIMIT) == value
    assert decode_json(f"\r\n\t {json.dumps(value)}\n ", LIMIT) == value


@pytest.mark.parametrize(
    "text", ["{", "", "<html>", "[] x", "1\u00a0", " \ufeff[]", "[" * 100_000, "[" * 101 + "]" * 101]
)
def test_what_is_no_usable_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Expecting|deeply"):
        decode_json(text, LIMIT)


def test_a_lone_surrogate_is_replaced_and_a_pair_is_kept() -> None:
    found = decode_json('{"\\ud800": ["\\uDC00x", "\\ud83d\\ude00"]}', LIMIT)
    assert found == {"\ufffd": ["\ufffdx", "😀"]}
    json.dumps(found, ensure_ascii=False).encode()
