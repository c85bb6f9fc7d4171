# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refresh tokens in the store: one caller at a time uses one, and none is ever lost without a word."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import (
    AuthkitError,
    ConnectionFailed,
    RateLimited,
    RefreshTokenRefused,
    ServerUnavailable,
    StoreBusy,
    StoreNotWritable,
)
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.refresh import RefreshToken
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.token import Token
from ansible_collections.authkit.oauth.plugins.plugin_utils._store import files, store
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.renewal import UNSTORED
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.store import StoreKey, open_store
from ansible_collections.authkit.oauth.tests.unit.support.rotating import FIRST, RotatingServer
from ansible_collections.authkit.oauth.tests.unit.support.stores import (
    KEY,
    file_store,
    private_store,
    refuse_warning,
    storm,
    token,
)

OTHER = StoreKey(("https://login.example.org/token", "other"), b"secret")


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(store, "_ENTRIES", {})
    return private_store(tmp_path, monkeypatch)


@pytest.fixture
def server(tmp_path: Path) -> RotatingServer:
    return RotatingServer(tmp_path / "requests")


def no_fetch() -> Token:
    raise AssertionError("fetched without a refresh token")


def got(server: RotatingServer, rejected: str | None = None, patience: float = 30.0) -> str:
    renewal = (server.renew, FIRST)
    return file_store(patience).get(KEY, no_fetch, renewal=renewal, rejected=rejected).access_token


def in_child(work: Callable[[], object]) -> int:
    """Runs this in a forked process; the signal that ended it."""
    child = os.fork()
    if not child:
        try:
            work()
        finally:
            os._exit(0)
    return os.WTERMSIG(os.waitpid(child, 0)[1])


def test_each_renewal_uses_the_successor(server: RotatingServer) -> None:
    current = got(server)
    assert got(server) == current
    for _turn in range(3):
        current = got(server, rejected=current)
    assert [refresh.value for refresh in server.got] == ["refresh-0", "refresh-1", "refresh-2", "refresh-3"]
    assert server.refused == []


def test_a_refresh_token_that_is_not_replaced_is_used_again() -> None:
    used: list[RefreshToken] = []

    def renew(refresh: RefreshToken) -> Token:
        used.append(refresh)
        return token(f"token-{len(used)}", age=10)

    for rejected in (None, "token-1"):
        file_store().get(KEY, no_fetch, renewal=(renew, "kept"), rejected=rejected)
    assert used == [RefreshToken("kept")] * 2


def test_a_first_token_with_a_refresh_token_is_renewed_by_it(server: RotatingServer) -> None:
    """As after a login: the options hold no refresh token."""
    first = server.renew(RefreshToken(FIRST))
    renewal = (server.renew, None)
    assert file_store().get(KEY, lambda: first, renewal=renewal) == first
    assert file_store().get(KEY, no_fetch, renewal=renewal, rejected="token-1").access_token == "token-2"


@pytest.mark.parametrize("workers", [12, pytest.param(50, marks=pytest.mark.alone)])
def test_many_workers_rotate_without_a_second_use(workers: int, server: RotatingServer) -> None:
    server.takes = 0.02

    def work(_number: int) -> str:
        current = got(server)
        for _turn in range(8):
            current = got(server, rejected=current)
        return current

    answers = storm(workers, work)
    assert all(answer.startswith("token-") for answer in answers)
    assert server.refused == []
    assert len(server.requests) >= 9


def test_a_hit_with_a_refresh_token_does_not_decode_it(server: RotatingServer, monkeypatch: pytest.MonkeyPatch) -> None:
    current = got(server)
    monkeypatch.setattr(RefreshToken, "from_data", None)
    assert got(server) == current


@pytest.mark.parametrize("error", [ServerUnavailable("down"), ConnectionFailed("no route"), RateLimited("slow down")])
def test_a_failed_renewal_keeps_the_refresh_token(error: AuthkitError, server: RotatingServer) -> None:
    current = got(server)
    server.fails = error
    with pytest.raises(type(error)):
        got(server, rejected=current)
    server.fails = None
    assert got(server, rejected=current) == "token-2"
    maybe_lost = not isinstance(error, RateLimited)  # that is an answer, so nothing was replaced
    assert (server.got[-1].value, server.got[-1].sent_at is not None) == ("refresh-1", maybe_lost)


def test_a_refused_refresh_token_is_dropped_and_a_new_one_begins(server: RotatingServer) -> None:
    got(server)
    server.log.write_text("accepted refresh-0\naccepted refresh-1\n")  # the second one by somebody else
    with pytest.raises(RefreshTokenRefused):
        got(server, rejected="token-1")
    assert server.got[-1].value == "refresh-1"
    with pytest.raises(RefreshTokenRefused):
        got(server, rejected="token-1")
    assert server.got[-1].value == FIRST


