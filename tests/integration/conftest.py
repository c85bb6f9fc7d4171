# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures of the integration tests: the installed collection, the cores, and one Keycloak per session."""

from __future__ import annotations

import re
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

from ansible_collections.authkit.oauth.tests.integration.support.installed import (
    NEWEST,
    ON_THE_NEWEST,
    core_of,
    installed,
)
from ansible_collections.authkit.oauth.tests.integration.support.listening import ListeningProxy
from ansible_collections.authkit.oauth.tests.integration.support.plays import Core, Workspace
from ansible_collections.authkit.oauth.tests.integration.support.realms import Client, realm_of
from ansible_collections.authkit.oauth.tests.servers.authorization import AuthorizationServer
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak, keycloak
from ansible_collections.authkit.oauth.tests.servers.oidc_server import oidc_provider
from ansible_collections.authkit.oauth.tests.servers.spring_server import spring
from ansible_collections.authkit.oauth.tests.tools.collection import install

#: Files whose tests share one run for each core: they go to one worker, which starts that run once.
LOOK_AT_ONE_RUN = (
    *(
        "test_api.py",
        "test_doctor.py",
        "test_error_sentences.py",
        "test_files.py",
        "test_from_uri.py",
        "test_many_calls.py",
        "test_realm_check_large.py",
        "test_requests.py",
        "test_resource.py",
        "test_retries.py",
    ),
)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """A scheduler that assigns tests to workers. xdist's own groups (``xdist_group``) do not work with pytest 9."""
    scheduling = LoadScopeScheduling(config, log)
    scheduling._split_scope = together
    return scheduling


def together(nodeid: str) -> str:
    """The group of a test: tests of one group run on one worker, one after the other."""
    path, _colons, test = nodeid.partition("::")
    if path.endswith("test_guides.py"):  # its realms have fixed names, so one worker would wait for the other
        return path
    if not path.endswith(LOOK_AT_ONE_RUN):
        return nodeid
    core = re.search(r"\[(\d+\.\d+)", test)
    return f"{path} {core[1] if core else ''}"


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that only `make matrix` runs, and that names no cores, hardly depends on them: one is enough."""
    named = [mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")]
    chosen = any("core" in (names.split(",") if isinstance(names, str) else names) for names in named)
    if "core" in metafunc.fixturenames and not chosen and metafunc.definition.get_closest_marker("matrix"):
        metafunc.definition.add_marker(pytest.mark.parametrize("core", [NEWEST], indirect=True))


@pytest.fixture(scope="session")
def collections(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The collections folder that holds the collection, built and installed from its tarball."""
    return installed() or install(Path(sys.prefix), tmp_path_factory.mktemp("collections"))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keycloak]:
    """A real Keycloak."""
    with keycloak(tmp_path_factory.mktemp("keycloak")) as running:
        yield running


@pytest.fixture(scope="session", name="oidc_provider")
def a_certified_provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AuthorizationServer]:
    """npm oidc-provider, shared by all workers; ``oidc_provider.options(NAME)`` are the options of a client.

    ``basic``, ``post``, ``secret_jwt``, ``key_rs256``, ``key_ps256``, ``key_es256``, ``key_eddsa``, ``mtls`` and
    ``self_signed`` (both at ``mtls_endpoint_aliases``, over TLS of ``ca_path``) prove themselves in that way and may
    use client_credentials, device_code and refresh_token; ``public`` and ``brief`` (whose codes and tokens live for
    5 s) only the last two. Refresh tokens need the scopes ``openid offline_access`` and rotate, except for ``kept``;
    one that is used twice ends its grant. Tokens of ``dpop`` need a proof, those of ``dpop_nonce`` one with a nonce.
    With ``resource`` an access token is a JWT, else it is opaque; scopes are ``read`` and ``write``.

    ``person.approve(verification_uri_complete)`` signs in and approves a device's code (``deny=True``: aborts);
    ``oidc_provider.events()`` lists each token request with its client, grant and error.
    """
    with oidc_provider(tmp_path_factory.mktemp("oidc-provider")) as running:
        yield running


@pytest.fixture(scope="session", name="spring")
def a_third_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AuthorizationServer]:
    """Spring Authorization Server, shared by all workers, with the clients of ``oidc_provider``.

    It knows no EdDSA and no public device, and refuses ``openid`` for a device. It exchanges tokens that a person has
    approved. Access tokens are JWTs, refresh tokens rotate (except for ``kept``), and there are no ``events()``.
    """
    with spring(tmp_path_factory.mktemp("spring")) as running:
        yield running


@pytest.fixture
def client() -> Client:
    """A client that may read users, with a secret of its own."""
    return Client("inventory", secrets.token_urlsafe(24))


@pytest.fixture
def realm(server: Keycloak, client: Client) -> Iterator[str]:
    """The name of a new realm with that client."""
    with server.admin.temporary_realm(realm_of(client, users=("ada", "grace"))) as name:
        yield name


@pytest.fixture
def proxy(server: Keycloak) -> Iterator[ListeningProxy]:
    """A counting proxy in front of Keycloak."""
    with ListeningProxy(server.url) as counting:
        yield counting


@pytest.fixture(params=ON_THE_NEWEST)
def core(request: pytest.FixtureRequest) -> Core:
    """The newest ansible-core, unless a test requests others (indirect)."""
    return core_of(str(request.param))


@pytest.fixture
def workspace(tmp_path: Path, core: Core, collections: Path) -> Workspace:
    """A user's machine for this test, with that core."""
    return Workspace(tmp_path / "machine", core, collections)
