# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Handshakes with correct servers, and with servers with one TLS fault each."""

from __future__ import annotations

import socket
import ssl
import sys
import threading
import warnings
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.outside import tls as tls_probe
from ansible_collections.authkit.oauth.plugins.module_utils._realm.outside.tls import probe_tls
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Gap
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.observed import TlsFacts
from ansible_collections.authkit.oauth.tests.servers.certificates import PrivateAuthority
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import forward_proxy, free_port, scripted
from ansible_collections.authkit.oauth.tests.unit.support.transports import settings

REFUSED = {"TLS 1.0": False, "TLS 1.1": False}


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "requests_ca_bundle", "curl_ca_bundle"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def facts(url: str, **values: object) -> TlsFacts:
    found = probe_tls(url, settings(**values))
    assert isinstance(found, TlsFacts), found
    return found


def gap(url: str, **values: object) -> Gap:
    found = probe_tls(url, settings(**values))
    assert isinstance(found, Gap), found
    return found


def of_version(authority: PrivateAuthority, lowest: ssl.TLSVersion, highest: ssl.TLSVersion) -> ssl.SSLContext:
    context = authority.server_context()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version, context.maximum_version = lowest, highest
    return context


def in_days(expires: datetime | Gap) -> float:
    assert isinstance(expires, datetime)
    return (expires - datetime.now(timezone.utc)) / timedelta(days=1)


def test_a_right_server(authority: PrivateAuthority) -> None:
    with scripted(tls=authority.server_context()) as server, warnings.catch_warnings():
        warnings.simplefilter("error")
        found = facts(server.url, ca_path=str(authority.ca_path))
        assert not server.seen
    assert found.problem is None
    assert found.validated
    assert found.accepts == REFUSED
    assert 6 < in_days(found.expires) < 7.1


def test_plain_http_has_no_tls() -> None:
    with scripted() as server:
        found = gap(server.url)
        assert not server.seen
    assert not found.fault
    assert "plain http" in found.reason


def test_a_certificate_for_another_host(authority: PrivateAuthority) -> None:
    certificate = authority.server(["other.example.com"], file_name="other")
    with scripted(tls=authority.server_context(certificate)) as server:
        found = facts(server.url, ca_path=str(authority.ca_path))
    assert "for another host" in str(found.problem)
    assert in_days(found.expires) == pytest.approx(7, abs=0.1)


def test_an_expired_certificate(authority: PrivateAuthority) -> None:
    certificate = authority.server(days=-2, file_name="expired")
    with scripted(tls=authority.server_context(certificate)) as server:
        found = facts(server.url, ca_path=str(authority.ca_path))
    assert "is expired" in str(found.problem)
    assert in_days(found.expires) == pytest.approx(-2, abs=0.1)


def test_a_certificate_of_an_unknown_authority(authority: PrivateAuthority) -> None:
    with scripted(tls=authority.server_context()) as server:
        found = facts(server.url)
    assert "an authority that this machine does not trust" in str(found.problem)


def test_the_environment_s_authorities_are_trusted_as_the_transport_trusts_them(
    authority: PrivateAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.ca_path))
    with scripted(tls=authority.server_context()) as server:
        assert facts(server.url).problem is None


def test_a_connection_that_looks_at_no_certificate_is_told_apart(authority: PrivateAuthority) -> None:
    with scripted(tls=authority.server_context()) as server:
        found = facts(server.url, validate_certs=False, ca_path=str(authority.ca_path))
    assert not found.validated
    assert found.problem is None


