# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""People sign in with the device flow: authkit.oauth.login and authkit.oauth.logout in plays, on real servers."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from itertools import pairwise
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._oauth.device import DeviceCode
from ansible_collections.authkit.oauth.plugins.module_utils._options.client import Layer, client_options
from ansible_collections.authkit.oauth.plugins.plugin_utils._fetching import transport_for
from ansible_collections.authkit.oauth.plugins.plugin_utils._login.login import DeviceFlow
from ansible_collections.authkit.oauth.tests.integration.support.installed import MATRIX, ON_EACH_KIND, ON_THE_NEWEST
from ansible_collections.authkit.oauth.tests.integration.support.listening import ListeningProxy
from ansible_collections.authkit.oauth.tests.integration.support.plays import Run, Workspace, hosts
from ansible_collections.authkit.oauth.tests.integration.support.signing_in import (
    CLIENT,
    Prompted,
    connection_of_a_person,
    prompts,
    realm_for_people,
    signed_in,
)
from ansible_collections.authkit.oauth.tests.servers.authorization import AuthorizationServer
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak, free_port
from ansible_collections.authkit.oauth.tests.servers.person import approve
from ansible_collections.authkit.oauth.tests.servers.proxy import CountingProxy
from ansible_collections.authkit.oauth.tests.tools.examples import pages

GUIDE = "docs/docsite/rst/guide_device_flow.rst"
LOG = "log_path = ansible.log\n"


@pytest.fixture
def people(server: Keycloak) -> Iterator[str]:
    """The name of a new realm for people, who are asked for consent."""
    with server.admin.temporary_realm(realm_for_people(lifespan=4)) as name:
        yield name


def of_person(server: Keycloak, realm: str, **more: object) -> dict[str, Any]:
    """The variables of login.yml for a person of a realm."""
    userinfo = f"{server.url}/realms/{realm}/protocol/openid-connect/userinfo"
    return {**connection_of_a_person(server.url, realm), "userinfo": userinfo, "login": True, **more}


def sentence(run: Run, task: str, host: str = "host00") -> str:
    """The message of a failed task, without where its options came from."""
    return run.one(task, host).message.partition(" (from ")[0]


@pytest.mark.parametrize("core", ON_EACH_KIND, indirect=True)
def test_a_login_serves_until_the_logout(workspace: Workspace, server: Keycloak, people: str) -> None:
    """One of the hosts prompts; lookup and modules use the login, in later runs as well, until it is revoked."""
    variables = of_person(server, people)
    run = signed_in(workspace, "login.yml", hosts(3), variables, forks=3, config=LOG).expect()
    (code,) = prompts(run)
    results = run.of("Login")
    assert sorted(bool(each.result["changed"]) for each in results) == [False, False, True]
    assert {each.message for each in results} == {f"ada is logged in for the client '{CLIENT}'."}
    assert {each.result["user"] for each in results} == {"ada"}
    assert all(1700 < int(str(each.result["login_expires_at"])) - time.time() < 1800 for each in results)
    assert [each.state for each in run.results] == ["ok"] * 9, run.output[-3000:]
    json_of = run.one("Api", "host00").result["json"]
    assert isinstance(json_of, dict)
    assert json_of["preferred_username"] == "ada"
    # The code is neither in the log file nor in a result, which callback plugins get.
    assert "PLAY RECAP" in run.log
    for secret in (code, "verification", "device?"):
        assert secret not in run.log
        assert secret not in str(run.results)

    time.sleep(4)  # the access token has expired
    later = workspace.play("login.yml", hosts(1), variables={**variables, "login": False}).expect()
    assert not prompts(later)
    assert [each.state for each in later.results] == ["skipped", "ok", "ok"]

    doctor = workspace.play("doctor.yml", hosts(1), variables=variables).expect()
    login = (
        "✓ Login: ada is logged in, as the token says (not verified); The login ends in 30 minutes unless it is used"
    )
    assert login in doctor.output

    out = workspace.play("logout.yml", hosts(1), variables=variables).expect()
    first, second = out.one("Logout", "host00").result, out.one("Again", "host00").result
    assert (first["changed"], first["revoked"]) == (True, True), out.output
    assert (second["changed"], second["revoked"]) == (False, False)
    assert not server.admin.call("GET", f"/{people}/users/{ada(server, people)}/sessions")

    after = workspace.play("login.yml", hosts(1), variables={**variables, "prompt": "fail"}).expect(2)
    assert sentence(after, "Login") == (
        f"Nobody is logged in for the client '{CLIENT}': run ansible-playbook authkit.oauth.login, or have the play "
        "begin with a task authkit.oauth.login that has the same connection options"
    )
    assert after.one("Login", "host00").result["error"] == "not_logged_in"


