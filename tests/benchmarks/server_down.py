# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a play takes to fail if nothing listens: many hosts share the attempts of one."""

from __future__ import annotations

from ansible_collections.authkit.oauth.tests.benchmarks.plays import Play, Samples
from ansible_collections.authkit.oauth.tests.benchmarks.tables import Bound, spread, table

TITLE = "A server that is down"
HOSTS = 40
#: The most seconds that many hosts may add to one, beyond the time that they take anyway.
MOST_LONGER = 6.0

IDLE = Play("idle", "debug_once.yml", f"{HOSTS} hosts that ask for no token", 0, HOSTS, HOSTS)
ONE = Play("one down", "debug_token.yml", "one host, the server is down", 0, 1, 1, down=True)
MANY = Play("many down", "debug_token.yml", f"{HOSTS} hosts, the server is down", 0, HOSTS, HOSTS, down=True)
PLAYS = (IDLE, ONE, MANY)


def report(samples: Samples) -> list[str]:
    """The table of the plays."""
    rows = [("play", "seconds")]
    return table([*rows, *((play.what, spread([one.seconds for one in samples[play]]).text()) for play in PLAYS)])


def bounds(samples: Samples) -> list[Bound]:
    """The bounds, by the fastest run of each play."""
    idle, one, many = (min(sample.seconds for sample in samples[play]) for play in PLAYS)
    return [Bound(f"{HOSTS} hosts with a server that is down, seconds longer than one", many - idle - one, MOST_LONGER)]
