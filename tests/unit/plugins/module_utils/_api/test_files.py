# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of a call: src, dest, mode, creates and removes, with both transports."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._api import files
from ansible_collections.authkit.oauth.plugins.module_utils._api.call import perform, prepare
from ansible_collections.authkit.oauth.plugins.module_utils._errors import FileNotWritten, InvalidOption
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import Scripted
from ansible_collections.authkit.oauth.tests.unit.support.transports import MakeTransport

TOKEN = "a-token-0123456789"
NO_TEXT = bytes(range(256))


def done(make_transport: MakeTransport, url: str, *, check_mode: bool = False, **params: Any) -> dict[str, Any]:
    """The result of a call."""
    made = prepare({"method": "GET", "follow_redirects": "safe", "url": url, **params})
    return perform(made, TOKEN, make_transport(), check_mode=check_mode)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_is_sent_unchanged(make_transport: MakeTransport, server: Scripted, tmp_path: Path) -> None:
    file = tmp_path / "any.bin"
    file.write_bytes(NO_TEXT)
    done(make_transport, server.url, method="PUT", src=str(file))
    done(make_transport, server.url, method="PUT", src=str(file), headers={"content-type": "application/pdf"})
    done(make_transport, server.url, method="PUT", src=str(file), body_format="json")
    assert [request.body for request in server.seen] == [NO_TEXT] * 3
    types = [request.headers["content-type"] for request in server.seen]
    assert types == ["application/x-www-form-urlencoded", "application/pdf", "application/json"]


def test_a_response_goes_to_a_file(make_transport: MakeTransport, server: Scripted, tmp_path: Path) -> None:
    """Only if it differs, in content or mode; check mode writes nothing; leftovers there are none."""
    server.reply = lambda _request: Answer(200, NO_TEXT, {"Content-Disposition": "attachment; filename=../evil"})
    dest = tmp_path / "out.bin"

    def changed(**params: Any) -> bool:
        result = done(make_transport, f"{server.url}/a", dest=str(dest), **params)
        assert result["path"] == str(dest)
        return bool(result["changed"])

    assert changed(check_mode=True)
    assert not dest.exists()
    old = os.umask(0o027)
    try:
        assert changed()
    finally:
        os.umask(old)
    assert (dest.read_bytes(), mode_of(dest)) == (NO_TEXT, 0o640)
    assert not changed()
    assert changed(mode="0600")
    assert (mode_of(dest), changed(mode=0o600)) == (0o600, False)
    dest.write_bytes(b"other")
    assert changed()
    assert (dest.read_bytes(), mode_of(dest), os.listdir(tmp_path)) == (NO_TEXT, 0o600, ["out.bin"])


def test_only_an_expected_response_is_written(make_transport: MakeTransport, server: Scripted, tmp_path: Path) -> None:
    dest = tmp_path / "out"
    dest.write_text("mine")
    server.reply = lambda _request: Answer(404, b"no")
    assert done(make_transport, server.url, dest=str(dest))["failed"]
    server.reply = lambda _request: Answer(304, b"")
    assert not done(make_transport, server.url, dest=str(dest), status_code=[200, 304])["changed"]
    assert dest.read_text() == "mine"


def test_a_directory_takes_the_name_of_the_url_asked_for(
    make_transport: MakeTransport, server: Scripted, tmp_path: Path
) -> None:
    server.in_turn(
        Answer(302, b"", {"Location": f"{server.url}/elsewhere/evil.sh"}),
        Answer(200, b"x", {"Content-Disposition": "attachment; filename=evil.sh"}),
    )
    result = done(make_transport, f"{server.url}/a/my%20report.pdf?x=/y", dest=str(tmp_path))
    assert (result["path"], os.listdir(tmp_path)) == (str(tmp_path / "my report.pdf"), ["my report.pdf"])
    assert result["redirected"]


@pytest.mark.parametrize("last", ["", "..%2fx", "%2e%2e%2fx", "a%5Cb", "a%0ab", "a%00b", "%ff", "a%C2%85", ".%2e%2fx"])
def test_a_name_that_leads_elsewhere_is_refused_before_the_call(
    make_transport: MakeTransport, server: Scripted, tmp_path: Path, last: str
) -> None:
    with pytest.raises(InvalidOption, match="the last segment of url cannot name a file"):
        done(make_transport, f"{server.url}/a/{last}", dest=str(tmp_path))
    assert (server.seen, os.listdir(tmp_path)) == ([], [])


