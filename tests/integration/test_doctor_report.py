# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The doctor as people run it: on the command line, in the folder of their playbook."""

from __future__ import annotations

import json
import re
import secrets
import subprocess
from collections.abc import Iterator

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.installed import MATRIX, ON_THREE
from ansible_collections.authkit.oauth.tests.integration.support.plays import Workspace
from ansible_collections.authkit.oauth.tests.integration.support.realms import Client, connection, realm_of
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak

CLIENT = Client("inventory", "a-long-secret-of-the-doctor-report")
PROXY = "http://someone:proxy-password@proxy.example.com:3128"
AD_HOC = ("ansible", "web1", "-m", "authkit.oauth.doctor")
PLAYBOOK = ("ansible-playbook", "authkit.oauth.doctor", "-e", "doctor_hosts=web1")
pytestmark = pytest.mark.parametrize("core", ON_THREE, indirect=True)


@pytest.fixture(scope="module")
def names(server: Keycloak) -> Iterator[str]:
    """A realm whose name has a character that Keycloak escapes in its issuer."""
    with server.admin.temporary_realm(realm_of(CLIENT), name=f"o'brien-{secrets.token_hex(4)}") as realm:
        yield realm


def beside_a_playbook(workspace: Workspace, variables: dict[str, object]) -> None:
    """group_vars beside site.yml, and the inventory elsewhere."""
    for folder in ("group_vars", "inventory"):
        (workspace.cwd / folder).mkdir()
    (workspace.cwd / "inventory/hosts").write_text("web1 ansible_connection=local\n", encoding="utf-8")
    (workspace.cwd / "group_vars/all.yml").write_text(json.dumps(variables), encoding="utf-8")


def ran(workspace: Workspace, *words: str, **environment: str) -> tuple[int, str]:
    found = subprocess.run(
        [workspace.core.command(words[0]), *words[1:], "-i", "inventory/hosts"],
        cwd=workspace.cwd,
        env=workspace.environment({"AUTHKIT_TEST_RECORD": "record.jsonl", **environment}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=120,
    )
    return found.returncode, found.stdout


def result_in(output: str) -> dict[str, object]:
    found = json.loads(output[output.index("=> {") + 3 :])
    assert isinstance(found, dict)
    return found


@MATRIX
def test_variables_beside_a_playbook(workspace: Workspace, server: Keycloak, realm: str, client: Client) -> None:
    """The doctor's playbook does not see them, says so, and its line does; a failure is printed once."""
    beside_a_playbook(workspace, connection(server.url, realm, client))
    code, output = ran(workspace, *PLAYBOOK)
    assert code == 2, output
    assert output.count("Nothing says where") == 1, output
    line = re.search(r"run in its folder: (ansible web1 -i \S+/inventory/hosts -m authkit\.oauth\.doctor)\"", output)
    assert line, output
    code, output = ran(workspace, *line[1].split())
    assert (code, result_in(output)["problems"]) == (0, []), output


def test_all_is_well_in_few_lines(workspace: Workspace, server: Keycloak, names: str) -> None:
    """Five parts, in a realm that Keycloak spells otherwise."""
    beside_a_playbook(workspace, connection(server.url, names, CLIENT))
    code, output = ran(workspace, *AD_HOC)
    report = result_in(output)["report"]
    assert code == 0, output
    assert isinstance(report, list)
    assert report[0] == "No problems found."
    assert [line.split(":")[0] for line in report[1:]] == [
        "✓ Options",
        "✓ Interpreter",
        "✓ Token store",
        "✓ Server",
        "✓ Token",
    ]
    assert len(output.splitlines()) <= 14, output
    assert CLIENT.secret not in output


@MATRIX
def test_details_and_the_proxies_of_the_environment(workspace: Workspace, server: Keycloak, names: str) -> None:
    beside_a_playbook(workspace, connection(server.url, names, CLIENT))
    code, output = ran(workspace, *AD_HOC, "-a", "details=true", HTTPS_PROXY=PROXY, no_proxy="localhost")
    sections = {each["title"]: each for each in result_in(output)["sections"]}  # type: ignore[attr-defined]
    assert code == 0, output
    assert sections["Proxy"] == {
        "title": "Proxy",
        "ok": True,
        "summary": "the environment sets HTTPS_PROXY, no_proxy; token requests go without a proxy",
        "lines": [
            "HTTPS_PROXY: http://***@proxy.example.com:3128",
            "no_proxy: localhost",
            "Token requests go without a proxy",
        ],
        "problems": [],
    }
    assert "client_secret: set, not shown" in str(sections["Options"]["lines"])
    assert "proxy-password" not in output


@MATRIX
def test_token_url_alone_has_no_metadata(workspace: Workspace, server: Keycloak, realm: str) -> None:
    """Nothing was requested but a token, and the verdict is not printed twice."""
    variables: dict[str, object] = {
        "authkit_token_url": f"{server.url}/none-here/{realm}",
        "authkit_client_id": "app",
        "authkit_client_secret": CLIENT.secret,
    }
    beside_a_playbook(workspace, variables)
    code, output = ran(workspace, *AD_HOC)
    assert code == 2, output
    report = result_in(output)["report"]
    assert isinstance(report, list)
    assert report[0] == "1 problem found."
    assert [line.split(":")[0] for line in report[1:]] == ["✓ Options", "✓ Interpreter", "✓ Token store", "✗ Token"]
    assert "metadata" not in output.lower()
