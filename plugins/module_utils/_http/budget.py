# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one call may spend, over all its redirects, pages and retries, and what it has spent."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from .._errors import AuthkitError, NetworkError

#: Seconds: the longest wait before a retry that a server may ask for.
LONGEST_WAIT = 60.0
#: Seconds: how far the wall clock may drift from the monotonic one while a retry waits.
CLOCK_DRIFT = 0.05
#: The status without a response. It is that of ansible.builtin.uri, so that `until: result.status == 200` works.
NO_STATUS = -1


class DeadlineExceeded(NetworkError):
    """The call did not end before its deadline. Check server and network, or raise the option deadline."""


@dataclass(frozen=True)
class Wait:
    """A pause before a retry.

    :param status: that of the response before it; NO_STATUS without one.
    :param asked: whether the server asked for it with Retry-After.
    """

    seconds: float
    status: int = NO_STATUS
    asked: bool = False

    def result(self) -> dict[str, object]:
        """The wait as a task's result shows it."""
        return {"seconds": round(self.seconds, 3), "status": self.status, "retry_after": self.asked}


class Budget:
    """The attempts and waits of one call, and its deadline. One thread uses it.

    :param deadline: seconds from now in which the whole call must end; None for no such bound.
    """

    def __init__(self, deadline: float | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self.deadline, self.attempts = deadline, 0
        self.waits: list[Wait] = []
        self._clock, self._begin, self._refused = clock, clock(), ""

    @property
    def elapsed(self) -> float:
        """Seconds since the call began."""
        return self._clock() - self._begin

    @property
    def end(self) -> float:
        """When the call must end, on the monotonic clock."""
        return math.inf if self.deadline is None else self._begin + self.deadline

    @property
    def exceeded(self) -> bool:
        """Whether the deadline has passed."""
        return self._clock() >= self.end

    def permits(self, wait: Wait) -> bool:
        """Whether a retry may wait so long. If not, the call ends with what it has."""
        if wait.asked and wait.seconds > LONGEST_WAIT + CLOCK_DRIFT:
            self._refused = (
                f"not retried, since the server asks to wait {wait.seconds:.0f} s, and {LONGEST_WAIT:.0f} s is the "
                "longest wait: run the task again later"
            )
        elif self.deadline is not None and self._clock() + wait.seconds >= self.end:
            self._refused = (
                f"not retried, since a wait of {wait.seconds:.1f} s would exceed the deadline of {self.deadline:g} s: "
                "raise deadline"
            )
        else:
            self.waits.append(wait)
            return True
        return False

    def require(self, seconds: float) -> None:
        """Raises DeadlineExceeded if the call must end sooner."""
        if self._clock() + seconds >= self.end:
            raise DeadlineExceeded(
                f"Another wait of {seconds:.1f} s would exceed the deadline of {self.deadline:g} s: raise deadline, or "
                "run the task again later."
            )

    def costs(self) -> dict[str, object]:
        """What a task's result says of the attempts."""
        return {
            "attempts": self.attempts,
            "elapsed": round(self.elapsed, 3),
            "waits": [wait.result() for wait in self.waits],
        }

    def explain(self, error: AuthkitError) -> None:
        """Adds the attempts and waits to an error, and why there are no more of them."""
        error.costs = self.costs()
        waited = sum(wait.seconds for wait in self.waits)
        tried = f"{self.attempts} attempts, {waited:.1f} s of waits" if self.waits else ""
        error.tried = "; ".join(filter(None, (tried, self._refused)))
