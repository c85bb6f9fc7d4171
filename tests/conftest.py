# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes the checkout importable as ``ansible_collections.authkit.oauth``, so that plain pytest runs the unit tests.

The processes that tests start get the same path from the environment. A test that was skipped, or that failed as
expected, fails the run.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "tools"))
sys.path[0] = tree = str(import_module("tree").link())
paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
if tree not in paths:
    os.environ["PYTHONPATH"] = os.pathsep.join([tree, *filter(None, paths)])


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that skipped tests; under xdist, the controlling process decides."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    seen = [name for name in ("skipped", "xfailed", "xpassed") if reporter and reporter.stats.get(name)]
    if reporter and seen and session.exitstatus == pytest.ExitCode.OK:
        reporter.write_line(f"\nfailed: there are {' and '.join(seen)} tests", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
