# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a deadline leaves for the call with the next token."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._api.call import ApiCall
from ansible_collections.authkit.oauth.plugins.module_utils._api.time_left import LEAST, TimeLeft

CALL = ApiCall("GET", "https://api.example.org/", deadline=10.0)


def test_the_first_try_has_all_of_it() -> None:
    left = TimeLeft(10.0)
    assert (left.parameters(), left.bounded(CALL)) == ({}, CALL)


def test_the_next_try_has_the_rest() -> None:
    left = TimeLeft(10.0)
    left.spend({"elapsed": 7.5})
    left.spend({"elapsed": 1})
    assert left.parameters() == {"deadline": 1.5}
    assert left.bounded(CALL).deadline == 1.5


def test_a_try_without_time_ends_at_once() -> None:
    left = TimeLeft(2.0)
    left.spend({"elapsed": 2.5})
    assert left.seconds == LEAST


@pytest.mark.parametrize("elapsed", [None, "3", -5.0, float("nan")], ids=["none", "text", "negative", "nan"])
def test_what_a_node_makes_up_gives_no_more_time(elapsed: object) -> None:
    left = TimeLeft(3.0)
    left.spend({"elapsed": elapsed})
    assert (left.seconds, left.parameters()) == (3.0, {})


def test_without_a_deadline_there_is_no_bound() -> None:
    left = TimeLeft(None)
    left.spend({"elapsed": 100.0})
    assert (left.seconds, left.parameters(), left.bounded(CALL)) == (None, {}, CALL)
