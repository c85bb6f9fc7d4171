# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Has Python load our files as it loads those of any library: with their bytecode from __pycache__.

Ansible's loader of collections compiles a file in each process that imports it, so in each worker of each task. That
is two thirds of what a token from the store costs. Ansible loads plugins themselves with Python's loader, which is the
one used here: it compares the time and size of the source, and writes no bytecode where this user may not write.

What a hit loads is kept once more, in a single file: to find, open and read one file instead of twenty saves a seventh.
"""

from __future__ import annotations

import marshal
import os
import sys
from contextlib import suppress
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import MAGIC_NUMBER, cache_from_source, spec_from_file_location
from os.path import isdir, isfile
from typing import Any

_PACKAGE = __name__[: -len("plugin_utils._bytecode")]
_FOLDER = __file__[: -len("plugin_utils/_bytecode.py")]
#: Where nobody asks for the packages' files: Ansible does, for those of plugins.
_PACKAGES = (f"{_PACKAGE}plugin_utils", f"{_PACKAGE}module_utils")
#: Where the code of all that a hit loads is kept, for this version of Python's bytecode.
KEPT = f"{cache_from_source(f'{_FOLDER}plugin_utils/_of_hit.py')[:-3]}{MAGIC_NUMBER.hex()}"
#: The file, time, size and code of each.
_HIT: dict[str, tuple[str, int, int, Any]] = {}


class Finder:
    """Finds our files and the packages with their helpers; other packages are left to Ansible."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if not name.startswith(_PACKAGE):
            return None
        if name in _HIT:
            found = ModuleSpec(name, _OfHit(name, _HIT[name][0]), origin=_HIT[name][0])
            found.has_location, found.cached = True, KEPT  # both would take time to derive
            return found
        place = _FOLDER + name[len(_PACKAGE) :].replace(".", "/")
        file = f"{place}.py"
        if isfile(file):
            return spec_from_file_location(name, file, loader=SourceFileLoader(name, file))
        return _package(name, place) if name.startswith(_PACKAGES) and isdir(place) else None


class _OfHit(SourceFileLoader):
    def get_code(self, fullname: str) -> Any:
        return _HIT[fullname][3]


def _codes() -> dict[str, tuple[str, int, int, Any]]:
    """The code as it was kept if no file has changed since."""
    with suppress(OSError, EOFError, ValueError, TypeError, AttributeError), open(KEPT, "rb") as kept:
        folder, codes = marshal.loads(kept.read())
        states = ((os.stat(file), time, size) for file, time, size, _code in codes.values())
        if folder == _FOLDER and all(now.st_mtime_ns == time and now.st_size == size for now, time, size in states):
            return dict(codes)
    from ._hit import made  # once for each version

    return made(_PACKAGE, _FOLDER, KEPT)


def _package(name: str, folder: str) -> ModuleSpec:
    """A package without __init__.py. Ansible would look for that file, and compile an empty one."""
    found = ModuleSpec(name, None, is_package=True)
    found.submodule_search_locations = [folder]
    return found


# Before Ansible's own, and behind what a sanity test has put there to watch.
_ANSIBLE = next(
    (place for place, each in enumerate(sys.meta_path) if type(each).__name__ == "_AnsibleCollectionFinder"), 0
)
sys.meta_path.insert(_ANSIBLE, Finder)
_HIT.update(_codes())
