# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Progress messages: when they are printed, and what they say."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._api.progress import PAGES, SILENT
from ansible_collections.authkit.oauth.plugins.plugin_utils._action import progress
from ansible_collections.authkit.oauth.plugins.plugin_utils._action.progress import PAUSE, ShownProgress


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_quick_work_says_nothing() -> None:
    lines: list[str] = []
    clock = Clock()
    shown = ShownProgress("authkit.oauth.api on web1", lines.append, clock)
    for count in range(1, 11):
        clock.now += PAUSE / 11
        shown.done(count, 10)
    assert lines == []


def test_long_work_says_how_far_it_is_every_few_seconds() -> None:
    lines: list[str] = []
    clock = Clock()
    shown = ShownProgress("authkit.oauth.api on web1", lines.append, clock)
    for count in range(1, 10_001):
        clock.now += PAUSE / 4000
        shown.done(count, 10_000)
    assert lines == [
        "authkit.oauth.api on web1: 4,000 of 10,000 calls done",
        "authkit.oauth.api on web1: 8,000 of 10,000 calls done",
    ]


def test_pages_are_counted_without_their_number() -> None:
    lines: list[str] = []
    clock = Clock()
    shown = ShownProgress("authkit.oauth.api on web1", lines.append, clock)
    clock.now += PAUSE
    shown.done(1_037, what=PAGES)
    assert lines == ["authkit.oauth.api on web1: 1,037 pages read"]


def test_the_end_needs_no_line() -> None:
    lines: list[str] = []
    clock = Clock()
    shown = ShownProgress("authkit.oauth.api on web1", lines.append, clock)
    clock.now += PAUSE
    shown.done(10, 10)
    assert lines == []


def test_threads_share_it() -> None:
    lines: list[str] = []
    clock = Clock()
    shown = ShownProgress("x", lines.append, clock)
    clock.now += PAUSE
    barrier = threading.Barrier(8)

    def work(count: int) -> None:
        barrier.wait()
        shown.done(count, 100)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert len(lines) == 1


def test_silence(capfd: pytest.CaptureFixture[str]) -> None:
    SILENT.done(1, 2)
    assert capfd.readouterr() == ("", "")


def test_lines_go_to_standard_error() -> None:
    code = f"from {progress.__name__} import show; show('12 pages read')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, "12 pages read" in done.stderr) == ("", True)
    assert json.dumps(done.stderr).count("pages") == 1
