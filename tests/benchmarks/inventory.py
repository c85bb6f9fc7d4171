# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an inventory costs: 10,000 hosts from a paged API and from the inventory cache, beside a static YAML file."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ansible_collections.authkit.oauth.tests.benchmarks.plays import Bench
from ansible_collections.authkit.oauth.tests.benchmarks.tables import Bound, spread, table
from ansible_collections.authkit.oauth.tests.integration.support.inventories import ListingServer, source
from ansible_collections.authkit.oauth.tests.tools.processes import Missing, run

TITLE = "10,000 hosts as inventory"
HOSTS, PAGES = 10_000, 100
STATIC, ASKED, CACHED = "a static YAML file", f"an API, {PAGES} pages", "the inventory cache"
#: How many times as long as the static file the API may take, and the cache.
MOST = 2.5
#: The most runs of each, because they take long.
TURNS = 3


@dataclass(frozen=True)
class Listing:
    """One run of ansible-inventory: seconds, and what it asked for."""

    seconds: float
    token_requests: int
    calls: int


Measured = Mapping[str, list[Listing]]


def measure(bench: Bench, repeats: int) -> Measured:
    """Lists the hosts of each source, in turn."""
    folder = bench.folder / "inventory"
    folder.mkdir(mode=0o700, exist_ok=True)
    items = [
        {"name": f"host{number}", "address": f"192.0.2.{number % 250}", "tags": ["a", "b"]} for number in range(HOSTS)
    ]
    measured: dict[str, list[Listing]] = {STATIC: [], ASKED: [], CACHED: []}
    with ListingServer(items, HOSTS // PAGES) as server:
        for turn in range(min(repeats, TURNS)):
            cache = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": f"cache{turn}"}
            for name, content in (
                (STATIC, {"all": {"hosts": {str(item["name"]): {"authkit_item": item} for item in items}}}),
                (ASKED, source(server, **cache)),
                (CACHED, source(server, **cache)),
            ):
                measured[name].append(_listed(bench, folder, server, content, turn))
    return measured


def _listed(bench: Bench, folder: Path, server: ListingServer, content: Mapping[str, Any], turn: int) -> Listing:
    path, log = folder / "hosts.authkit.yml", folder / "log"
    path.write_text(yaml.safe_dump(dict(content)))
    log.unlink(missing_ok=True)
    runtime = folder / f"runtime{turn}"
    runtime.mkdir(mode=0o700, exist_ok=True)
    before = (server.count("token"), server.count("api"))
    begin = time.perf_counter()
    command = [Path(sys.prefix) / "bin" / "ansible-inventory", "-i", path, "--graph"]
    code = run(command, env=bench.environment(runtime), cwd=folder, log=log)
    seconds = time.perf_counter() - begin
    found = log.read_text(errors="replace").count("--host")
    if code or found != HOSTS:
        raise Missing(f"ansible-inventory found {found} of {HOSTS} hosts: {json.dumps(log.read_text()[:500])}")
    return Listing(seconds, server.count("token") - before[0], server.count("api") - before[1])


def report(measured: Measured) -> list[str]:
    """The table of the three sources, and how often each was read."""
    rows: list[tuple[str, ...]] = [("source", "seconds", "times the file", "token requests", "calls")]
    for name, listings in measured.items():
        seconds = spread([each.seconds for each in listings])
        last = listings[-1]
        rows.append(
            (name, seconds.text("", 1), f"{_ratio(measured, name):.2f}", str(last.token_requests), str(last.calls))
        )
    return [f"median (smallest - largest) of {len(measured[STATIC])}", "", *table(rows)]


def bounds(measured: Measured) -> list[Bound]:
    from_cache = [each.token_requests + each.calls for each in measured[CACHED]]
    return [
        Bound(f"{HOSTS} hosts from an API, times a static file", _ratio(measured, ASKED), MOST),
        Bound(f"{HOSTS} hosts from the cache, times a static file", _ratio(measured, CACHED), MOST),
        Bound(f"token requests for {PAGES} pages", max(each.token_requests for each in measured[ASKED]), 1),
        Bound("requests of a run from the cache", max(from_cache), 0),
    ]


def _ratio(measured: Measured, name: str) -> float:
    """The median, in runs beside each other."""
    pairs = zip(measured[name], measured[STATIC], strict=True)
    return spread([one.seconds / static.seconds for one, static in pairs]).middle
