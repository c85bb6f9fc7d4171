# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files that options name: only regular ones, only so much of them, and nothing is waited for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import InvalidOption
from ansible_collections.authkit.oauth.plugins.plugin_utils._action.input_file import input_content

LARGEST = 2 * 1024**2


def content(path: object) -> bytes:
    return input_content("source", str(path), LARGEST, "make it smaller")


@pytest.mark.parametrize("size", [0, LARGEST])
def test_a_file_is_read_whole(tmp_path: Path, size: int) -> None:
    (tmp_path / "file").write_bytes(b"x" * size)
    assert content(tmp_path / "file") == b"x" * size


def test_what_is_larger_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "file").open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(InvalidOption, match="/file' is larger than 2 MiB: make it smaller[.]$"):
        content(tmp_path / "file")


@pytest.mark.parametrize("name", [".", "pipe", "/dev/zero", "a\0b"])
def test_what_is_not_a_file_is_refused_and_never_waited_for(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InvalidOption, match=r"^source .* is not a file that can be read on the controller: check the"):
        content(tmp_path / name)


def test_what_does_not_exist_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(
        InvalidOption, match=r"^source .*/missing' does not exist on the controller: check the path[.]$"
    ):
        content(tmp_path / "missing")


def test_what_grows_after_its_size_was_taken_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_bytes(b"x" * (LARGEST + 1))
    small = os.stat_result((0o100600, 1, 1, 1, 0, 0, 1, 0, 0, 0))
    monkeypatch.setattr("os.fstat", lambda _descriptor: small)
    with pytest.raises(InvalidOption, match="is larger than 2 MiB"):
        content(tmp_path / "file")
