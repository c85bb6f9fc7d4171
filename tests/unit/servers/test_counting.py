# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The counting server counts, rejects and misbehaves correctly: all other tests depend on that."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import quote

import pytest
import requests

from ansible_collections.authkit.oauth.tests.servers.certificates import PrivateAuthority
from ansible_collections.authkit.oauth.tests.servers.counting import CountingServer
from ansible_collections.authkit.oauth.tests.servers.counting_model import Fault, Settings
from ansible_collections.authkit.oauth.tests.servers.counting_process import counting_process
from ansible_collections.authkit.oauth.tests.servers.proxy import CountingProxy

CLIENT = "svc:é &"
SECRET = "s+e c%r:e/t&=é~"
FORM = {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": SECRET}


@pytest.fixture
def server() -> Iterator[CountingServer]:
    with CountingServer({CLIENT: SECRET}) as running:
        yield running


def token(server: CountingServer, **fields: str) -> requests.Response:
    return requests.post(server.token_url, data={**FORM, **fields}, timeout=10)


def call(server: CountingServer, access_token: str) -> requests.Response:
    return requests.get(f"{server.url}/api/x?a=1", headers={"Authorization": f"Bearer {access_token}"}, timeout=10)


def test_issues_a_token_that_the_api_takes(server: CountingServer) -> None:
    issued = token(server, scope="read").json()
    assert (issued["token_type"], issued["expires_in"], issued["scope"]) == ("Bearer", 300, "read")
    answer = call(server, issued["access_token"])
    assert answer.status_code == 200
    assert answer.json()["query"] == [["a", "1"]]
    assert (server.token_requests, server.count("api", 200)) == (1, 1)


def test_basic_is_form_decoded(server: CountingServer) -> None:
    encoded = (quote(CLIENT, safe=""), quote(SECRET, safe=""))
    answer = requests.post(server.token_url, data={"grant_type": "client_credentials"}, auth=encoded, timeout=10)
    assert answer.status_code == 200
    assert server.records[0].client_id == CLIENT
    assert server.records[0].authorization == "Basic"


@pytest.mark.parametrize(
    ("wording", "fields", "error"),
    [
        ("plain", {"client_secret": "wrong"}, "invalid_client"),
        ("keycloak", {"client_secret": "wrong"}, "unauthorized_client"),
        ("keycloak", {"client_id": "nobody"}, "invalid_client"),
    ],
)
def test_refuses_a_client(server: CountingServer, wording: str, fields: dict[str, str], error: str) -> None:
    server.settings = replace(server.settings, wording=wording)
    answer = token(server, **fields)
    assert (answer.status_code, answer.json()["error"]) == (401, error)


def test_a_client_may_have_two_secrets(server: CountingServer) -> None:
    server.settings = Settings(second_secrets={CLIENT: "the next one"})
    for secret, status in ((SECRET, 200), ("the next one", 200), ("neither", 401)):
        assert token(server, client_secret=secret).status_code == status


def test_refuses_dead_tokens(server: CountingServer) -> None:
    server.settings = Settings(lifetime=0.2)
    expired = token(server).json()["access_token"]
    assert call(server, expired).status_code == 200
    time.sleep(0.25)
    assert call(server, expired).status_code == 401
    server.settings = Settings(lifetime=None)
    revoked = token(server).json()["access_token"]
    server.revoke()
    assert call(server, revoked).status_code == 401
    assert call(server, "").status_code == 401
    assert call(server, token(server).json()["access_token"]).status_code == 200


@pytest.mark.parametrize(("form", "expected"), [("number", 300), ("string", "300"), ("missing", None)])
def test_says_the_lifetime_as_told(server: CountingServer, form: str, expected: object) -> None:
    server.settings = Settings(expires_in=form, token_format="jwt")
    assert token(server).json().get("expires_in") == expected


@pytest.mark.parametrize(
    ("fault", "status", "words"),
    [
        (Fault("unauthorized"), 401, "invalid_client"),
        (Fault("unavailable", retry_after="seconds", seconds=3), 503, "temporarily"),
        (Fault("html"), 200, "<html>"),
        (Fault("truncated"), 200, '{"access_token"'),
        (Fault("redirect", location="/elsewhere"), 302, ""),
        (Fault("status", status=418), 418, ""),
    ],
)
def test_misbehaves_once(server: CountingServer, fault: Fault, status: int, words: str) -> None:
    server.fault(fault)
    answer = requests.post(server.token_url, data=FORM, allow_redirects=False, timeout=10)
    assert (answer.status_code, words in answer.text) == (status, True)
    assert token(server).status_code == 200


def test_retry_after_as_a_date(server: CountingServer) -> None:
    server.fault(Fault("rate_limited", retry_after="date", seconds=30))
    answer = token(server)
    until = parsedate_to_datetime(answer.headers["Retry-After"]).timestamp() - time.time()
    assert answer.status_code == 429
    assert 25 < until < 31


@pytest.mark.parametrize("kind", ["reset", "cut"])
def test_breaks_the_connection(server: CountingServer, kind: str) -> None:
    server.fault(Fault(kind))
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        token(server)


def test_slow_is_slow(server: CountingServer) -> None:
    server.fault(Fault("slow", seconds=0.3))
    start = time.monotonic()
    assert token(server).status_code == 200
    assert time.monotonic() - start >= 0.3


def test_an_unknown_fault_is_an_error(server: CountingServer) -> None:
    with pytest.raises(ValueError, match="no such fault: sulk"):
        Fault("sulk").answer()


def test_discovery_names_the_token_endpoint(server: CountingServer) -> None:
    for issuer in (server.url, f"{server.url}/realms/erp"):
        document = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=10).json()
        assert document["issuer"] == issuer
        assert requests.post(document["token_endpoint"], data=FORM, timeout=10).status_code == 200


