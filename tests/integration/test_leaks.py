# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No secret or token is in any output or log, whatever is enabled, and no secret is on the node."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.installed import MATRIX, ON_EACH_KIND
from ansible_collections.authkit.oauth.tests.integration.support.leaks import leaked, token_traces, traces
from ansible_collections.authkit.oauth.tests.integration.support.listening import ListeningProxy
from ansible_collections.authkit.oauth.tests.integration.support.plays import Run, Workspace
from ansible_collections.authkit.oauth.tests.integration.support.realms import Client, connection, realm_of, users_path
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak, free_port

#: All settings that make Ansible verbose.
TALKATIVE = {
    "ANSIBLE_INJECT_INVOCATION": "true",
    "ANSIBLE_KEEP_REMOTE_FILES": "true",
    "ANSIBLE_SHOW_TASK_PATH_ON_FAILURE": "true",
    "ANSIBLE_DISPLAY_TRACEBACK": "always",
}
ALL_OF_IT = ("-vvvvv", "--diff")
#: Code, added to a file of the installed collection, that raises the most revealing exception possible.
PLANTS = {
    "module_utils/token_client.py": """
def _planted(self):
    known = [getattr(value, "client_secret", "") for value in vars(self).values()]
    raise RuntimeError("planted " + " ".join(known))
TokenClient.fetch = _planted
""",
    "module_utils/_api/call.py": """
def perform(call, token, *more, **named):
    raise RuntimeError("planted " + token)
""",
    "plugin_utils/_variables.py": """
def options_for(call, variables, *more, **named):
    raise RuntimeError("planted " + str(variables.get("authkit_client_secret")))
""",
}
FIRST, *OTHERS = PLANTS


@dataclass(frozen=True)
class Scene:
    """A client with a recognizable secret, and everything that must not appear."""

    workspace: Workspace
    proxy: ListeningProxy
    hosts: dict[str, dict[str, object]] = field(repr=False)
    secret_traces: set[bytes] = field(repr=False)

    def play(self, workspace: Workspace, **env: str) -> Run:
        talk = {**TALKATIVE, "ANSIBLE_LOG_PATH": str(workspace.root / "cwd" / "ansible.log"), **env}
        return workspace.play("leaks.yml", self.hosts, arguments=ALL_OF_IT, env=talk).expect()

    def assert_silent(self, run: Run) -> None:
        looked_for = {*self.secret_traces, *(trace for token in self.proxy.issued for trace in token_traces(token))}
        assert run.log, "there is no log to look at"
        for name, text in (("output", run.output), ("log", run.log), ("results", repr(run.results))):
            # A variable of its own: pytest would print what the function was called with.
            found = leaked(text, looked_for)
            assert not found, f"a secret or token is in the {name}"

    def assert_node_has_no_secret(self) -> None:
        kept = self.workspace.files(self.workspace.remote)
        assert kept, "no file of the node was kept"
        found = [path.name for path, content in kept.items() if leaked(content, self.secret_traces)]
        assert not found


@pytest.fixture
def scene(workspace: Workspace, server: Keycloak, proxy: ListeningProxy) -> Iterator[Scene]:
    """One host with calls in process, and one to which they are shipped."""
    # The middle is searched for as well: its surroundings may be escaped in unknown ways.
    middle, wrong_middle = secrets.token_hex(12), secrets.token_hex(12)
    client = Client("inventory", f"s+e c%r:{middle}/&=é~")
    wrong = f"w+r o%n:{wrong_middle}/&=é~"
    with server.admin.temporary_realm(realm_of(client)) as realm:
        common = {
            **connection(proxy.url, realm, client),
            "users_url": f"{proxy.url}{users_path(realm)}",
            "roles_url": f"{proxy.url}{users_path(realm)}/nobody",
            "dead_url": f"http://127.0.0.1:{free_port()}/",
            "wrong_secret": wrong,
        }
        hosts = {"controller": common, "node": {**common, "node_environment": {"AUTHKIT_TEST_NODE": "1"}}}
        looked_for = set().union(*(traces(text) for text in (client.secret, wrong, middle, wrong_middle)))
        yield Scene(workspace, proxy, hosts, looked_for)


@pytest.mark.parametrize("core", ON_EACH_KIND, indirect=True)
def test_success_and_failure(scene: Scene) -> None:
    """Both paths, with tasks that succeed, and tasks that fail for reasons close to a secret."""
    run = scene.play(scene.workspace)
    states = {(result.host, result.task): result.state for result in run.results}
    for host in ("controller", "node"):
        assert states[host, "Success"] == "ok"
        assert states[host, "Success with basic"] == "ok"
        assert states[host, "Success with a user"] == "ok"
        for task in (
            "Password without its user",
            "Wrong grant",
            "Wrong secret",
            "Wrong type",
            "Wrong choice",
            "Wrong type of its own",
            "Wrong method",
            "Unknown option",
            "Nobody answers",
            "Unexpected status",
            "Lookup fails",
        ):
            assert states[host, task] == "failed", task
    scene.assert_silent(run)
    scene.assert_node_has_no_secret()
    kept = scene.workspace.files(scene.workspace.remote).values()
    tokens = [token_traces(token) for token in scene.proxy.issued]
    seen = any(leaked(content, token) for content in kept for token in tokens)
    assert seen, "the token should be in the kept module, else this test looks at the wrong files"


@MATRIX
def test_debug_output(scene: Scene) -> None:
    """ANSIBLE_DEBUG prints the arguments of modules, whose repr hides them."""
    scene.assert_silent(scene.play(scene.workspace, ANSIBLE_DEBUG="true"))


@pytest.mark.parametrize("planted_in", [FIRST, *(pytest.param(path, marks=MATRIX) for path in OTHERS)])
def test_an_exception_in_the_code(scene: Scene, planted_in: str) -> None:
    """A bug with a secret in its exception: the task fails, and the text is not shown."""
    damaged = scene.workspace.with_own_collection()
    file = damaged.collections / "ansible_collections/authkit/oauth/plugins" / planted_in
    assert file.exists()
    with file.open("a", encoding="utf-8") as code:
        code.write(PLANTS[planted_in])
    run = scene.play(damaged)
    assert {result.state for result in run.of("Success")} == {"failed"}
    scene.assert_silent(run)
    assert "planted" not in run.output.replace(planted_in, "")
    if list(scene.workspace.remote.iterdir()):
        scene.assert_node_has_no_secret()
