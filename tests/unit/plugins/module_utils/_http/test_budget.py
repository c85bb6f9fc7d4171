# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a call may spend, and what its result says of it."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import ConnectionFailed
from ansible_collections.authkit.oauth.plugins.module_utils._http.budget import Budget, DeadlineExceeded, Wait


class Clock:
    """A clock that a test sets."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_attempts_and_waits_are_costs_of_the_result() -> None:
    budget = Budget(clock=(clock := Clock()))
    budget.attempts = 3
    assert budget.permits(Wait(2.05, 429, asked=True))
    assert budget.permits(Wait(0.25))
    clock.now += 4.0
    assert budget.costs() == {
        "attempts": 3,
        "elapsed": 4.0,
        "waits": [
            {"seconds": 2.05, "status": 429, "retry_after": True},
            {"seconds": 0.25, "status": -1, "retry_after": False},
        ],
    }
    error = ConnectionFailed("It failed.")
    budget.explain(error)
    assert error.message == "It failed (3 attempts, 2.3 s of waits)."
    assert error.result()["attempts"] == 3


def test_one_attempt_needs_no_words() -> None:
    budget = Budget()
    budget.attempts = 1
    error = ConnectionFailed("It failed.")
    budget.explain(error)
    assert error.message == "It failed."


def test_a_wait_beyond_the_deadline_does_not_begin() -> None:
    budget = Budget(10.0, clock=(clock := Clock()))
    assert budget.permits(Wait(6.0, 503))
    clock.now += 6.0
    assert not budget.permits(Wait(4.0, 503))
    assert not budget.exceeded
    error = ConnectionFailed("It failed.")
    budget.attempts = 2
    budget.explain(error)
    assert error.message == (
        "It failed (2 attempts, 6.0 s of waits; not retried, since a wait of 4.0 s would exceed the deadline of 10 s: "
        "raise deadline)."
    )
    with pytest.raises(DeadlineExceeded, match="wait of 4.0 s would exceed the deadline of 10 s"):
        budget.require(4.0)
    budget.require(3.9)
    clock.now += 4.0
    assert budget.exceeded


def test_a_server_cannot_ask_for_a_long_wait() -> None:
    budget = Budget()
    assert not budget.permits(Wait(3600.0, 429, asked=True))
    error = ConnectionFailed("It failed.")
    budget.explain(error)
    assert "the server asks to wait 3600 s, and 60 s is the longest wait" in error.message
