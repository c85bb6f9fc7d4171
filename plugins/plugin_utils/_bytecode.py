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
from importlib.util import spec_from_file_location
from os.path import isfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec

_PACKAGE = __name__[: -len("plugin_utils._bytecode")]
_FOLDER = __file__[: -len("plugin_utils/_bytecode.py")]


class Finder:
    """Finds our files; packages, which have no file, are left to Ansible."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if not name.startswith(_PACKAGE):
            return None
        file = f"{_FOLDER}{name[len(_PACKAGE) :].replace('.', '/')}.py"
        return spec_from_file_location(name, file) if isfile(file) else None


# Before Ansible's own, and behind what a sanity test has put there to watch.
_ANSIBLE = next(
    (place for place, each in enumerate(sys.meta_path) if type(each).__name__ == "_AnsibleCollectionFinder"), 0
)
sys.meta_path.insert(_ANSIBLE, Finder)
