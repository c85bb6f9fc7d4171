# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures of the integration tests: the collection as Galaxy installs it, the cores, one Keycloak a session."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.installed import core_of, installed, on_the_newest
from ansible_collections.authkit.oauth.tests.integration.support.listening import ListeningProxy
from ansible_collections.authkit.oauth.tests.integration.support.plays import Core, Workspace
from ansible_collections.authkit.oauth.tests.integration.support.realms import Client, realm_of
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak, keycloak
from ansible_collections.authkit.oauth.tests.tools.collection import install


@pytest.fixture(scope="session")
def collections(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The collections folder that holds the collection, built and installed from its tarball."""
    return installed() or install(Path(sys.prefix), tmp_path_factory.mktemp("collections"))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keycloak]:
    """The real Keycloak."""
    with keycloak(tmp_path_factory.mktemp("keycloak")) as running:
        yield running


@pytest.fixture
def client() -> Client:
    """A client that may read users, with a secret that no other test has."""
    return Client("inventory", secrets.token_urlsafe(24))


@pytest.fixture
def realm(server: Keycloak, client: Client) -> Iterator[str]:
    """The name of a realm of this test with that client."""
    with server.admin.temporary_realm(realm_of(client, users=("ada", "grace"))) as name:
        yield name


@pytest.fixture
def proxy(server: Keycloak) -> Iterator[ListeningProxy]:
    """A counting proxy in front of Keycloak."""
    with ListeningProxy(server.url) as counting:
        yield counting


@pytest.fixture(params=on_the_newest())
def core(request: pytest.FixtureRequest) -> Core:
    """An ansible-core: the newest, unless a test asks for others (indirect)."""
    return core_of(str(request.param))


@pytest.fixture
def workspace(tmp_path: Path, core: Core, collections: Path) -> Workspace:
    """A machine of this test, with that core."""
    return Workspace(tmp_path / "machine", core, collections)