def test_remembers_nothing_secret(server: CountingServer) -> None:
    issued = token(server).json()["access_token"]
    call(server, issued)
    remembered = repr(server.records) + repr(server) + repr([record.to_data() for record in server.records])
    assert issued not in remembered
    assert SECRET not in remembered
    assert server.issued == [issued]


def test_serves_forty_at_once_over_kept_connections(server: CountingServer) -> None:
    access_token = token(server).json()["access_token"]

    def client(_number: int) -> float:
        with requests.Session() as session:
            session.headers["Authorization"] = f"Bearer {access_token}"
            start = time.monotonic()
            for _turn in range(10):
                assert session.get(f"{server.url}/api/x", timeout=30).status_code == 200
            return time.monotonic() - start

    with ThreadPoolExecutor(40) as pool:
        assert max(pool.map(client, range(40))) < 20
    assert server.count("api", 200) == 400
    assert len({record.connection for record in server.records if record.kind == "api"}) == 40


def test_private_ca_is_trusted_only_when_named(tmp_path: Path) -> None:
    authority = PrivateAuthority(tmp_path)
    with CountingServer({CLIENT: SECRET}, tls=authority.server_context()) as server:
        assert server.url.startswith("https://")
        with pytest.raises(requests.exceptions.SSLError):
            token(server)
        answer = requests.post(server.token_url, data=FORM, verify=str(authority.ca_path), timeout=10)
        assert answer.status_code == 200


def test_a_client_certificate_is_required_when_asked_for(tmp_path: Path) -> None:
    authority = PrivateAuthority(tmp_path)
    certificate = authority.client()
    pair = (str(certificate.certificate), str(certificate.key))
    with CountingServer({CLIENT: SECRET}, tls=authority.server_context(ask_client=True)) as server:
        with pytest.raises(requests.ConnectionError):
            requests.post(server.token_url, data=FORM, verify=str(authority.ca_path), timeout=10)
        answer = requests.post(server.token_url, data=FORM, verify=str(authority.ca_path), cert=pair, timeout=10)
        assert answer.status_code == 200


def test_the_proxy_counts_what_passes(server: CountingServer) -> None:
    with CountingProxy(server.url) as proxy:
        url = f"{proxy.url}/realms/r/protocol/openid-connect/token"
        issued = requests.post(url, data=FORM, timeout=10).json()["access_token"]
        headers = {"Authorization": f"Bearer {issued}"}
        echo = requests.put(f"{proxy.url}/api/x?b=2", json={"n": 1}, headers=headers, timeout=10).json()
        assert (echo["body"], echo["query"], echo["method"]) == ({"n": 1}, [["b", "2"]], "PUT")
        assert (proxy.token_requests, proxy.count("other", 200)) == (1, 1)
        proxy.fault(Fault("unavailable", target="other"))
        assert requests.get(f"{proxy.url}/api/x", timeout=10).status_code == 503
        assert server.count("api") == 1


def test_the_proxy_says_when_nobody_is_behind() -> None:
    with CountingServer() as gone:
        upstream = gone.url
    with CountingProxy(upstream) as proxy:
        assert requests.get(proxy.url, timeout=10).status_code == 502


def test_a_process_of_its_own_is_told_and_asked() -> None:
    with counting_process({CLIENT: SECRET}) as remote:
        first = requests.post(remote.token_url, data=FORM, timeout=10).json()["access_token"]
        remote.fault(Fault("unauthorized"))
        assert requests.post(remote.token_url, data=FORM, timeout=10).status_code == 401
        assert (remote.token_requests, remote.count("token", 200)) == (2, 1)
        remote.revoke()
        headers = {"Authorization": f"Bearer {first}"}
        assert requests.get(f"{remote.url}/api/x", headers=headers, timeout=10).status_code == 401
        remote.settings(Settings(expires_in="string"))
        assert requests.post(remote.token_url, data=FORM, timeout=10).json()["expires_in"] == "300"
        remote.clients({})
        assert requests.post(remote.token_url, data=FORM, timeout=10).status_code == 401
        remote.clear()
        assert remote.records == []
    with pytest.raises(requests.ConnectionError):
        requests.get(remote.url, timeout=2)
