# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guides' playbooks for modules of other collections: one token request a play, and no token at ``-vvv``."""

from __future__ import annotations

import dataclasses
import json
import os
import secrets
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.installed import (
    COMMUNITY,
    MATRIX,
    NEWEST,
    in_matrix,
    site_packages,
)
from ansible_collections.authkit.oauth.tests.integration.support.plays import Core, Workspace
from ansible_collections.authkit.oauth.tests.integration.support.realms import Client, realm_of
from ansible_collections.authkit.oauth.tests.integration.support.stand_ins import AWX, KEYCLOAK
from ansible_collections.authkit.oauth.tests.servers.awx_api import AwxApi
from ansible_collections.authkit.oauth.tests.servers.counting import CountingServer
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Fault, Incoming, Settings
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak
from ansible_collections.authkit.oauth.tests.servers.proxy import CountingProxy
from ansible_collections.authkit.oauth.tests.servers.vault_api import VaultApi
from ansible_collections.authkit.oauth.tests.tools.examples import pages

BRIDGES, TOKEN_OPTION = (f"docs/docsite/rst/guide_{name}.rst" for name in ("bridges", "token_option"))
FILES = {(block.page, block.file): block.text for blocks in pages() for block in blocks if block.file}
#: The interpreter of a virtual environment with PyPI's package `ansible` 11, the last one with awx.awx.
WITH_AWX = "AUTHKIT_TEST_AWX"
MASKED = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
MANAGER = ("manage-realm", "manage-clients", "manage-users")


class Issuing(CountingProxy):
    """A counting proxy in front of Keycloak that remembers the tokens it has passed on."""

    def __init__(self, upstream: str) -> None:
        super().__init__(upstream)
        self.issued: list[str] = []

    def reply(self, kind: str, request: Incoming) -> Answer:
        answer = super().reply(kind, request)
        if kind == "token" and answer.status == 200:
            self.issued.append(json.loads(answer.content())["access_token"])
        return answer


@pytest.fixture
def auth(server: Keycloak) -> Iterator[Issuing]:
    with Issuing(server.url) as proxy:
        yield proxy


@pytest.fixture
def community(workspace: Workspace) -> Workspace:
    """A machine with PyPI's package `ansible`."""
    return with_ansible(workspace, COMMUNITY)


def with_ansible(machine: Workspace, variable: str) -> Workspace:
    return dataclasses.replace(machine, core=Core("community", Path(os.environ[variable])))


