# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Client ids and secrets with many reserved characters, on a real Keycloak."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.installed import MATRIX, ON_EACH_KIND
from ansible_collections.authkit.oauth.tests.integration.support.plays import Run, Workspace
from ansible_collections.authkit.oauth.tests.integration.support.realms import Client, connection, realm_of, users_path
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak

RESERVED = Client("svc:é &", "s+e c%r:e/t&=é~")
BRACES = Client("braces", "a{{ 7 * 7 }}b{% raw %}c")


@dataclass(frozen=True)
class Place:
    """The realm of the two clients."""

    server: str
    realm: str

    @property
    def ways(self) -> dict[str, dict[str, object]]:
        """The three ways to name the token endpoint."""
        issuer = f"{self.server}/realms/{self.realm}"
        return {
            "issuer": {"issuer": issuer},
            "server": {"auth_server": self.server, "realm": self.realm},
            "url": {"token_url": f"{issuer}/protocol/openid-connect/token"},
        }

    def of(self, client: Client, **options: object) -> dict[str, object]:
        return {
            **connection(self.server, self.realm, client),
            **{f"authkit_{name}": value for name, value in options.items()},
            "api_url": f"{self.server}{users_path(self.realm)}",
        }


@pytest.fixture
def place(server: Keycloak) -> Iterator[Place]:
    """A realm with both clients."""
    with server.admin.temporary_realm(realm_of(RESERVED, BRACES)) as realm:
        yield Place(server.url, realm)


def assert_both_work(run: Run) -> None:
    run.expect()
    assert not run.failed, [(result.host, result.task, result.message) for result in run.failed]


@MATRIX
def test_reserved_characters_by_post_and_by_basic(workspace: Workspace, place: Place) -> None:
    """RFC 6749 section 2.3.1: both parts of basic are form-encoded, as post is; however the endpoint is named."""
    unset = {name: None for way in place.ways.values() for name in way}
    cases = {
        f"{name}_{method}": place.of(RESERVED, client_auth_method=method, **{**unset, **way})
        for name, way in place.ways.items()
        for method in ("client_secret_post", "client_secret_basic")
    }
    assert_both_work(workspace.play("outcomes.yml", cases))

    named = place.of(RESERVED)
    del named["authkit_client_id"], named["authkit_client_secret"]
    config = f"[authkit]\nclient_id = {RESERVED.client_id}\nclient_secret = {RESERVED.secret}\n"
    assert_both_work(workspace.play("outcomes.yml", {"ini": named}, config=config))


@pytest.mark.parametrize("core", ON_EACH_KIND, indirect=True)
def test_braces_arrive_as_they_are(workspace: Workspace, place: Place) -> None:
    """A secret that looks like a template is used unchanged, from each source."""
    plain = place.of(BRACES)
    without = {name: value for name, value in plain.items() if name != "authkit_client_secret"}
    unsafe = workspace.root / "secret.yml"
    unsafe.write_text(f"authkit_client_secret: !unsafe {json.dumps(BRACES.secret)}\n", encoding="utf-8")
    assert_both_work(workspace.play("outcomes.yml", {"variable": without}, arguments=["-e", f"@{unsafe}"]))

    called = workspace.root / "called.yml"
    called.write_text(f"given_secret: !unsafe {json.dumps(BRACES.secret)}\n", encoding="utf-8")
    assert_both_work(workspace.play("given_secret.yml", {"call": without}, arguments=["-e", f"@{called}"]))

    env = {"AUTHKIT_CLIENT_SECRET": BRACES.secret}
    assert_both_work(workspace.play("outcomes.yml", {"environment": without}, env=env))

    config = f"[authkit]\nclient_secret = {BRACES.secret}\n"
    assert_both_work(workspace.play("outcomes.yml", {"ini": without}, config=config))
