# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files with an assertion: what is read, and what is refused without a wait and without its content in the message."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import AssertionUnavailable
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.client_auth.assertion_file import (
    LONGEST_ASSERTION,
    assertion_of_file,
    checked_assertion,
)
from ansible_collections.authkit.oauth.tests.unit.support.stores import NOBODY

JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJqb2IifQ.c2lnbmF0dXJl"


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_the_line_break_at_the_end_is_not_part_of_it(end: str, tmp_path: Path) -> None:
    (tmp_path / "jwt").write_bytes((JWT + end).encode())
    assert assertion_of_file(str(tmp_path / "jwt"), "client_assertion_path") == JWT


def test_links_are_followed(tmp_path: Path) -> None:
    """Kubernetes' projected volumes: token -> ..data/token, ..data -> a folder with a date."""
    (tmp_path / "..2026").mkdir()
    (tmp_path / "..2026" / "token").write_text(JWT)
    (tmp_path / "..data").symlink_to("..2026")
    (tmp_path / "token").symlink_to("..data/token")
    assert assertion_of_file(str(tmp_path / "token"), "client_assertion_path") == JWT


def _absent(_path: Path) -> None:
    pass


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _folder(path: Path) -> None:
    path.mkdir()


def _long(path: Path) -> None:
    path.write_bytes(b"a." * LONGEST_ASSERTION)


def _text(text: str) -> Callable[[Path], object]:
    return lambda path: path.write_text(text)


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (_absent, "does not exist: check the path"),
        (_pipe, "is not a readable file: name the file"),
        (_device, "is not a readable file: name the file"),
        (_folder, "is not a readable file: name the file"),
        (_long, "is longer than 65536 bytes: it must hold one signed JWT"),
        (_text(""), "is empty: it must hold one signed JWT"),
        (_text(f"{JWT}\n\n"), "is no JWT: it must hold one signed JWT"),
        (_text(f" {JWT}"), "is no JWT"),
        (_text("a-client-secret-in-the-wrong-file"), "is no JWT"),
        (_text(f"{JWT.rpartition('.')[0]}."), "is no JWT"),  # unsigned
        (_text("\udcff".encode("utf-8", "surrogateescape").decode("latin-1")), "is no JWT"),
    ],
)
def test_anything_else_is_refused(made: Callable[[Path], object], says: str, tmp_path: Path) -> None:
    path = tmp_path / "jwt"
    made(path)
    began = time.monotonic()
    with pytest.raises(AssertionUnavailable, match=says) as caught:
        assertion_of_file(str(path), "client_assertion_path")
    assert time.monotonic() - began < 5
    assert str(path) in caught.value.message
    assert "wrong-file" not in caught.value.message
    assert caught.value.__context__ is None


def test_a_file_of_others(tmp_path: Path) -> None:
    (tmp_path / "jwt").write_text(JWT)
    (tmp_path / "jwt").chmod(0)
    me = os.geteuid()
    if me == 0:  # root may read any file
        os.seteuid(NOBODY)
    try:
        with pytest.raises(AssertionUnavailable, match="cannot be read by this user: check its owner and mode"):
            assertion_of_file(str(tmp_path / "jwt"), "client_assertion_path")
    finally:
        os.seteuid(me)


def test_a_path_that_no_file_can_have() -> None:
    with pytest.raises(AssertionUnavailable, match="is not a readable file"):
        assertion_of_file("a\0b", "client_assertion_path")


def test_a_text_of_an_option() -> None:
    assert checked_assertion(JWT, "client_assertion") == JWT
    with pytest.raises(AssertionUnavailable, match=r"^client_assertion is no JWT: "):
        checked_assertion("hush", "client_assertion")
