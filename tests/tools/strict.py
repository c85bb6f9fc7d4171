# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A pytest plugin: a test that was skipped, or that failed as expected, fails the run."""

from __future__ import annotations

import pytest

NOT_PASSED = ("skipped", "xfailed", "xpassed")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that would pass; under xdist, the process that reports decides."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    seen = [name for name in NOT_PASSED if reporter and reporter.stats.get(name)]
    if reporter and seen and session.exitstatus == pytest.ExitCode.OK:
        reporter.write_line(f"\nfailed: there are {' and '.join(seen)} tests", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
