# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tarball has everything that users run or read, and nothing that only builds or tests the collection."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

#: What the tarball may contain at its top level.
TOP = {
    "CHANGELOG.md",
    "CHANGELOG.rst",
    "CODE_OF_CONDUCT.md",
    "CONTRIBUTING.md",
    "COPYING",
    "LICENSES",
    "README.md",
    "REUSE.toml",
    "SECURITY.md",
    "changelogs",
    "docs",
    "extensions",
    "meta",
    "playbooks",
    "plugins",
    "roles",
    "tests",
}
#: The most bytes of all its files: a fraction of the size of tests and fixtures.
MOST_BYTES = 3_000_000


@pytest.fixture
def files(collections: Path) -> set[str]:
    """The files in the tarball's manifest."""
    listed = json.loads((collections / "ansible_collections/authkit/oauth/FILES.json").read_text(encoding="utf-8"))
    return {each["name"] for each in listed["files"] if each["ftype"] == "file"}


def test_what_users_need_is_in_it(files: set[str]) -> None:
    wanted = {
        "COPYING",
        "LICENSES/GPL-3.0-or-later.txt",
        "CHANGELOG.md",
        "changelogs/changelog.yaml",
        "README.md",
        "docs/docsite/rst/guide_token.rst",
        "extensions/short_name/authkit.token.py",
        "meta/execution-environment.yml",
        "meta/ee-requirements.txt",
        "meta/ee-bindep.txt",
        "meta/runtime.yml",
        "plugins/action/api.py",
        "plugins/lookup/token.py",
        "plugins/modules/api.py",
    }
    assert wanted <= files


def test_nothing_else_is_in_it(files: set[str], collections: Path) -> None:
    assert {name.split("/")[0] for name in files} <= TOP
    assert {name for name in files if name.startswith("tests/") and not name.startswith("tests/sanity/")} == {
        "tests/config.yml"
    }
    assert {name.split("/")[1] for name in files if name.startswith("extensions/")} == {"short_name"}
    assert not [name for name in files if "__pycache__" in name or "/." in f"/{name}"]
    root = collections / "ansible_collections/authkit/oauth"
    assert sum((root / name).stat().st_size for name in files) < MOST_BYTES


def test_what_it_says_of_itself(collections: Path) -> None:
    said = json.loads((collections / "ansible_collections/authkit/oauth/MANIFEST.json").read_text(encoding="utf-8"))
    about = said["collection_info"]
    assert (about["namespace"], about["name"], about["license"]) == ("authkit", "oauth", ["GPL-3.0-or-later"])
    assert about["dependencies"] == {}
    assert len(about["tags"]) <= 20
