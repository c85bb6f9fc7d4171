# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks that have a person sign in: which of them prompt, and what their results hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.plugins.action.login import ActionModule
from ansible_collections.authkit.oauth.plugins.action.logout import ActionModule as LogoutModule
from ansible_collections.authkit.oauth.plugins.plugin_utils._store import store
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.unit.support.actions import Tasks
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import Scripted, scripted
from ansible_collections.authkit.oauth.tests.unit.support.stores import private_store

LOGIN = Tasks("authkit.oauth.login", ActionModule)
LOGOUT = Tasks("authkit.oauth.logout", LogoutModule)
CODE, SECRETS = "WDJB-MJHT", ("GmRhmhcxhwAzkoEqiMEg", "opaque-access-3f9a77c1", "refresh-b0de4411")


def reply(request: Incoming) -> Answer:
    """A Keycloak whose person signs in at once."""
    if request.path.endswith("/auth/device"):
        address = f"http://{request.headers['host']}/device"
        code = {"device_code": SECRETS[0], "user_code": CODE, "verification_uri": address}
        return Answer(200, {**code, "expires_in": 600, "interval": 1})
    if request.path.endswith("/token"):
        tokens = {"access_token": SECRETS[1], "refresh_token": SECRETS[2]}
        return Answer(200, {**tokens, "token_type": "Bearer", "expires_in": 300})
    return Answer(404, {})


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scripted]:
    monkeypatch.setattr(store, "_ENTRIES", {})
    private_store(tmp_path, monkeypatch)
    with scripted(reply) as running:
        yield running


def connection(server: Scripted) -> dict[str, object]:
    given = {"auth_server": server.url, "realm": "erp", "client_id": "cli", "client_auth_method": "none"}
    return {f"authkit_{name}": value for name, value in {**given, "grant_type": "device_code"}.items()}


def test_one_task_prompts_and_the_next_uses_its_login(server: Scripted, capsys: pytest.CaptureFixture[str]) -> None:
    first = LOGIN.run({}, connection(server))
    assert (first["changed"], first["msg"]) == (True, "A person is logged in for the client 'cli'.")
    shown = capsys.readouterr().err
    assert shown.count(CODE) == 1
    second = LOGIN.run({"prompt": "fail"}, connection(server))
    assert (second["changed"], second["token_expires_at"]) == (False, first["token_expires_at"])
    assert CODE not in capsys.readouterr().err
    for secret in (CODE, *SECRETS):
        assert secret not in str((first, second))
        assert secret == CODE or secret not in shown


def test_nobody_would_see_a_prompt(server: Scripted) -> None:
    found = LOGIN.run({"prompt": "fail"}, connection(server))
    assert (found["failed"], found["changed"], found["error"]) == (True, False, "not_logged_in")
    assert not server.seen


def test_check_mode_says_that_a_person_would_be_asked(server: Scripted) -> None:
    found = LOGIN.run({}, connection(server), check_mode=True)
    assert (found["changed"], found.get("failed", False)) == (True, False)
    assert found["msg"].startswith("Nobody is logged in for the client 'cli'")
    assert not server.seen


def test_a_login_for_another_grant_is_refused(server: Scripted) -> None:
    variables = {**connection(server), "authkit_grant_type": "client_credentials", "authkit_client_secret": "hush"}
    found = LOGIN.run({}, {**variables, "authkit_client_auth_method": "client_secret_post"})
    assert (found["failed"], found["error"]) == (True, "invalid_option")
    assert not server.seen


def test_a_logout_without_a_login(server: Scripted) -> None:
    found = LOGOUT.run({}, connection(server))
    assert (found["changed"], found["revoked"]) == (False, False)
    assert found["msg"] == "Nobody was logged in for the client 'cli'."
    assert not server.seen
