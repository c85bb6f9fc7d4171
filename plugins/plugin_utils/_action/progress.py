# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shows how far a long task is: a line every few seconds, on standard error, where no result is printed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from ansible.utils.display import Display

from ...module_utils._api.progress import CALLS, PAGES

#: Seconds: before the first line, and between two lines.
PAUSE = 5.0
_VERBS = {CALLS: "done", PAGES: "read"}


def show(line: str) -> None:
    """Prints a line. In a worker process, Ansible passes it on to the main process."""
    Display().display(line, stderr=True)


class ShownProgress:
    """A Progress that prints a line now and then; see progress.Progress.

    :param task: what works, and for which host.
    """

    def __init__(
        self, task: str, show: Callable[[str], None] = show, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._task, self._show, self._clock = task, show, clock
        self._lock = threading.Lock()
        self._next = clock() + PAUSE

    def done(self, count: int, of: int | None = None, what: str = CALLS) -> None:
        with self._lock:
            now = self._clock()
            if now < self._next or count == of:
                return
            self._next = now + PAUSE
            number = f"{count:,}" if of is None else f"{count:,} of {of:,}"
            self._show(f"{self._task}: {number} {what} {_VERBS[what]}")
