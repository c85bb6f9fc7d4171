# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/benchmarks.md: what was measured, on which machine, and how to repeat it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass

from ansible_collections.authkit.oauth.tests.benchmarks.machine import COMMIT, machine, versions
from ansible_collections.authkit.oauth.tests.benchmarks.tables import Bound, table
from ansible_collections.authkit.oauth.tests.tools.tree import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"
HEAD = """\
<!--
Copyright (c) 2026 authkit contributors
GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-License-Identifier: GPL-3.0-or-later
-->

# Benchmarks

`make bench` measures the collection and writes this page; do not edit it. The plays of a table take turns on one
machine, so that a busy minute affects all of them: compare the numbers of a table with one another, not with those of
another machine. A spread is the median, with the smallest and the largest number in parentheses.
"""
RUN, BOUNDS = "The run", "Bounds"
REPEAT = """\
Repeat it in a checkout of the collection, with nothing else running:

```bash
make bench REPEATS={repeats}  # all tables: writes this page, and fails if a bound is exceeded
make bench REPEATS=1 TABLES="{some}"  # some of them: only prints
```
"""
BOUNDS_OF = "The bounds use the fastest run of each play where the others may have been slowed by a busy machine."
BOUND_HEADER = ("bound", "measured", "limit", "verdict")


@dataclass(frozen=True)
class Section:
    """What one table of the benchmarks has to say; ``lines`` are Markdown."""

    title: str
    lines: Sequence[str]
    bounds: Sequence[Bound]


@dataclass(frozen=True)
class Run:
    """What all tables of a run share. The machine is looked at when it begins, since the run itself makes it busy."""

    repeats: int
    facts: Sequence[tuple[str, str]]


def begin(repeats: int) -> Run:
    """Look at date, machine and versions."""
    date = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    runs = ("runs of each play", f"{repeats}; a table says where it differs")
    return Run(repeats, [("date", date), *machine(), *versions(), runs])


def page(run: Run, sections: Sequence[Section], names: Sequence[str]) -> str:
    """The page; ``names`` are those of some tables, for the command that repeats them."""
    bounds = [bound for section in sections for bound in section.bounds]
    rows = [(bound.what, f"{bound.measured:.3g}", bound.allowed, bound.verdict) for bound in bounds]
    parts = [
        (RUN, [*table([("", "this run"), *run.facts]), "", REPEAT.format(repeats=run.repeats, some=" ".join(names))]),
        (BOUNDS, [BOUNDS_OF, "", *table([BOUND_HEADER, *rows])]),
        *((section.title, section.lines) for section in sections),
    ]
    texts = (f"## {title}\n\n" + "\n".join(lines).strip() for title, lines in parts)
    return "\n".join((HEAD, *(f"{text}\n" for text in texts)))


def faults(text: str, titles: Sequence[str]) -> list[str]:
    """Why a text is not a page that a run with these tables wrote; empty if it is."""
    head, *parts = re.split(r"^## (.+)\n", text, flags=re.MULTILINE)
    sections = dict(zip(parts[::2], parts[1::2], strict=True))
    found = [] if head.strip() == HEAD.strip() else ["the head differs"]
    if list(sections) != [RUN, BOUNDS, *titles]:
        return [*found, f"the sections are {list(sections)}, expected {[RUN, BOUNDS, *titles]}"]
    header, *facts = _rows(sections[RUN])
    said = {*dict(facts), COMMIT}  # there is none if the tree is no checkout
    found += [f"the run does not say its {name}" for name, _value in begin(1).facts if name not in said]
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", dict(facts).get("date", "")):
        found.append("the date is not one")
    if not re.search(r"^make bench REPEATS=\d+ +# all", sections[RUN], re.MULTILINE):
        found.append("the run does not say how to repeat it")
    header, *bounds = _rows(sections[BOUNDS])
    found += [] if tuple(header) == BOUND_HEADER else ["the bounds have another header"]
    found += [f"the bound {row[0]} has no verdict" for row in bounds if row[3] not in ("kept", "BROKEN")]
    return found + [f"{title} has no table" for title in titles if len(_rows(sections[title])) < 2]


def _rows(text: str) -> list[list[str]]:
    """The cells of all tables in a text, without the lines below their headers."""
    lines = [line for line in text.splitlines() if line.startswith("|") and not line.startswith("| ---")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
