# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A token for connection options, from the real store and from a real server."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import AuthkitError
from ansible_collections.authkit.oauth.plugins.module_utils._http import budget, transports
from ansible_collections.authkit.oauth.plugins.module_utils._options.client import ClientOptions
from ansible_collections.authkit.oauth.plugins.plugin_utils import _tokens
from ansible_collections.authkit.oauth.plugins.plugin_utils._fetching import transport_for
from ansible_collections.authkit.oauth.plugins.plugin_utils._store import misses
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.model import TokenStore, Warn
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.policy import Demand
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.store import open_store
from ansible_collections.authkit.oauth.plugins.plugin_utils._tokens import token_for
from ansible_collections.authkit.oauth.tests.servers.counting import CountingServer

SECRET = "s{{ 1 }}+e c%r"
#: A worker of its own, whose first look into the store is a hit.
HIT = """
import json, sys
from ansible_collections.authkit.oauth.plugins.module_utils._options.client import ClientOptions
from ansible_collections.authkit.oauth.plugins.plugin_utils._tokens import token_for
given = json.load(sys.stdin)
token = token_for(ClientOptions(**given), warn=print)
slow = ("requests", "urllib3", "joserfc", "ansible.module_utils.urls", "http.client", "ssl")
print(json.dumps([token.access_token, [name for name in slow if name in sys.modules]]))
"""


@pytest.fixture
def server() -> Iterator[CountingServer]:
    """An authorization server with one client."""
    with CountingServer(clients={"app": SECRET}) as running:
        yield running


@pytest.fixture(autouse=True)
def _own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def options(server: CountingServer) -> ClientOptions:
    return ClientOptions("app", SECRET, token_url=server.token_url, origins={"client_id": "the call"})


def test_one_request_for_many_uses(server: CountingServer, options: ClientOptions) -> None:
    warnings: list[str] = []
    first = token_for(options, warn=warnings.append)
    assert token_for(options, warn=warnings.append) == first
    assert (server.count("token"), warnings) == (1, [])


def test_the_next_worker_finds_it_and_loads_nothing_slow(server: CountingServer, options: ClientOptions) -> None:
    first = token_for(options, warn=pytest.fail)
    given = {"client_id": "app", "client_secret": SECRET, "token_url": server.token_url}
    process = subprocess.run(
        [sys.executable, "-c", HIT], input=json.dumps(given), capture_output=True, text=True, check=True
    )
    token, slow = json.loads(process.stdout)
    assert token == first.access_token, "it is the very token, out of the store"
    assert slow == []
    assert server.count("token") == 1


def test_no_cache_asks_each_time(server: CountingServer, options: ClientOptions) -> None:
    for _each in range(2):
        token_for(options.replaced(cache="none"), warn=pytest.fail)
    assert server.count("token") == 2


def test_a_failure_names_the_sources_of_whoever_meets_it(
    server: CountingServer, options: ClientOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second failure comes from the store, for a caller that waited and whose options have other sources."""
    monkeypatch.setattr(misses, "demand", lambda min_valid, rejected, _began: Demand(min_valid, rejected))
    notes = ["client_id from the call", "client_id from AUTHKIT_CLIENT_ID; another worker made this attempt"]
    wrong = options.replaced(client_secret="not this one")
    for origin, note in zip(("the call", "AUTHKIT_CLIENT_ID"), notes, strict=True):
        with pytest.raises(AuthkitError) as caught:
            token_for(wrong.replaced(origins={"client_id": origin}), warn=pytest.fail)
        assert str(caught.value).endswith(f"({note}).")
        assert "not this one" not in str(caught.value)
    assert server.count("token") == 1


@pytest.mark.parametrize(
    ("changes", "seconds"),
    [
        ({"timeout": 1.0, "retries": 0}, 120.0),
        ({"timeout": 150.0, "retries": 0}, 150.0),
        ({"timeout": 30.0, "retries": 2}, 2 * 60.0 + 3 * 30.0),
        ({"timeout": 5.0, "retries": 10}, 10 * 60.0 + 11 * 5.0),
    ],
)
def test_others_wait_as_long_as_a_fetch_may_take(
    changes: dict[str, Any], seconds: float, options: ClientOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that answers 503 and asks to wait for a minute each time: the others share that failure."""
    waits: list[float] = []

    def opened(kind: str, warn: Warn, *, patience: float) -> TokenStore:
        waits.append(patience)
        return open_store(kind, warn, patience=patience)

    monkeypatch.setattr(_tokens, "open_store", opened)
    token_for(options.replaced(**changes), warn=pytest.fail)
    assert waits == [seconds]
    assert _tokens.LONGEST_WAIT == budget.LONGEST_WAIT


def test_without_requests_ansibles_own_serves_with_a_warning(
    server: CountingServer, options: ClientOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transports, "requests_available", lambda: False)
    warnings: list[str] = []
    assert token_for(options, warn=warnings.append).access_token in server.issued
    assert len(warnings) == 1
    assert f"{sys.executable} -m pip install requests" in warnings[0]
    assert server.records[-1].user_agent == options.http_agent


@pytest.mark.parametrize("validate_certs", [True, False])
def test_requests_that_cannot_be_imported_counts_as_missing(
    validate_certs: bool, server: CountingServer, tmp_path: Path
) -> None:
    """It is installed, but its own dependency is not."""
    (tmp_path / "requests.py").write_text("import a_library_that_is_not_there", encoding="utf-8")
    given = {"client_id": "app", "client_secret": SECRET, "token_url": server.token_url}
    process = subprocess.run(
        [sys.executable, "-c", f"import sys\nsys.path.insert(0, {str(tmp_path)!r})\n{HIT}"],
        input=json.dumps({**given, "validate_certs": validate_certs}),
        capture_output=True,
        text=True,
        check=True,
    )
    warning, result = process.stdout.splitlines()
    assert f"{sys.executable} -m pip install requests" in warning
    assert json.loads(result)[0] in server.issued


def test_with_requests_there_is_no_warning(options: ClientOptions) -> None:
    transport = transport_for(options.transport_settings, pytest.fail)
    assert type(transport).__name__ == "RequestsTransport"
    transport.close()


def test_tokens_are_registered(options: ClientOptions, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(_tokens, "register", told.append)
    assert told == [] != [token_for(options, warn=pytest.fail).access_token] == told
