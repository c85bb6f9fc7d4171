# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entries, and their encoding and decoding."""

from __future__ import annotations

import json

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import AuthkitError, RateLimited, ServerUnavailable
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.refresh import RefreshToken
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.entry import EMPTY, Entry, decode, encode
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.failure import Failure
from ansible_collections.authkit.oauth.tests.unit.support.stores import token

NOW = 1_000_000.0


def test_token_and_failure_come_back_side_by_side() -> None:
    entry = Entry(token(), Failure.of(ServerUnavailable("down", retry_after=20), NOW))
    assert decode(encode(entry)) == entry


@pytest.mark.parametrize("expires_at", [None, NOW + 3600])
@pytest.mark.parametrize("sent_at", [None, NOW + 2])
def test_a_refresh_token_comes_back(expires_at: float | None, sent_at: float | None) -> None:
    refresh = RefreshToken("secret", expires_at, NOW, sent_at)
    entry = Entry(None, None, refresh)
    assert decode(encode(entry)) == entry
    assert entry.moment == NOW + (2 if sent_at else 0)
    assert entry.useful_until == (NOW + 3600 if expires_at else float("inf"))
    assert "secret" not in repr(refresh)


def test_a_failure_comes_back_as_the_error_that_it_was() -> None:
    back = decode(encode(Entry(None, Failure.of(RateLimited("too many", retry_after=20), NOW)))).failure
    assert back is not None
    error = back.error()
    assert error.__class__ is RateLimited
    assert (str(error), error.retry_after) == ("too many (another worker made this attempt).", 20)


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [(None, 5), (20.0, 20), (0.0, 1), (-3.0, 1), (61.0, 60), (1e9, 60), (float("nan"), 5), (float("inf"), 60)],
)
def test_a_failure_stands_5_s_or_as_long_as_the_server_asked(retry_after: float | None, seconds: float) -> None:
    failure = Failure.of(AuthkitError("down", retry_after=retry_after), NOW)
    assert failure.stands(NOW)
    assert failure.stands(NOW + seconds - 0.01)
    assert not failure.stands(NOW + seconds + 0.01)


def test_a_failure_from_the_future_does_not_stand() -> None:
    assert not Failure.of(AuthkitError("down"), NOW + 30).stands(NOW)


def test_no_failure_stands_longer_than_a_minute_whatever_the_file_says() -> None:
    assert not Failure({}, NOW, NOW + 1e6).stands(NOW + 61)


def test_an_entry_knows_when_it_came_and_how_long_it_is_of_use() -> None:
    some = token(life=300)
    failure = Failure.of(AuthkitError("down"), some.issued_at + 10)
    assert (EMPTY.moment, EMPTY.useful_until) == (0, 0)
    assert Entry(some, failure).moment == failure.at
    assert Entry(some, failure).useful_until == some.expires_at
    assert Entry(None, failure).useful_until == failure.until


@pytest.mark.parametrize(
    "document",
    [
        "",
        "[]",
        "null",
        "{}",
        '{"version": 2}',
        '{"version": 1, "token": {"access_token": 1}}',
        '{"version": 1, "token": {}}',
        '{"version": 1, "failure": {}}',
        '{"version": 1, "refresh": {}}',
        '{"version": 1, "refresh": {"value": "x", "received_at": "now"}}',
        '{"version": 1, "refresh": {"value": "x", "received_at": NaN}}',
        '{"version": 1, "failure": {"error": {}, "at": "soon", "until": 1}}',
    ],
)
def test_whatever_is_no_entry_is_an_empty_one(document: str) -> None:
    assert decode(document.encode()) == EMPTY


@pytest.mark.parametrize("time", [float("nan"), float("inf"), float("-inf")])
def test_a_token_without_a_real_lifetime_is_none(time: float) -> None:
    data = {**token().to_data(), "expires_at": time}
    assert decode(json.dumps({"version": 1, "token": data}).encode()) == EMPTY
