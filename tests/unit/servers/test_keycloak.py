# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Keycloak starts, is administered, counts, and ends with its owner."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from ansible_collections.authkit.oauth.tests.servers import keycloak as module
from ansible_collections.authkit.oauth.tests.servers import keycloak_commands
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak, keycloak
from ansible_collections.authkit.oauth.tests.servers.prepared import ServerUnavailable

#: Each Keycloak that starts takes a processor for half a minute.
pytestmark = pytest.mark.alone

REALM: dict[str, Any] = {
    "realm": "servers",
    "clients": [
        {
            "clientId": "app",
            "secret": "first",
            "serviceAccountsEnabled": True,
            "publicClient": False,
            "standardFlowEnabled": False,
        }
    ],
}
OWNER = """
import sys, time
from pathlib import Path
from ansible_collections.authkit.oauth.tests.servers.keycloak import keycloak
with keycloak(Path(sys.argv[1]), say=lambda line: None) as server:
    print(server.url, flush=True)
    time.sleep(300)
"""


@pytest.fixture(scope="module")
def said() -> list[str]:
    """What was said while the server started."""
    return []


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, said: list[str]) -> Iterator[Keycloak]:
    """A server whose first port was taken."""
    free_port = module.free_port
    with pytest.MonkeyPatch.context() as patch, socket.create_server(("127.0.0.1", 0)) as other:
        taken = [other.getsockname()[1]]
        patch.setattr(module, "free_port", lambda: taken.pop() if taken else free_port())
        patch.delenv("AUTHKIT_TEST_KEYCLOAK_URL", raising=False)
        with keycloak(tmp_path_factory.mktemp("a folder"), said.append) as running:
            yield running


def login(server: Keycloak, realm: str, secret: str, client_id: str = "app") -> requests.Response:
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    return requests.post(server.token_url(realm), data=form, timeout=30)


def answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/realms/master", timeout=5).status_code == 200
    except requests.RequestException:
        return False


def wait_until_gone(url: str) -> None:
    deadline = time.monotonic() + 30
    while answers(url):
        assert time.monotonic() < deadline, "Keycloak outlived its owner"
        time.sleep(0.2)


def test_a_realm_comes_counts_and_goes(server: Keycloak) -> None:
    with server.admin.temporary_realm(REALM) as realm:
        assert realm != REALM["realm"]
        assert login(server, realm, "first").status_code == 200
        assert login(server, realm, "wrong").status_code == 401
        assert login(server, realm, "first", "nobody").status_code == 401
        assert server.admin.token_requests(realm) == 3
        assert server.admin.token_requests(realm, "app") == 2
        assert server.admin.token_requests(realm, outcome="CLIENT_LOGIN") == 1
        server.admin.clear_events(realm)
        assert server.admin.token_requests(realm) == 0
    assert requests.get(f"{server.url}/realms/{realm}", timeout=30).status_code == 404


def test_a_rotated_secret_replaces_the_old_one(server: Keycloak) -> None:
    with server.admin.temporary_realm(REALM) as realm:
        fresh = server.admin.rotate_secret(realm, "app")
        assert login(server, realm, "first").status_code == 401
        assert login(server, realm, fresh).status_code == 200


def test_revoked_tokens_are_refused_and_new_ones_are_not(server: Keycloak) -> None:
    with server.admin.temporary_realm(REALM) as realm:
        users = f"{server.url}/admin/realms/{realm}/users"

        def status(token: str) -> int:
            return requests.get(users, headers={"Authorization": f"Bearer {token}"}, timeout=30).status_code

        old = login(server, realm, "first").json()["access_token"]
        assert status(old) == 403
        server.admin.revoke_tokens(realm)
        assert status(old) == 401
        assert status(login(server, realm, "first").json()["access_token"]) == 403


def test_no_password_in_a_repr(server: Keycloak) -> None:
    assert server.password not in repr(server)
    assert server.password not in repr(server.admin)


