# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A file that an option names is read in bounded time and memory, whatever it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._regular_file import content


def test_the_content_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"key\n")
    (tmp_path / "link").symlink_to("key")
    assert content(str(tmp_path / "link"), 100) == b"key\n"


def test_no_more_than_the_limit(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"x" * 1000)
    assert content(str(tmp_path / "key"), 100) == b"x" * 100


@pytest.mark.parametrize("path", ["/dev/zero", "/", "pipe", "missing"])
def test_anything_else_is_refused_at_once(path: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match=r"regular file|No such file"):
        content(str(tmp_path / path), 100)
