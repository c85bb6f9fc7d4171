# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The receipt's file: private, replaced as a whole, and nothing else than a file is touched."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.plugins.plugin_utils._receipt.file import problem_writing


def test_only_this_user_can_read_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        assert problem_writing(str(tmp_path / "receipt.json"), b"{}") is None
    finally:
        os.umask(before)
    assert (tmp_path / "receipt.json").read_bytes() == b"{}"
    assert (tmp_path / "receipt.json").stat().st_mode & 0o777 == 0o600


def test_an_earlier_one_is_replaced_whatever_its_mode(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    path = tmp_path / "receipt.json"
    path.write_text("old and longer")
    path.chmod(0o644)
    opened = path.open()
    assert problem_writing("~/receipt.json", b"new") is None
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("new", 0o600)
    assert opened.read() == "old and longer"
    assert os.listdir(tmp_path) == ["receipt.json"]


@pytest.mark.parametrize("kind", ["link", "dangling link", "directory", "pipe"])
def test_nothing_but_a_file_is_replaced(tmp_path: Path, kind: str) -> None:
    path, target = tmp_path / "receipt.json", tmp_path / "target"
    if kind == "link":
        target.write_text("precious")
    if "link" in kind:
        path.symlink_to(target)
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()
    problem = problem_writing(str(path), b"{}")
    assert problem is not None
    assert "is a link or not a regular file" in problem
    assert target.exists() == (kind == "link")
    assert not target.exists() or target.read_text() == "precious"


@pytest.mark.parametrize("path", ["missing/receipt.json", "receipt\0.json", "file/receipt.json", ""])
def test_what_cannot_be_written_is_said_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    problem = problem_writing(path, b"{}")
    assert problem is not None
    assert problem.startswith("The file '")
    assert problem.endswith(".")
    assert os.listdir(tmp_path) == ["file"]


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object, **_options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "rename", full)
    assert "cannot be written" in (problem_writing(str(tmp_path / "receipt.json"), b"{}") or "")
    assert os.listdir(tmp_path) == []
