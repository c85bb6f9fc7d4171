# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a job has done so far, for the result and for the next token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .spec import NONE
from .waiting import Monitor


@dataclass
class Done:
    """What a job has done so far. A job that goes on with another token starts from here.

    :ivar status: of the last write, or of the last read if nothing was written.
    :ivar left: seconds that may be spent on waiting.
    :ivar listing: where the listing of the collection goes on; its entries are outlines of those that match.
    :ivar answers: how many responses there were but for 401s, with all tokens.
    """

    action: str = NONE
    url: str | None = None
    status: int | None = None
    diff: Mapping[str, Any] | None = None
    monitor: Monitor | None = None
    left: float = 0.0
    listing: Mapping[str, Any] | None = None
    answers: int = 0

    @property
    def begun(self) -> bool:
        """Whether a job with another token would do anything again that this one has done."""
        return self.action != NONE or self.listing is not None

    def to_data(self) -> dict[str, Any]:
        """This as JSON data."""
        monitor = self.monitor
        return {**vars(self), "monitor": [monitor.url, monitor.operation, monitor.change] if monitor else None}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Done:
        """What to_data() described."""
        monitor = data.get("monitor")
        if monitor:
            # The look that was rejected had waited already.
            monitor = Monitor(str(monitor[0]), bool(monitor[1]), first=0.0, change=str(monitor[2]))
        return cls(**{**data, "monitor": monitor or None})