def play(
    machine: Workspace, page: str, playbook: str, texts: Mapping[str, str], secret: Mapping[str, str], folder: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a page's playbook at ``-vvv``, with these texts replaced, and with the secrets of the reader's vault."""
    (machine.cwd / "group_vars").mkdir(exist_ok=True)
    for file in (playbook, "group_vars/all.yml"):
        text = FILES.get((page, file), "")
        for before, after in texts.items():
            text = text.replace(before, after)
        (machine.cwd / file).write_text(text or "{}", encoding="utf-8")
    (machine.cwd / "vault.json").write_text(json.dumps(secret), encoding="utf-8")
    environment = machine.environment({"ANSIBLE_INJECT_INVOCATION": "true"})
    for ours in ("ANSIBLE_CALLBACK_PLUGINS", "ANSIBLE_CALLBACKS_ENABLED", "ANSIBLE_LIBRARY"):
        del environment[ours]
    folders = [environment["ANSIBLE_COLLECTIONS_PATH"], folder or site_packages(machine.core.python)]
    environment["ANSIBLE_COLLECTIONS_PATH"] = os.pathsep.join(folders)
    local = ["-i", "localhost,", "-c", "local", "-e", f"ansible_python_interpreter={machine.core.python}"]
    command = [str(machine.core.command("ansible-playbook")), *local, "-e", "@vault.json", playbook, "-vvv"]
    return subprocess.run(
        command, cwd=machine.cwd, env=environment, capture_output=True, text=True, timeout=240, check=False
    )


def works(done: subprocess.CompletedProcess[str], *issued: str) -> str:
    """The output of a play that succeeded and shows no token."""
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
    output = done.stdout + done.stderr
    assert issued
    assert [token[-12:] for token in issued if token in output] == []
    return output


@pytest.mark.parametrize("core", in_matrix(NEWEST, "2.16", "2.22"), indirect=True)
def test_uri_and_get_url_share_a_token(workspace: Workspace) -> None:
    secret = secrets.token_urlsafe(24)
    with CountingServer({"deployer": secret}) as server:
        texts = {"https://api.example.com": f"{server.url}/api", "auth.example.com": server.url}
        for more in ({}, {"no_log: true": "no_log: false"}):
            server.clear()
            done = play(workspace, BRIDGES, "uri.yml", texts | more, {"vaulted_deployer_secret": secret})
            assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
            assert (server.token_requests, server.count("api", 200)) == (0 if more else 1, 3)
            shown = any(token in done.stdout for token in server.issued)
            assert shown == (bool(more) and workspace.core.version != "2.22"), "the guide says what -vvv prints"


@pytest.mark.parametrize("core", in_matrix(NEWEST), indirect=True)
def test_a_play_outlives_its_token(workspace: Workspace) -> None:
    secret, wait = secrets.token_urlsafe(24), "\n    - name: Wait\n      ansible.builtin.pause:\n        seconds: 8\n"
    with CountingServer({"deployer": secret}, Settings(lifetime=8.0)) as server:
        texts = {"https://api.example.com": f"{server.url}/api", "auth.example.com": server.url}
        vault = {"vaulted_deployer_secret": secret}
        done = play(workspace, BRIDGES, "uri.yml", {**texts, "  no_log: true\n": wait}, vault)
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
        assert (server.token_requests, server.count("api", 200), server.count("api", 401)) == (3, 3, 0)


@pytest.mark.parametrize("core", in_matrix(NEWEST), indirect=True)
def test_a_redirect_takes_the_token_to_no_other_host(workspace: Workspace) -> None:
    secret = secrets.token_urlsafe(24)
    with CountingServer({"deployer": secret}) as server, CountingServer() as other:
        texts = {"https://api.example.com": f"{server.url}/api", "auth.example.com": server.url}
        for line, sent in (("", None), ("unredirected_headers: [Authorization]", "Bearer")):
            server.fault(Fault("redirect", target="api", location=f"{other.url}/api/elsewhere"))
            replaced = {**texts, **({line: "force_basic_auth: false"} if line else {})}
            play(workspace, BRIDGES, "uri.yml", replaced, {"vaulted_deployer_secret": secret})
            assert [record.authorization for record in other.records] == [sent]
            other.clear()


def test_the_modules_of_community_general_share_a_token(community: Workspace, server: Keycloak, auth: Issuing) -> None:
    manager = Client("provisioner", secrets.token_urlsafe(24), roles=MANAGER)
    with server.admin.temporary_realm(realm_of(manager)) as realm:
        texts = {"https://auth.example.com": auth.url, "auth.example.com": auth.url, "staging": realm}
        done = play(community, TOKEN_OPTION, "realm.yml", texts, {"vaulted_provisioner_secret": manager.secret})
        assert works(done, *auth.issued).count(f'"token": "{MASKED}"') == 4
        assert auth.token_requests == 1
        assert server.admin.call("GET", f"/{realm}/roles/order-reader")["name"] == "order-reader"
        assert server.admin.client(realm, "orders")["serviceAccountsEnabled"]
        (user,) = server.admin.call("GET", f"/{realm}/users", query=[("username", "ada")])
        assert [each["name"] for each in server.admin.call("GET", f"/{realm}/users/{user['id']}/groups")] == ["orders"]


@pytest.mark.parametrize("core", in_matrix(NEWEST), indirect=True)
def test_the_modules_of_middleware_automation_share_a_token(
    workspace: Workspace, server: Keycloak, auth: Issuing, tmp_path: Path
) -> None:
    manager = Client("deployer", secrets.token_urlsafe(24), roles=MANAGER)
    with server.admin.temporary_realm(realm_of(manager)) as realm:
        texts = {"https://auth.example.com": auth.url, "auth.example.com": auth.url, "realm: erp": f"realm: {realm}"}
        vault = {"vaulted_deployer_secret": manager.secret}
        stand_in = str(KEYCLOAK.install(tmp_path))
        output = works(play(workspace, BRIDGES, "middleware.yml", texts, vault, stand_in), *auth.issued)
    assert output.count(f'"realm": "{realm}"') >= 3
    assert f'"token": "{MASKED}"' in output
    assert (auth.token_requests, auth.count("admin", 200)) == (1, 3)


@MATRIX
@pytest.mark.parametrize("core", [NEWEST], indirect=True)
@pytest.mark.parametrize("real", [False, True], ids=["stand-in", "real"])
def test_the_modules_of_awx_share_a_token(real: bool, workspace: Workspace, tmp_path: Path) -> None:
    secret, password = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    machine = with_ansible(workspace, WITH_AWX) if real else workspace
    with AwxApi(("playbooks", secret), ("robot", password)) as awx:
        vault = {"vaulted_awx_secret": secret, "vaulted_awx_password": password}
        stand_in = "" if real else str(AWX.install(tmp_path))
        done = play(machine, BRIDGES, "awx.yml", {"https://awx.example.com": awx.url}, vault, stand_in)
        assert f'"controller_oauthtoken": "{MASKED}"' in works(done, *awx.issued)
        assert (awx.token_requests, awx.count("api", 401)) == (1, 0)
        names = {kind: [each["name"] for each in found] for kind, found in awx.objects.items() if found}
        made = {"organizations": ["ERP"], "inventories": ["Warehouses"], "hosts": ["web1.example.com"]}
        assert names == (made if real else {})


def test_vault_takes_the_token_for_its_own(community: Workspace, server: Keycloak, auth: Issuing) -> None:
    deployer = Client("deployer", secrets.token_urlsafe(24))
    with (
        server.admin.temporary_realm(realm_of(deployer)) as realm,
        VaultApi(f"{auth.url}/realms/{realm}", "realm-management") as vault,
    ):
        texts = {"auth.example.com": auth.url, "realm: erp": f"realm: {realm}", "https://vault.example.com": vault.url}
        done = play(community, BRIDGES, "vault.yml", texts, {"vaulted_deployer_secret": deployer.secret})
        works(done, *auth.issued, *vault.issued)
        assert (auth.token_requests, vault.count("token", 200)) == (1, 2)
        assert len(vault.stored["erp/orders"]["api_key"]) == 32
