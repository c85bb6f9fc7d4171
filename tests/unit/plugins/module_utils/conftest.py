# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures of the tests of module_utils: every transport, servers, certificates; no proxy or trust of the machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._http import model as _http
from ansible_collections.authkit.oauth.plugins.module_utils._http.model import Transport
from ansible_collections.authkit.oauth.plugins.module_utils._http.transports import requests_transport, urls_transport
from ansible_collections.authkit.oauth.tests.servers.certificates import PrivateAuthority
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import Scripted, scripted
from ansible_collections.authkit.oauth.tests.unit.support.transports import MakeTransport, settings

_VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "requests_ca_bundle", "curl_ca_bundle", "netrc")


@pytest.fixture(params=[requests_transport, urls_transport], ids=["requests", "urls"])
def make_transport(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeTransport]:
    """Makes a transport from TransportSettings' fields; each test runs once with each implementation."""
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    # The tests' servers are known to be there: repeats need not wait.
    monkeypatch.setattr(_http, "BACKOFF_BASE", 0.01)
    made: list[Transport] = []

    def make(**values: object) -> Transport:
        made.append(request.param(settings(**values)))
        return made[-1]

    yield make
    for transport in made:
        transport.close()


@pytest.fixture
def server() -> Iterator[Scripted]:
    """A server on plain http that answers 200 {"ok": true} until told otherwise."""
    with scripted() as running:
        yield running


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> PrivateAuthority:
    """A certificate authority that this machine does not trust."""
    return PrivateAuthority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home directory."""
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path
