# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real oidc-provider starts, knows its clients, and ends with its owner."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from ansible_collections.authkit.oauth.tests.servers import guarded, oidc_server
from ansible_collections.authkit.oauth.tests.servers.authorization import AuthorizationServer
from ansible_collections.authkit.oauth.tests.servers.client_requests import DEVICE_CODE, post
from ansible_collections.authkit.oauth.tests.servers.oidc_server import GIVEN, oidc_provider
from ansible_collections.authkit.oauth.tests.servers.person import approve
from ansible_collections.authkit.oauth.tests.servers.prepared import ServerUnavailable

OWNER = """
import sys, time
from pathlib import Path
from ansible_collections.authkit.oauth.tests.servers.oidc_server import oidc_provider
with oidc_provider(Path(sys.argv[1]), say=lambda line: None) as server:
    print(server.issuer, flush=True)
    time.sleep(300)
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AuthorizationServer]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(GIVEN, raising=False)
        with oidc_provider(tmp_path_factory.mktemp("a folder")) as running:
            yield running


CONFIDENTIAL = (
    *("basic", "post", "secret_jwt", "mtls", "self_signed", "kept"),
    *("key_rs256", "key_ps256", "key_es256", "key_eddsa"),
)


@pytest.mark.parametrize("name", CONFIDENTIAL)
def test_each_client_proves_itself(server: AuthorizationServer, name: str) -> None:
    answer = post(server, name, grant_type="client_credentials", scope="read", resource="urn:api")
    assert answer.status_code == 200, answer.text
    assert answer.json()["access_token"].count(".") == 2


def test_an_opaque_token_is_introspected_and_revoked(server: AuthorizationServer) -> None:
    token = post(server, "basic", grant_type="client_credentials").json()["access_token"]
    for alive in (True, False):
        assert post(server, "basic", "introspection_endpoint", token=token).json()["active"] is alive
        assert post(server, "basic", "revocation_endpoint", token=token).status_code == 200


@pytest.mark.parametrize("name", ["dpop", "dpop_nonce"])
def test_a_client_that_must_show_a_proof(server: AuthorizationServer, name: str) -> None:
    assert post(server, name, grant_type="client_credentials").json()["error"] == "invalid_grant"


@pytest.mark.parametrize("name", ["public", "basic", "kept"])
def test_a_person_approves_and_refresh_tokens_rotate(server: AuthorizationServer, name: str) -> None:
    started = post(server, name, "device_authorization_endpoint", client_id=name, scope="openid offline_access").json()
    poll = {"grant_type": DEVICE_CODE, "device_code": started["device_code"]}
    assert post(server, name, **poll).json()["error"] == "authorization_pending"
    assert "Sign-in Success" in approve(started["verification_uri_complete"])
    first = post(server, name, **poll).json()["refresh_token"]
    second = post(server, name, grant_type="refresh_token", refresh_token=first).json()["refresh_token"]
    assert (second == first) is (name == "kept")
    again = post(server, name, grant_type="refresh_token", refresh_token=first)
    assert again.status_code == (200 if name == "kept" else 400)
    if name != "kept":
        assert server.events()[-1]["detail"] == "refresh token already used"
        assert post(server, name, grant_type="refresh_token", refresh_token=second).status_code == 400


def test_a_person_denies(server: AuthorizationServer) -> None:
    started = post(server, "public", "device_authorization_endpoint", client_id="public").json()
    approve(started["verification_uri_complete"], deny=True)
    answer = post(server, "public", grant_type=DEVICE_CODE, device_code=started["device_code"])
    assert answer.json()["error"] == "access_denied"


def test_secrets_are_in_no_log_and_in_private_files(server: AuthorizationServer) -> None:
    assert post(server, "post", grant_type="client_credentials").status_code == 200
    log = (server.folder / guarded.LOG).read_text()
    assert [name for name, client in server.clients.items() if client.secret and client.secret in log] == []
    assert {"event", "client", "grant"} <= set(server.events()[-1])
    assert stat.S_IMODE(server.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((server.folder / "clients.json").stat().st_mode) == 0o600


def test_the_named_one_is_used(server: AuthorizationServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(GIVEN, str(server.folder))
    with oidc_provider(say=lambda _line: None) as given:
        assert given == server


def test_a_named_one_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(GIVEN, str(tmp_path))
    with pytest.raises(ServerUnavailable, match=f"the server of {GIVEN} does not answer"), oidc_provider():
        pass


def test_ends_with_its_owner(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != GIVEN}
    command = [sys.executable, "-c", OWNER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as owner:
        assert owner.stdout
        issuer = owner.stdout.readline().strip()
        assert requests.get(f"{issuer}/jwks", timeout=30).status_code == 200
        owner.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            requests.get(f"{issuer}/jwks", timeout=5)
        except requests.ConnectionError:
            return
        time.sleep(0.1)
    pytest.fail("oidc-provider outlived its owner")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with nothing but the programs that a test puts into ``bin``."""
    (tmp_path / "bin").mkdir()
    monkeypatch.delenv(GIVEN, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


def program(machine: Path, name: str, text: str) -> None:
    file = machine / "bin" / name
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)


def test_a_machine_without_node(machine: Path) -> None:
    with pytest.raises(ServerUnavailable, match="on Debian 13: apt install nodejs npm"), oidc_provider(machine):
        pass


def test_an_old_node(machine: Path) -> None:
    program(machine, "node", "echo v18.20.4")
    program(machine, "npm", "exit 1")
    with (
        pytest.raises(ServerUnavailable, match=r"needs Node\.js 20 or newer; .* is v18\.20\.4"),
        oidc_provider(machine),
    ):
        pass


def test_a_failed_installation_says_what_npm_said(machine: Path) -> None:
    program(machine, "node", "echo v22.0.0")
    program(machine, "npm", "echo 'npm ERROR! no route to the registry'; exit 1")
    with pytest.raises(ServerUnavailable, match="no route to the registry"), oidc_provider(machine):
        pass
    assert not list((machine / "cache" / "authkit-tests").glob("oidc-provider-*[0-9a-f]"))


def test_a_failed_start_is_loud_and_keeps_the_log(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(machine))
    monkeypatch.setattr("tempfile.tempdir", None)
    program(machine, "node", '[ "$1" = --version ] && echo v22.0.0 && exit; echo ERROR: no such module; exit 1')
    program(machine, "npm", "exit 0")
    said: list[str] = []
    failure = "did not start; its log says: ERROR: no such module"
    with pytest.raises(ServerUnavailable, match=failure), oidc_provider(machine, said.append):
        pass
    assert "no such module" in Path(said[-1].rpartition(" ")[2]).read_text()
    assert not list(machine.glob("server-*"))


def test_one_that_never_gets_ready_is_stopped(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded, "START_TIMEOUT", 0.5)
    program(machine, "node", '[ "$1" = --version ] && echo v22.0.0 && exit; exec /bin/sleep 60')
    program(machine, "npm", "exit 0")
    with pytest.raises(ServerUnavailable, match=r"was not ready after 0\.5 s"), oidc_provider(machine):
        pass


def test_the_lock_file_names_no_registry() -> None:
    """npm then asks the registry that the machine is set up for."""
    text = (oidc_server.SOURCES / "package-lock.json").read_text()
    assert "resolved" not in text
    assert text.count('"integrity"') > 30
