# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who fetches, who waits, and what is left in the store afterwards."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import AuthkitError, ServerUnavailable
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.token import Token
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.entry import Entry
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.failure import Failure
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.flight import Flight
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.key import StoreKey
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.policy import Demand
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.slot import MemorySlot
from ansible_collections.authkit.oauth.tests.unit.support.stores import KEY, token

Entries = dict[StoreKey, Entry]


class Fetch:
    """A fetch that counts. It may take its time, or fail."""

    def __init__(self, result: Token | Exception | None = None, takes: float = 0.0) -> None:
        self.result = result or token("fetched")
        self.takes = takes
        self.calls = 0

    def __call__(self) -> Token:
        self.calls += 1
        time.sleep(self.takes)
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


def fly(entries: Entries, fetch: Callable[[], Token], *, patience: float = 10.0, rejected: str | None = None) -> Token:
    return Flight(MemorySlot(entries, KEY), fetch, Demand(rejected=rejected), patience).token()


def together(count: int, work: Callable[[], object]) -> None:
    threads = [threading.Thread(target=work) for _turn in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_what_was_fetched_is_kept() -> None:
    entries: Entries = {}
    fetch = Fetch()
    assert fly(entries, fetch) == fly(entries, fetch) == fetch.result
    assert fetch.calls == 1


def test_20_threads_fetch_once() -> None:
    entries: Entries = {}
    fetch = Fetch(takes=0.1)
    got: list[Token] = []
    together(20, lambda: got.append(fly(entries, fetch)))
    assert got == [fetch.result] * 20
    assert fetch.calls == 1


def test_20_threads_share_a_failure() -> None:
    entries: Entries = {}
    fetch = Fetch(ServerUnavailable("down"), takes=0.1)
    caught: list[AuthkitError] = []

    def work() -> None:
        with pytest.raises(ServerUnavailable) as error:
            fly(entries, fetch)
        caught.append(error.value)

    together(20, work)
    assert sorted(map(str, caught)) == ["down", *["down (another worker made this attempt)."] * 19]
    assert fetch.calls == 1


def test_a_failure_stands_as_long_as_the_server_asked() -> None:
    entries: Entries = {}
    for error, seconds in ((AuthkitError("down"), 5), (AuthkitError("down", retry_after=42), 42)):
        entries.clear()
        with pytest.raises(AuthkitError):
            fly(entries, Fetch(error))
        failure = entries[KEY].failure
        assert failure is not None
        assert failure.until - failure.at == pytest.approx(seconds)


def test_after_a_failure_a_fetch_clears_it() -> None:
    now = time.time()
    entries = {KEY: Entry(None, Failure.of(AuthkitError("down"), now - 6))}
    assert fly(entries, Fetch(token("fetched"))).access_token == "fetched"
    assert entries[KEY].failure is None


def test_slow_answers_about_short_tokens_still_serve_everybody() -> None:
    """The token arrives within its early window, and all waiting callers use it nevertheless."""
    entries: Entries = {}
    fetch = Fetch(token("short", life=1.0, age=0.75), takes=0.1)
    together(10, lambda: fly(entries, fetch))
    assert fetch.calls == 1


def test_in_the_second_window_one_renews_and_the_others_do_not_wait() -> None:
    old = token("old", life=300, age=260)
    entries = {KEY: Entry(old)}
    answers: list[str] = []
    nine = threading.Event()
    fetch = Fetch()

    def slow() -> Token:
        assert nine.wait(10), "the others waited for the renewal"
        return fetch()

    def work() -> None:
        answers.append(fly(entries, slow).access_token)
        if len(answers) == 9:
            nine.set()

    together(10, work)
    assert fetch.calls == 1
    assert answers == ["old"] * 9 + ["fetched"]
    assert entries[KEY].token == fetch.result


def test_a_renewal_that_fails_is_silent_remembered_and_takes_nothing_away() -> None:
    old = token("old", life=300, age=260)
    entries = {KEY: Entry(old)}
    fetch = Fetch(ServerUnavailable("down"))
    for _turn in range(5):
        assert fly(entries, fetch) == old
    assert fetch.calls == 1
    entry = entries[KEY]
    assert entry.token == old
    assert entry.failure is not None
    entries[KEY] = Entry(old, Failure.of(AuthkitError("down"), time.time() - 5.1))
    assert fly(entries, Fetch(token("new"))).access_token == "new"


def test_a_renewal_that_fails_after_the_end_of_the_token_is_a_failure() -> None:
    entries = {KEY: Entry(token("old", life=2, age=1.4))}
    fetch = Fetch(ServerUnavailable("down"), takes=0.7)
    with pytest.raises(ServerUnavailable):
        fly(entries, fetch)
    assert entries[KEY].token is None


def test_renewing_looks_again_under_the_lock() -> None:
    entries = {KEY: Entry(token("old", life=300, age=260))}

    class Late(MemorySlot):
        reads = 0

        def read(self) -> Entry:
            self.reads += 1
            return Entry(token("renewed by another")) if self.reads > 1 else super().read()

    fetch = Fetch()
    assert Flight(Late(entries, KEY), fetch, Demand(), 1.0).token().access_token == "renewed by another"
    assert fetch.calls == 0


def test_a_miss_looks_again_under_the_lock() -> None:
    class Late(MemorySlot):
        reads = 0

        def read(self) -> Entry:
            self.reads += 1
            return Entry(token("fetched by another")) if self.reads > 1 else super().read()

    fetch = Fetch()
    assert Flight(Late({}, KEY), fetch, Demand(), 1.0).token().access_token == "fetched by another"
    assert fetch.calls == 0


def test_a_rejected_token_is_replaced_once() -> None:
    entries = {KEY: Entry(token("revoked", age=30))}
    fetch = Fetch()
    together(20, lambda: fly(entries, fetch, rejected="revoked"))
    assert fetch.calls == 1
    assert fly(entries, fetch, rejected="revoked") == fetch.result
    assert fetch.calls == 1


def test_a_brand_new_rejected_token_is_handed_back_as_it_is() -> None:
    entries = {KEY: Entry(token("new", age=0.5))}
    fetch = Fetch()
    assert fly(entries, fetch, rejected="new").access_token == "new"
    assert fetch.calls == 0


def test_a_rejected_token_survives_a_server_that_is_down() -> None:
    """Another API may still take it, and the next try after the failure may replace it."""
    entries = {KEY: Entry(token("revoked", age=30))}
    fetch = Fetch(ServerUnavailable("down"))
    for _turn in range(3):
        with pytest.raises(ServerUnavailable):
            fly(entries, fetch, rejected="revoked")
    assert fetch.calls == 1
    assert fly(entries, fetch).access_token == "revoked"


def test_an_older_fetch_that_ends_late_does_not_bury_a_newer_token() -> None:
    entries: Entries = {}
    entered = threading.Event()

    def slow() -> Token:
        issued = token("older")
        entered.set()
        time.sleep(0.6)
        return issued

    late = threading.Thread(target=lambda: fly(entries, slow))
    late.start()
    entered.wait()
    assert fly(entries, Fetch(token("newer")), patience=0.1).access_token == "newer"
    late.join()
    assert fly(entries, Fetch()).access_token == "newer"


def test_patience_ends_and_one_goes_on_alone() -> None:
    entries: Entries = {}
    stuck = threading.Event()
    entered = threading.Event()

    def hang() -> Token:
        entered.set()
        stuck.wait(10)
        return token("late")

    thread = threading.Thread(target=lambda: fly(entries, hang))
    thread.start()
    entered.wait()
    begin = time.monotonic()
    assert fly(entries, Fetch(), patience=0.3).access_token == "fetched"
    assert 0.25 < time.monotonic() - begin < 8.0
    stuck.set()
    thread.join()


@pytest.mark.parametrize("error", [KeyboardInterrupt(), RuntimeError("a bug")])
def test_what_is_no_failure_of_the_server_is_not_shared_and_frees_the_entry(error: BaseException) -> None:
    entries: Entries = {}

    def fail() -> Token:
        raise error

    with pytest.raises(type(error)):
        fly(entries, fail)
    assert entries == {}
    assert fly(entries, Fetch(), patience=0.0).access_token == "fetched"


def test_every_way_out_frees_the_entry() -> None:
    for entry in (Entry(), Entry(token("old", life=300, age=260))):
        for result in (token("new"), AuthkitError("down")):
            entries = {KEY: entry}
            with suppress(AuthkitError):
                fly(entries, Fetch(result))
            slot = MemorySlot(entries, KEY)
            assert slot.attempt().name == "HELD"
            slot.release()
