# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A real Keycloak ends a token, and the next task gets another one."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.installed import ON_THE_NEWEST
from ansible_collections.authkit.oauth.tests.integration.support.plays import Workspace
from ansible_collections.authkit.oauth.tests.integration.support.realms import Client, connection, users_path
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak

pytestmark = pytest.mark.parametrize("core", ON_THE_NEWEST, indirect=True)


def test_a_play_ends_its_token(workspace: Workspace, server: Keycloak, realm: str, client: Client) -> None:
    variables = {**connection(server.url, realm, client), "api_url": f"{server.url}{users_path(realm)}"}
    run = workspace.play("token_revoke.yml", {"one": variables}).expect()
    found = {result.task: result.result for result in run.results}
    assert found["Call with it"]["status"] == 200
    ended = found["End it"]
    assert (ended["changed"], ended["revoked"], ended["forgotten"]) == (True, True, True)
    assert found["Call with the old one"]["status"] == 401
    assert found["Call with a new one"]["status"] == 200
    assert found["End the old one again"]["forgotten"] is False
    assert "eyJ" not in run.output
