# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The store under many real processes: one request for all of them, whatever happens to it."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from functools import partial
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import AuthkitError, ServerUnavailable
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.token import Token
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.store import StoreKey
from ansible_collections.authkit.oauth.tests.unit.support.stores import (
    KEY,
    Server,
    file_store,
    interpreters,
    private_store,
    refuse_warning,
    storm,
    token,
)

#: Processes that begin at once, and how often they do where once is not enough.
REPEATS = {12: 2, 50: 20}
storms = pytest.mark.parametrize("workers", [12, pytest.param(50, marks=pytest.mark.alone)])
#: Seconds after which a process that waits for another one counts as hanging.
HANGS = 30.0
#: Seconds of an attempt that ends after all workers have begun, on a busy machine too.
OUTLASTS = 3.0


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return private_store(tmp_path, monkeypatch)


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(tmp_path / "requests")


@storms
def test_forked_workers_cold_make_one_request(workers: int, server: Server) -> None:
    def work(repeat: int, _number: int) -> str:
        return file_store().get(StoreKey((f"client-{repeat}",), b"secret"), server.fetch).access_token

    for repeat in range(REPEATS[workers]):
        tokens = storm(workers, partial(work, repeat))
        assert len(set(tokens)) == 1
        assert server.requests == repeat + 1


@storms
@pytest.mark.parametrize("before", ["nothing", "a torn key", "an open key"])
def test_first_users_at_once_end_with_one_key_and_one_request(
    workers: int, before: str, directory: Path, server: Server
) -> None:
    for repeat in range(REPEATS[workers]):
        shutil.rmtree(directory, ignore_errors=True)
        if before != "nothing":
            directory.mkdir(mode=0o700)
            (directory / "key").write_bytes(b"x" * (31 if before == "a torn key" else 32))
        tokens = storm(workers, lambda _number: file_store().get(KEY, server.fetch).access_token)
        assert len(set(tokens)) == 1
        assert server.requests == repeat + 1
        assert len(list(directory.glob("*.token"))) == 1
        assert (directory / "key").stat().st_mode & 0o777 == 0o600
        assert not list(directory.glob(".key*"))


@storms
def test_interpreters_of_their_own_make_one_request(workers: int, server: Server) -> None:
    with interpreters(workers, server.log) as get:
        for repeat in range(REPEATS[workers]):
            tokens = get(f"client-{repeat}")
            assert len(tokens) == workers
            assert len(set(tokens)) == 1
            assert server.requests == repeat + 1


