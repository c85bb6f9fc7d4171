# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes calls side by side, in threads that are never joined.

Only the caller waits, for a queue, so an interrupt or a task's timeout ends it at once, whatever the threads wait for.
"""

from __future__ import annotations

import _thread
import math
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from queue import Empty, SimpleQueue
from typing import Any, Optional

from ..._http.model import ONCE, HttpRequest, HttpResponse, Retries, Transport
from ..progress import CALLS, Progress
from .entries import Entry

Result = dict[str, Any]
#: What to do after a result: None to go on. Otherwise no further call begins, and this says for how many seconds to
#: wait for those that have begun: for those that read, and for the others.
After = Callable[[Entry, Result], Optional["Patience"]]
#: Seconds after which a waiting caller looks up: a signal that another thread gets does not wake it.
_LOOK_UP = 0.25


@dataclass(frozen=True)
class Patience:
    """For how many seconds to wait for calls that have begun."""

    reads: float
    writes: float


#: After a call that stops the others. What a write did matters, and a read can be repeated.
BRIEFLY = Patience(1.0, 10.0)
UNTIL_DONE = Patience(math.inf, math.inf)


class Abandoned(Exception):
    """The caller no longer waits, so nothing is sent any more."""


class Stop:
    """Tells threads to begin no further call (asked), and to send nothing at all (final)."""

    asked = final = False


class Watched:
    """A Transport for one call: it sends nothing after the stop, and notes what came of the call.

    :ivar sent: whether a request was sent.
    :ivar received: bytes of the responses.
    """

    def __init__(self, transport: Transport, stop: Stop) -> None:
        self._transport, self._stop = transport, stop
        self.sent, self.received = False, 0

    def __repr__(self) -> str:
        return "Watched()"

    def send(self, request: HttpRequest, retries: Retries = ONCE) -> HttpResponse:
        request = self._checked(request)
        self.sent = True
        response = self._transport.send(request, retries)
        self.received += len(response.body)
        return response

    def close(self) -> None:
        """The transport belongs to all calls."""

    def _checked(self, request: HttpRequest) -> HttpRequest:
        if self._stop.final:
            raise Abandoned
        # A retry may be due long after the caller has gone.
        return replace(request, renew=lambda: self._checked(request.renewed()))


@dataclass
class Outcome:
    """What came of the calls: results by number, and the numbers of those that were begun and not waited for."""

    results: dict[int, Result] = field(default_factory=dict)
    abandoned: list[int] = field(default_factory=list)


class SideBySide:
    """Calls that several threads make.

    :param make: makes a call; an exception ends all.
    """

    def __init__(self, entries: Sequence[Entry], make: Callable[[Entry, Stop], Result], after: After) -> None:
        self._make, self._after = make, after
        self._todo = deque(entries)
        self._ended: SimpleQueue[tuple[Entry | None, Result, BaseException | None]] = SimpleQueue()
        self._open = {entry.number: entry for entry in entries}
        self._stop, self._since = Stop(), 0.0
        self._patience: Patience | None = None
        self._done, self._all = Outcome(), len(entries)

    def run(self, most: int, progress: Progress) -> Outcome:
        """Makes the calls, at most `most` at once, and returns what came of them."""
        try:
            if not self._started(min(most, self._all)):
                self._work()  # the system allows no threads
            while self._open and not self._out_of_patience():
                self._take(progress)
        finally:
            self._stop.asked = self._stop.final = True
        self._done.abandoned = sorted(self._open)
        return self._done

    def _started(self, threads: int) -> int:
        for number in range(threads):
            try:
                # Thread.start() would wait for the thread, and an interrupt there may surface as another error.
                _thread.start_new_thread(self._work, ())
            except RuntimeError:
                return number
        return threads

    def _work(self) -> None:
        try:
            while not self._stop.asked:
                try:
                    entry = self._todo.popleft()
                except IndexError:
                    return
                result = self._make(entry, self._stop)
                if self._after(entry, result) is not None:
                    self._stop.asked = True
                self._ended.put((entry, result, None))
        except BaseException as error:
            self._ended.put((None, {}, error))

    def _take(self, progress: Progress) -> None:
        """Waits for the next result, and notes it."""
        try:
            entry, result, error = self._ended.get(timeout=_LOOK_UP)
        except Empty:
            progress.done(len(self._done.results), self._all, CALLS)
            return
        if error is not None or entry is None:
            raise error or Abandoned
        self._done.results[entry.number] = result
        del self._open[entry.number]
        patience = self._after(entry, result)
        if patience is not None and self._patience is None:
            self._patience, self._since = patience, time.monotonic()
            self._drop_the_rest()
        progress.done(len(self._done.results), self._all, CALLS)

    def _drop_the_rest(self) -> None:
        while True:
            try:
                del self._open[self._todo.popleft().number]
            except IndexError:
                return

    def _out_of_patience(self) -> bool:
        if self._patience is None:
            return False
        waited = time.monotonic() - self._since
        reads = all(entry.call.sent_in_check_mode for entry in self._open.values())
        return waited >= (self._patience.reads if reads else self._patience.writes)
