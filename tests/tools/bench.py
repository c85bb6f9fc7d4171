# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``make bench``: measures what the collection costs, enforces bounds on it, and writes docs/benchmarks.md.

``bench [REPEATS] [TABLE...]``: with names of tables it measures only those, and writes no page. The server counts each
play's calls: a play that did not do its work is an error, not a fast play. The exit code is 1 if a bound is exceeded.

To add a table, write a module in tests/benchmarks with ``TITLE`` (its section of the page), and either ``PLAYS`` (which
take turns; see ``Play``) or ``measure(bench, repeats)``; ``report(measured)`` gives its lines, which are Markdown, and
``bounds(measured)`` its bounds. Add it to TABLES.
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from ansible_collections.authkit.oauth.tests.benchmarks import (
    hot_path,
    inventory,
    many,
    page,
    scale,
    server_down,
    side_by_side,
    store,
)
from ansible_collections.authkit.oauth.tests.benchmarks.plays import CLIENT, Bench
from ansible_collections.authkit.oauth.tests.servers.counting_model import Settings
from ansible_collections.authkit.oauth.tests.servers.counting_process import counting_process
from ansible_collections.authkit.oauth.tests.tools import collection
from ansible_collections.authkit.oauth.tests.tools.processes import program, say
from ansible_collections.authkit.oauth.tests.tools.tree import run_folder

#: In the page's order.
TABLES: Mapping[str, ModuleType] = {
    "plays": side_by_side,
    "many": many,
    "hot-path": hot_path,
    "scale": scale,
    "inventory": inventory,
    "down": server_down,
    "store": store,
}
REPEATS = 5


def main(words: list[str]) -> int:
    """Measure and print the tables; 1 if a bound is exceeded, 2 for an unknown table."""
    repeats = next((int(word) for word in words if word.isdigit()), REPEATS)
    chosen = [word for word in words if not word.isdigit()]
    if unknown := sorted(set(chosen) - set(TABLES)):
        say(f"bench: {unknown[0]} is not a table; choose from {', '.join(TABLES)}")
        return 2
    run = page.begin(repeats)
    with _bench() as bench:
        sections = [_section(name, bench, repeats) for name in TABLES if name in (chosen or TABLES)]
    bounds = [bound for section in sections for bound in section.bounds]
    say("\n".join(["", *(bound.text for bound in bounds)]))
    if not chosen:
        page.PAGE.write_text(page.page(run, sections, list(TABLES)[:2]), encoding="utf-8")
        say(f"wrote {page.PAGE.name}")
    return 0 if all(bound.kept for bound in bounds) else 1


def _section(name: str, bench: Bench, repeats: int) -> page.Section:
    """Measure one table."""
    say(f"{name}, {repeats} times")
    part = TABLES[name]
    measured = part.measure(bench, repeats) if hasattr(part, "measure") else bench.run(part.PLAYS, repeats)
    section = page.Section(part.TITLE, part.report(measured), part.bounds(measured))
    say("\n".join(["", section.title, "", *section.lines, ""]))  # now, since a later table may fail
    return section


@contextmanager
def _bench() -> Iterator[Bench]:
    """The collection, installed as Galaxy does, and a counting server."""
    secret = secrets.token_urlsafe(24)
    with run_folder("bench") as folder:
        say("building the collection and installing it from its tarball")
        collections = collection.install(Path(sys.prefix), folder)
        with counting_process({CLIENT: secret}, Settings(lifetime=3600.0)) as server:
            yield Bench(folder, collections, server, secret)


if __name__ == "__main__":
    program(main)