def test_where_nothing_can_be_written_is_known_before_the_call(
    make_transport: MakeTransport, server: Scripted, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")
    for name, says in {
        "missing/x": "is in a directory that does not exist on this machine",
        "link": "is a symbolic link",
        "dangling": "is a symbolic link",
        "pipe": "is neither a file nor a directory",
    }.items():
        with pytest.raises(InvalidOption, match=says):
            done(make_transport, server.url, method="POST", dest=str(tmp_path / name))
    assert (server.seen, (tmp_path / "file").read_text()) == ([], "mine")


def test_a_planted_link_is_replaced_and_never_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    victim, dest = tmp_path / "victim", tmp_path / "out"
    victim.write_text("mine")
    dest.symlink_to(victim)
    files.write(str(dest), b"new", None)
    assert (victim.read_text(), dest.is_symlink(), dest.read_bytes()) == ("mine", False, b"new")
    monkeypatch.setattr("secrets.token_hex", lambda _size: "known")
    (tmp_path / ".authkit-known").symlink_to(victim)
    with pytest.raises(FileNotWritten, match="cannot be written to dest"):
        files.write(str(dest), b"newer", None)
    assert (victim.read_text(), dest.read_bytes()) == ("mine", b"new")


@pytest.mark.parametrize(("method", "changed"), [("POST", True), ("GET", False)])
def test_a_file_that_cannot_be_written_does_not_hide_what_the_call_did(
    make_transport: MakeTransport, server: Scripted, tmp_path: Path, method: str, changed: bool
) -> None:
    dest = tmp_path / "out"

    def reply(_request: Incoming) -> Answer:
        dest.mkdir()  # as if another process did it meanwhile
        return Answer(201, {"id": 1}, {"Location": "/1"})

    server.reply = reply
    result = done(make_transport, server.url, method=method, dest=str(dest))
    assert (result["failed"], result["error"], result["path"]) == (True, "file_not_written", str(dest))
    assert (result["changed"], result["status"], result["attempts"]) == (changed, 201, 1)
    assert (result["json"], result["location"]) == ({"id": 1}, f"{server.url}/1")
    assert "The call was made, but" in result["msg"]


def test_creates_and_removes_skip_the_call(make_transport: MakeTransport, server: Scripted, tmp_path: Path) -> None:
    here, nowhere = str(tmp_path), str(tmp_path / "nowhere")
    for option, path in {"creates": here, "removes": nowhere}.items():
        named: dict[str, Any] = {option: path}
        result = done(make_transport, server.url, method="POST", src=nowhere, **named)
        assert (result["changed"], result["status"], "failed" in result) == (False, None, False)
        assert f"which {option} names," in result["msg"]
    assert server.seen == []
    assert done(make_transport, server.url, method="POST", creates=nowhere, removes=here)["changed"]


@pytest.mark.parametrize(
    ("params", "says"),
    [
        ({"src": "/x", "body": "y"}, "src and body are both set: keep one"),
        ({"body_base64": "eA==", "body": "y"}, "body_base64 and body are both set: keep one"),
        ({"body_base64": "no base64!"}, "body_base64 is not Base64"),
        ({"src": "/x", "body_format": "form-multipart"}, "name the file in a field of body"),
        ({"mode": "0600"}, "mode is set without dest"),
        ({"dest": "/x", "mode": "u=rw"}, "mode must be an octal number in quotes, such as '0640'"),
        ({"dest": "/x", "mode": 644}, "mode must be an octal number"),
        ({"dest": "/x", "mode": True}, "mode must be an octal number"),
        ({"dest": "/x\0"}, "dest has a null character"),
    ],
)
def test_what_contradicts_itself_is_refused(params: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidOption, match=says):
        prepare({"method": "PUT", "follow_redirects": "safe", "url": "https://api.example.com/", **params})


@pytest.mark.parametrize("name", ["missing", ".", "pipe"])
def test_what_is_no_file_is_not_sent(
    make_transport: MakeTransport, server: Scripted, tmp_path: Path, name: str
) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InvalidOption, match=r"src '.*' (is not a file on|cannot be read)"):
        done(make_transport, server.url, method="PUT", src=str(tmp_path / name))
    assert server.seen == []


def test_a_file_that_is_too_long_is_not_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LONGEST_FILE", 1024)
    (tmp_path / "long").write_bytes(b"x" * 1025)
    with pytest.raises(InvalidOption, match="the most that one call sends"):
        files.content_of(str(tmp_path / "long"), "src")


def test_force_asks_caches_not_to_answer(make_transport: MakeTransport, server: Scripted) -> None:
    done(make_transport, server.url, force=True, headers={"cache-control": "max-age=9"})
    assert server.seen[0].headers["cache-control"] == "no-cache"