def visit(proxy: CountingProxy, server: Keycloak, address: str) -> None:
    """Sign in at the server itself, because the proxy does not pass on all cookies."""
    approve(address.replace(proxy.url, server.url))


def ada(server: Keycloak, realm: str) -> str:
    """Ada's id."""
    return str(server.admin.call("GET", f"/{realm}/users", query=[("username", "ada")])[0]["id"])


@pytest.mark.parametrize("core", ON_THE_NEWEST, indirect=True)
def test_a_person_who_refuses(workspace: Workspace, server: Keycloak, people: str) -> None:
    run = signed_in(workspace, "login.yml", hosts(1), of_person(server, people), partial(approve, deny=True)).expect(2)
    assert sentence(run, "Login").startswith(f"The login for the client '{CLIENT}' was refused in the browser: run the")
    assert run.one("Login", "host00").result["error"] == "login_denied"


@MATRIX
def test_a_code_that_expires(workspace: Workspace, server: Keycloak) -> None:
    with server.admin.temporary_realm(realm_for_people(seconds=2)) as realm:
        run = signed_in(workspace, "login.yml", hosts(1), of_person(server, realm), lambda _page: None).expect(2)
    assert "within the 2 s that the code" in run.one("Login", "host00").message
    assert run.one("Login", "host00").result["error"] == "login_expired"


@pytest.mark.parametrize("core", ON_THE_NEWEST, indirect=True)
def test_ctrl_c_leaves_nothing_locked(workspace: Workspace, server: Keycloak, people: str) -> None:
    """The play ends at once, and the next one prompts."""
    variables = of_person(server, people)
    with Prompted(workspace, "login.yml", hosts(1), variables) as play:
        assert play.address()
        started = time.monotonic()
        os.kill(play.process.pid, signal.SIGINT)
        run = play.run()
    assert run.returncode != 0
    assert time.monotonic() - started < 20
    assert "Traceback" not in run.output
    assert signed_in(workspace, "login.yml", hosts(1), variables).expect().one("Login", "host00").result["changed"]


@MATRIX
def test_a_logout_while_the_server_is_down(workspace: Workspace, server: Keycloak, people: str) -> None:
    """The login is forgotten, with a warning that it was not revoked."""
    variables = of_person(server, people)
    with CountingProxy(server.url) as proxy:
        variables["authkit_auth_server"] = proxy.url
        signed_in(workspace, "login.yml", hosts(1), variables, partial(visit, proxy, server)).expect()
    run = workspace.play("logout.yml", hosts(1), variables={**variables, "authkit_retries": 0}).expect()
    first, second = run.one("Logout", "host00").result, run.one("Again", "host00").result
    assert (first["changed"], first["revoked"]) == (True, False)
    assert "The login was forgotten here, but not revoked at the server" in str(first["warnings"])
    assert second["changed"] is False


@MATRIX
def test_the_code_verifier_appears_nowhere(
    workspace: Workspace, server: Keycloak, proxy: ListeningProxy, people: str
) -> None:
    """The client of this realm insists on PKCE, so the login has a verifier (RFC 7636), which is a secret."""
    variables = {**of_person(server, people), "authkit_auth_server": proxy.url}
    person, how = partial(visit, proxy, server), {"arguments": ["-vvvvv"], "config": LOG}
    run = signed_in(workspace, "login.yml", hosts(1), variables, person, **how).expect()
    (verifier,) = proxy.verifiers
    kept = {f"{path}": content for path, content in workspace.files(workspace.root).items()}
    assert any(name.endswith("ansible.log") for name in kept)
    said = {"output": run.output.encode(), "results": repr(run.results).encode(), **kept}
    found = [name for name, text in said.items() if verifier.encode() in text]
    assert not found


