# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the Makefile calls: ``python3 tests/tools/main.py demo``, ``bench``, ``catalogue``, or ``test [GATE...]``.

Runs on the Python at hand (3.9 or newer) with its standard library only, makes the virtual environment that the
command needs, and goes on in there.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

PACKAGE = "ansible_collections.authkit.oauth.tests.tools"
#: command -> the virtual environment that it runs in, and the module that does it.
COMMANDS = {
    "demo": ("demo", "demo"),
    "bench": ("core-2.21", "bench"),
    "bench-realm-check": ("bench", "bench_realm_check"),
    "catalogue": ("core-2.21", "catalogue"),
    "test": ("core-2.21", "suite"),
}
#: Seconds in which the virtual environment has to be made.
PATIENCE = 600.0


def main(argv: list[str]) -> int:
    """Run one command; 1 with one sentence when something is missing."""
    if not argv or argv[0] not in COMMANDS:
        print(f"usage: main.py {{{','.join(COMMANDS)}}} [WORD...]", file=sys.stderr)
        return 2
    sys.path[0] = str(Path(__file__).resolve().parent)
    sys.path[0] = str(importlib.import_module("tree").link())
    processes = importlib.import_module(f"{PACKAGE}.processes")
    interpreters = importlib.import_module(f"{PACKAGE}.interpreters")
    limits = importlib.import_module(f"{PACKAGE}.limits")
    processes.end_on_signals()
    environment, module = COMMANDS[argv[0]]
    try:
        with limits.limited(PATIENCE):
            venv = importlib.import_module(f"{PACKAGE}.venvs").ensure(environment)
        if Path(sys.prefix).resolve() != venv.resolve():
            python = str(venv / "bin" / "python")
            os.execv(python, [python, os.path.abspath(__file__), *argv])
        return int(importlib.import_module(f"{PACKAGE}.{module}").main(argv[1:]))
    except (interpreters.Missing, limits.Overdue) as error:
        print(f"{argv[0]}: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print(f"{argv[0]}: interrupted; everything that it started was stopped", file=sys.stderr)
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