@pytest.mark.parametrize("reuses", [0, 1])
def test_a_kill_between_answer_and_write_is_known_afterwards(reuses: int, tmp_path: Path) -> None:
    server = RotatingServer(tmp_path / "requests", reuses=reuses)
    current = got(server)
    server.dies = signal.SIGKILL
    assert in_child(lambda: got(server, rejected=current)) == signal.SIGKILL
    server.dies = 0
    begin = time.time()
    if reuses:  # the server accepts it once more, so nothing was lost
        assert got(server, rejected=current) == "token-3"
        assert got(server, rejected="token-3") == "token-4"
        assert server.got[-1].sent_at is None
    else:
        with pytest.raises(RefreshTokenRefused):
            got(server, rejected=current)
    interrupted = server.got[1]
    assert interrupted.value == "refresh-1"
    assert interrupted.sent_at is not None
    assert 0 <= begin - interrupted.sent_at < 30


def test_a_kill_before_the_first_answer_is_known_too(server: RotatingServer) -> None:
    server.dies = signal.SIGKILL
    assert in_child(lambda: got(server)) == signal.SIGKILL
    server.dies = 0
    with pytest.raises(RefreshTokenRefused):
        got(server)
    assert server.got[0].sent_at is not None


@pytest.mark.parametrize("at", ["_write_all", "_replace", "_date"])
def test_a_kill_while_the_successor_is_written_loses_at_most_what_is_known(
    at: str, server: RotatingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    current = got(server)

    def die_when_sent() -> None:
        def dying(*given: object) -> None:
            os.kill(os.getpid(), signal.SIGKILL)

        server.sent = lambda: setattr(files, at, dying)
        got(server, rejected=current)

    assert in_child(die_when_sent) == signal.SIGKILL
    if at == "_date":  # after the rename: the successor is there
        assert got(server, rejected=current) == "token-2"
        assert server.got[1:] == []
    else:
        with pytest.raises(RefreshTokenRefused):
            got(server, rejected=current)
        assert server.got[-1].sent_at is not None


def test_the_successor_is_on_the_disk_before_the_token_is_handed_out(
    server: RotatingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(len(server.requests)))
    file_store().get(KEY, token)
    synced.clear()
    got_other = file_store().get(OTHER, no_fetch, renewal=(server.renew, FIRST))
    assert got_other.access_token == "token-1"
    assert synced == [0, 0, 1, 1]  # file and directory, before the request and after it


def test_a_store_that_cannot_be_written_sends_no_refresh_token(
    server: RotatingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    current = got(server)

    def full(*_given: object, **_named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "write_private", full)
    with pytest.raises(StoreNotWritable, match=r"No space left on device.*its successor could not be kept"):
        open_store("file", ignore).get(KEY, no_fetch, renewal=(server.renew, FIRST), rejected=current)
    assert len(server.requests) == 1


def test_a_disk_that_fills_during_the_request_is_said(server: RotatingServer, monkeypatch: pytest.MonkeyPatch) -> None:
    current = got(server)
    warnings: list[str] = []
    write = files.write_private

    def full_after(*given: object, **named: object) -> None:
        if len(server.requests) > 1:
            raise OSError(28, "No space left on device")
        write(*given, **named)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(files, "write_private", full_after)
    filling = open_store("file", warnings.append)
    assert filling.get(KEY, no_fetch, renewal=(server.renew, FIRST), rejected=current).access_token == "token-2"
    assert [line for line in warnings if "and the refresh token with them" in line] == warnings != []
    monkeypatch.setattr(files, "write_private", write)
    assert got(server, rejected="token-2") == "token-3"  # this process still has it


def test_a_stopped_holder_is_named_and_nothing_is_sent_twice(server: RotatingServer) -> None:
    begun_out, begun_in = os.pipe()

    def pausing(refresh: RefreshToken) -> Token:
        renewed = server.renew(refresh)
        os.write(begun_in, b"x")
        signal.pause()
        return renewed

    holder = os.fork()
    if not holder:
        try:
            file_store().get(KEY, no_fetch, renewal=(pausing, FIRST))
        finally:
            os._exit(1)
    os.close(begun_in)
    os.read(begun_out, 1)
    try:
        os.kill(holder, signal.SIGSTOP)
        with pytest.raises(StoreBusy, match="look for a stopped Ansible process"):
            got(server, patience=0.5)
        assert len(server.requests) == 1
    finally:
        os.kill(holder, signal.SIGKILL)
        os.waitpid(holder, 0)


@pytest.mark.parametrize("kind", ["memory", "none"])
def test_without_files_a_new_refresh_token_is_kept_in_the_process_with_a_warning(
    kind: str, server: RotatingServer
) -> None:
    warnings: list[str] = []
    unshared = open_store(kind, warnings.append)
    for rejected in (None, "token-1"):
        unshared.get(OTHER, no_fetch, renewal=(server.renew, FIRST), rejected=rejected, warn=warnings.append)
    assert server.refused == []
    assert set(warnings) == {UNSTORED}


def test_without_files_a_refresh_token_that_stays_gets_no_warning() -> None:
    kept = token()
    assert open_store("none", refuse_warning).get(KEY, no_fetch, renewal=(lambda _refresh: kept, "kept")) == kept


def test_the_entry_lives_as_long_as_its_refresh_token(server: RotatingServer, directory: Path) -> None:
    got(server)
    (entry,) = directory.glob("*.token")
    assert entry.stat().st_mtime - time.time() > 3000
    files.sweep(os.open(directory, os.O_RDONLY), time.time() + 7000, locks=True)  # within the grace
    assert entry.exists()


def ignore(_sentence: str) -> None:
    """Takes a warning."""