def test_the_expiry_of_a_bad_certificate_needs_cryptography(
    authority: PrivateAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    with scripted(tls=authority.server_context()) as server:
        monkeypatch.setitem(sys.modules, "cryptography.x509", None)
        bad, good = facts(server.url), facts(server.url, ca_path=str(authority.ca_path))
    assert isinstance(bad.expires, Gap)
    assert in_days(good.expires) > 6


@pytest.mark.parametrize(
    ("lowest", "highest", "accepts"),
    [
        (ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_3, {"TLS 1.0": False, "TLS 1.1": True}),
        (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_2, {"TLS 1.0": True, "TLS 1.1": True}),
        (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2, REFUSED),
        (ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_3, REFUSED),
    ],
)
def test_old_versions_that_a_server_agrees_to(
    authority: PrivateAuthority, lowest: ssl.TLSVersion, highest: ssl.TLSVersion, accepts: dict[str, bool]
) -> None:
    with scripted(tls=of_version(authority, lowest, highest)) as server:
        assert facts(server.url, ca_path=str(authority.ca_path)).accepts == accepts


def test_a_server_of_tls_1_1_alone_is_found_out(authority: PrivateAuthority) -> None:
    version = ssl.TLSVersion.TLSv1_1
    with scripted(tls=of_version(authority, version, version)) as server:
        found = facts(server.url, ca_path=str(authority.ca_path))
    assert found.accepts == {"TLS 1.0": False, "TLS 1.1": True}
    assert found.problem == found.expires
    assert isinstance(found.problem, Gap)
    assert found.problem.fault
    assert "TLS versions" in found.problem.reason


def test_what_openssl_cannot_offer_is_never_a_pass(
    authority: PrivateAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tls_probe, "_only", lambda _version: None)
    with scripted(tls=authority.server_context()) as server:
        found = facts(server.url, ca_path=str(authority.ca_path)).accepts
    assert all(isinstance(each, Gap) and "cannot offer TLS 1." in each.reason for each in found.values())


def test_a_version_that_cannot_be_set_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    class Strict(ssl.SSLContext):
        def set_ciphers(self, _ciphers: str, /) -> None:
            raise ssl.SSLError

    monkeypatch.setattr(tls_probe, "_careless", lambda: Strict(ssl.PROTOCOL_TLS_CLIENT))
    assert tls_probe._only(ssl.TLSVersion.TLSv1) is None


def test_a_handshake_that_breaks_off_on_this_side_is_never_a_pass(
    authority: PrivateAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken(ssl.SSLError):
        reason = "INTERNAL_ERROR"

    class Breaking:
        def wrap_socket(self, *_given: object, **_named: object) -> ssl.SSLSocket:
            raise Broken

    monkeypatch.setattr(tls_probe, "_only", lambda _version: Breaking())
    with scripted(tls=authority.server_context()) as server:
        found = facts(server.url, ca_path=str(authority.ca_path)).accepts
    assert all(isinstance(each, Gap) and not each.fault and "on this side" in each.reason for each in found.values())


def test_the_probe_goes_through_the_proxy(authority: PrivateAuthority) -> None:
    with scripted(tls=authority.server_context()) as server, forward_proxy("Basic dXNlcjpwYTpzcw==") as proxy:
        through = proxy.url.replace("://", "://user:pa%3Ass@")
        found = facts(server.url, ca_path=str(authority.ca_path), proxy=through)
        tunnels = list(proxy.seen)
        refused = gap(server.url, ca_path=str(authority.ca_path), proxy=proxy.url)
    assert found.problem is None
    assert found.accepts == REFUSED
    assert len(tunnels) == 3
    assert refused.fault
    assert "The proxy" in refused.reason


def test_a_proxy_over_https_is_said_to_be_in_the_way(authority: PrivateAuthority) -> None:
    found = gap("https://sso.example.com", proxy="https://proxy.example.com:3129")
    assert not found.fault
    assert "NO_PROXY" in found.reason


def test_a_ca_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    found = gap("https://sso.example.com", ca_path=str(tmp_path / "nothing.pem"))
    assert not found.fault
    assert "ca_path" in found.reason


def test_nobody_there() -> None:
    found = facts(f"https://127.0.0.1:{free_port()}")
    assert all(isinstance(each, Gap) and each.fault for each in (found.problem, found.expires, *found.accepts.values()))


def test_no_such_host() -> None:
    found = gap("https://sso.invalid")
    assert found.fault
    assert "cannot be resolved" in found.reason


@pytest.fixture
def not_tls() -> Iterator[str]:
    """A server that greets in clear text."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(5)

        def greet() -> None:
            while True:
                try:
                    connection = listening.accept()[0]
                except OSError:
                    return
                with connection:
                    connection.sendall(b"220 mail.example.com ESMTP\r\n")

        thread = threading.Thread(target=greet, daemon=True)
        thread.start()
        yield f"https://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)
    thread.join()


def test_what_does_not_speak_tls_leaves_a_gap(not_tls: str) -> None:
    found = facts(not_tls)
    assert all(isinstance(each, Gap) for each in (found.problem, found.expires, *found.accepts.values()))
