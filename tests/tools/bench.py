# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``make bench``: measures what the collection costs, and enforces bounds on it.

``bench [REPEATS] [TABLE...]``: the tables are ``plays`` (side by side with ``ansible.builtin.uri``), ``hot-path``
(what a token lookup costs while the store is warm), ``down`` (how soon a play fails if its server is down) and
``store``; without a name, all of them. The server counts each play's calls: a play that did not do its work is an
error, not a fast play. The exit code is 1 if a bound is exceeded.
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ansible_collections.authkit.oauth.tests.benchmarks import hot_path, server_down, side_by_side, store
from ansible_collections.authkit.oauth.tests.benchmarks.plays import CLIENT, Bench
from ansible_collections.authkit.oauth.tests.benchmarks.tables import Bound
from ansible_collections.authkit.oauth.tests.servers.counting_model import Settings
from ansible_collections.authkit.oauth.tests.servers.counting_process import counting_process
from ansible_collections.authkit.oauth.tests.tools import collection
from ansible_collections.authkit.oauth.tests.tools.processes import program, say
from ansible_collections.authkit.oauth.tests.tools.tree import run_folder

TABLES = ("plays", "hot-path", "down", "store")
REPEATS = 5


def main(words: list[str]) -> int:
    """Measure and print the tables; 1 if a bound is exceeded, 2 for an unknown table."""
    repeats = next((int(word) for word in words if word.isdigit()), REPEATS)
    chosen = [word for word in words if not word.isdigit()] or list(TABLES)
    if unknown := sorted(set(chosen) - set(TABLES)):
        say(f"bench: {unknown[0]} is not a table; choose from {', '.join(TABLES)}")
        return 2
    lines: list[str] = []
    bounds: list[Bound] = []
    if chosen != ["store"]:
        with _bench() as bench:
            for name, part in (("plays", side_by_side), ("hot-path", hot_path), ("down", server_down)):
                if name in chosen:
                    say(f"{name}, {repeats} times")
                    samples = bench.run(part.PLAYS, repeats)
                    lines += ["", *part.report(samples)]
                    bounds += part.bounds(samples)
    if "store" in chosen:
        say("the store")
        hit, storm = store.hit_latency(), store.cold_storm()
        lines += ["", *store.report(hit, storm)]
        bounds += store.bounds(hit, storm)
    for line in [*lines, "", *(bound.text for bound in bounds)]:
        say(line)
    return 0 if all(bound.kept for bound in bounds) else 1


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