def test_a_taken_port_is_no_failure(server: Keycloak, said: list[str]) -> None:
    assert any("another port" in line for line in said)
    assert answers(server.url)


def test_ends_with_its_owner(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AUTHKIT_TEST_")}
    environment["PYTHONPATH"] = os.pathsep.join(sys.path)
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        text=True,
    )
    assert owner.stdout is not None
    with owner:
        url = owner.stdout.readline().strip()
        assert answers(url)
        owner.kill()
    wait_until_gone(url)


def test_a_given_server_is_used_and_left_alone(
    server: Keycloak, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AUTHKIT_TEST_KEYCLOAK_URL", server.url + "/")
    monkeypatch.delenv("AUTHKIT_TEST_KEYCLOAK_ADMIN", raising=False)
    with (
        pytest.raises(ServerUnavailable, match="must be set with it"),
        keycloak(),
    ):
        pass
    monkeypatch.setenv("AUTHKIT_TEST_KEYCLOAK_ADMIN", server.username)
    monkeypatch.setenv("AUTHKIT_TEST_KEYCLOAK_PASSWORD", "wrong")
    with pytest.raises(ServerUnavailable, match=r"answered with 40.; check"), keycloak():
        pass
    monkeypatch.setenv("AUTHKIT_TEST_KEYCLOAK_PASSWORD", server.password)
    with keycloak(tmp_path) as same:
        assert same.url == server.url
    assert answers(server.url)
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setenv("AUTHKIT_TEST_KEYCLOAK_URL", f"http://127.0.0.1:{module.free_port()}")
    with pytest.raises(ServerUnavailable, match="does not answer"), keycloak():
        pass


def test_a_failure_to_start_keeps_the_log_and_says_where(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("AUTHKIT_TEST_KEYCLOAK_URL", raising=False)
    monkeypatch.setattr(module, "HEAP", "-Xmx1k")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tmp_path / "run").mkdir()
    said: list[str] = []
    with pytest.raises(ServerUnavailable, match="did not start; its log says"), keycloak(tmp_path / "run", said.append):
        pass
    (log,) = tmp_path.glob("authkit-keycloak-*.log")
    assert said[-1] == f"Keycloak's log is kept in {log}"
    assert log.read_text()
    assert list((tmp_path / "run").iterdir()) == []


def test_from_a_shell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("AUTHKIT_TEST_KEYCLOAK_URL", raising=False)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    state, realm_file = tmp_path / "state", tmp_path / "realm.json"
    realm_file.write_text(json.dumps(REALM))
    assert keycloak_commands.main(["stop", "--state", str(state)]) == 1
    assert "run start first" in capsys.readouterr().err
    assert keycloak_commands.main(["start", "--state", str(state), "--lifetime", "120"]) == 0
    url = capsys.readouterr().out.strip()
    try:
        assert state.stat().st_mode & 0o077 == 0
        assert keycloak_commands.main(["start", "--state", str(state)]) == 1
        monkeypatch.setenv("APP_SECRET", "from the environment")
        order = ["import", "--state", str(state), "--file", str(realm_file), "--name", "shell"]
        assert keycloak_commands.main([*order, "--secret", "app=APP_SECRET"]) == 0
        form = {"grant_type": "client_credentials", "client_id": "app", "client_secret": "from the environment"}
        token_url = f"{url}/realms/shell/protocol/openid-connect/token"
        assert requests.post(token_url, data=form, timeout=30).status_code == 200
        capsys.readouterr()
        assert keycloak_commands.main(["count", "--state", str(state), "--realm", "shell"]) == 0
        assert capsys.readouterr().out == "1\n"
        assert keycloak_commands.main(["delete", "--state", str(state), "--realm", "shell"]) == 0
        assert keycloak_commands.main(["delete", "--state", str(state), "--realm", "shell"]) == 1
    finally:
        assert keycloak_commands.main(["stop", "--state", str(state)]) == 0
    assert not answers(url)
    assert not state.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["realm.json"]
