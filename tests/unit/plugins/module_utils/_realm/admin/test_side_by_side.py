# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Work in unjoined threads: dependencies, errors, and interrupts at any point."""

from __future__ import annotations

import _thread
import graphlib
import os
import signal
import threading
import time
from collections.abc import Mapping
from graphlib import CycleError
from threading import Barrier, Event
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.admin import side_by_side
from ansible_collections.authkit.oauth.plugins.module_utils._realm.admin.side_by_side import in_order, mapped
from ansible_collections.authkit.oauth.tests.unit.support.interrupts import Interrupt, interrupted_at_line

#: Seconds in which an interrupt must end what it strikes.
SOON = 2.0


def test_each_is_given_what_it_needs_and_nothing_else() -> None:
    needs = {"d": ("b", "c"), "b": ("a",), "c": ("a",), "a": (), "e": ()}

    def work(name: str, given: Mapping[str, str]) -> str:
        assert set(given) == set(needs[name])
        return name + "".join(given[each] for each in needs[name])

    assert in_order(needs, work) == {"a": "a", "b": "ba", "c": "ca", "d": "dbaca", "e": "e"}


def test_what_is_ready_does_not_wait_for_the_rest_of_its_level() -> None:
    """b needs only a, so a slow sibling of a must not delay it."""
    slow = Event()

    def work(name: str, _given: Mapping[str, bool]) -> bool:
        if name == "sibling of a":
            return slow.wait(30)
        if name == "b":
            slow.set()
        return True

    assert in_order({"a": (), "sibling of a": (), "b": ("a",)}, work) == dict.fromkeys("ab", True) | {
        "sibling of a": True
    }


def test_all_that_are_ready_run_at_once() -> None:
    barrier = Barrier(20, timeout=30)
    assert len(in_order({str(number): () for number in range(20)}, lambda _name, _given: barrier.wait())) == 20


def test_a_circle_is_an_error() -> None:
    with pytest.raises(CycleError):
        in_order({"a": ("b",), "b": ("a",)}, lambda _name, _given: None)


def test_an_error_ends_it_although_others_hang() -> None:
    never = Event()

    def work(name: str, _given: Mapping[str, Any]) -> None:
        if name == "broken":
            raise LookupError(name)
        never.wait(30)

    started = time.monotonic()
    with pytest.raises(LookupError, match="broken"):
        in_order({"hangs": (), "broken": (), "after": ("broken",)}, work)
    assert time.monotonic() - started < SOON
    never.set()


def test_a_signal_that_another_thread_gets_interrupts_it_too() -> None:
    """The kernel may deliver a signal to any thread, but only the main thread runs Python's handler, once it wakes."""
    never = Event()

    def interrupt(_signal: int, _frame: object) -> None:
        raise Interrupt

    def work(_name: str, _given: Mapping[str, Any]) -> None:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGUSR1})
        time.sleep(0.1)
        os.kill(os.getpid(), signal.SIGUSR1)
        never.wait(30)

    before = signal.signal(signal.SIGUSR1, interrupt)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    started = time.monotonic()
    try:
        with pytest.raises(Interrupt):
            in_order({"a": ()}, work)
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGUSR1})
        signal.signal(signal.SIGUSR1, before)
        never.set()
    assert time.monotonic() - started < SOON


@pytest.mark.parametrize("most", [1, 3, 8, 200])
@pytest.mark.parametrize("count", [0, 1, 2, 7, 100])
def test_items_keep_their_order(count: int, most: int) -> None:
    assert mapped(lambda item: item * 2, range(count), most) == [item * 2 for item in range(count)]


def test_no_more_at_once_than_allowed() -> None:
    guard, now, highest = threading.Lock(), [0], [0]

    def work(_item: int) -> None:
        with guard:
            now[0] += 1
            highest[0] = max(highest[0], now[0])
        time.sleep(0.002)
        with guard:
            now[0] -= 1

    mapped(work, range(60), 4)
    assert highest == [4]


def test_an_error_in_any_thread_reaches_the_caller_and_nothing_more_begins() -> None:
    begun: list[int] = []

    def work(item: int) -> None:
        begun.append(item)
        time.sleep(0.001)
        if item == 10:
            raise LookupError(str(item))

    with pytest.raises(LookupError, match="10"):
        mapped(work, range(10_000), 4)
    assert len(begun) < 1000


def test_a_machine_without_more_threads_does_the_work_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_work: object, _arguments: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(_thread, "start_new_thread", refuse)
    assert mapped(lambda item: item, range(5), 4) == list(range(5))
    with pytest.raises(RuntimeError):
        in_order({"a": ()}, lambda _name, _given: None)


@pytest.mark.parametrize("work", ["in_order", "mapped"])
def test_an_interrupt_at_any_line_ends_it(work: str) -> None:
    """Before, between and after the starts of threads, in the code of Python's own that it uses, and while it waits."""

    def run() -> None:
        if work == "in_order":
            in_order({"a": (), "b": ("a",), "c": (), "d": ("b", "c")}, lambda name, _given: name)
        else:
            mapped(lambda item: item, range(6), 3)

    files = frozenset({side_by_side.__file__, threading.__file__, graphlib.__file__})
    line, finished = 0, False
    while not finished:
        line += 1
        started = time.monotonic()
        finished = not interrupted_at_line(line, files, run)
        assert time.monotonic() - started < SOON
    assert line > 25
