# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of ``make bench`` say what was measured."""

from __future__ import annotations

from ansible_collections.authkit.oauth.tests.tools import bench
from ansible_collections.authkit.oauth.tests.tools.bench import Sample, report, spread


def test_a_spread_is_median_smallest_and_largest() -> None:
    assert spread([3.0, 1.0, 10.0]).text("x", 1) == "3.0x (1.0 - 10.0)"


def test_ratios_are_taken_run_by_run() -> None:
    seconds = {
        bench.EMPTY: (1.0, 1.0),
        bench.URI_ONCE: (11.0, 21.0),
        bench.URI_EACH: (21.0, 41.0),
        bench.API: (2.0, 3.0),
        bench.LOOP_URI: (9.0, 9.0),
        bench.LOOP_API: (1.5, 1.5),
        bench.GIVEN: (3.0, 3.0),
        bench.STORED: (3.3, 3.6),
    }
    samples = {play: [Sample(one, 1) for one in runs] for play, runs in seconds.items()}
    lines = "\n".join(report(samples))
    assert "api against uri, token once      6.2x (5.5 - 7.0)" in lines
    assert "10.0x (10.0 - 10.0)" in lines
    assert "over the same with the token given: 7.50 ms (5.00 - 10.00)" in lines
