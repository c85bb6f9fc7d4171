# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Spring Authorization Server starts and knows its clients."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.tests.servers import guarded
from ansible_collections.authkit.oauth.tests.servers.authorization import AuthorizationServer
from ansible_collections.authkit.oauth.tests.servers.client_requests import DEVICE_CODE, post
from ansible_collections.authkit.oauth.tests.servers.person import approve
from ansible_collections.authkit.oauth.tests.servers.prepared import ServerUnavailable
from ansible_collections.authkit.oauth.tests.servers.spring_server import GIVEN, spring

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"
#: For tests of a server that starts: that takes a processor for 20 seconds.
started = pytest.mark.alone


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AuthorizationServer]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(GIVEN, raising=False)
        with spring(tmp_path_factory.mktemp("a folder")) as running:
            yield running


@started
@pytest.mark.parametrize(
    "name", ["basic", "post", "secret_jwt", "key_rs256", "key_ps256", "key_es256", "mtls", "self_signed"]
)
def test_each_client_proves_itself(server: AuthorizationServer, name: str) -> None:
    answer = post(server, name, grant_type="client_credentials", scope="read")
    assert answer.status_code == 200, answer.text
    assert answer.json()["scope"] == "read"


@started
def test_a_person_approves_and_refresh_tokens_rotate(server: AuthorizationServer) -> None:
    begun = post(server, "basic", "device_authorization_endpoint", scope="read write").json()
    poll = {"grant_type": DEVICE_CODE, "device_code": begun["device_code"]}
    assert post(server, "basic", **poll).json()["error"] == "authorization_pending"
    assert approve(begun["verification_uri_complete"]) == "Sign-in Success"
    first = post(server, "basic", **poll).json()
    assert first["scope"].split() == ["read", "write"]
    subject = {"subject_token": first["access_token"], "subject_token_type": ACCESS_TOKEN}
    assert post(server, "basic", grant_type=EXCHANGE, **subject).json()["issued_token_type"] == ACCESS_TOKEN
    for status in (200, 400):
        answer = post(server, "basic", grant_type="refresh_token", refresh_token=first["refresh_token"])
        assert answer.status_code == status
        assert answer.json().get("refresh_token") != first["refresh_token"]


@started
def test_secrets_are_in_no_log(server: AuthorizationServer) -> None:
    assert post(server, "post", grant_type="client_credentials").status_code == 200
    log = (server.folder / guarded.LOG).read_text()
    assert [name for name, client in server.clients.items() if client.secret and client.secret in log] == []


@started
def test_the_named_one_is_used(server: AuthorizationServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(GIVEN, str(server.folder))
    with spring(say=lambda _line: None) as given:
        assert given == server


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with Java, and with what a test puts into ``bin``."""
    programs = tmp_path / "bin"
    programs.mkdir()
    program(programs / "java", "echo 'openjdk version \"17.0.1\"' >&2")
    for name in ("PATH", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(programs))
    for name in (GIVEN, "JAVA_HOME"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def program(file: Path, text: str) -> None:
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)


def test_a_machine_without_a_compiler(machine: Path) -> None:
    program(machine / "bin" / "mvn", "exit 1")
    with pytest.raises(ServerUnavailable, match="on Debian: apt install maven default-jdk"), spring(machine):
        pass


def test_a_failed_build_says_what_maven_said(machine: Path) -> None:
    program(machine / "bin" / "javac", "exit 1")
    program(machine / "bin" / "mvn", "echo '[ERROR] no route to the repository'; exit 1")
    with pytest.raises(ServerUnavailable, match="no route to the repository"), spring(machine):
        pass
    assert not list(machine.glob("server-*"))
