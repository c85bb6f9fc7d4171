# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Interrupts where a test wants them: what a task's timeout or Ctrl-C raises in the main thread."""

from __future__ import annotations

import _thread
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest


class Interrupt(BaseException):
    """What neither Ansible's timeout nor KeyboardInterrupt derive from Exception for: nobody may swallow it."""


def interrupted_at_line(number: int, files: frozenset[str], run: Callable[[], object]) -> bool:
    """Runs with an interrupt at the number-th line of these files that this thread runs; False where it has fewer.

    Fails where the interrupt does not come out again. In a thread of its own: one that strikes while an exception is
    being handled can leave CPython's thread believing that it still is, and later ones would have it as context.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_interrupted_at_line, number, files, run).result()


def _interrupted_at_line(number: int, files: frozenset[str], run: Callable[[], object]) -> bool:
    left = number

    def trace(frame: Any, event: str, _argument: object) -> Any:
        nonlocal left
        if frame.f_code.co_filename not in files:
            return None
        if event == "line":
            left -= 1
            if left == 0:
                raise Interrupt
        return trace

    sys.settrace(trace)
    try:
        run()
    except Interrupt:
        return True
    finally:
        sys.settrace(None)
    assert left > 0, f"The interrupt at line {number} was swallowed."
    return False


def interrupt_at_start(monkeypatch: pytest.MonkeyPatch, number: int, *, before: bool) -> list[int]:
    """Interrupts the code that starts the number-th thread, just before or after. Gives those that started."""
    started: list[int] = []
    start = _thread.start_new_thread
    asked = 0

    def counting(work: Callable[..., object], arguments: tuple[Any, ...]) -> int:
        nonlocal asked
        asked += 1
        here = asked == number
        if here and before:
            raise Interrupt
        started.append(start(work, arguments))
        if here:
            raise Interrupt
        return started[-1]

    monkeypatch.setattr(_thread, "start_new_thread", counting)
    return started
