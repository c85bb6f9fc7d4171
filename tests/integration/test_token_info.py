# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a play learns about the tokens of a real Keycloak."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.installed import ON_THE_NEWEST
from ansible_collections.authkit.oauth.tests.integration.support.plays import Workspace
from ansible_collections.authkit.oauth.tests.integration.support.realms import Client, connection
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak

pytestmark = pytest.mark.parametrize("core", ON_THE_NEWEST, indirect=True)


def test_a_play_learns_what_a_token_is(workspace: Workspace, server: Keycloak, realm: str, client: Client) -> None:
    run = workspace.play("token_info.yml", {"one": connection(server.url, realm, client)}).expect()
    found = {result.task: result.result for result in run.results}
    own = found["The token of the connection"]
    assert (own["active"], own["verified"]) == (True, True)
    assert "realm-management:view-users" in str(own["roles"])
    lacking = found["What it lacks"]
    assert lacking["missing_scopes"] == ["orders.write"]
    assert lacking["missing_roles"] == ["realm-management:manage-users"]
    assert "The token lacks the audience 'orders'" in str(lacking["msg"])
    refused = str(found["A play whose token lacks what it requires"])
    assert "The token lacks the role 'realm-management:manage-users' that require names (it has" in refused
    assert "require from the call" in refused
    assert int(str(found["A play whose token has what it requires"]["msg"])) > 100
    assert found["A given token, on the node as well"]["active"]
    assert found["A token that somebody changed"]["error"] == "bad_signature"
    assert found["A token of another realm"]["error"] == "unknown_key"
    # Keycloak tells a client nothing about tokens that are not for it.
    asked = found["What Keycloak says of it"]
    assert (asked["error"], asked["verified"], asked["introspected"]) == ("token_not_active", True, True)
    assert "this client is not among its audience" in str(asked["msg"])
    assert "eyJ" not in run.output
    assert client.secret not in run.output
