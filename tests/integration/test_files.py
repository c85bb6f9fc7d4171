# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of calls from the controller and from a node: sent, written, and what skips a call."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.installed import ON_THE_NEWEST, core_of
from ansible_collections.authkit.oauth.tests.integration.support.plays import Run, Workspace
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import Scripted, scripted

HOSTS = ("controller", "node")
NO_TEXT = bytes(range(256))


@dataclass(frozen=True)
class Played:
    """One play on the host `controller`, in process, and on `node`, shipped; before it, the same in check mode."""

    run: Run
    check: Run
    written_in_check_mode: list[Path]
    servers: Mapping[str, Scripted]
    folders: Mapping[str, Path]


def _answer(request: Incoming) -> Answer:
    sent = {"Set-Cookie": "session=abc; Expires=Wed, 21 Oct 2099 07:28:00 GMT", "X-Evil": "1", "Location": "/made/1"}
    return Answer(200, NO_TEXT, {**sent, "Content-Disposition": "attachment; filename=evil.sh"}, "application/pdf")


@pytest.fixture(scope="module", params=ON_THE_NEWEST)
def played(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, collections: Path
) -> Iterator[Played]:
    """One play with all tasks, for each core."""
    workspace = Workspace(tmp_path_factory.mktemp("files"), core_of(str(request.param)), collections)
    folders = {host: tmp_path_factory.mktemp(host) for host in HOSTS}
    for folder in folders.values():
        (folder / "any.bin").write_bytes(NO_TEXT)
        (folder / "any.txt").write_text("any")
        (folder / "out").mkdir()
    with scripted(_answer) as one, scripted(_answer) as two:
        servers = {"controller": one, "node": two}
        own: dict[str, dict[str, object]] = {
            host: {"server": servers[host].url, "folder": str(folders[host])} for host in HOSTS
        }
        own["node"]["node_environment"] = {"AUTHKIT_TEST_NODE": "1"}
        check = workspace.play("files.yml", own, arguments=["--check"])
        written = [path for folder in folders.values() for path in (folder / "out").iterdir()]
        yield Played(workspace.play("files.yml", own), check, written, servers, folders)


@pytest.mark.parametrize("host", HOSTS)
def test_files_are_sent_as_they_are(played: Played, host: str) -> None:
    played.run.expect()
    seen = {request.path: request for request in played.servers[host].seen}
    assert seen["/send"].body == NO_TEXT
    assert (seen["/read"].body, seen["/read"].headers["content-type"]) == (NO_TEXT, "application/octet-stream")
    assert seen["/base64"].body == b"any"
    assert seen["/form"].headers["content-type"].startswith("multipart/form-data; boundary=")
    assert b'filename="any.bin"' in seen["/form"].body
    assert not {"/skip", "/refused", "/get/..%2Fevil"} & set(seen)


@pytest.mark.parametrize("host", HOSTS)
def test_a_response_becomes_a_file(played: Played, host: str) -> None:
    out = played.folders[host] / "out"
    first, again = (played.run.one(task, host).result for task in ("Write", "Write again"))
    assert (first["path"], first["changed"], again["changed"]) == (str(out / "any.bin"), True, False)
    assert [(path.name, path.read_bytes()) for path in out.iterdir()] == [("any.bin", NO_TEXT)]
    assert stat.S_IMODE((out / "any.bin").stat().st_mode) == 0o640
    assert played.written_in_check_mode == []
    assert played.check.one("Write", host).result["changed"]
    for run in (played.run, played.check):
        refused = run.one("Write beyond the directory", host)
        assert (refused.state, "the last segment of url cannot name a file" in refused.message) == ("failed", True)


@pytest.mark.parametrize("host", HOSTS)
def test_a_call_is_skipped_or_refused(played: Played, host: str) -> None:
    for task, option in {"Skip": "creates", "Skip as well": "removes"}.items():
        result = played.run.one(task, host).result
        assert (result["changed"], result["status"]) == (False, None)
        assert f"which {option} names" in str(result["msg"])
    refused = played.run.one("Refused before the call", host)
    assert (refused.state, refused.message.startswith("src '")) == ("failed", True)
    assert not played.run.traceback


@pytest.mark.parametrize("host", HOSTS)
def test_flat_results(played: Played, host: str) -> None:
    result = played.run.one("Send", host).result
    url = played.servers[host].url
    assert result["msg"] == f"PUT {url}/send was answered with 200 OK."
    assert (result["cookies"], result["cookies_string"]) == ({"session": "abc"}, "session=abc")
    assert (result["content_type"], result["location"]) == ("application/pdf", f"{url}/made/1")
    assert result["redirected"] is False
    assert "x_evil" not in result


@pytest.mark.parametrize("host", HOSTS)
def test_a_proxy_is_not_used_and_a_socket_is_refused(played: Played, host: str) -> None:
    assert played.run.one("Without the proxy of the play", host).result["status"] == 200
    refused = played.run.one("On a Unix socket", host)
    assert (refused.state, "have the server listen on a port of 127.0.0.1" in refused.message) == ("failed", True)
