# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Echoed secrets are masked in all usual encodings, and nothing else is garbled, however short the secret is."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Mapping
from urllib.parse import quote, quote_plus

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.installed import MATRIX, NEWEST, in_matrix
from ansible_collections.authkit.oauth.tests.integration.support.leaks import leaked, traces
from ansible_collections.authkit.oauth.tests.integration.support.plays import Run, Workspace
from ansible_collections.authkit.oauth.tests.servers.counting import CountingServer
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming, Settings

#: The cores that are tested; 2.22 masks registered secrets itself.
CORES = [NEWEST, *in_matrix("2.16", "2.22")]
#: The cores that print the warnings of a no_log task (CVE-2026-115622), and their neighbors.
TELLING = [NEWEST, *in_matrix("2.18", "2.19", "2.20", "2.22")]
on_every_core = pytest.mark.parametrize("core", CORES, indirect=True)
TORN = "The user of /home/user was wrong, a certificate."


class Echo(CountingServer):
    """Its API echoes the requests to it and to the token endpoint, like a debugging page."""

    def __init__(self, secret: str) -> None:
        super().__init__(clients={"app": secret}, settings=Settings(wording="keycloak", scope="some"))
        self.secret = secret

    def reply(self, kind: str, request: Incoming) -> Answer:
        answer = super().reply(kind, request)
        if kind != "api" or answer.status != 200:
            return answer
        if request.path.endswith("/not-json"):
            return Answer(200, b"{not json")
        sent = request.headers["authorization"]
        return Answer(200, self.echo(sent), {"X-Sent": sent})

    def echo(self, sent: str) -> Mapping[str, object]:
        secret, token = self.secret, sent.partition(" ")[2]
        return {
            "user": "ada",
            "username": "a user",
            "secret": secret,
            "form": f"grant_type=client_credentials&client_secret={quote_plus(secret)}&client_id=app",
            "php": json.dumps({"secret": secret}).replace("/", "\\/"),
            "go": json.dumps({"secret": secret}).replace("&", "\\u0026"),
            "html": f"<p title='{html.escape(secret)}'>",
            "basic": base64.b64encode(f"app:{quote_plus(secret)}".encode()).decode(),
            "tokens": [sent, quote(token), base64.b64encode(sent.encode()).decode()],
        }


def play(workspace: Workspace, server: CountingServer, **more: object) -> Run:
    """The playbook on the controller and on a node."""
    env = more.pop("env", {})
    assert isinstance(env, dict)
    common = {
        "api_url": f"{server.url}/api/x",
        "sso_url": server.url,
        "authkit_token_url": server.token_url,
        "authkit_client_id": "app",
        "wrong_secret": "wrong",
        **more,
    }
    hosts = {
        "one": common,
        "two": common,
        "node": {**common, "node_environment": {"AUTHKIT_TEST_NODE": "1"}},
    }
    return workspace.play("masking.yml", hosts, arguments=["-vvv"], env=env).expect()


@MATRIX
@on_every_core
def test_a_short_secret_tears_nothing_and_is_warned_about_once(workspace: Workspace) -> None:
    with Echo("user") as server:
        run = play(workspace, server, authkit_client_secret="user")
    for host in ("one", "two", "node"):
        told = run.one("Echo", host).result["json"]
        assert isinstance(told, dict)
        assert (told["user"], told["username"], told["secret"]) == ("ada", "a user", "********")
        assert told["form"] == "grant_type=client_credentials&client_secret=********&client_id=app"
        assert json.loads(str(told["php"])) == {"secret": "********"}
        assert told["html"] == "<p title='********'>"
        assert "user" not in json.dumps(told["basic"])
        assert base64.b64encode(b"app:user").decode().rstrip("=") not in str(told)
        assert "is wrong in the realm 'shop'" in run.one("Wrong secret", host).message
        assert run.one("Misplaced secret", host).message.endswith("got: ********")
        assert run.one("Another task", host).message == TORN
    assert "$REDACTED$" not in run.output
    assert "DEPRECATION" not in run.output
    output = " ".join(run.output.split())
    warning = "A secret in client_secret from the variable authkit_client_secret has fewer than 8 characters"
    assert output.count(f"[WARNING]: {warning}") == 1, [
        line for line in run.output.splitlines() if "fewer than" in line
    ]
    assert output.count(f"[WARNING]: {warning.replace('the variable authkit_client_secret', 'the call')}") == 1


