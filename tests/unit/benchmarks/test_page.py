# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/benchmarks.md is a page that ``make bench`` writes, and says nothing private of the machine."""

from __future__ import annotations

import platform
import re
import socket
import subprocess
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.tests.benchmarks import machine, page
from ansible_collections.authkit.oauth.tests.benchmarks.tables import Bound, table
from ansible_collections.authkit.oauth.tests.tools import bench
from ansible_collections.authkit.oauth.tests.tools.tree import ROOT

TITLES = [part.TITLE for part in bench.TABLES.values()]


def sections() -> list[page.Section]:
    lines = ["two plays", "", *table([("play", "seconds"), ("a", "1.00 (0.90 - 1.10)")])]
    return [page.Section(title, lines, [Bound(f"seconds of {title}", 1.0, 2.0)]) for title in TITLES]


def test_the_page_is_one_that_the_command_writes() -> None:
    assert page.faults(page.PAGE.read_text(encoding="utf-8"), TITLES) == [], "run make bench"


def test_a_page_says_how_it_was_measured() -> None:
    written = page.page(page.begin(5), sections(), list(bench.TABLES)[:2])
    assert page.faults(written, TITLES) == []
    assert re.search(r"\| ansible-core +\| 2\.\d+\.\d+", written)
    assert re.search(r"\| memory +\| \d+\.\d GiB", written)
    assert "make bench REPEATS=5 " in written
    assert re.search(r"\| runs of each play +\| 5; a table says where it differs", written)


@pytest.mark.parametrize(
    ("what", "instead", "fault"),
    [
        ("# Benchmarks", "# Numbers", "the head differs"),
        ("| date ", "| day ", "the run does not say its date"),
        ("make bench REPEATS=5 ", "make it ", "the run does not say how to repeat it"),
        ("| kept", "| good", "has no verdict"),
        (f"## {TITLES[0]}", "## Other", "the sections are"),
    ],
)
def test_a_page_written_by_hand_is_found(what: str, instead: str, fault: str) -> None:
    written = page.page(page.begin(5), sections(), ["store"])
    assert fault in " ".join(page.faults(written.replace(what, instead), TITLES))


def test_a_page_has_neither_a_host_name_nor_a_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "secret-host")
    monkeypatch.setattr(platform, "node", lambda: "secret-host")
    monkeypatch.setattr(platform, "release", lambda: "6.8.0-of-secret-host")
    written = page.page(page.begin(5), sections(), ["store"])
    assert "secret-host" not in written
    assert str(Path.home()) not in written
    assert str(ROOT) not in written


def test_a_page_names_the_commit_of_a_checkout(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "galaxy.yml").write_text("version: 1.2.3\n", encoding="utf-8")
    monkeypatch.setattr(machine, "ROOT", tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert "commit" not in dict(machine.versions())
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@example.com"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "First"], ["tag", "1.0"]):
        subprocess.run([*git, *words], check=True)
    commit = dict(machine.versions())["commit"]
    assert re.fullmatch("[0-9a-f]{7,}", commit)
    (tmp_path / "galaxy.yml").write_text("version: 1.2.4\n", encoding="utf-8")
    assert dict(machine.versions())["commit"] == f"{commit}-dirty"


def test_a_machine_that_says_little_is_described_all_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for file in ("CPUINFO", "MEMINFO"):
        monkeypatch.setattr(machine, file, tmp_path / "missing")
    monkeypatch.setattr(platform, "freedesktop_os_release", dict)
    found = dict(machine.machine())
    assert found["processor"] == platform.machine()
    assert found["memory"] == "unknown"
    assert found["system"].startswith("unknown distribution, ")
