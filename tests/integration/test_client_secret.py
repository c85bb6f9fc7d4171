# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rotated secrets work, whatever happens: a kill at each step, and a client that calls all the time."""

from __future__ import annotations

import secrets
import stat
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._http.requests import RequestsTransport
from ansible_collections.authkit.oauth.plugins.module_utils._options.client import ClientOptions
from ansible_collections.authkit.oauth.plugins.plugin_utils._rotation.job import Job
from ansible_collections.authkit.oauth.plugins.plugin_utils._rotation.rotation import Wish
from ansible_collections.authkit.oauth.tests.integration.support.installed import MATRIX, NEWEST, ON_THE_NEWEST
from ansible_collections.authkit.oauth.tests.integration.support.plays import Workspace
from ansible_collections.authkit.oauth.tests.integration.support.realms import Client, connection
from ansible_collections.authkit.oauth.tests.integration.support.rotations import (
    APP,
    ROTATOR,
    Caller,
    killed_at,
    rotation_realm,
    works,
)
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak, started

#: The child makes requests and files only, and needs no thread of this process.
pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
DAY = 86400.0


@pytest.fixture(scope="module")
def two_valid(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keycloak]:
    """A Keycloak that can keep two secrets of a client valid, as it does by default from 26.8 on."""
    with started(tmp_path_factory.mktemp("keycloak"), print, ["client-secret-rotation"]) as running:
        yield running


@pytest.fixture
def rotator() -> Client:
    return Client(ROTATOR, secrets.token_urlsafe(24), roles=("manage-clients",))


@pytest.fixture
def app() -> Client:
    return Client(APP, secrets.token_urlsafe(24), roles=())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "secrets"
    made.mkdir(mode=0o700)
    return made


def kept(folder: Path, client: Client) -> Path:
    """The file with the client's secret."""
    path = folder / client.client_id
    path.touch(mode=0o600)
    path.write_text(client.secret, encoding="utf-8")
    return path


REFUSED = {
    "public": "is public, so it has no secret",
    "bearer": "is bearer-only",
    "key": "authenticates with 'client-jwt'",
    "disabled": "No token proves the present secret",
    "unknown": "has no client 'unknown' that the token may see",
}


@pytest.mark.parametrize("core", ON_THE_NEWEST, indirect=True)
def test_a_play_rotates_secrets(
    workspace: Workspace, server: Keycloak, rotator: Client, app: Client, folder: Path
) -> None:
    reader = Client("reader", secrets.token_urlsafe(24), roles=("view-clients",))
    realm = rotation_realm(rotator, app, reader)
    realm["clients"] += [
        {**Client("signs", "x" * 40).representation(), "clientAuthenticatorType": "client-secret-jwt"},
        {"clientId": "public", "publicClient": True},
        {"clientId": "bearer", "bearerOnly": True, "secret": "x" * 20},
        {"clientId": "key", "clientAuthenticatorType": "client-jwt", "secret": "x" * 20},
        {**Client("disabled", "x" * 20).representation(), "enabled": False},
    ]
    kept(folder, rotator)
    with server.admin.temporary_realm(realm) as name:
        variables = {
            **connection(server.url, name, rotator),
            "folder": str(folder),
            "authkit_client_secret": "{{ lookup('ansible.builtin.file', folder ~ '/rotator') }}",
            "authkit_profiles": {
                "reader": {
                    "auth_server": server.url,
                    "realm": name,
                    "client_id": reader.client_id,
                    "client_secret": reader.secret,
                }
            },
        }
        run = workspace.play("client_secret.yml", {"localhost": {}}, variables=variables, arguments=["-vvv"]).expect()
        valid = {each.name: each.read_text(encoding="utf-8") for each in folder.iterdir()}
        assert sorted(valid) == [APP, ROTATOR, "signs"]
        assert server.admin.client(name, "signs")["secret"] == valid["signs"]
        assert [client for client in (APP, ROTATOR) if not works(server, name, client, valid[client])] == []
        for client in (rotator, app):
            assert not works(server, name, client.client_id, client.secret)
    changed = ("Would rotate", "Rotate", "Prepare", "Put into use", "Rotate what signs", "Rotate our own")
    unchanged = ("Rotate again", "Use our new secret")
    assert [task for task in changed if not run.one(task, "localhost").result["changed"]] == []
    assert [task for task in unchanged if run.one(task, "localhost").result["changed"]] == []
    results = run.one("Refused", "localhost").result["results"]
    assert isinstance(results, list)
    refused = {each["item"]: each["msg"] for each in results}
    assert [item for item, sentence in REFUSED.items() if sentence not in refused.get(item, "")] == [], refused
    assert "the role manage-clients of realm-management" in run.one("Not allowed", "localhost").message
    assert not run.traceback
    assert {stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()} == {0o600}
    shown = run.output + run.log + str([each.result for each in run.results])
    seen = [*valid.values(), rotator.secret, app.secret, reader.secret]
    assert [secret for secret in seen if secret in shown] == []
    for place, content in workspace.files().items():
        assert [secret for secret in valid.values() if secret.encode() in content] == [], place