@pytest.mark.parametrize("core", ON_THE_NEWEST, indirect=True)
def test_the_playbooks_of_the_collection(workspace: Workspace, server: Keycloak, people: str) -> None:
    """ansible-playbook authkit.oauth.login and authkit.oauth.logout, with a profile of the inventory."""
    options = {
        name.removeprefix("authkit_"): value for name, value in connection_of_a_person(server.url, people).items()
    }
    variables = {"authkit_profiles": {"me": options}}
    words = ["-e", "login_profile=me login_hosts=all logout_profile=me logout_hosts=all"]
    run = signed_in(workspace, "authkit.oauth.login", hosts(1), variables, arguments=words).expect()
    assert "ada is logged in for the client" in run.output
    again = workspace.play("authkit.oauth.login", hosts(1), variables=variables, arguments=words).expect()
    assert not prompts(again)
    run = workspace.play("authkit.oauth.logout", hosts(1), variables=variables, arguments=words).expect()
    assert f"The login for the client '{CLIENT}' has ended." in run.output


@pytest.mark.parametrize("core", ON_THE_NEWEST, indirect=True)
def test_what_cannot_work(workspace: Workspace, server: Keycloak, people: str) -> None:
    """No prompt is shown for a login that would be lost or never used; token_url does not say where one begins."""
    variables = {**of_person(server, people), "authkit_retries": 0}
    token_url = f"{server.url}/realms/{people}/protocol/openid-connect/token"
    run = workspace.play(
        "login.yml",
        {
            "other_grant": {"authkit_grant_type": "client_credentials"},
            "memory": {"authkit_cache": "memory"},
            "token_url": {"authkit_token_url": token_url, "authkit_auth_server": None, "authkit_realm": None},
            "unknown_client": {"authkit_client_id": "nobody"},
            "down": {"authkit_auth_server": f"http://127.0.0.1:{free_port()}"},
        },
        variables=variables,
    ).expect(2)
    assert not prompts(run)
    found = {each.host: (each.result["error"], each.message) for each in run.of("Login")}
    for host, (error, words) in {
        "other_grant": (
            "invalid_option",
            "grant_type is client_credentials, for which nobody logs in: set it to device",
        ),
        "memory": (
            "login_not_kept",
            "cache is memory, so a login would be lost when this task ends: set cache to file",
        ),
        "token_url": ("device_flow_unavailable", "token_url does not say where a login begins: set issuer instead"),
        "unknown_client": ("unknown_client", "no enabled client 'nobody'"),
        "down": ("connection_failed", "127.0.0.1"),
    }.items():
        assert found[host][0] == error, found[host]
        assert words in found[host][1]


@pytest.mark.alone
def test_fifty_processes_show_one_prompt(workspace: Workspace, server: Keycloak, people: str) -> None:
    """Fifty hosts need the login at once: one process asks for a code and polls, and every host has a login."""
    with CountingProxy(server.url) as proxy:
        variables = connection_of_a_person(proxy.url, people)
        person = partial(visit, proxy, server)
        words = ["-e", "login_hosts=all"]
        run = signed_in(
            workspace, "authkit.oauth.login", hosts(50), variables, person, forks=50, arguments=words
        ).expect()
        assert len(prompts(run)) == 1
        results = run.of("Have a person sign in")
        assert [bool(each.result["changed"]) for each in results].count(True) == 1
        assert len({each.host for each in results if each.message.startswith("ada is logged in")}) == 50
        assert sum(record.path.endswith("/auth/device") for record in proxy.records) == 1
        polls = [record.at for record in proxy.records if record.path.endswith("/token")]
        assert all(later - earlier >= 1 for earlier, later in pairwise(polls))


