# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Token stores for tests: tokens, a token server that counts over processes, and processes that start at once.

Run as a program it is one worker in an interpreter of its own: see :func:`interpreters`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import AuthkitError
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.token import Token
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.model import TokenStore
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.store import StoreKey, open_store

KEY = StoreKey(("https://login.example.org/token", "svc"), b"the secret of svc")
NOBODY = 65534


def token(text: str = "token-1", *, life: float = 300.0, age: float = 0.0) -> Token:
    """A token that was issued ``age`` seconds ago and lives ``life`` seconds."""
    issued = time.time() - age
    return Token(text, "Bearer", None, issued, issued + life)


class Server:
    """A token server that counts its requests in a file, so that no process is missed.

    :param takes: seconds that one request takes.
    :param life: lifetime in seconds of the tokens it issues.
    :param fails: the error that each request ends with instead.
    """

    def __init__(
        self, log: Path, *, takes: float = 0.05, life: float = 300.0, fails: AuthkitError | None = None
    ) -> None:
        self.log = log
        self.takes = takes
        self.life = life
        self.fails = fails

    @property
    def requests(self) -> int:
        return len(self.log.read_text().splitlines()) if self.log.exists() else 0

    def fetch(self) -> Token:
        issued = time.time()
        with self.log.open("ab", buffering=0) as log:
            log.write(b"request\n")  # O_APPEND: one write is one line
        time.sleep(self.takes)
        if self.fails is not None:
            raise self.fails
        return Token(f"token-{os.getpid()}-{os.urandom(4).hex()}", "Bearer", None, issued, issued + self.life)


def private_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Points the store below ``tmp_path``; returns the directory that its files will lie in."""
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    monkeypatch.setenv("HOME", str(tmp_path / "no-home"))
    return runtime / "authkit"


def give_away(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the directory another user's: really where these tests run as root, else as far as os tells."""
    if os.geteuid() == 0:
        os.chown(path, NOBODY, NOBODY)
        return
    given, fstat, stat = path.stat(), os.fstat, os.stat

    def told(status: os.stat_result) -> os.stat_result:
        if not os.path.samestat(status, given):
            return status
        return os.stat_result([*status[:4], NOBODY, *status[5:]])

    monkeypatch.setattr(os, "fstat", lambda descriptor: told(fstat(descriptor)))
    monkeypatch.setattr(os, "stat", lambda *names, **options: told(stat(*names, **options)))


def file_store(patience: float = 30.0) -> TokenStore:
    """The file store; any warning fails the test."""
    return open_store("file", refuse_warning, patience=patience)


def refuse_warning(sentence: str) -> None:
    raise AssertionError(f"unexpected warning: {sentence}")


def storm(processes: int, work: Callable[[int], str]) -> list[str]:
    """Runs ``work(number)`` in that many forked processes that start at once; what they returned, by number.

    A process that meets an AuthkitError answers with its class and message.
    """
    gate_out, gate_in = os.pipe()
    answer_out, answer_in = os.pipe()
    children = [_forked(number, work, (gate_out, gate_in), answer_in) for number in range(processes)]
    for descriptor in (gate_out, gate_in, answer_in):
        os.close(descriptor)  # closing the gate's last writer opens it
    with open(answer_out, encoding="utf-8") as answers:
        lines = dict(json.loads(line) for line in answers)
    for child in children:
        os.waitpid(child, 0)
    return [lines[number] for number in range(processes)]


def _forked(number: int, work: Callable[[int], str], gate: tuple[int, int], answers: int) -> int:
    child = os.fork()
    if child:
        return child
    try:
        os.close(gate[1])
        os.read(gate[0], 1)
        os.write(answers, json.dumps([number, answer(lambda: work(number))]).encode() + b"\n")
    finally:
        os._exit(0)


def answer(work: Callable[[], str]) -> str:
    try:
        return work()
    except AuthkitError as error:
        return f"{type(error).__name__}: {error}"


@contextmanager
def interpreters(count: int, log: Path) -> Iterator[Callable[[str], list[str]]]:
    """That many interpreters, each started on its own; gives a function that makes all of them get a token at once.

    The function takes the name of a client and returns the tokens that the interpreters got.
    """
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-m", __name__, str(log)]
    workers = [
        subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        for _turn in range(count)
    ]
    try:
        _say(workers, "ready?")
        _heard(workers)

        def get(client: str) -> list[str]:
            _say(workers, client)
            return _heard(workers)

        yield get
    finally:
        for worker in workers:
            worker.communicate()


def _say(workers: Sequence[subprocess.Popen[str]], line: str) -> None:
    for worker in workers:
        if worker.stdin is not None:
            worker.stdin.write(line + "\n")
            worker.stdin.flush()


def _heard(workers: Sequence[subprocess.Popen[str]]) -> list[str]:
    return [worker.stdout.readline().strip() for worker in workers if worker.stdout is not None]


def _worker(log: Path) -> None:
    server = Server(log)
    store = file_store()
    for line in sys.stdin:
        client = line.strip()
        if client == "ready?":
            print("ready", flush=True)
        else:
            print(store.get(StoreKey((client,), b"secret"), server.fetch).access_token, flush=True)


if __name__ == "__main__":
    _worker(Path(sys.argv[1]))
