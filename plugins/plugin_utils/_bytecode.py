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
#: The files that a token from the store needs, below plugins.
HIT = (
    "module_utils._maskable",
    "module_utils._oauth.token",
    "module_utils._options.client",
    "module_utils._options.endpoint",
    "module_utils._options.layer",
    "module_utils._options.layers",
    "module_utils._options.read",
    "module_utils._options.table",
    "module_utils._record",
    "plugin_utils._facts.rendering",
    "plugin_utils._lookup",
    "plugin_utils._secrets",
    "plugin_utils._store.crypto",
    "plugin_utils._store.directory",
    "plugin_utils._store.freshness",
    "plugin_utils._store.key",
    "plugin_utils._store.reading",
    "plugin_utils._store.store",
    "plugin_utils._templating",
    "plugin_utils._tokens",
    "plugin_utils._variables",
)
_FILES = {_PACKAGE + name: f"{_FOLDER}{name.replace('.', '/')}.py" for name in HIT}
#: Where their code is kept, for this version of Python's bytecode.
_KEPT = f"{cache_from_source(f'{_FOLDER}plugin_utils/_hit.py')[:-3]}{MAGIC_NUMBER.hex()}"
#: Their code, once one of them is asked for.
_CODES: dict[str, Any] = {}


class Finder:
    """Finds our files and the packages with their helpers; other packages are left to Ansible."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if not name.startswith(_PACKAGE):
            return None
        if name in _FILES:
            return _of_hit(name, _FILES[name])
        place = _FOLDER + name[len(_PACKAGE) :].replace(".", "/")
        file = f"{place}.py"
        if isfile(file):
            return spec_from_file_location(name, file, loader=SourceFileLoader(name, file))
        return _package(name, place) if name.startswith(_PACKAGES) and isdir(place) else None


def _of_hit(name: str, file: str) -> ModuleSpec:
    """What spec_from_file_location() gives, which derives more than is needed from the file's name."""
    found = ModuleSpec(name, _OfHit(name, file), origin=file)
    found.has_location, found.cached = True, _KEPT
    return found


class _OfHit(SourceFileLoader):
    """Takes the code of a file from those of all that a hit needs."""

    def get_code(self, fullname: str) -> Any:
        if not _CODES:
            _CODES.update(_codes_of_hit())
        return _CODES[fullname]


def _codes_of_hit() -> dict[str, Any]:
    """The code of each file, as it was kept if no file has changed since."""
    sources: list[str | int] = [_FOLDER]
    for file in _FILES.values():
        status = os.stat(file)
        sources += [status.st_mtime_ns, status.st_size]
    with suppress(OSError, EOFError, ValueError, TypeError), open(_KEPT, "rb") as kept:
        then, codes = marshal.loads(kept.read())
        if then == sources:
            return dict(codes)
    codes = {name: SourceFileLoader(name, file).get_code(name) for name, file in _FILES.items()}
    if not sys.dont_write_bytecode:
        _write(marshal.dumps((sources, codes)))
    return codes


def _write(content: bytes) -> None:
    """Another process sees the whole file or none."""
    written = f"{_KEPT}.{os.getpid()}"
    with suppress(OSError):
        with open(os.open(written, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644), "wb") as file:
            file.write(content)
        os.replace(written, _KEPT)


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
