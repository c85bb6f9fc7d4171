# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How fast it has to be: `make bench` prints these numbers with their spread, here they have floors.

All in one run, by the quickest run of each play: what a busy machine adds to the others is not theirs.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.tests.benchmarks.store import hit_latency
from ansible_collections.authkit.oauth.tests.servers.counting_model import Settings
from ansible_collections.authkit.oauth.tests.servers.counting_process import counting_process
from ansible_collections.authkit.oauth.tests.tools.bench import (
    API,
    CLIENT,
    GIVEN,
    HOSTS,
    LOOP_API,
    LOOP_URI,
    STORED,
    TASKS,
    URI_ONCE,
    Bench,
    Play,
    Sample,
)

pytestmark = pytest.mark.alone

#: How often each play is run at least, and at most while a floor is not reached: the machine may be busy.
LEAST, MOST = 3, 10
#: Seconds that the store may add to a task.
ADDED = 0.010

Samples = dict[Play, list[Sample]]


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory, collections: Path) -> Iterator[Samples]:
    """All plays in turn, so that a busy minute hits all of them."""
    secret = secrets.token_urlsafe(24)
    bench = Bench(tmp_path_factory.mktemp("ratios"), collections, secret)
    with counting_process({CLIENT: secret}, Settings(lifetime=3600.0)) as server:
        bench.prepare(server)
        taken: Samples = {play: [] for play in (LOOP_URI, LOOP_API, URI_ONCE, API, GIVEN, STORED)}
        for turn in range(MOST):
            for play, runs in taken.items():
                runs.append(bench.time(play, server, f"{play.name} {turn}"))
            if turn + 1 >= LEAST and looped(taken) >= 6 and many(taken) >= 5 and added(taken) <= ADDED:
                break
        yield taken


def quickest(samples: Samples, play: Play) -> float:
    """Seconds of a whole play."""
    return min(sample.seconds for sample in samples[play])


def looped(samples: Samples) -> float:
    return quickest(samples, LOOP_URI) / quickest(samples, LOOP_API)


def many(samples: Samples) -> float:
    return quickest(samples, URI_ONCE) / quickest(samples, API)


def added(samples: Samples) -> float:
    return (quickest(samples, STORED) - quickest(samples, GIVEN)) / (HOSTS * TASKS)


def test_looped_calls(samples: Samples) -> None:
    """40 looped calls are at least 6 times as fast as with uri."""
    assert looped(samples) >= 6


def test_hosts_times_tasks(samples: Samples) -> None:
    """20 hosts with 3 tasks are at least 5 times as fast as with uri, which asks for one token in all."""
    assert many(samples) >= 5


def test_a_token_in_the_store(samples: Samples) -> None:
    """A task that takes its token from the store costs at most 10 ms more than one that is given it."""
    assert added(samples) <= ADDED
    assert {sample.token_requests for sample in samples[STORED]} == {0}


def test_a_store_hit() -> None:
    """A hit takes under half a millisecond in process."""
    assert hit_latency(rounds=2000).p50 < 0.0005
