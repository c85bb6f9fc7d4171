# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file that all processes of a run append to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._options.client import ClientOptions
from ansible_collections.authkit.oauth.plugins.plugin_utils import _events
from ansible_collections.authkit.oauth.plugins.plugin_utils._events import HIT, REJECTED, REQUEST, WAIT, count
from ansible_collections.authkit.oauth.plugins.plugin_utils._receipt import ledger as module
from ansible_collections.authkit.oauth.plugins.plugin_utils._receipt.ledger import Account, Ledger

ORDERS = ClientOptions("orders", "s3cret", token_url="https://login.example.org/token")
AUDIT = ClientOptions("audit", "s3cret", issuer="https://sso.example.org:8443/realms/x")

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")


@pytest.fixture(autouse=True)
def _not_listening(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(_events, "_DESCRIPTORS", [])
    _events._EARLY.clear()
    yield
    _events._EARLY.clear()


@pytest.fixture(params=["memory", "temporary file"])
def ledger(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Ledger:
    if request.param == "temporary file":
        monkeypatch.delattr(os, "memfd_create", raising=False)
        monkeypatch.setenv("TMPDIR", str(tmp_path))
    return Ledger()


def forked(work: Callable[[], None], *, kill: bool = False) -> int:
    """Starts a process like a worker of Ansible."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
        finally:
            os.kill(os.getpid(), signal.SIGKILL) if kill else os._exit(0)
    return pid


def test_each_client_has_an_account(ledger: Ledger) -> None:
    count(ORDERS, REQUEST)
    count(AUDIT, REJECTED, 2)
    count(ORDERS, HIT, 5)
    count(ORDERS, WAIT, 1, 1.25)
    count(ORDERS, WAIT, 2, 0.5)
    assert ledger.accounts() == [
        Account("audit", "sso.example.org:8443", rejections=2),
        Account("orders", "login.example.org", token_requests=1, hits=5, waits=3, seconds_waited=1.75),
    ]


def test_no_event_of_any_process_is_lost(ledger: Ledger) -> None:
    """Fifty at once, each of which ends without a chance to flush anything."""

    def work() -> None:
        for _each in range(100):
            count(ORDERS, HIT)

    workers = [forked(work, kill=True) for _worker in range(50)]
    for pid in workers:
        os.waitpid(pid, 0)
    assert ledger.accounts() == [Account("orders", "login.example.org", hits=5000)]


def test_a_record_that_was_cut_short_costs_no_other(ledger: Ledger) -> None:
    (descriptor,) = _events._DESCRIPTORS
    count(ORDERS, HIT)
    os.write(descriptor, b'\n["hit", 1, 0.0, "orde')
    count(ORDERS, HIT)
    os.write(descriptor, b'\n["hit", 1, 0.0, "orders", "login.example.org"]')
    count(ORDERS, HIT)
    os.write(descriptor, b"\n")
    assert ledger.accounts() == [Account("orders", "login.example.org", hits=4)]


@pytest.mark.parametrize(
    "record",
    [
        b'["wait", 1, ' + b"9" * 400 + b', "orders", "login.example.org"]',
        b'["other", 1, 0.0, "orders", "login.example.org"]',
        b'["hit", "1", 0.0, "orders", "login.example.org"]',
        b'["hit", 1, null, "orders", "login.example.org"]',
        b'["hit", 1, 0.0, ["orders"], "login.example.org"]',
        b"5",
        b'["hit"]',
    ],
    ids=["digits", "kind", "number", "seconds", "client", "no list", "short"],
)
def test_a_record_that_is_none_of_ours_costs_no_other(ledger: Ledger, record: bytes) -> None:
    (descriptor,) = _events._DESCRIPTORS
    count(ORDERS, WAIT, 1, 0.5)
    os.write(descriptor, b"\n" + record + b"\n")
    count(AUDIT, HIT)
    assert ledger.accounts() == [
        Account("audit", "sso.example.org:8443", hits=1),
        Account("orders", "login.example.org", waits=1, seconds_waited=0.5),
    ]


def test_records_across_the_pieces_that_are_read_count(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_CHUNK", 7)
    for _each in range(20):
        count(ORDERS, HIT)
    assert ledger.accounts() == ledger.accounts() == [Account("orders", "login.example.org", hits=20)]


def test_the_file_has_no_name_and_commands_do_not_get_it(ledger: Ledger, tmp_path: Path) -> None:
    (descriptor,) = _events._DESCRIPTORS
    assert list(tmp_path.iterdir()) == []
    done = subprocess.run(
        [sys.executable, "-c", f"import os; os.fstat({descriptor})"], close_fds=False, capture_output=True, check=False
    )
    assert done.returncode != 0
    assert ledger.accounts() == []
