# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long a run and its sessions may take on a machine with four processors, and how many run side by side.

What takes longer is reported at the end of the run: something became slow, or belongs to `make matrix`.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

#: Minutes for `make test`, for the sessions of `make matrix` that run alone, and for its other ones.
RUNS = {"test": 15, "alone": 10, "matrix": 35}
#: Minutes after which they are stopped, because something hangs; together less than the 90 minutes of CI. Others, such
#: as bench, have as long as the matrix. A session that runs beside others is stopped earlier, and the others go on.
STOPPED, SESSION_STOPPED = {"test": 33, "alone": 16, "matrix": 38}, 31
#: Minutes for one session of those, and for the longer ones.
USUAL = 4
LONGER = {
    "integration": 9,
    "sanity-2.21": 7,
    "unit-2.21": 6,
    "integration-matrix": 30,
    "integration-alone": 6,
    "sanity-2.16": 6,
    "reports-matrix": 6,
}
#: Where Linux says how much of the processors a container gets: microseconds of a period, or max.
QUOTA = Path("/sys/fs/cgroup/cpu.max")


def processors(quota: Path = QUOTA) -> int:
    """The processors that this process may use, at least one."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with contextlib.suppress(OSError, ValueError):
        given, period = map(int, quota.read_text(encoding="ascii").split())
        usable = min(usable, given // period)
    return max(1, usable)


def jobs() -> int:
    """Sessions of nox at a time."""
    return 3 if processors() > 5 else 2


def workers() -> int:
    """Processes that run the tests of a session."""
    return min(4, max(2, processors() - 1))


def exceeded(run: str, whole: float, sessions: Mapping[str, float]) -> Iterator[str]:
    """A line for each session, and one for the run, that took longer than it should; ``run`` is one of RUNS."""
    for name, seconds in sessions.items():
        if seconds > LONGER.get(name, USUAL) * 60:
            yield f"TOO SLOW: {name} took {seconds / 60:.1f} minutes, more than its {LONGER.get(name, USUAL)}."
    if whole > RUNS[run] * 60:
        yield f"TOO SLOW: all sessions took {whole / 60:.1f} minutes, more than their {RUNS[run]}."
