# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The token store's public functions."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import AuthkitError, InvalidOption, StoreRefused
from ansible_collections.authkit.oauth.plugins.plugin_utils._store import crypto as _store_crypto
from ansible_collections.authkit.oauth.plugins.plugin_utils._store import misses
from ansible_collections.authkit.oauth.plugins.plugin_utils._store import store as _token_store
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.memory import MemoryStore, NoStore
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.policy import demand
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.store import FileStore, StoreKey, open_store
from ansible_collections.authkit.oauth.tests.unit.support.stores import (
    KEY,
    NOBODY,
    Server,
    file_store,
    give_away,
    private_store,
    refuse_warning,
    storm,
    token,
)

WRONG = StoreKey(KEY.parts, b"a wrong secret")


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(_token_store, "_ENTRIES", {})
    return private_store(tmp_path, monkeypatch)


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(tmp_path / "requests", takes=0.0)


def test_a_second_use_costs_no_request_in_this_or_another_process(server: Server) -> None:
    first = file_store().get(KEY, server.fetch)
    assert file_store().get(KEY, server.fetch) == first
    assert storm(3, lambda _number: file_store().get(KEY, server.fetch).access_token) == [first.access_token] * 3
    assert server.requests == 1


def test_two_valid_secrets_in_turn_cost_two_requests_over_20_uses(server: Server) -> None:
    keys = (KEY, StoreKey(KEY.parts, b"the other valid secret"))
    got = [file_store().get(keys[number % 2], server.fetch).access_token for number in range(20)]
    assert len(set(got[0::2])) == len(set(got[1::2])) == 1
    assert got[0] != got[1]
    assert server.requests == 2


def test_a_wrong_secret_costs_the_right_one_nothing(server: Server, tmp_path: Path) -> None:
    refusing = Server(tmp_path / "refused", takes=0.0, fails=AuthkitError("wrong secret"))
    for _turn in range(5):
        assert file_store().get(KEY, server.fetch).access_token.startswith("token-")
        with pytest.raises(AuthkitError, match=r"^wrong secret$"):
            file_store().get(WRONG, refusing.fetch)
    assert (server.requests, refusing.requests) == (1, 5)


def test_a_rotated_secret_costs_exactly_one_more(server: Server) -> None:
    rotated = StoreKey(KEY.parts, b"the secret after its rotation")
    old = file_store().get(KEY, server.fetch)
    new = {file_store().get(rotated, server.fetch).access_token for _turn in range(5)}
    assert old.access_token not in new
    assert server.requests == 2


def test_who_begins_after_a_failure_asks_again(tmp_path: Path) -> None:
    """A retry, a rescue and a next task, whatever time the server asked to wait."""
    server = Server(tmp_path / "requests", takes=0.0, fails=AuthkitError("down", retry_after=30))
    for turn in range(1, 5):
        with pytest.raises(AuthkitError, match=r"^down$") as caught:
            file_store().get(KEY, server.fetch)
        assert caught.value.retry_after == 30
        assert server.requests == turn
    server.fails = None
    assert file_store().get(KEY, server.fetch).access_token


def test_a_failure_is_for_who_began_before_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(tmp_path / "requests", takes=0.0, fails=AuthkitError("down", retry_after=30))
    began = time.time()
    with pytest.raises(AuthkitError, match=r"^down$"):
        file_store().get(KEY, server.fetch)
    monkeypatch.setattr(misses, "demand", lambda min_valid, rejected, _began: demand(min_valid, rejected, began))
    with pytest.raises(AuthkitError, match=r"^down \(another worker made this attempt\)\.$") as caught:
        file_store().get(KEY, server.fetch)
    assert caught.value.retry_after == 30
    assert server.requests == 1


def test_no_token_lies_on_the_disk_in_clear(directory: Path, server: Server) -> None:
    got = {file_store().get(key, server.fetch).access_token for key in (KEY, WRONG, StoreKey(("public",)))}
    files = [file for file in directory.iterdir() if file.is_file()]
    assert len([file for file in files if file.suffix == ".token"]) == len(got) == 3
    for file in files:
        assert file.stat().st_mode & 0o777 == 0o600
        assert not [text for text in got if text.encode() in file.read_bytes()]
        assert KEY.secret not in file.read_bytes()


@pytest.mark.parametrize("key", [KEY, StoreKey(KEY.parts)], ids=["with a secret", "without one"])
def test_without_the_key_file_a_listing_and_a_file_are_worth_nothing(
    key: StoreKey, directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server
) -> None:
    """A backup without the key: even all parts and the right secret match nothing in it."""
    file_store().get(key, server.fetch)
    (entry,) = directory.glob("*.token")
    backup = tmp_path / "backup" / "authkit"
    backup.mkdir(parents=True, mode=0o700)
    backup.chmod(0o700)
    shutil.copy2(entry, backup)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(backup.parent))
    file_store().get(StoreKey(("another client",), b"other"), server.fetch)  # makes a key, which sweeps older entries
    shutil.copy2(entry, backup)
    guessed = file_store().get(key, lambda: token("not from the backup"))
    assert guessed.access_token == "not from the backup"
    assert len({file.name for file in backup.glob("*.token")}) == 3
    shutil.copy2(directory / "key", backup)
    assert file_store().get(key, server.fetch).access_token.startswith("token-")
    assert server.requests == 2


