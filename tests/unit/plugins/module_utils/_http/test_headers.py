# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Header fields, validated once for both transports."""

from __future__ import annotations

import http.client

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import InvalidOption
from ansible_collections.authkit.oauth.plugins.module_utils._http.headers import (
    check_header,
    is_token,
    is_visible_ascii,
    lower_cased,
)


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
