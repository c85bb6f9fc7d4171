# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of a secret: private, replaced in one step, and refused where others could change or read them."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.plugins.plugin_utils._rotation import keeper as keeper_file
from ansible_collections.authkit.oauth.plugins.plugin_utils._rotation.errors import SecretNotKept
from ansible_collections.authkit.oauth.plugins.plugin_utils._rotation.keeper import opened


def test_a_secret_is_prepared_and_then_in_use(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    old_mask = os.umask(0)
    try:
        with opened(str(path)) as keeper:
            assert (keeper.current(), keeper.following()) == (None, None)
            keeper.keep("one")
            keeper.prepare("two")
            assert (keeper.current(), keeper.following()) == ("one", "two")
            assert [stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir()] == [0o600, 0o600]
            keeper.promote()
            assert (keeper.current(), keeper.following()) == ("two", None)
            keeper.prepare("three")
            keeper.drop_following()
    finally:
        os.umask(old_mask)
    assert [each.name for each in tmp_path.iterdir()] == ["secret"]
    assert path.read_text() == "two"


def test_what_a_killed_process_has_left_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "secret.next.part").symlink_to(tmp_path / "elsewhere")
    with opened(str(tmp_path / "secret")) as keeper:
        keeper.prepare("two")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["secret.next"]


def test_the_end_of_a_line_is_no_part_of_the_secret(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("one\n")
    path.chmod(0o600)
    with opened(str(path)) as keeper:
        assert keeper.current() == "one"


@pytest.mark.parametrize("content", [b"", b"\n", b"a\nb\n", b"\xff", b"a" * 5000])
def test_a_file_with_something_else_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "secret"
    path.write_bytes(content)
    path.chmod(0o600)
    with opened(str(path)) as keeper, pytest.raises(SecretNotKept, match="does not hold one secret on one line"):
        keeper.current()


@pytest.mark.parametrize("name", ["secret", "secret.next"])
def test_a_link_is_never_followed(tmp_path: Path, name: str) -> None:
    target = tmp_path / "target"
    target.write_text("theirs")
    target.chmod(0o600)
    (tmp_path / name).symlink_to(target)
    with opened(str(tmp_path / "secret")) as keeper:
        with pytest.raises(SecretNotKept, match="is a symbolic link"):
            (keeper.current if name == "secret" else keeper.following)()
        keeper.keep("ours")
        keeper.prepare("ours")
    assert target.read_text() == "theirs"
    assert not (tmp_path / name).is_symlink()


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("one")
    path.chmod(0o640)
    with opened(str(path)) as keeper, pytest.raises(SecretNotKept, match="set its mode to 0600"):
        keeper.current()


def test_a_pipe_blocks_nothing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "secret", 0o600)
    with opened(str(tmp_path / "secret")) as keeper, pytest.raises(SecretNotKept, match="is not a file"):
        keeper.current()


def test_a_directory_that_everybody_may_write_to_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    with pytest.raises(SecretNotKept, match="others may replace files in"), opened(str(tmp_path / "secret")):
        pass


def test_a_missing_directory_is_named(tmp_path: Path) -> None:
    with pytest.raises(SecretNotKept, match="there is no directory '.*/gone' that"), opened(f"{tmp_path}/gone/secret"):
        pass


def test_a_full_disk_leaves_the_files_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with opened(str(tmp_path / "secret")) as keeper:
        keeper.keep("one")
        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(SecretNotKept, match="check the space on the disk"):
            keeper.prepare("two")
    assert [each.name for each in tmp_path.iterdir()] == ["secret"]


def test_everything_is_on_the_disk_before_the_next_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    sync, rename = os.fsync, os.rename

    def synced(descriptor: int) -> None:
        done.append("directory" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        sync(descriptor)

    def renamed(old: str, new: str, **where: int) -> None:
        done.append(f"{old} -> {new}")
        rename(old, new, **where)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "rename", renamed)
    with opened(str(tmp_path / "s")) as keeper:
        keeper.prepare("two")
        keeper.promote()
    assert done == ["file", "s.next.part -> s.next", "directory", "s.next -> s", "directory"]


def test_one_process_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    holder = "import fcntl, os, sys; fcntl.flock(os.open(sys.argv[1], os.O_RDONLY), fcntl.LOCK_EX); print(1); input()"
    monkeypatch.setattr(keeper_file, "PATIENCE", 0.2)
    command = [sys.executable, "-c", holder, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(SecretNotKept, match="another process has been rotating"), opened(f"{tmp_path}/secret"):
            pass
        other.communicate(b"\n")
    with opened(str(tmp_path / "secret")) as keeper:
        assert keeper.current() is None


def test_a_new_file_replaces_nothing(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    old_mask = os.umask(0)
    try:
        with opened(str(path)) as keeper:
            keeper.create("one")
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            with pytest.raises(SecretNotKept, match="cannot be written"):
                keeper.create("two")
            assert keeper.current() == "one"
    finally:
        os.umask(old_mask)
    assert [each.name for each in tmp_path.iterdir()] == ["secret"]


def test_a_new_file_is_not_made_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "secret").symlink_to(tmp_path / "elsewhere")
    with opened(str(tmp_path / "secret")) as keeper, pytest.raises(SecretNotKept):
        keeper.create("one")
    assert not (tmp_path / "elsewhere").exists()


def test_the_secret_in_use_is_removed_once(tmp_path: Path) -> None:
    with opened(str(tmp_path / "secret")) as keeper:
        keeper.create("one")
        keeper.remove()
        assert keeper.current() is None
        with pytest.raises(SecretNotKept, match="cannot be written"):
            keeper.remove()
    assert not list(tmp_path.iterdir())
