# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Formats the numbers and tables of the benchmarks."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    """The median, minimum and maximum of some numbers."""

    middle: float
    low: float
    high: float

    def text(self, unit: str = "", digits: int = 2) -> str:
        """For a table: ``8.41x (7.90 - 8.66)``."""
        return f"{self.middle:.{digits}f}{unit} ({self.low:.{digits}f} - {self.high:.{digits}f})"


def spread(numbers: Sequence[float]) -> Spread:
    """The spread of at least one number."""
    return Spread(statistics.median(numbers), min(numbers), max(numbers))


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a Markdown table; the first row is its header. Columns are aligned, for a terminal."""
    cells = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    widths = [max(3, *(len(row[column]) for row in cells)) for column in range(len(cells[0]))]
    lines = [f"| {' | '.join(map(str.ljust, row, widths))} |" for row in cells]
    return [lines[0], f"| {' | '.join('-' * width for width in widths)} |", *lines[1:]]


@dataclass(frozen=True)
class Bound:
    """A measured number with its upper or lower bound."""

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
        return f"{self.verdict}: {self.what}: {self.measured:.3g}, {self.allowed}"

    @property
    def verdict(self) -> str:
        return "kept" if self.kept else "BROKEN"

    @property
    def allowed(self) -> str:
        return f"{'at least' if self.at_least else 'at most'} {self.limit:g}"
