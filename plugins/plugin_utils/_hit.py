# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes the one file with the bytecode of all that a token from the store needs; see _bytecode."""

from __future__ import annotations

import marshal
import os
import sys
from contextlib import suppress
from importlib.machinery import SourceFileLoader
from typing import Any

#: The files that a hit loads, below plugins.
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


def made(package: str, folder: str, kept: str) -> dict[str, tuple[str, int, int, Any]]:
    """The file, time, size and code of each, which the next process finds under ``kept``."""
    codes = {}
    for name in HIT:
        file = f"{folder}{name.replace('.', '/')}.py"
        state = os.stat(file)
        code = SourceFileLoader(package + name, file).get_code(package + name)
        codes[package + name] = (file, state.st_mtime_ns, state.st_size, code)
    if not sys.dont_write_bytecode:
        _write(kept, marshal.dumps((folder, codes)))
    return codes


def _write(place: str, content: bytes) -> None:
    """Another process sees the whole file or none."""
    written = f"{place}.{os.getpid()}"
    with suppress(OSError):
        with open(os.open(written, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644), "wb") as file:
            file.write(content)
        os.replace(written, place)
