# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The installed collection, the interpreters of the cores, and which tests run on which core."""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.plays import Core

#: The folder with the installed collection (below ansible_collections); set by the caller of these tests.
COLLECTIONS = "AUTHKIT_TEST_COLLECTIONS"
#: The interpreters of the cores: "2.16=/path/to/python,2.21=/path/to/python".
CORES = "AUTHKIT_TEST_CORES"

#: The interpreter of a virtual environment that has the collections of PyPI's package `ansible`.
COMMUNITY = "AUTHKIT_TEST_COMMUNITY"

NEWEST = "2.21"
#: Marks tests that only `make matrix` runs.
MATRIX = pytest.mark.matrix


def in_matrix(*versions: str) -> list[object]:
    """Parameters for `make matrix` only."""
    return [pytest.param(version, marks=MATRIX) for version in versions]


#: For tests that hardly depend on the core.
ON_THE_NEWEST = [NEWEST, *in_matrix("2.16")]


def few_and_many(few: int, many: int, *, often: bool = True) -> pytest.MarkDecorator:
    """Numbers of hosts (`count`) and cores: few hosts on each of ON_THE_NEWEST, many on the newest, alone.

    Unless it is to run ``often``, `make test` runs none of them.
    """
    cases = [pytest.param(few, NEWEST)] if often else []
    cases += [pytest.param(few, "2.16", marks=MATRIX), pytest.param(many, NEWEST, marks=pytest.mark.alone)]
    return pytest.mark.parametrize(("count", "core"), cases, indirect=["core"])


#: For what differs between cores: templates and native Jinja, facts, masking, shipping of modules.
ON_EACH = [NEWEST, *in_matrix("2.16", "2.17", "2.18", "2.19", "2.20", "2.22")]
#: The same for longer tests: 2.17, 2.18 and 2.20 have nothing that differs from both their neighbors.
ON_EACH_KIND = [NEWEST, *in_matrix("2.16", "2.19", "2.22")]
#: For what depends on how a core ships modules, and on nothing else of it.
ON_THREE = [NEWEST, *in_matrix("2.16", "2.22")]
#: The same for a happy path of the lookup, api and realm_check: the oldest core in `make test`, too.
ON_BOTH_ENDS = ["2.16", NEWEST, *in_matrix("2.22")]


def installed() -> Path | None:
    """The collections folder that the environment names, or None."""
    named = os.environ.get(COLLECTIONS)
    return Path(named).resolve() if named else None


@cache
def core_of(version: str) -> Core:
    """The core of that version; the environment must name its interpreter."""
    pairs = dict(pair.split("=", 1) for pair in os.environ.get(CORES, "").split(",") if pair)
    assert version in pairs, f"{CORES} names no interpreter for ansible-core {version}"
    core = Core(version, Path(pairs[version]))
    said = subprocess.run([str(core.command("ansible")), "--version"], capture_output=True, text=True, check=True)
    assert f"[core {version}." in said.stdout, f"{core.python} has another core: {said.stdout.splitlines()[0]}"
    return core


def site_packages(python: Path) -> str:
    """The folder of a virtual environment's packages, and of its collections."""
    command = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
