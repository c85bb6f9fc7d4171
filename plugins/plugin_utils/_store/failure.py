# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A failed fetch, shared with the workers that waited for it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from ...module_utils._errors import AuthkitError
from ...module_utils._oauth.token import CLOCK_TOLERANCE

#: How long a failure is kept, in seconds: for those who wait for it, and so that a valid token is not renewed ahead of
#: time again at once. The server's Retry-After replaces this, within the limits below.
FAILURE_SECONDS = 5.0
FAILURE_SHORTEST = 1.0
FAILURE_LONGEST = 60.0


@dataclass(frozen=True)
class Failure:
    """A failed fetch that other workers do not repeat.

    :param data: the error, as :meth:`AuthkitError.to_data` gives it.
    :param at: when it happened, in Unix seconds.
    :param until: until when it is kept, in Unix seconds.
    """

    data: Mapping[str, object]
    at: float
    until: float

    @classmethod
    def of(cls, error: AuthkitError, now: float) -> Failure:
        return cls(error.to_data(), now, now + _failure_seconds(error.retry_after))

    def stands(self, now: float) -> bool:
        """Whether it still counts; one from the future, or one that would last too long, is not."""
        return self.at - CLOCK_TOLERANCE <= now < min(self.until, self.at + FAILURE_LONGEST)

    def error(self) -> AuthkitError:
        """The error, for a worker that did not make the attempt."""
        error = AuthkitError.from_data(self.data)
        error.shared = True
        return error


def _failure_seconds(retry_after: float | None) -> float:
    if retry_after is None or math.isnan(retry_after):
        return FAILURE_SECONDS
    return min(max(retry_after, FAILURE_SHORTEST), FAILURE_LONGEST)
