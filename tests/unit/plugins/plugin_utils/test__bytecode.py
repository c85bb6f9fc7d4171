# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup's files are loaded with the bytecode that an earlier process has kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

#: A worker that loads the lookup, and says how each of our files was loaded.
WORKER = """
import json, sys
from ansible_collections.authkit.oauth.plugins.lookup import token
own = "ansible_collections.authkit.oauth.plugins."
files = {name[len(own):]: module for name, module in sys.modules.items()
         if name.startswith(own) and getattr(module, "__file__", None)}
print(json.dumps({name: [type(module.__spec__.loader).__name__, module.__file__] for name, module in files.items()}))
"""
#: A worker that loads the lookup: whether our packages are lists of folders, and Ansible's own keep their file.
PACKAGES = """
import json, sys
from ansible_collections.authkit.oauth.plugins.lookup import token
own = "ansible_collections.authkit.oauth.plugins."
store, plugins = sys.modules[own + "plugin_utils._store"], sys.modules[own + "lookup"]
(folder,) = store.__path__
print(json.dumps([folder.split("/")[-2:], store.__spec__.origin is None, list(plugins.__path__) != []]))
"""
#: Loaded before the finder is there: the lookup itself, by Ansible's loader of plugins, and the finder.
BEFORE = {"lookup.token", "plugin_utils._bytecode"}


def worker(kept: Path, *, keep: bool = True) -> dict[str, list[str]]:
    env = {**os.environ, "PYTHONPYCACHEPREFIX": str(kept), "PYTHONDONTWRITEBYTECODE": "" if keep else "1"}
    done = subprocess.run([sys.executable, "-c", WORKER], env=env, capture_output=True, text=True, check=True)
    loaded: dict[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
    return loaded


def kept_names(kept: Path) -> set[str]:
    """The names of our files whose bytecode is kept."""
    found = {path.with_suffix("").with_suffix("") for path in kept.rglob("*.pyc") if "/oauth/plugins/" in str(path)}
    return {".".join(path.parts[path.parts.index("plugins") + 1 :]) for path in found}


def test_bytecode_is_kept_and_used(tmp_path: Path) -> None:
    first = worker(tmp_path)
    names = set(first) - BEFORE
    assert {first[name][0] for name in names} == {"SourceFileLoader"}
    assert "plugin_utils._lookup" in names
    assert kept_names(tmp_path) >= names
    assert worker(tmp_path) == first


def test_packages_are_found_without_a_file() -> None:
    loaded = subprocess.run([sys.executable, "-c", PACKAGES], capture_output=True, text=True, check=True)
    assert json.loads(loaded.stdout.splitlines()[-1]) == [["plugin_utils", "_store"], True, True]


def test_nothing_is_kept_if_the_user_says_so(tmp_path: Path) -> None:
    assert set(worker(tmp_path, keep=False)) > BEFORE
    assert kept_names(tmp_path) == set()


def test_bytecode_that_cannot_be_kept_fails_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert set(worker(tmp_path / "file")) > BEFORE
