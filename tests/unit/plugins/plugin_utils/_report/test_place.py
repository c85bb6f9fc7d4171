# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file that the results of an audit are shown at."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.authkit.oauth.plugins.plugin_utils._report.place import Place, place_of, place_of_play


def test_it_is_relative_to_the_repository(tmp_path: Path) -> None:
    play = tmp_path / "repo" / "play books" / "audit.yml"
    play.parent.mkdir(parents=True)
    play.touch()
    (tmp_path / "repo" / ".git").touch()
    assert place_of_play(f"{play}:3", "/") == Place("play%20books/audit.yml", 3)


def test_without_a_repository_it_is_relative_to_the_working_directory(tmp_path: Path) -> None:
    export = tmp_path / "exports" / "shop.json"
    assert place_of(str(export), 1, str(tmp_path)) == Place("exports/shop.json")


def test_a_file_elsewhere_has_only_its_name(tmp_path: Path) -> None:
    assert place_of(str(tmp_path / "a:b.json"), 1, str(tmp_path / "work")) == Place("a%3Ab.json")


def test_without_a_file_there_is_none(tmp_path: Path) -> None:
    assert place_of_play("", str(tmp_path)) is None
    assert place_of_play("<unknown>:1", str(tmp_path)) is None
