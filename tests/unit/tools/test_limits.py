# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever waits within a time limit gives up when it is reached."""

from __future__ import annotations

import fcntl
import time
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.tests.tools.limits import Overdue, left, limited, lock


def test_the_limit_that_ends_first_holds() -> None:
    assert left() is None
    with limited(1000):
        with limited(10):
            assert 0 < (left() or 0) <= 10
        with limited(2000):
            assert 0 < (left() or 0) <= 1000
        with limited(-1):
            assert left() == 0.0
        assert (left() or 0) > 10
    assert left() is None


def test_a_lock_is_waited_for_until_the_limit(tmp_path: Path) -> None:
    said: list[str] = []
    with (tmp_path / "lock").open("w") as held, (tmp_path / "lock").open("w") as wanted:
        lock(held, "nobody", said.append)
        start = time.monotonic()
        with limited(0.5), pytest.raises(Overdue, match="it is being made and still was at the time limit"):
            lock(wanted, "it is being made", said.append)
        assert time.monotonic() - start < 10
        assert said == ["it is being made; waiting for it"]
        fcntl.flock(held, fcntl.LOCK_UN)
        lock(wanted, "nobody", said.append)
    assert len(said) == 1
