# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The deadline of a call that takes several tokens: each try has what those before it left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: Seconds that a try gets if those before it left nothing: it ends at once, and its error names the deadline.
LEAST = 0.001


class TimeLeft:
    """What is left of a deadline. The time between tries, to get a token, does not count.

    :param deadline: seconds for all tries together; None for no such bound.
    """

    def __init__(self, deadline: float | None) -> None:
        self._deadline, self._spent = deadline, 0.0

    def spend(self, result: Mapping[str, Any]) -> None:
        """Counts the time of a try. A node may claim any, which only concerns its own call."""
        elapsed = result.get("elapsed")
        if isinstance(elapsed, (int, float)) and elapsed > 0:
            self._spent += elapsed

    @property
    def seconds(self) -> float | None:
        """What the next try has; None without a deadline."""
        return None if self._deadline is None else round(max(self._deadline - self._spent, LEAST), 3)

    def parameters(self) -> dict[str, Any]:
        """The parameters of a module that has the rest of the time; none for the first try."""
        return {"deadline": self.seconds} if self._deadline is not None and self._spent else {}

    def bounded(self, call: Any) -> Any:
        """The call with the rest of the time; as it is for the first try."""
        return call.within(self.seconds) if self.parameters() else call
