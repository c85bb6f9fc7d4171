# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task that failed works as soon as the play corrects its cause: no earlier failure is returned again."""

from __future__ import annotations

import dataclasses
import secrets
from contextlib import ExitStack
from urllib.parse import urlsplit

from ansible_collections.authkit.oauth.tests.integration.support.installed import MATRIX
from ansible_collections.authkit.oauth.tests.integration.support.plays import Workspace
from ansible_collections.authkit.oauth.tests.integration.support.realms import Client, realm_of
from ansible_collections.authkit.oauth.tests.servers.counting import CountingServer
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming, Settings
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak

SHIPPED: dict[str, object] = {"node_environment": {"AUTHKIT_TEST_NODE": "1"}}


class OwnProxy(CountingServer):
    """A server that is also the forward proxy through which it is reached."""

    def kind(self, path: str) -> str:
        return super().kind(urlsplit(path).path)

    def reply(self, kind: str, request: Incoming) -> Answer:
        return super().reply(kind, dataclasses.replace(request, path=urlsplit(request.path).path))


@MATRIX
def test_the_second_try_works(workspace: Workspace, server: Keycloak) -> None:
    manager, secret = Client("manager", secrets.token_urlsafe(24), roles=("manage-clients",)), secrets.token_urlsafe(24)
    with ExitStack() as stack:
        realm = stack.enter_context(server.admin.temporary_realm(realm_of(manager)))
        named = stack.enter_context(OwnProxy({"svc": secret}))
        slow = stack.enter_context(CountingServer({"svc": secret}, Settings(token_delay=1.0)))
        variables: dict[str, object] = {
            "keycloak": server.url,
            "realm": realm,
            "manager": manager.client_id,
            "manager_secret": manager.secret,
            "new_client": "app-{{ inventory_hostname }}",
            "new_secret": secret,
            "proxy_url": named.url,
            "named": task("http://direct.invalid", secret, allow_http=True),
            "slow": task(slow.url, secret, cache="memory"),
        }
        run = workspace.play("second_try.yml", {"controller": {}, "node": SHIPPED}, variables=variables).expect()
    for host in ("controller", "node"):
        assert "knows no enabled client" in run.one("Client is missing", host).message
        assert "cannot be resolved" in run.one("Without the proxy", host).message
        assert "did not answer within 0.3 s" in run.one("Timeout too short", host).message
        for corrected in ("Client is there", "With the proxy", "Timeout long enough"):
            assert run.one(corrected, host).state == "ok"
    assert not run.traceback


def task(server: str, secret: str, **more: object) -> dict[str, object]:
    """The arguments of a call of that server."""
    connection = {"token_url": f"{server}/token", "client_id": "svc", "client_secret": secret}
    return {"url": f"{server}/api/users", **connection, **more}
