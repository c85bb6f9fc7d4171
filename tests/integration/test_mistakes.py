# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mistakes that people make on their first day, and what they read."""

from __future__ import annotations

import re
import secrets
import subprocess
from collections.abc import Iterator, Mapping

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.installed import MATRIX, ON_THREE
from ansible_collections.authkit.oauth.tests.integration.support.plays import Run, Workspace, hosts
from ansible_collections.authkit.oauth.tests.integration.support.realms import (
    Client,
    connection,
    realm_of,
    users_path,
)
from ansible_collections.authkit.oauth.tests.servers.counting import CountingServer
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak, free_port

SECRET = "the-secret-of-the-shop"


@pytest.fixture
def desk() -> Iterator[CountingServer]:
    with CountingServer(clients={"shop": SECRET}) as running:
        yield running


def shop(desk: CountingServer) -> dict[str, object]:
    return {
        "authkit_token_url": desk.token_url,
        "authkit_client_id": "shop",
        "authkit_client_secret": SECRET,
        "api_url": f"{desk.url}/api/things",
    }


def warnings_in(run: Run) -> list[str]:
    """The warnings of a run about names, each as one line."""
    parts = re.split(r"\n(?=\[WARNING\]|TASK|ok:|\n)", run.output)
    lines = [" ".join(part.split()) for part in parts if part.startswith("[WARNING]")]
    return sorted(line.removeprefix("[WARNING]: ") for line in lines if "is not an option" in line)


@MATRIX
@pytest.mark.parametrize("core", ON_THREE, indirect=True)
def test_a_misspelled_name_is_told_once_a_run(workspace: Workspace, desk: CountingServer) -> None:
    """By 4 workers, with an empty store and a full one; a name of the user's own is only in the doctor's report."""
    variables = {**shop(desk), "authkit_allowed_host": "api.example.com", "authkit_of_your_own": 1}
    env = {"AUTHKIT_TIMEUOT": "3"}
    for _turn in range(2):
        run = workspace.play("outcomes.yml", hosts(4), variables=variables, env=env, forks=2).expect()
        assert not run.failed, run.output[-3000:]
        assert warnings_in(run) == [
            "'AUTHKIT_TIMEUOT' is not an option of authkit.oauth and has no effect: did you mean AUTHKIT_TIMEOUT?",
            "'authkit_allowed_host' is not an option of authkit.oauth and has no effect: did you mean "
            "authkit_allowed_hosts?",
        ], run.output[-3000:]
        assert "authkit_of_your_own" not in run.output
    assert desk.count("token") == 1
    report = workspace.play("doctor.yml", hosts(1), variables=variables, env=env).expect(2)
    (found,) = [each.result for each in report.results if "sections" in each.result]
    problems = [text for text in found["problems"] if "is not an option" in text]  # type: ignore[attr-defined]
    assert [re.findall(r"did you mean (\w+)\?", text) for text in problems] == [
        ["AUTHKIT_TIMEOUT"],
        ["authkit_allowed_hosts"],
    ]
    assert "Named like options, but none, and so ignored: 'authkit_of_your_own'" in str(found["sections"])


#: The hosts, each named for its mistake, and what the people who make it read.
SENTENCES = {
    "task_typo": "'client_secert' and 'realmm' are not options of authkit.oauth.api: did you mean client_secret and "
    "realm?",
    "task_type": "timeout must be a number, and is text.",
    "task_retries": "retries must be a whole number, and is text.",
    "task_list": "client_id must be text, and is a list: write one value, without brackets or dashes.",
    "type": "retries from the variable authkit_retries must be a number, 0 or more, and is text: write it in digits.",
    "no_secret": "client_secret is not set: set it in the call, a profile, the variable authkit_client_secret, "
    "AUTHKIT_CLIENT_SECRET or [authkit] in ansible.cfg.",
    "https_for_http": "{place} does not speak TLS: check the port, or write http:// for plain http (from the "
    "variables authkit_auth_server and authkit_realm).",
    "http_to_another_host": "auth_server from the variable authkit_auth_server is http://auth.example.com, where",
    "wrong_port": "Nothing listens at {closed} (connection refused): check host and port, and that the server runs "
    "(from the variables authkit_auth_server and authkit_realm).",
    "newline": "client_secret from the variable authkit_client_secret holds a line break (as at the end of a file) or "
    "another control character: remove it.",
    "case_of_the_realm": "The server {place} does not have the realm '{upper}': check ",
    "an_admin": "The client 'admin-cli' in the realm 'master' is public and has no secret to log in with: switch on",
    "no_role": "was answered with 403 Forbidden: the token is valid but lacks permission, give the client the role or "
    "scope that the API requires",
    "no_proxy": "{closed}",
    "no_vault_password": "The variable authkit_client_secret cannot be used: a vaulted value in it cannot be "
    "decrypted, run with --ask-vault-pass or --vault-password-file.",
    "template": "client_secret in the profile 'p' cannot be used: its template uses 'b64decod', a filter, test or "
    "lookup that Ansible does not find, correct it in {file}, line 3.",
    "lookup": "The variable authkit_client_secret cannot be used: its template uses 'nosuchlookup', a filter, test or "
    "lookup that Ansible does not find, correct it in {other_file}, line 1.",
    "list": "client_id from the variable authkit_client_id must be text, and is a list: write one value, without "
    "brackets or dashes.",
}