def rotate(server: Keycloak, realm: str, admin: Client, target: str, path: Path, max_age: float | None) -> None:
    """A rotation as a task makes it, by the client with this secret."""
    options = ClientOptions(admin.client_id, admin.secret, auth_server=server.url, realm=realm, cache="none", retries=0)
    job = Job(options, None, Wish(target, max_age), warn=print, hide=lambda *_secrets: None)
    transport = RequestsTransport(options.transport_settings)
    job.run(str(path), transport, check_mode=False)


def sweep(server: Keycloak, rotator: Client, app: Client, folder: Path, target: str, *, two_valid: bool) -> int:
    """Kill a rotation at each step. Returns the number of steps."""
    path = kept(folder, rotator if target == ROTATOR else app)
    with server.admin.temporary_realm(rotation_realm(rotator, app, two_valid=two_valid)) as realm:
        for step in range(1, 200):
            admin = rotator if target != ROTATOR else Client(ROTATOR, path.read_text(encoding="utf-8"))
            there = killed_at(step, partial(rotate, server, realm, admin, target, path, None))
            found = [each for each in (path, path.with_name(f"{target}.next")) if each.exists()]
            valid = [each.name for each in found if works(server, realm, target, each.read_text(encoding="utf-8"))]
            assert valid, f"no secret works after a kill at step {step}"
            assert not two_valid or target in valid, f"the secret in use was refused after a kill at step {step}"
            admin = rotator if target != ROTATOR else Client(ROTATOR, path.read_text(encoding="utf-8"))
            rotate(server, realm, admin, target, path, DAY)
            assert works(server, realm, target, path.read_text(encoding="utf-8")), f"not repaired after step {step}"
            assert [each.name for each in folder.iterdir() if each.name.startswith(f"{target}.next")] == []
            if not there:
                return step
    raise AssertionError("the rotation never came to its end")


@pytest.mark.parametrize("target", [ROTATOR, pytest.param(APP, marks=MATRIX)])
def test_a_kill_at_each_step_leaves_a_secret_that_works(
    server: Keycloak, rotator: Client, app: Client, folder: Path, target: str
) -> None:
    assert sweep(server, rotator, app, folder, target, two_valid=False) > 20


@MATRIX
@pytest.mark.parametrize("target", [ROTATOR, APP])
def test_a_kill_at_each_step_stops_no_call_where_two_are_valid(
    two_valid: Keycloak, rotator: Client, app: Client, folder: Path, target: str
) -> None:
    assert sweep(two_valid, rotator, app, folder, target, two_valid=True) > 20


@MATRIX
@pytest.mark.parametrize("core", [NEWEST], indirect=True)
def test_twenty_rotations_fail_no_call_where_two_are_valid(
    workspace: Workspace, two_valid: Keycloak, rotator: Client, app: Client, folder: Path
) -> None:
    path = kept(folder, app)
    with two_valid.admin.temporary_realm(rotation_realm(rotator, app, two_valid=True)) as realm:
        variables = {**connection(two_valid.url, realm, rotator), "folder": str(folder), "target": APP, "times": 20}
        with Caller(two_valid, realm, APP, path).calling() as caller:
            run = workspace.play("client_secret_often.yml", {"localhost": {}}, variables=variables).expect()
        assert works(two_valid, realm, APP, path.read_text(encoding="utf-8"))
    results = run.one("Rotate", "localhost").result["results"]
    assert isinstance(results, list)
    assert [each["changed"] for each in results] == [True] * 20
    assert caller.calls > 40
    assert caller.failed == []
    print(f"20 rotations took {run.seconds:.1f} s, beside {caller.calls} calls")
