# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers as the tables of the benchmarks print them."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    """The median of some numbers, with the smallest and the largest."""

    middle: float
    low: float
    high: float

    def text(self, unit: str = "", digits: int = 2) -> str:
        """For the table: ``8.41x (7.90 - 8.66)``."""
        return f"{self.middle:.{digits}f}{unit} ({self.low:.{digits}f} - {self.high:.{digits}f})"


def spread(numbers: Sequence[float]) -> Spread:
    """The spread of some numbers, at least one."""
    return Spread(statistics.median(numbers), min(numbers), max(numbers))


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a table; the first row is its head."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return [lines[0], "-" * max(len(line) for line in lines), *lines[1:]]


@dataclass(frozen=True)
class Bound:
    """A number that a benchmark must keep to: at least, or at most, so much."""

    what: str
    measured: float
    limit: float
    at_least: bool = False

    @property
    def kept(self) -> bool:
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit

    @property
    def text(self) -> str:
        """For the list of bounds: ``kept: a hit in process, ms: 0.07, at most 0.15``."""
        word = "at least" if self.at_least else "at most"
        return f"{'kept' if self.kept else 'BROKEN'}: {self.what}: {self.measured:.3g}, {word} {self.limit:g}"
