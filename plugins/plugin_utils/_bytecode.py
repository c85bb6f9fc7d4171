# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Has Python load our files as it loads those of any library: with their bytecode from __pycache__.

Ansible's loader of collections compiles a file in each process that imports it, so in each worker of each task. That
is two thirds of what a token from the store costs. Ansible loads plugins themselves with Python's loader, which is the
one used here: it compares the time and size of the source, and writes no bytecode where this user may not write.
"""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from os.path import isdir, isfile

_PACKAGE = __name__[: -len("plugin_utils._bytecode")]
_FOLDER = __file__[: -len("plugin_utils/_bytecode.py")]
#: Where nobody asks for the packages' files: Ansible does, for those of plugins.
_PACKAGES = (f"{_PACKAGE}plugin_utils", f"{_PACKAGE}module_utils")


class Finder:
    """Finds our files and the packages with their helpers; other packages are left to Ansible."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if not name.startswith(_PACKAGE):
            return None
        place = _FOLDER + name[len(_PACKAGE) :].replace(".", "/")
        file = f"{place}.py"
        if isfile(file):
            return spec_from_file_location(name, file, loader=SourceFileLoader(name, file))
        return _package(name, place) if name.startswith(_PACKAGES) and isdir(place) else None


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