def test_processes_with_threads_make_one_request(server: Server) -> None:
    def work(_number: int) -> str:
        store = file_store()
        got: list[str] = []
        threads = [
            threading.Thread(target=lambda: got.append(store.get(KEY, server.fetch).access_token))
            for _each in range(10)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(got) == 10
        return " ".join(sorted(set(got)))

    assert len(set(storm(5, work))) == 1
    assert server.requests == 1


@storms
def test_workers_share_one_failure(workers: int, tmp_path: Path) -> None:
    """The attempt must outlast the start of all workers: who begins after its end asks again."""
    error = ServerUnavailable("login.example.org is down: try again later.")
    server = Server(tmp_path / "requests", takes=OUTLASTS, fails=error)
    begin = time.monotonic()
    answers = storm(workers, lambda _number: file_store().get(KEY, server.fetch).access_token)
    assert sorted(answers) == [
        "ServerUnavailable: login.example.org is down: try again later (another worker made this attempt).",
    ] * (workers - 1) + ["ServerUnavailable: login.example.org is down: try again later."]
    assert server.requests == 1
    assert time.monotonic() - begin < HANGS


@storms
def test_workers_that_hold_one_rejected_token_make_one_request(workers: int, server: Server) -> None:
    file_store().get(KEY, lambda: token("revoked", age=30))
    tokens = storm(workers, lambda _number: file_store().get(KEY, server.fetch, rejected="revoked").access_token)
    assert len(set(tokens)) == 1
    assert tokens[0] != "revoked"
    assert server.requests == 1


@storms
def test_workers_whose_token_is_rejected_while_the_server_is_down_ask_once(workers: int, tmp_path: Path) -> None:
    server = Server(tmp_path / "requests", takes=OUTLASTS, fails=AuthkitError("down"))
    file_store().get(KEY, lambda: token("revoked", age=30))
    answers = storm(workers, lambda _number: file_store().get(KEY, server.fetch, rejected="revoked").access_token)
    assert sorted(answers) == [
        "AuthkitError: down",
        *["AuthkitError: down (another worker made this attempt)."] * (workers - 1),
    ]
    assert server.requests == 1


@storms
def test_one_worker_renews_ahead_and_nobody_waits(workers: int, tmp_path: Path) -> None:
    server = Server(tmp_path / "requests", takes=3.0)
    file_store().get(KEY, lambda: token("still good", life=300, age=255))  # 45 s left: between 30 and 60

    def work(_number: int) -> str:
        begin = time.monotonic()
        got = file_store().get(KEY, server.fetch).access_token
        return f"{got}|{time.monotonic() - begin:.3f}"

    answers = [line.split("|") for line in storm(workers, work)]
    waited = [float(seconds) for got, seconds in answers if got == "still good"]
    assert server.requests == 1
    assert len(waited) == workers - 1
    assert max(waited) < 2.5
    assert file_store().get(KEY, server.fetch).access_token == next(
        got for got, _seconds in answers if got != "still good"
    )
    assert server.requests == 1


@storms
def test_tokens_of_8_seconds_serve_workers_over_their_end(workers: int, tmp_path: Path) -> None:
    server = Server(tmp_path / "requests", takes=0.02, life=8.0)
    begin = time.monotonic()

    def work(_number: int) -> str:
        store = file_store()
        shortest = 8.0
        while time.monotonic() - begin < 11:
            shortest = min(shortest, store.get(KEY, server.fetch).expires_at - time.time())
            time.sleep(0.2)
        return f"{shortest:.3f}"

    left = [float(answer) for answer in storm(workers, work)]
    assert min(left) > 0.5
    assert server.requests in (2, 3)


def test_a_killed_holder_leaves_the_next_one_free(directory: Path, tmp_path: Path) -> None:
    child = os.fork()
    if not child:
        file_store().get(KEY, lambda: _endless(os.open(os.devnull, os.O_WRONLY), dies_after=0))
        os._exit(1)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    assert list(directory.glob("*.lock"))

    server = Server(tmp_path / "requests")
    begin = time.monotonic()
    tokens = storm(10, lambda _number: file_store().get(KEY, server.fetch).access_token)
    assert len(set(tokens)) == 1
    assert server.requests == 1
    assert time.monotonic() - begin < HANGS


def test_waiters_go_on_when_the_holder_is_killed_under_them(tmp_path: Path) -> None:
    server = Server(tmp_path / "requests")
    held_out, held_in = os.pipe()
    holder = os.fork()
    if not holder:
        file_store().get(KEY, lambda: _endless(held_in, dies_after=0.3))
        os._exit(1)
    os.read(held_out, 1)
    tokens = storm(10, lambda _number: file_store().get(KEY, server.fetch).access_token)
    os.waitpid(holder, 0)
    assert len(set(tokens)) == 1
    assert server.requests == 1


def test_a_stopped_holder_does_not_stop_the_others(tmp_path: Path) -> None:
    server = Server(tmp_path / "requests")
    held_out, held_in = os.pipe()
    holder = os.fork()
    if not holder:
        file_store().get(KEY, lambda: _endless(held_in))
        os._exit(1)
    os.read(held_out, 1)
    try:
        os.kill(holder, signal.SIGSTOP)
        begin = time.monotonic()
        assert file_store(patience=0.5).get(KEY, server.fetch).access_token.startswith("token-")
        assert 0.4 < time.monotonic() - begin < 2
        assert file_store().get(KEY, server.fetch).access_token.startswith("token-")
        assert server.requests == 1
    finally:
        os.kill(holder, signal.SIGKILL)
        os.waitpid(holder, 0)


@pytest.mark.parametrize("kills", [10, pytest.param(60, marks=pytest.mark.alone)])
def test_killed_writers_tear_nothing_and_stop_nobody(kills: int, directory: Path) -> None:
    reader = file_store()
    reader.get(KEY, lambda: token("first", age=30))
    texts = {"first"}
    misses = 0
    for number in range(kills):
        texts.add(_long(number).access_token)
        child = os.fork()
        if not child:
            store = file_store()
            current = store.get(KEY, token).access_token
            while True:
                current = store.get(KEY, partial(_long, number), rejected=current).access_token
        end = time.monotonic() + 0.02
        while time.monotonic() < end:
            try:
                assert reader.get(KEY, _missed).access_token in texts
            except AuthkitError:
                misses += 1
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    assert misses == 0
    assert reader.get(KEY, _missed, warn=refuse_warning).access_token in texts


def _long(number: int) -> Token:
    return token("x" * 20000 + str(number), age=10)


def _endless(holding: int, dies_after: float = 60.0) -> Token:
    """A fetch that says when it has begun, and never returns."""
    os.write(holding, b"x")
    time.sleep(dies_after)
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def _missed() -> Token:
    raise AuthkitError("the entry could not be read")
