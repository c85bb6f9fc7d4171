# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs work in threads that are never joined, so that an interrupt ends the caller at once.

ThreadPoolExecutor joins its threads when an exception leaves it, and again at process exit: a thread that hangs in a
socket would delay the task's timeout and Ctrl-C for as long. threading.Thread.start() waits until the thread runs, and
an interrupt there may surface as a RuntimeError of its Condition. So threads are started with _thread: the call returns
at once, and nothing waits for them.
"""

from __future__ import annotations

import _thread
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from graphlib import TopologicalSorter
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

_Item = TypeVar("_Item")
_Value = TypeVar("_Value")
#: The most seconds until a waiting thread notices an interrupt.
_LOOK_UP = 0.25


def in_order(
    needs: Mapping[str, Collection[str]], work: Callable[[str, Mapping[str, Any]], _Value]
) -> dict[str, _Value]:
    """The results of work by name. Its second argument has the results of the names that this one needs.

    A name starts as soon as its needs are done. Only the caller waits, and it can be interrupted anywhere. The first
    error of work is raised here.

    :raises CycleError: names need each other.
    """
    order = TopologicalSorter(needs)
    order.prepare()
    made: dict[str, _Value] = {}
    ended: SimpleQueue[tuple[str, Any, BaseException | None]] = SimpleQueue()
    while order.is_active():
        for name in order.get_ready():
            given = {need: made[need] for need in needs[name]}
            _thread.start_new_thread(_report, (ended, name, partial(work, name, given)))
        name, value, error = _next(ended)
        if error is not None:
            raise error
        made[name] = value
        order.done(name)
    return made


def mapped(work: Callable[[_Item], _Value], items: Sequence[_Item], most: int) -> list[_Value]:
    """The results of work for the items, in order; at most `most` run at once, one of them in this thread.

    :raises Exception: what work raises. No item is started after that.
    """
    shared = _Shared(work, items)
    helpers = 0
    try:
        while helpers + 1 < min(most, len(items)):
            try:
                _thread.start_new_thread(shared.help, ())
            except RuntimeError:  # the system allows no more threads: the running ones do the rest
                break
            helpers += 1
        shared.run()
        for _helper in range(helpers):
            _next(shared.ended)
    finally:
        shared.todo.clear()
    if shared.error is not None:
        raise shared.error
    return [shared.made[number] for number in range(len(items))]


class _Shared(Generic[_Item, _Value]):
    """Items that several threads process."""

    def __init__(self, work: Callable[[_Item], _Value], items: Sequence[_Item]) -> None:
        self._work = work
        self.todo = deque(enumerate(items))
        self.made: dict[int, _Value] = {}
        self.error: BaseException | None = None
        self.ended: SimpleQueue[None] = SimpleQueue()

    def run(self) -> None:
        """Process items until none is left to start."""
        while True:
            try:
                number, item = self.todo.popleft()
            except IndexError:
                return
            self.made[number] = self._work(item)

    def help(self) -> None:
        """Run in a thread of its own. An error is kept for the caller."""
        try:
            self.run()
        except BaseException as error:
            self.error = error
            self.todo.clear()
        self.ended.put(None)


def _next(ended: SimpleQueue[_Value]) -> _Value:
    """The next report. A signal that arrives in another thread does not wake this one, so it polls."""
    while True:
        try:
            return ended.get(timeout=_LOOK_UP)
        except Empty:
            continue


def _report(ended: SimpleQueue[tuple[str, Any, BaseException | None]], name: str, work: Callable[[], Any]) -> None:
    """Report to the caller how the work for a name ended, whatever happens: it waits for nothing else."""
    try:
        ended.put((name, work(), None))
    except BaseException as error:
        ended.put((name, None, error))