@pytest.mark.parametrize("damage", ["lost", "torn", "open", "link", "foreign", "directory"])
def test_a_damaged_key_is_one_miss_and_then_whole_again(
    damage: str, directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server
) -> None:
    file_store().get(KEY, lambda: token("first"))
    path = directory / "key"
    target = tmp_path / "target"
    target.write_bytes(path.read_bytes())
    target.chmod(0o600)
    match damage:
        case "torn":
            os.truncate(path, 16)
        case "open":
            path.chmod(0o640)
        case "foreign" if os.geteuid() == 0:
            os.chown(path, NOBODY, NOBODY)
        case _:
            path.unlink()
    if damage == "link":
        path.symlink_to(target)
    if damage == "directory":
        path.mkdir()
    got = file_store().get(KEY, server.fetch)
    assert got.access_token != "first"
    assert file_store().get(KEY, server.fetch) == got
    assert server.requests == 1
    assert len(list(directory.glob("*.token"))) == 1
    assert path.stat(follow_symlinks=False).st_mode == 0o100600


def test_a_key_that_cannot_be_made_means_memory_with_one_warning(directory: Path, server: Server) -> None:
    (directory / "key" / "content").mkdir(parents=True)
    directory.chmod(0o700)
    warnings: list[str] = []
    for _turn in range(3):
        open_store("file", warnings.append).get(KEY, server.fetch)
    assert server.requests == 1
    assert set(warnings) == {
        f"The token store {directory} can no longer be used: tokens are kept in each process's memory instead, and "
        "requested more often."
    }


def test_a_rejected_token_is_replaced_and_a_brand_new_one_handed_back(server: Server) -> None:
    store = file_store()
    store.get(KEY, lambda: token("revoked", age=30))
    new = store.get(KEY, server.fetch, rejected="revoked")
    assert new.access_token != "revoked"
    assert store.get(KEY, server.fetch, rejected="revoked") == new
    assert store.get(KEY, server.fetch, rejected=new.access_token) == new
    assert server.requests == 1


@pytest.mark.parametrize("kind", ["file", "memory"])
def test_min_valid_beyond_half_the_life_is_cut_and_warned_about_once(kind: str, server: Server) -> None:
    warnings: list[str] = []
    store = open_store(kind, refuse_warning)
    for _turn in range(5):
        store.get(KEY, server.fetch, min_valid=299, warn=warnings.append)
    assert server.requests == 1
    assert len(warnings) == 1
    assert "min_valid is 299 s" in warnings[0]


def test_the_memory_store_is_one_for_the_process_and_touches_no_file(directory: Path, server: Server) -> None:
    first = open_store("memory", refuse_warning).get(KEY, server.fetch)
    assert open_store("memory", refuse_warning).get(KEY, server.fetch) == first
    assert open_store("memory", refuse_warning).get(WRONG, server.fetch) != first
    assert server.requests == 2
    assert not directory.exists()


def test_no_store_fetches_each_time_but_not_for_a_brand_new_rejected_token(server: Server) -> None:
    store = open_store("none", refuse_warning)
    got = [store.get(KEY, server.fetch).access_token for _turn in range(3)]
    assert len(set(got)) == server.requests == 3
    assert store.get(KEY, server.fetch, rejected=got[-1]).access_token == got[-1]
    assert store.get(KEY, server.fetch, rejected=got[0]).access_token not in got
    assert server.requests == 4
    old = NoStore({KEY: token("old", age=3)})
    assert old.get(KEY, server.fetch, rejected="old").access_token != "old"


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(InvalidOption, match=r"^cache must be file, memory or none"):
        open_store("redis", refuse_warning)