@MATRIX
def test_oidc_provider(workspace: Workspace, oidc_provider: AuthorizationServer) -> None:
    """By the issuer's metadata, with an opaque access token and rotating refresh tokens, until the logout."""
    options = {**oidc_provider.options("public"), "grant_type": "device_code", "scope": "openid offline_access"}
    variables = {f"authkit_{name}": value for name, value in options.items()}
    variables |= {"login": True, "userinfo": f"{oidc_provider.issuer}/me"}
    run = signed_in(workspace, "login.yml", hosts(2), variables).expect()
    assert len(prompts(run)) == 1
    assert [each.state for each in run.results] == ["ok"] * 6, run.output[-3000:]
    assert run.one("Api", "host01").result["json"] == {"sub": "ada"}
    # More than the token lives, so each lookup refreshes.
    renewing = {**variables, "login": False, "authkit_min_valid": 59}
    again = workspace.play("login.yml", hosts(1), variables=renewing).expect()
    assert [each.state for each in again.results] == ["skipped", "ok", "ok"]
    out = workspace.play("logout.yml", hosts(1), variables=variables).expect()
    assert out.one("Logout", "host00").result["revoked"] is True
    after = workspace.play("login.yml", hosts(1), variables={**variables, "prompt": "fail"}).expect(2)
    assert after.one("Login", "host00").result["error"] == "not_logged_in"


@MATRIX
def test_refusals_of_oidc_provider(workspace: Workspace, oidc_provider: AuthorizationServer) -> None:
    """The person refuses; and a code expires before the first request is due."""
    found = {}
    for client, person in (("public", partial(approve, deny=True)), ("brief", lambda _address: None)):
        options = {**oidc_provider.options(client), "grant_type": "device_code", "scope": "openid"}
        variables = {f"authkit_{name}": value for name, value in options.items()}
        words = ["-e", "login_hosts=all"]
        run = signed_in(workspace, "authkit.oauth.login", hosts(1), variables, person, arguments=words).expect(2)
        found[client] = run.one("Have a person sign in", "host00").result["error"]
    assert found == {"public": "login_denied", "brief": "login_expired"}


def test_keycloak_is_obeyed_when_it_says_slow_down(server: Keycloak, people: str) -> None:
    """A clock that runs too fast makes the requests come too early; each slow_down adds five seconds to the pause."""
    given = {name.removeprefix("authkit_"): value for name, value in connection_of_a_person(server.url, people).items()}
    options = client_options([Layer("call", given, dict.fromkeys(given, "the call"))])
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 4:
            approve(shown[0].complete_address or "")
            time.sleep(1.5)
        time.sleep(0.1)

    shown: list[DeviceCode] = []
    with closing(transport_for(options.transport_settings, print)) as transport:
        token = DeviceFlow(options, transport, shown.append, print, sleep=sleep).token()
    assert token.refresh is not None
    assert pauses[0] == 1
    assert sorted(pauses) == pauses
    assert pauses[-1] >= 11, pauses  # at least two of the requests came too early
    assert all((pause - 1) % 5 == 0 for pause in pauses)


@MATRIX
def test_the_guide(workspace: Workspace, server: Keycloak) -> None:
    """The playbooks of the guide, in its order, with a person who signs in."""
    blocks = next(found for found in pages() if found[0].page == GUIDE)
    with server.admin.temporary_realm(realm_for_people()) as realm:
        for block in blocks:
            if block.file:
                text = block.text.replace("https://auth.example.com/realms/erp", f"{server.url}/realms/{realm}")
                (workspace.cwd / block.file).parent.mkdir(exist_ok=True)
                (workspace.cwd / block.file).write_text(text, encoding="utf-8")
        site, signout = (str(workspace.cwd / name) for name in ("site.yml", "signout.yml"))
        run = signed_in(workspace, site, hosts(2), {}).expect()
        assert dict(run.one("Ask who I am", "host01").result)["json"]["preferred_username"] == "ada"  # type: ignore[index] # JSON
        text = next(block.text for block in blocks if block.text.startswith("authkit.oauth: sign in"))
        shape = run.output.replace(f"{server.url}/realms/{realm}", "https://auth.example.com/realms/erp")
        shown = shape.replace(prompts(run)[0], "WDJB-MJHT").replace("2 minutes", "10 minutes")
        assert [line.strip() for line in text.splitlines()] == [
            line.strip()
            for line in shown[shown.index("authkit.oauth: sign in") :].splitlines()[: len(text.splitlines())]
        ]
        workspace.play(site, hosts(1)).expect()
        run = workspace.play(signout, hosts(1)).expect()
        assert run.one("End the login", "host00").result["revoked"] is True