@on_every_core
def test_a_secret_is_masked_in_its_usual_spellings(workspace: Workspace) -> None:
    secret = "a/b&c\"d'e<f+gHj8kLm2n"
    with Echo(secret) as server:
        run = play(workspace, server, authkit_client_secret=secret)
        tokens = list(server.issued)
    assert "DEPRECATION" not in run.output
    for host in ("one", "two", "node"):
        assert run.one("Echo", host).state == "ok"
        assert run.one("Misplaced secret", host).message.endswith("got: ********")
    looked_for = traces("Hj8kLm2n").union(*map(traces, tokens))
    for name, text in (("output", run.output), ("results", repr(run.results))):
        found = leaked(text, looked_for)
        assert not found, f"a secret or token is in the {name}"


@MATRIX
def test_a_secret_that_is_a_word_leaves_sentences_whole(workspace: Workspace) -> None:
    with Echo("certificate") as server:
        run = play(workspace, server, authkit_client_secret="certificate", wrong_secret="is wrong in the realm")
    for host in ("one", "node"):
        assert "is wrong in the realm 'shop'" in run.one("Wrong secret", host).message
        assert run.one("Another task", host).message == TORN
        told = run.one("Echo", host).result["json"]
        assert isinstance(told, dict)
        assert told["secret"] == "********"


@on_every_core
def test_a_proxys_password_and_secret_fields(workspace: Workspace) -> None:
    """From variables and from templated arguments: neither output nor callbacks show them."""
    canary = {"proxy": "pr0xy-Kx91-canary", "extra": "k3y-Zq72-canary"}
    junit, arguments = workspace.root / "junit", workspace.root / "arguments"
    env = {
        "ANSIBLE_CALLBACKS_ENABLED": "record,record_arguments,ansible.builtin.junit,junit",
        "JUNIT_OUTPUT_DIR": str(junit),
        "AUTHKIT_TEST_ARGUMENTS": str(arguments),
        "ANSIBLE_INJECT_INVOCATION": "true",
    }
    connection = {
        "authkit_client_secret": "s3cret-of-the-app",
        "authkit_proxy": f"http://me:{canary['proxy']}@127.0.0.1:9",
        "authkit_extra_parameters": {"api_key": canary["extra"], "tenant": "visible-tenant"},
        "given_proxy": "{{ authkit_proxy }}",
        "given_extra": "{{ authkit_extra_parameters }}",
    }
    with Echo("s3cret-of-the-app") as server:
        run = play(workspace, server, env=env, **connection)
    (report,) = junit.glob("*.xml")
    recorded = arguments.read_text(encoding="utf-8")
    assert "visible-tenant" in recorded, "the arguments should be there, else this test looks at nothing"
    assert "http://me:********@127.0.0.1:9" in recorded
    shown = {"output": run.output, "junit": report.read_text(encoding="utf-8"), "arguments": recorded}
    looked_for = set().union(*map(traces, [*canary.values(), "s3cret-of-the-app"]))
    for name, text in shown.items():
        found = leaked(text, looked_for)
        assert not found, f"a secret is in the {name}"


@MATRIX
@pytest.mark.parametrize("core", TELLING, indirect=True)
def test_no_warning_shows_a_secret_of_a_no_log_task(workspace: Workspace) -> None:
    """2.19 to 2.21 print such warnings: about a secret under the wrong name, and about a response."""
    secret = "c4nary-of-the-client"
    env = {"XDG_RUNTIME_DIR": "/proc/nowhere", "HOME": "/proc/nowhere"}
    with Echo(secret) as server:
        run = play(workspace, server, authkit_client_secret=secret, silent=True, env=env)
        tokens = list(server.issued)
    silent = run.of("Silent")
    assert len(silent) == 3
    if run.output.count("without the scope") == 0:
        assert workspace.core.version in ("2.18", "2.22"), "the warning should be there, else this test shows nothing"
    found = leaked(run.output, set().union(*map(traces, [secret, *tokens])))
    assert not found, "a secret or token is in the output"
