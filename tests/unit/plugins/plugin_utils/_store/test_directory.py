# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which directories the store uses, skips and refuses."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import StoreRefused
from ansible_collections.authkit.oauth.plugins.plugin_utils._store import held
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.directory import Location, Skipped, candidates
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.network import on_network
from ansible_collections.authkit.oauth.tests.unit.support.stores import give_away


def opened(location: Location) -> Path:
    with held.opened(location) as directory:
        assert os.path.samestat(os.fstat(directory), os.stat(location.path))
        assert not os.get_inheritable(directory)
    return Path(location.path)


def refused(location: Location) -> str:
    with pytest.raises(StoreRefused) as caught, held.opened(location):
        pass
    return str(caught.value)


def skipped(location: Location) -> bool:
    with pytest.raises(Skipped), held.opened(location):
        pass
    return True


def test_the_runtime_directory_comes_before_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/1000")
    monkeypatch.setenv("HOME", "/home/mary")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert [location.path for location in candidates()] == ["/run/user/1000/authkit", "/home/mary/.cache/authkit"]


@pytest.mark.parametrize("value", ["", "relative/path", "."])
def test_a_runtime_directory_that_is_not_absolute_does_not_count(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", value)
    monkeypatch.setenv("HOME", "/home/mary")
    assert [location.path for location in candidates()] == ["/home/mary/.cache/authkit"]


@pytest.mark.parametrize("value", ["", "relative/path"])
def test_a_home_that_is_not_absolute_does_not_count(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/1000")
    monkeypatch.setenv("HOME", value)
    assert [location.path for location in candidates()] == ["/run/user/1000/authkit"]


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, 0o277])
def test_it_is_made_for_this_user_alone_whatever_the_umask(umask: int, tmp_path: Path) -> None:
    before = os.umask(umask)
    try:
        path = opened(Location(str(tmp_path)))
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o700
    assert path.stat().st_uid == os.geteuid()


def test_the_cache_folder_of_the_home_is_made_where_it_is_missing(tmp_path: Path) -> None:
    path = opened(Location(str(tmp_path / ".cache"), maker=str(tmp_path)))
    assert path == tmp_path / ".cache" / "authkit"
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_missing_runtime_directory_is_not_made(tmp_path: Path) -> None:
    assert skipped(Location(str(tmp_path / "gone")))
    assert not (tmp_path / "gone").exists()


def test_a_base_of_another_user_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = tmp_path / "run-of-mary"
    base.mkdir(mode=0o777)
    base.chmod(0o755)
    give_away(base, monkeypatch)
    assert skipped(Location(str(base)))
    assert list(base.iterdir()) == []


def test_nothing_is_put_into_the_home_of_another_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What sudo with HOME kept would do: root's .cache in the home of mary."""
    home = tmp_path / "mary"
    home.mkdir(mode=0o755)
    give_away(home, monkeypatch)
    assert skipped(Location(str(home / ".cache"), maker=str(home)))
    assert list(home.iterdir()) == []


@pytest.mark.parametrize("mode", [0o1777, 0o777, 0o703])
def test_a_base_that_everybody_may_write_to_is_left_alone(mode: int, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(mode)
    assert skipped(Location(str(shared)))
    assert skipped(Location(str(shared / ".cache"), maker=str(shared)))
    assert list(shared.iterdir()) == []


def test_a_shared_home_is_left_alone_even_with_a_cache_of_ours(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    (shared / ".cache").mkdir(parents=True, mode=0o700)
    shared.chmod(0o1777)
    assert skipped(Location(str(shared / ".cache"), maker=str(shared)))


def test_a_home_that_cannot_be_written_to_is_left_alone() -> None:
    assert skipped(Location("/proc/self/.cache", maker="/proc/self"))
    assert skipped(Location("/proc/self"))


def test_a_file_in_place_of_the_base_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert skipped(Location(str(tmp_path / "file")))


def test_a_base_behind_a_link_is_fine(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to("real")
    opened(Location(str(tmp_path / "link")))
    assert (tmp_path / "real" / "authkit").is_dir()


@pytest.mark.parametrize("mode", [0o755, 0o750, 0o710, 0o777, 0o1777])
def test_our_directory_open_to_others_is_refused_until_the_command_was_run(mode: int, tmp_path: Path) -> None:
    base = tmp_path / "a b"
    base.mkdir()
    own = base / "authkit"
    own.mkdir()
    own.chmod(mode)
    command = f"chmod 700 '{own}'"
    assert refused(Location(str(base))) == (
        f"The token store {own} has mode {mode:04o} and is open to others: close it with: {command}"
    )
    subprocess.run(["sh", "-c", command], check=True)
    opened(Location(str(base)))


def test_our_directory_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "authkit"
    own.mkdir(mode=0o700)
    give_away(own, monkeypatch)
    assert refused(Location(str(tmp_path))) == (
        f"The token store {own} belongs to uid 65534, but this is uid {os.geteuid()}: remove it, or give it back with: "
        f"chown -R {os.geteuid()} {own}"
    )


@pytest.mark.parametrize("kind", ["link", "dangling link", "file"])
def test_what_is_no_directory_is_refused_and_not_followed(kind: str, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    base = tmp_path / "base"
    base.mkdir()
    if kind == "file":
        (base / "authkit").touch()
    else:
        (base / "authkit").symlink_to(elsewhere)
    if kind == "link":
        elsewhere.mkdir(mode=0o700)
    own = base / "authkit"
    assert refused(Location(str(base))) == f"The token store {own} is not a directory: remove it with: rm {own}"
    assert not elsewhere.exists() or list(elsewhere.iterdir()) == []


def test_no_descriptor_stays_open(tmp_path: Path) -> None:
    (tmp_path / "bad" / "authkit").mkdir(parents=True)
    (tmp_path / "bad" / "authkit").chmod(0o755)
    before = len(os.listdir("/proc/self/fd"))
    for _turn in range(5):
        opened(Location(str(tmp_path)))
        refused(Location(str(tmp_path / "bad")))
        skipped(Location("/proc/self"))
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.parametrize(("kind", "expected"), [("nfs", True), ("nfs4", True), ("ext4", False), ("tmpfs", False)])
def test_nfs_is_known_by_its_mount(kind: str, expected: bool, tmp_path: Path) -> None:
    device = tmp_path.stat().st_dev
    mountinfo = tmp_path / "mountinfo"
    mountinfo.write_text(
        "21 1 0:999 / / rw - nfs4 server:/root rw\n"
        f"36 21 {os.major(device)}:{os.minor(device)} /export /home/m\\040m rw,noatime master:1 - {kind} "
        "server:/home rw,vers=4.2\n"
        "37 21 broken line\n"
    )
    directory = os.open(tmp_path, os.O_RDONLY)
    try:
        assert on_network(directory, str(mountinfo)) is expected
    finally:
        os.close(directory)


def test_without_mountinfo_nothing_is_taken_for_nfs(tmp_path: Path) -> None:
    directory = os.open(tmp_path, os.O_RDONLY)
    try:
        assert not on_network(directory, str(tmp_path / "none"))
        assert not on_network(directory)
    finally:
        os.close(directory)
