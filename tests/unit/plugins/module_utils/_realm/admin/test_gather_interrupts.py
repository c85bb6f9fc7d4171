# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task's timeout, Ctrl-C or an error ends the live snapshot at once, whenever it occurs."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from threading import Event

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.admin.admin_api import AdminApi
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.unit.support.fake_keycloak import FakeKeycloak, gaps, take
from ansible_collections.authkit.oauth.tests.unit.support.interrupts import Interrupt, interrupt_at_start

#: Seconds in which an interrupt must end an audit.
SOON = 2.0


class Silent:
    """A realm that responds to one request, and to no other until it is released."""

    def __init__(self) -> None:
        self._fake, self.go = FakeKeycloak(), Event()

    def __call__(self, request: Incoming) -> Answer:
        if not request.path.endswith("/realms/shop"):
            self.go.wait(60)
        return self._fake(request)


def _interrupt(_signal: int, _frame: object) -> None:
    raise Interrupt


@pytest.fixture(autouse=True)
def _no_test_hangs() -> Iterator[None]:
    """Makes a hang of the main thread fail the test, not the whole run."""

    def over(_signal: int, _frame: object) -> None:
        raise AssertionError("The audit hangs.")

    before = signal.signal(signal.SIGALRM, over)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def starts() -> int:
    """How many threads an audit starts before anything but the realm is answered."""
    server = Silent()
    with pytest.MonkeyPatch.context() as patch:
        threads = interrupt_at_start(patch, 0, before=True)
        signal.signal(signal.SIGALRM, _interrupt)
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        with pytest.raises(Interrupt):
            take(server)
        server.go.set()
        return len(threads)


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_while_any_thread_is_started_and_the_others_hang(before: bool) -> None:
    count = starts()
    assert count > 10
    for number in range(1, count + 1):
        server, started = Silent(), time.monotonic()
        with pytest.MonkeyPatch.context() as patch:
            threads = interrupt_at_start(patch, number, before=before)
            with pytest.raises(Interrupt):
                take(server)
        assert time.monotonic() - started < SOON
        assert len(threads) == number - before
        server.go.set()


@pytest.mark.parametrize("number", range(1, 40, 3))
def test_while_readers_start_threads_of_their_own(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """A thread that a reader cannot start is an error, which ends the audit like an interrupt."""
    interrupt_at_start(monkeypatch, number, before=True)
    started = time.monotonic()
    with contextlib.suppress(Interrupt):
        assert gaps(take(FakeKeycloak())) == {}
    assert time.monotonic() - started < SOON


def test_while_it_waits_for_readers_that_hang() -> None:
    server = Silent()

    signal.signal(signal.SIGALRM, _interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    started = time.monotonic()
    with pytest.raises(Interrupt):
        take(server)
    assert time.monotonic() - started < SOON
    server.go.set()


def test_a_second_interrupt_while_it_ends_does_not_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    def again(_self: AdminApi) -> None:
        raise Interrupt("again")

    server = Silent()
    monkeypatch.setattr(AdminApi, "stop", again)
    interrupt_at_start(monkeypatch, 5, before=True)
    started = time.monotonic()
    with pytest.raises(Interrupt):
        take(server)
    assert time.monotonic() - started < SOON
    server.go.set()


PROCESS = """
    import multiprocessing, signal, sys, time
    from ansible_collections.authkit.oauth.tests.unit.support.fake_keycloak import FakeKeycloak, take

    class Over(BaseException):
        pass

    def over(_signal, _frame):
        raise Over

    def reply(request, fake=FakeKeycloak()):
        if not request.path.endswith("/realms/shop"):
            time.sleep(600)
        return fake(request)

    def audit():
        signal.signal(signal.SIGALRM, over)
        signal.setitimer(signal.ITIMER_REAL, 0.5)
        try:
            take(reply)
        except Over:
            print("over", flush=True)

    if sys.argv[1] == "worker":
        process = multiprocessing.get_context("fork").Process(target=audit)
        process.start()
        process.join()
    else:
        audit()
"""


@pytest.mark.parametrize("kind", ["module", "worker"])
def test_no_reader_that_hangs_keeps_its_process_alive(kind: str) -> None:
    """Neither a module's process nor a forked worker: both would wait for non-daemon threads."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(PROCESS), kind],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert done.stdout.decode().strip() == "over"
