# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bodies of several parts, read back with the standard library's parser."""

from __future__ import annotations

from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._api.call import prepare
from ansible_collections.authkit.oauth.plugins.module_utils._api.multipart import encode_parts, parts_of
from ansible_collections.authkit.oauth.plugins.module_utils._errors import InvalidOption

NO_TEXT = bytes(range(256))


def encoded(body: object) -> dict[str, Message]:
    """The parts of an encoded body, by name."""
    content, content_type = encode_parts(parts_of(body))
    whole = message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + content)
    return {str(part.get_param("name", header="content-disposition")): part for part in list(whole.walk())[1:]}


def test_texts_numbers_and_files(tmp_path: Path) -> None:
    file = tmp_path / "any.bin"
    file.write_bytes(NO_TEXT)
    found = encoded(
        {
            "text": "value",
            "number": 5,
            "flag": True,
            "left_out": None,
            "file": {"filename": str(file), "mime_type": "application/x-any"},
            "made": {"content": "text", "filename": "fake.txt", "mime_type": "text/plain"},
        }
    )
    assert {name: found[name].get_payload() for name in ("text", "number", "flag", "made")} == {
        "text": "value",
        "number": "5",
        "flag": "true",
        "made": "text",
    }
    assert set(found) == {"text", "number", "flag", "file", "made"}
    file_part = found["file"]
    assert (file_part.get_filename(), file_part.get_content_type()) == ("any.bin", "application/x-any")
    assert file_part.get_payload(decode=True) == NO_TEXT


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("text", "body must be a mapping of fields"),
        (["a"], "body must be a mapping of fields"),
        ({"a": ["b"]}, "'a' in body must be text"),
        ({"a": {}}, "has neither filename nor content"),
        ({"a": {"file": "/x"}}, "'file' in the field 'a' of body is not known"),
        ({"a": {"content": "x", "filename": "b\r\nX-Evil: 1"}}, "holds line breaks"),
        ({"a": {"content": "x", "mime_type": "text/plain\r\nX-Evil: 1"}}, "holds line breaks"),
        ({"a\r\nX-Evil: 1": "x"}, "holds line breaks"),
    ],
)
def test_what_is_no_form_is_refused_before_any_file_is_read(body: object, says: str) -> None:
    with pytest.raises(InvalidOption, match=says):
        prepare(
            {
                "method": "POST",
                "follow_redirects": "safe",
                "url": "https://api.example.com/",
                "body_format": "form-multipart",
                "body": body,
            }
        )


def test_a_file_that_is_missing_is_named() -> None:
    with pytest.raises(InvalidOption, match="filename of 'a' '/nowhere' is not a file"):
        encode_parts(parts_of({"a": {"filename": "/nowhere"}}))