@pytest.mark.parametrize("core", ON_THREE, indirect=True)
def test_mistakes(workspace: Workspace, server: Keycloak) -> None:
    good = Client("inventory", secrets.token_urlsafe(24))
    powerless = Client("powerless", secrets.token_urlsafe(24), roles=())
    with server.admin.temporary_realm(realm_of(good, powerless)) as realm:
        proper = connection(server.url, realm, good)
        closed = f"127.0.0.1:{free_port()}"
        files = {name: workspace.cwd / f"host_vars/{name}.yml" for name in ("template", "lookup", "no_vault_password")}
        files["template"].parent.mkdir()
        files["template"].write_text(PROFILE, encoding="utf-8")
        files["lookup"].write_text("authkit_client_secret: \"{{ lookup('nosuchlookup', 'x') }}\"\n", encoding="utf-8")
        files["no_vault_password"].write_text(vaulted(workspace, "authkit_client_secret"), encoding="utf-8")
        no_secret = {name: value for name, value in proper.items() if name != "authkit_client_secret"}
        cases: dict[str, Mapping[str, object]] = {
            **dict.fromkeys(("task_typo", "task_type", "task_retries", "task_list"), proper),
            "type": {**proper, "authkit_retries": "many"},
            "no_secret": no_secret,
            "https_for_http": {**proper, "authkit_auth_server": server.url.replace("http://", "https://")},
            "http_to_another_host": {**proper, "authkit_auth_server": "http://auth.example.com"},
            "wrong_port": {**proper, "authkit_auth_server": f"http://{closed}"},
            "newline": {**proper, "authkit_client_secret": f"{good.secret}\n"},
            "case_of_the_realm": {**proper, "authkit_realm": realm.upper()},
            "an_admin": connection(server.url, "master", Client("admin-cli", server.password)),
            "no_role": connection(server.url, realm, powerless),
            "no_proxy": {**proper, "authkit_proxy": f"http://{closed}"},
            "no_vault_password": no_secret,
            "template": {"profile_name": "p"},
            "lookup": no_secret,
            "list": {**proper, "authkit_client_id": ["inventory"]},
        }
        url = {"api_url": f"{server.url}{users_path(realm)}"}
        run = workspace.play("mistakes.yml", {name: {**own, **url} for name, own in cases.items()}, forks=6).expect()
    known = {"place": server.url.partition("://")[2], "closed": closed, "upper": realm.upper()}
    known |= {"file": str(files["template"]), "other_file": str(files["lookup"])}
    for host, sentence in SENTENCES.items():
        for task in ("Call",) if host.startswith("task_") else ("Lookup", "Call"):
            if (host, task) == ("no_role", "Lookup"):
                continue
            result = run.one(task, host)
            assert result.state == "failed", (host, task, result.result)
            assert sentence.format(**known) in result.message, (host, task, result.message)
    for hidden in (good.secret, powerless.secret, server.password):
        assert hidden not in run.output
    assert not run.traceback, run.output[-4000:]


PROFILE = """authkit_profiles:
  p:
    client_secret: "{{ 'cw==' | b64decod }}"
    client_id: app
    token_url: https://auth.example.com/token
"""


def vaulted(workspace: Workspace, name: str) -> str:
    """A vaulted variable, as ansible-vault writes it."""
    password = workspace.root / "password"
    password.write_text(secrets.token_urlsafe(24), encoding="utf-8")
    command = [str(workspace.core.command("ansible-vault")), "encrypt_string", "--vault-password-file", str(password)]
    made = subprocess.run(
        [*command, secrets.token_hex(16), "--name", name],
        env=workspace.environment({}),
        capture_output=True,
        text=True,
        check=True,
    )
    return made.stdout
