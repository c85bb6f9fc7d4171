# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a stored token is used, when it is renewed ahead, and when a failure is shared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import AuthkitError
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.token import Token
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.entry import Entry
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.failure import Failure
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.freshness import windows
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.policy import (
    Demand,
    Fetch,
    Serve,
    Share,
    min_valid_warning,
    rule,
)

if TYPE_CHECKING:
    from ansible_collections.authkit.oauth.plugins.plugin_utils._store.policy import Ruling

NOW = 1_000_000.0


def issued(age: float, life: float, text: str = "token-1") -> Token:
    return Token(text, "Bearer", None, NOW - age, NOW - age + life)


def ruling(
    age: float, life: float, demand: Demand | None = None, *, failure: Failure | None = None, landed: bool = False
) -> Ruling:
    return rule(Entry(issued(age, life), failure), demand or Demand(), NOW, landed=landed)


def failed(ago: float = 1.0) -> Failure:
    return Failure.of(AuthkitError("down"), NOW - ago)


@pytest.mark.parametrize(("life", "early"), [(4.0, 0.8), (60.0, 12.0), (150.0, 30.0), (300.0, 30.0), (36000.0, 30.0)])
def test_a_token_ends_early_by_30_s_or_a_fifth_of_its_life(life: float, early: float) -> None:
    assert windows(life, None).early == pytest.approx(early)
    assert isinstance(ruling(life - early - 0.1, life), Serve)
    assert ruling(life - early + 0.1, life) == Fetch()


@pytest.mark.parametrize("life", [4.0, 60.0, 300.0])
def test_inside_twice_the_window_it_is_renewed_ahead(life: float) -> None:
    early = windows(life, None).early
    assert ruling(life - 2 * early - 0.01, life) == Serve(issued(life - 2 * early - 0.01, life), ahead=False)
    assert ruling(life - 2 * early + 0.01, life) == Serve(issued(life - 2 * early + 0.01, life), ahead=True)


def test_jitter_moves_the_second_window_by_a_tenth() -> None:
    assert ruling(300 - 63, 300, Demand(jitter=1.1)) == Serve(issued(300 - 63, 300), ahead=True)
    assert ruling(300 - 57, 300, Demand(jitter=0.9)) == Serve(issued(300 - 57, 300), ahead=False)


def test_min_valid_replaces_the_window() -> None:
    assert isinstance(ruling(190, 300, Demand(min_valid=100)), Serve)
    assert ruling(210, 300, Demand(min_valid=100)) == Fetch()
    assert isinstance(ruling(299.9, 300, Demand(min_valid=0)), Serve)


def test_min_valid_beyond_half_the_life_is_cut_to_that_with_a_warning() -> None:
    assert windows(60, 1000).early == 30
    assert ruling(0, 60, Demand(min_valid=1000)) == Serve(issued(0, 60), ahead=False)
    assert ruling(31, 60, Demand(min_valid=1000)) == Fetch()
    assert min_valid_warning(issued(0, 60), 1000) == (
        "min_valid is 1000 s, more than half of the 60 s that this client's tokens live, and is cut to 30 s: lower "
        "min_valid, or have the server issue tokens that live longer."
    )
    assert min_valid_warning(issued(0, 60), 30) is None
    assert min_valid_warning(issued(0, 60), None) is None


@pytest.mark.parametrize("min_valid", [100.0, 150.0, 1000.0])
def test_a_large_min_valid_does_not_renew_a_new_token_on_every_use(min_valid: float) -> None:
    assert ruling(40, 300, Demand(min_valid=min_valid, jitter=1.1)) == Serve(issued(40, 300), ahead=False)


def test_a_token_from_the_future_is_not_believed() -> None:
    assert ruling(-5, 300) == Fetch()


def test_a_demand_never_shows_the_rejected_token() -> None:
    assert "eyJ" not in repr(Demand(rejected="eyJ.a.b"))


def test_nothing_stored_is_fetched() -> None:
    assert rule(Entry(), Demand(), NOW) == Fetch()


def test_a_failure_is_shared_only_where_no_token_serves() -> None:
    assert rule(Entry(None, failed()), Demand(), NOW) == Share(failed())
    assert ruling(290, 300, failure=failed()) == Share(failed())
    assert isinstance(ruling(100, 300, failure=failed()), Serve)


def test_a_failure_is_for_those_who_began_before_it() -> None:
    """A later caller, such as the next attempt of ``until``, asks the server again."""
    failure = failed()
    assert rule(Entry(None, failure), Demand(began=failure.at), NOW) == Share(failure)
    assert rule(Entry(None, failure), Demand(began=failure.at + 0.001), NOW) == Fetch()
    assert ruling(250, 300, Demand(began=NOW), failure=failed(1)) == Serve(issued(250, 300), ahead=False)


def test_a_failed_renewal_is_not_tried_again_while_it_stands() -> None:
    assert ruling(250, 300, failure=failed(1)) == Serve(issued(250, 300), ahead=False)
    assert ruling(250, 300, failure=failed(6)) == Serve(issued(250, 300), ahead=True)


def test_a_rejected_token_is_fetched_anew_only_while_it_is_the_stored_one() -> None:
    assert ruling(100, 300, Demand(rejected="token-1")) == Fetch()
    assert isinstance(ruling(100, 300, Demand(rejected="an older one")), Serve)
    assert ruling(100, 300, Demand(rejected="token-1"), failure=failed()) == Share(failed())


def test_a_brand_new_token_that_is_rejected_is_handed_back() -> None:
    assert ruling(1.9, 300, Demand(rejected="token-1")) == Serve(issued(1.9, 300), ahead=False)
    assert ruling(2.1, 300, Demand(rejected="token-1")) == Fetch()


def test_a_token_that_landed_while_one_waited_serves_as_long_as_it_lives() -> None:
    assert isinstance(ruling(3.9, 4, landed=True), Serve)
    assert ruling(4.1, 4, landed=True) == Fetch()
    assert ruling(3, 4, Demand(rejected="token-1"), landed=True) == Fetch()
