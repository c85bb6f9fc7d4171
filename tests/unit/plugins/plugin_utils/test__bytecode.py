# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup's files are loaded with the bytecode that an earlier process has kept."""

from __future__ import annotations

import json
import marshal
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.plugins.plugin_utils._hit import HIT

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
#: Loads the lookup as Ansible does, and then prints a name of its module.
ASKED = """
from ansible_collections.authkit.oauth.plugins.lookup import token
from ansible_collections.authkit.oauth.plugins.plugin_utils import _lookup
print(_lookup.planted)
"""
PLUGINS = Path(__file__).resolve().parents[4] / "plugins"
#: Loaded before the finder is there: the lookup itself, by Ansible's loader of plugins, and the finder.
BEFORE = {"lookup.token", "plugin_utils._bytecode"}
#: Made the one file, in the first worker only.
MAKER = "plugin_utils._hit"


def run(script: str, kept: Path, *, keep: bool = True, tree: Path | None = None) -> str:
    """The last line that a worker prints."""
    env = {**os.environ, "PYTHONPYCACHEPREFIX": str(kept), "PYTHONDONTWRITEBYTECODE": "" if keep else "1"}
    if tree is not None:
        env["PYTHONPATH"] = str(tree)
    done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1]


def worker(kept: Path, *, keep: bool = True, tree: Path | None = None) -> dict[str, list[str]]:
    loaded: dict[str, list[str]] = json.loads(run(WORKER, kept, keep=keep, tree=tree))
    return loaded


def kept_names(kept: Path) -> set[str]:
    """The names of our files whose bytecode is kept."""
    found = {path.with_suffix("").with_suffix("") for path in kept.rglob("*.pyc") if "/oauth/plugins/" in str(path)}
    return {".".join(path.parts[path.parts.index("plugins") + 1 :]) for path in found}


def umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def of_hit(kept: Path) -> Path:
    """The one file with the bytecode of all that a hit loads."""
    (found,) = kept.rglob("_of_hit.*")
    return found


def test_bytecode_is_kept_and_used(tmp_path: Path) -> None:
    first = worker(tmp_path)
    names = set(first) - BEFORE
    assert MAKER in names
    assert {name: first[name][0] for name in names} == {
        name: "_OfHit" if name in HIT else "SourceFileLoader" for name in names
    }
    assert "plugin_utils._lookup" in names
    assert kept_names(tmp_path) >= names
    assert of_hit(tmp_path).stat().st_mode & 0o777 == 0o644 & ~umask()
    del first[MAKER]
    assert worker(tmp_path) == first


def test_what_a_hit_loads_is_read_from_one_file(tmp_path: Path) -> None:
    worker(tmp_path)
    place = of_hit(tmp_path)
    folder, codes = marshal.loads(place.read_bytes())
    (name,) = (each for each in codes if each.endswith("._lookup"))
    codes[name] = (*codes[name][:3], compile("tokens = planted = 1", "planted", "exec"))
    place.write_bytes(marshal.dumps((folder, codes)))
    assert run(ASKED, tmp_path) == "1"


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    tree, kept = tmp_path / "tree", tmp_path / "kept"
    plugins = tree / "ansible_collections" / "authkit" / "oauth" / "plugins"
    shutil.copytree(PLUGINS, plugins, ignore=shutil.ignore_patterns("__pycache__"))
    worker(kept, tree=tree)
    with (plugins / "plugin_utils" / "_lookup.py").open("a") as file:
        file.write("\nplanted = 2\n")
    assert [run(ASKED, kept, tree=tree) for _twice in range(2)] == ["2", "2"]


@pytest.mark.parametrize("content", [b"", b"torn", marshal.dumps(1), marshal.dumps(([], {}))])
def test_a_file_that_is_not_ours_is_replaced(tmp_path: Path, content: bytes) -> None:
    first = worker(tmp_path)
    place = of_hit(tmp_path)
    place.write_bytes(content)
    assert worker(tmp_path) == first
    assert len(marshal.loads(place.read_bytes())[1]) == len(HIT)


def test_packages_are_found_without_a_file() -> None:
    loaded = subprocess.run([sys.executable, "-c", PACKAGES], capture_output=True, text=True, check=True)
    assert json.loads(loaded.stdout.splitlines()[-1]) == [["plugin_utils", "_store"], True, True]


def test_nothing_is_kept_if_the_user_says_so(tmp_path: Path) -> None:
    assert set(worker(tmp_path, keep=False)) > BEFORE
    assert kept_names(tmp_path) == set()


def test_bytecode_that_cannot_be_kept_fails_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert set(worker(tmp_path / "file")) > BEFORE
