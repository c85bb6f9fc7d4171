# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long runs may take, and what is said of those that take longer."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.tests.tools import budget


def test_what_took_longer_is_named() -> None:
    found = list(budget.exceeded("test", 16 * 60, {"integration": 600, "mypy": 239, "docs": 241}))
    assert found == [
        "TOO SLOW: integration took 10.0 minutes, more than its 9.",
        "TOO SLOW: docs took 4.0 minutes, more than its 4.",
        "TOO SLOW: all sessions took 16.0 minutes, more than their 15.",
    ]
    assert not list(budget.exceeded("matrix", 34 * 60, {"integration-matrix": 29 * 60}))


def test_a_run_of_ci_ends_before_it_is_ended() -> None:
    assert sum(budget.RUNS.values()) <= 60
    assert sum(budget.STOPPED.values()) < 90
    assert max(budget.LONGER.values()) > budget.USUAL
    assert max(budget.LONGER.values()) <= max(budget.RUNS.values())


@pytest.mark.parametrize(
    ("quota", "at_most"), [("200000 100000\n", 2), ("50000 100000\n", 1), ("max 100000\n", 4096), ("", 4096)]
)
def test_a_container_has_the_processors_of_its_quota(tmp_path: Path, quota: str, at_most: int) -> None:
    file = tmp_path / "cpu.max"
    file.write_text(quota)
    assert 1 <= budget.processors(file) <= at_most
    assert budget.processors(tmp_path / "missing") >= 1


@pytest.mark.parametrize(("processors", "jobs", "workers"), [(1, 2, 2), (2, 2, 2), (4, 2, 3), (6, 3, 4), (64, 3, 4)])
def test_more_processors_run_more(monkeypatch: pytest.MonkeyPatch, processors: int, jobs: int, workers: int) -> None:
    monkeypatch.setattr(budget, "processors", lambda: processors)
    assert (budget.jobs(), budget.workers()) == (jobs, workers)
