# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The copy that is built holds what git knows or would take, and nothing that a run made."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.tests.tools import collection, tree


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "a checkout"
    for name in ("galaxy.yml", "plugins/lookup/token.py", "build/run-x/file", "plugins/__pycache__/token.pyc", "gone"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    (root / ".gitignore").write_text("/build/\n__pycache__/\n")
    monkeypatch.setattr(tree, "ROOT", root)
    monkeypatch.setattr(tree, "TREE", root / "build" / "tree")
    monkeypatch.setattr(collection, "ROOT", root)
    return root


def names(paths: list[Path]) -> set[str]:
    return {path.as_posix() for path in paths}


def test_what_git_knows(checkout: Path) -> None:
    subprocess.run(["git", "init", "-q", str(checkout)], check=True)
    subprocess.run(["git", "-C", str(checkout), "add", "gone", "galaxy.yml"], check=True)
    (checkout / "gone").unlink()
    assert names(tree.files()) == {".gitignore", "galaxy.yml", "plugins/lookup/token.py"}


def test_without_git_everything_but_build_folders(checkout: Path) -> None:
    assert names(tree.files()) == {".gitignore", "galaxy.yml", "plugins/lookup/token.py", "gone"}


def test_a_folder_of_somebody_elses_checkout_is_not_asked_of_it(checkout: Path) -> None:
    subprocess.run(["git", "init", "-q", str(checkout.parent)], check=True)
    (checkout.parent / ".gitignore").write_text("*\n")
    assert "galaxy.yml" in names(tree.files())


def test_the_copy_lies_where_ansible_wants_it(checkout: Path, tmp_path: Path) -> None:
    copied = collection.copy(tmp_path / "copy")
    assert copied == tmp_path / "copy" / "ansible_collections" / "authkit" / "oauth"
    assert (copied / "plugins" / "lookup" / "token.py").read_text() == "plugins/lookup/token.py"
    assert not (copied / "build").exists()


def test_the_tree_is_a_link_that_follows_the_checkout(checkout: Path, tmp_path: Path) -> None:
    place = tree.link() / tree.COLLECTION
    assert place.resolve() == checkout
    place.unlink()
    place.symlink_to(tmp_path)
    assert tree.link() == tree.TREE
    assert place.resolve() == checkout
