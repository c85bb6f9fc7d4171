# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a reader must know of the machine to judge a benchmark: never its name, nor a path."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import subprocess
from pathlib import Path

import yaml

from ansible_collections.authkit.oauth.tests.tools.tree import ROOT

CPUINFO, MEMINFO = Path("/proc/cpuinfo"), Path("/proc/meminfo")
COMMIT = "commit"
PACKAGES = ("ansible-core", "requests", "cryptography")


def machine() -> list[tuple[str, str]]:
    """Processor, cores, memory, system, and how busy it was in the last minute."""
    return [
        ("processor", _of(CPUINFO, r"model name\s*:\s*(.+)") or platform.machine() or "unknown"),
        ("cores", str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count())),
        ("memory", _memory()),
        ("system", f"{_distribution()}, {platform.system()} {re.split('[^0-9.]', platform.release())[0]}"),
        ("load before the run", f"{os.getloadavg()[0]:.1f}"),
    ]


def versions() -> list[tuple[str, str]]:
    """Python, the packages that take time, the collection, and its commit unless this is no checkout."""
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
    packages = [(name, importlib.metadata.version(name)) for name in PACKAGES]
    ours = [("authkit.oauth", str(galaxy["version"])), *((COMMIT, name) for name in (_commit(),) if name)]
    return [("Python", platform.python_version()), *packages, *ours]


def _commit() -> str:
    """The checkout's commit, with -dirty if files differ from it; empty if there is none."""
    try:
        command = ["git", "describe", "--always", "--dirty", "--exclude", "*"]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def _memory() -> str:
    kibibytes = _of(MEMINFO, r"MemTotal:\s*(\d+) kB")
    return f"{int(kibibytes) / 2**20:.1f} GiB" if kibibytes else "unknown"


def _distribution() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return "unknown distribution"


def _of(file: Path, pattern: str) -> str:
    """What the first line that matches says; empty if there is none."""
    try:
        found = re.search(pattern, file.read_text(encoding="utf-8"))
    except OSError:
        return ""
    return " ".join(found[1].split()) if found else ""
