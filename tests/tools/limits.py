# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Time limits: what waits within one gives up when it is reached, so that nothing waits for ever."""

from __future__ import annotations

import contextlib
import fcntl
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import IO

#: Seconds between two looks at a lock that somebody else holds.
TURN = 0.25

_end: ContextVar[float | None] = ContextVar("_end", default=None)


class Overdue(Exception):
    """A time limit was reached; the message is one sentence that says what was still going on."""


@contextlib.contextmanager
def limited(seconds: float) -> Iterator[None]:
    """What waits within gives up after that many seconds. A limit around this one that ends sooner holds as well."""
    outer = _end.get()
    end = time.monotonic() + seconds
    token = _end.set(end if outer is None else min(end, outer))
    try:
        yield
    finally:
        _end.reset(token)


def left() -> float | None:
    """Seconds until the limit is reached, never less than 0; None where there is no limit."""
    end = _end.get()
    return None if end is None else max(0.0, end - time.monotonic())


def lock(handle: IO[str], holder: str, say: Callable[[str], None]) -> None:
    """Lock a file, and wait for whoever holds it ("it is being made").

    :raises Overdue: it was still held at the time limit.
    """
    told = False
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if left() == 0.0:
                raise Overdue(f"{holder} and still was at the time limit") from None
        if not told:
            say(f"{holder}; waiting for it")
            told = True
        time.sleep(TURN)