def test_a_base_of_another_user_is_skipped_for_the_home(
    directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server
) -> None:
    """What sudo leaves behind: XDG_RUNTIME_DIR of the user it was called by."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    monkeypatch.setenv("HOME", str(home))
    give_away(directory.parent, monkeypatch)
    file_store().get(KEY, server.fetch)
    assert list((home / ".cache" / "authkit").glob("*.token"))
    assert not directory.exists()


def test_no_place_at_all_means_memory_with_one_warning(
    directory: Path, monkeypatch: pytest.MonkeyPatch, server: Server
) -> None:
    directory.parent.chmod(0o1777)
    warnings: list[str] = []
    store = open_store("file", warnings.append)
    for _turn in range(3):
        store.get(KEY, server.fetch)
    assert isinstance(store, MemoryStore)
    assert server.requests == 1
    assert warnings == [
        "The token store found no directory that belongs to this user alone, neither under XDG_RUNTIME_DIR nor under "
        "~/.cache: tokens are kept in each process's memory instead, and requested more often."
    ]
    assert not directory.exists()


@pytest.mark.parametrize("missing", ["cryptography", "cryptography.hazmat.primitives.ciphers.aead"])
def test_a_missing_cryptography_means_memory_with_one_warning(
    missing: str, monkeypatch: pytest.MonkeyPatch, directory: Path, server: Server
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    assert not _store_crypto.crypto_available()
    warnings: list[str] = []
    store = open_store("file", warnings.append)
    for _turn in range(3):
        store.get(KEY, server.fetch)
    assert server.requests == 1
    assert len(warnings) == 1
    assert f"'{sys.executable} -m pip install cryptography'" in warnings[0]
    assert not directory.exists()


def test_our_own_directory_open_to_others_is_refused(directory: Path) -> None:
    directory.mkdir()
    directory.chmod(0o755)
    with pytest.raises(StoreRefused, match=r": chmod 700 /"):
        open_store("file", refuse_warning)


def test_a_directory_opened_to_others_later_is_refused_later(directory: Path, server: Server) -> None:
    store = file_store()
    store.get(KEY, server.fetch)
    directory.chmod(0o770)
    with pytest.raises(StoreRefused):
        store.get(KEY, server.fetch)


def test_a_directory_that_was_removed_is_made_again(directory: Path, server: Server) -> None:
    store = file_store()
    store.get(KEY, server.fetch)
    for file in directory.iterdir():
        file.unlink()
    directory.rmdir()
    store.get(KEY, server.fetch)
    store.get(KEY, server.fetch)
    assert server.requests == 2


def test_a_place_that_is_gone_means_memory_with_one_warning(directory: Path, tmp_path: Path, server: Server) -> None:
    warnings: list[str] = []
    store = open_store("file", warnings.append)
    assert isinstance(store, FileStore)
    directory.rmdir()
    directory.parent.rmdir()
    for _turn in range(3):
        store.get(KEY, server.fetch)
    assert server.requests == 1
    assert warnings == [
        f"The token store {directory} can no longer be used: tokens are kept in each process's memory instead, and "
        "requested more often."
    ]


@pytest.mark.parametrize("damage", ["torn", "foreign", "link", "pipe", "directory", "open", "future", "too large"])
def test_a_damaged_entry_is_one_miss_and_then_whole_again(
    damage: str, directory: Path, tmp_path: Path, server: Server
) -> None:
    file_store().get(KEY, lambda: token("first", age=-3600 if damage == "future" else 0))
    (entry,) = directory.glob("*.token")
    whole = entry.read_bytes()
    target = tmp_path / "target"
    target.write_bytes(whole)
    match damage:
        case "torn":
            os.truncate(entry, len(whole) // 2)
        case "foreign":
            entry.write_bytes(os.urandom(500))
        case "too large":
            entry.write_bytes(whole + b"\0" * 300_000)
        case "open":
            entry.chmod(0o644)
        case "link":
            entry.unlink()
            entry.symlink_to(target)
        case "pipe":
            entry.unlink()
            os.mkfifo(entry, 0o600)
        case "directory":
            entry.unlink()
            entry.mkdir()
    got = file_store().get(KEY, server.fetch)
    assert got.access_token != "first"
    assert file_store().get(KEY, server.fetch) == got
    assert server.requests == 1
    assert target.read_bytes() == whole


def test_a_hit_loads_nothing_slow_and_takes_no_lock(directory: Path, server: Server) -> None:
    file_store().get(KEY, server.fetch)
    for lock in directory.glob("*.lock"):
        lock.unlink()
    program = f"""
import sys
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.store import StoreKey, open_store
store = open_store("file", print)
store.get(StoreKey({KEY.parts!r}, {KEY.secret!r}), lambda: 1 / 0)
print(*sorted({{name.partition(".")[0] for name in sys.modules}}))
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "cryptography" in loaded
    assert not loaded & {"requests", "joserfc", "urllib3", "http", "ssl", "asyncio", "yaml"}
    assert not list(directory.glob("*.lock"))


def test_no_descriptor_stays_open(server: Server, tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    for number in range(5):
        key = StoreKey((str(number),), b"secret")
        file_store().get(key, server.fetch)
        file_store().get(key, server.fetch)
        with pytest.raises(AuthkitError):
            file_store().get(StoreKey((str(number),), b"wrong"), Server(tmp_path / "x", fails=AuthkitError("no")).fetch)
    assert len(os.listdir("/proc/self/fd")) == before
