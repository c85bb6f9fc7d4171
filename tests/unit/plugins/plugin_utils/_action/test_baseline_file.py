# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A baseline from a file or from the task itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import InvalidOption
from ansible_collections.authkit.oauth.plugins.plugin_utils._action.baseline_file import baseline_content


def content(folder: Path, value: object) -> object:
    return baseline_content(value, lambda path: str(folder / path))


def test_a_path_is_read_and_content_is_taken(tmp_path: Path) -> None:
    (tmp_path / "known.json").write_text('{"version": 1, "findings": []}', encoding="utf-8")
    assert content(tmp_path, "known.json") == content(tmp_path, {"version": 1, "findings": []})


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("missing.json", "missing.json' does not exist on the controller: write it with one run of the role"),
        ("a\0b", "is not a file that can be read on the controller"),
        (".", "is not a file that can be read on the controller"),
        ("large.json", "large.json' is larger than 32 MiB"),
        ("list.json", "baseline 'list.json' is not a JSON object"),
        ("broken.json", "baseline 'broken.json' is not a JSON object"),
        (3, "baseline must be the path of a baseline file on the controller, or its content."),
    ],
)
def test_faults_are_one_sentence(tmp_path: Path, value: object, says: str) -> None:
    with (tmp_path / "large.json").open("wb") as file:
        file.truncate(32 * 1024**2 + 1)
    (tmp_path / "list.json").write_text("[1]", encoding="utf-8")
    (tmp_path / "broken.json").write_bytes(b'{"version": \xff')
    with pytest.raises(InvalidOption) as error:
        content(tmp_path, value)
    assert says in error.value.message
