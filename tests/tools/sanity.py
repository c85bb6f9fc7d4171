# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Prepares ``ansible-test sanity``, and finds the tests that it skipped without failing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

#: Pythons that are used if they are installed, but not required.
OPTIONAL = frozenset({"3.14"})
#: Scripts that ansible-test would download to install pip into its virtual environments; ensurepip replaces them.
GET_PIP = ("20_3_4", "21_3_1", "23_1_2", "24_2", "25_2", "25_3")
ENSURE_PIP = "import ensurepip\n\nensurepip.bootstrap()\n"
SKIPPED = re.compile(r'Skipping (?:sanity )?test "?(?P<test>[\w-]+)"?(?: on Python (?P<python>[\d.]+))? (?P<why>.+)')
#: The reason that marks a test as not meant for a Python, which is not a gap.
BY_DESIGN = "because it is unsupported"


def prepare(home: Path, programs: Path, pythons: Mapping[str, str]) -> None:
    """Create a home folder, where ansible-test keeps its environments, and a folder for PATH with the interpreters."""
    cache = home / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in GET_PIP:
        (cache / f"get_pip_{version}.py").write_text(ENSURE_PIP)
    programs.mkdir()
    for version, path in pythons.items():
        (programs / f"python{version}").symlink_to(path)


def gaps(output: str) -> str:
    """The tests that ansible-test skipped because something is missing, as a sentence; empty if there are none."""
    found = []
    for match in SKIPPED.finditer(output):
        why, python = match["why"].strip(), match["python"]
        if BY_DESIGN in why or (python in OPTIONAL and "could not be found" in why):
            continue
        found.append(f"{match['test']}{f' on Python {python}' if python else ''} {why}")
    if not found and "Running sanity test" not in output:
        return "ansible-test ran no test"
    return f"skipped: {'; '.join(dict.fromkeys(found))}" if found else ""
