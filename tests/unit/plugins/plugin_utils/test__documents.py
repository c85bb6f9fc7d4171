# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The metadata of an issuer is read once, believed only if this client sealed it, and read again if it misleads."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import AuthkitError
from ansible_collections.authkit.oauth.plugins.module_utils._options.client import ClientOptions
from ansible_collections.authkit.oauth.plugins.plugin_utils._documents import lifetime
from ansible_collections.authkit.oauth.plugins.plugin_utils._tokens import token_for
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer
from ansible_collections.authkit.oauth.tests.unit.support.fake_issuer import SECRET, Issuer, refused, serve
from ansible_collections.authkit.oauth.tests.unit.support.snapshot_parts import CLIENT
from ansible_collections.authkit.oauth.tests.unit.support.stores import private_store

METADATA, TOKEN = "/.well-known/openid-configuration", "/protocol/openid-connect/token"
PROCESSES = 50


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return private_store(tmp_path, monkeypatch)


@pytest.fixture
def issuer(store: Path) -> Iterator[Issuer]:
    found = Issuer()
    with serve(found):
        yield found


def client(issuer: Issuer, **changes: Any) -> ClientOptions:
    return ClientOptions(**{"client_id": CLIENT, "client_secret": SECRET, "issuer": issuer.issuer, **changes})


def fetched(issuer: Issuer, number: int = 0, **changes: Any) -> str:
    """A token that is not in the store yet: its scope is new."""
    options = client(issuer, scope=(f"s{number}",), retries=0, **changes)
    return token_for(options, warn=pytest.fail).access_token


def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten seconds pass: what is brand-new is not fetched again."""
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + 10)


def counts(issuer: Issuer) -> tuple[int, int]:
    """How often the metadata and a token were requested."""
    paths = [request.path for request in issuer.asked]
    return sum(path.endswith(METADATA) for path in paths), sum(path.endswith(TOKEN) for path in paths)


def test_metadata_is_read_once_for_many_tokens(issuer: Issuer) -> None:
    for number in range(3):
        assert fetched(issuer, number) == issuer.issued[-1]
    assert counts(issuer) == (1, 3)


@pytest.mark.parametrize(("cache", "expected"), [("memory", (1, 3)), ("none", (3, 3))])
def test_the_option_cache_applies_to_metadata(issuer: Issuer, cache: str, expected: tuple[int, int]) -> None:
    for number in range(3):
        fetched(issuer, number, cache=cache)
    assert counts(issuer) == expected


@pytest.mark.parametrize(
    "trust", [{"validate_certs": False}, {"allow_http": True}, {"client_secret": "another-secret"}]
)
def test_who_trusts_others_reads_it_again(issuer: Issuer, trust: dict[str, Any]) -> None:
    fetched(issuer, 0)
    issuer.answers[TOKEN] = issuer._token if "client_secret" not in trust else lambda _request: Answer(503)
    try:
        fetched(issuer, 1, **trust)
    except AuthkitError:
        assert "client_secret" in trust
    assert counts(issuer)[0] == 2


def test_what_somebody_else_put_there_is_a_miss(issuer: Issuer, store: Path) -> None:
    """Neither an entry that another client sealed nor one that anybody made says where the secret goes."""
    fetched(issuer, 0)
    entries = sorted(store.glob("*.token"))
    assert len(entries) == 2, "a token and its metadata"
    first, second = (path.read_bytes() for path in entries)
    entries[0].write_bytes(second)
    entries[1].write_bytes(first)
    assert fetched(issuer, 1)
    assert counts(issuer)[0] == 2
    for path in store.glob("*.token"):
        path.write_bytes(b'["https://evil.example.org", {"token_endpoint": "https://evil.example.org/token"}]')
    assert fetched(issuer, 2)
    assert counts(issuer)[0] == 3


def test_metadata_is_read_again_after_an_hour_or_what_the_server_says(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time
    passed = 0.0
    monkeypatch.setattr(time, "time", lambda: now() + passed)
    fetched(issuer, 0)
    passed = 3300.0
    fetched(issuer, 1)
    assert counts(issuer)[0] == 1
    passed, issuer.headers = 3700.0, {"Cache-Control": "public, max-age=600"}
    fetched(issuer, 2)
    passed = 4400.0
    fetched(issuer, 3)
    assert counts(issuer)[0] == 3


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("", 3600),
        ("max-age=600", 600),
        ('public,Max-Age="900"', 900),
        ("max-age=5", 60),
        ("max-age=0", 60),
        ("max-age=86400", 3600),
        ("s-maxage=90", 3600),
        ("no-cache, must-revalidate, no-transform, no-store", 3600),
    ],
)
def test_how_long_metadata_is_kept(header: str, seconds: float) -> None:
    assert lifetime({"cache-control": header}) == seconds


@pytest.mark.parametrize("answer", [Answer(404), refused(401, "invalid_client", "x"), Answer(200, b"<html>")])
def test_an_endpoint_that_has_moved_is_found_again(
    issuer: Issuer, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched(issuer, 0)
    later(monkeypatch)
    issuer.changes = {"token_endpoint": f"{issuer.issuer}/new/token"}
    issuer.answers = {TOKEN: lambda _request: answer, "/new/token": issuer._token}
    assert fetched(issuer, 1) == issuer.issued[-1]
    assert counts(issuer) == (2, 2)
    assert fetched(issuer, 2) == issuer.issued[-1]
    assert counts(issuer) == (2, 2), "the new metadata is kept"


def test_a_refusal_without_a_new_endpoint_stays_and_is_asked_once(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched(issuer, 0)
    later(monkeypatch)
    issuer.answers[TOKEN] = lambda _request: refused(400, "invalid_scope", "x")
    with pytest.raises(AuthkitError, match="does not grant the client"):
        fetched(issuer, 1)
    assert counts(issuer) == (2, 2)


def test_a_busy_server_is_not_asked_for_its_metadata(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched(issuer, 0)
    later(monkeypatch)
    issuer.answers[TOKEN] = lambda _request: Answer(503)
    with pytest.raises(AuthkitError, match="cannot answer now"):
        fetched(issuer, 1)
    assert counts(issuer) == (1, 2)


def test_why_there_is_no_token_counts_more_than_why_there_is_no_metadata(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched(issuer, 0)
    later(monkeypatch)
    issuer.answers = {TOKEN: lambda _request: Answer(404), METADATA: lambda _request: Answer(404)}
    with pytest.raises(AuthkitError, match="There is no token endpoint at"):
        fetched(issuer, 1)


@pytest.mark.alone
def test_many_processes_read_it_once(issuer: Issuer) -> None:
    with multiprocessing.get_context("fork").Pool(PROCESSES) as pool:
        tokens = pool.starmap(fetched, [(Served(issuer.issuer), 0)] * PROCESSES, chunksize=1)
    assert len(set(tokens)) == 1
    assert counts(issuer) == (1, 1)


class Served:
    """An issuer by its address, for other processes."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
