# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""TLS: which certificates are trusted, the errors for others, and the files that options name."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ansible_collections.authkit.oauth.plugins.module_utils._errors import (
    CertificateExpired,
    CertificateHostMismatch,
    CertificateNotTrusted,
    ConnectionFailed,
    InvalidOption,
    MissingOption,
    NetworkError,
    TlsFailed,
)
from ansible_collections.authkit.oauth.plugins.module_utils._http.model import HttpRequest, Retries
from ansible_collections.authkit.oauth.plugins.module_utils._http.transports import requests_transport
from ansible_collections.authkit.oauth.tests.servers.certificates import PrivateAuthority
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import Scripted, scripted
from ansible_collections.authkit.oauth.tests.unit.support.transports import MakeTransport, settings


@pytest.fixture
def secure(authority: PrivateAuthority) -> Iterator[Scripted]:
    with scripted(lambda _request: Answer(200, {}), authority.server_context()) as running:
        yield running


@pytest.fixture
def stranger(tmp_path: Path) -> PrivateAuthority:
    return PrivateAuthority(tmp_path)


def place(server: Scripted) -> str:
    return server.url.replace("https://", "").replace("http://", "")


def test_private_authority_by_ca_path(
    make_transport: MakeTransport, secure: Scripted, authority: PrivateAuthority
) -> None:
    transport = make_transport(ca_path=str(authority.ca_path))
    assert [transport.send(HttpRequest("GET", secure.url)).status for _turn in range(2)] == [200, 200]


def test_unknown_authority(make_transport: MakeTransport, secure: Scripted) -> None:
    with pytest.raises(CertificateNotTrusted) as caught:
        make_transport().send(HttpRequest("GET", secure.url), Retries(3))
    assert caught.value.message == (
        f"The certificate of {place(secure)} is signed by an authority that this machine does not trust: set ca_path "
        "to a file with the PEM certificate of that authority."
    )


def test_ca_path_of_another_authority(
    make_transport: MakeTransport, secure: Scripted, stranger: PrivateAuthority
) -> None:
    with pytest.raises(CertificateNotTrusted) as caught:
        make_transport(ca_path=str(stranger.ca_path)).send(HttpRequest("GET", secure.url))
    assert caught.value.message == (
        f"The certificate of {place(secure)} is not signed by an authority in ca_path '{stranger.ca_path}': put the "
        "PEM certificate of the authority that signed it there."
    )


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_options_beat_the_environments_bundle(
    make_transport: MakeTransport,
    secure: Scripted,
    authority: PrivateAuthority,
    stranger: PrivateAuthority,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
) -> None:
    monkeypatch.setenv(variable, str(stranger.ca_path))
    assert make_transport(ca_path=str(authority.ca_path)).send(HttpRequest("GET", secure.url)).status == 200
    assert make_transport(validate_certs=False).send(HttpRequest("GET", secure.url)).status == 200
    monkeypatch.setenv(variable, str(authority.ca_path))
    with pytest.raises(CertificateNotTrusted):
        make_transport(ca_path=str(stranger.ca_path)).send(HttpRequest("GET", secure.url))


def test_the_machines_own_authorities_are_believed(
    make_transport: MakeTransport, secure: Scripted, authority: PrivateAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    # OpenSSL reads the machine's own trust store from SSL_CERT_FILE.
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.ca_path))
    assert make_transport().send(HttpRequest("GET", secure.url)).status == 200


def test_bundle_of_the_environment(
    secure: Scripted, authority: PrivateAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.ca_path))
    transport = requests_transport(settings())
    assert transport.send(HttpRequest("GET", secure.url)).status == 200
    transport.close()
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem")
    with pytest.raises(InvalidOption) as caught:
        requests_transport(settings())
    assert caught.value.message == (
        "REQUESTS_CA_BUNDLE names '/nowhere/ca.pem', which does not exist: correct it, or set ca_path."
    )


def test_certificate_of_another_host(make_transport: MakeTransport, authority: PrivateAuthority) -> None:
    other = authority.server(["other.example.org"], file_name="other")
    with scripted(tls=authority.server_context(other)) as server, pytest.raises(CertificateHostMismatch) as caught:
        make_transport(ca_path=str(authority.ca_path)).send(HttpRequest("GET", server.url))
    assert caught.value.message == (
        f"The certificate of {place(server)} is for another host: use the certificate's host name in the URL, "
        "or have the server's certificate reissued with this name."
    )


def test_expired_certificate(make_transport: MakeTransport, authority: PrivateAuthority) -> None:
    expired = authority.server(days=-1.0, file_name="expired")
    with scripted(tls=authority.server_context(expired)) as server, pytest.raises(CertificateExpired) as caught:
        make_transport(ca_path=str(authority.ca_path)).send(HttpRequest("GET", server.url))
    assert caught.value.message == (
        f"The certificate of {place(server)} is expired or not valid yet: have the server's certificate renewed, and "
        "check this machine's clock."
    )


def test_plain_http_behind_an_https_url(make_transport: MakeTransport, server: Scripted) -> None:
    with pytest.raises(TlsFailed) as caught:
        make_transport().send(HttpRequest("GET", server.url.replace("http://", "https://")))
    assert caught.value.message == (
        f"{place(server)} does not speak TLS: check the port, or write http:// for plain http."
    )


def test_tls_behind_an_http_url(make_transport: MakeTransport, secure: Scripted) -> None:
    with pytest.raises(ConnectionFailed, match=r"\(http or https\) fits"):
        make_transport().send(HttpRequest("GET", secure.url.replace("https://", "http://")))


def test_old_tls_versions(make_transport: MakeTransport, authority: PrivateAuthority) -> None:
    context = authority.server_context()
    context.set_ciphers("NULL:@SECLEVEL=0")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with scripted(tls=context) as server, pytest.raises(NetworkError) as caught:
        make_transport(ca_path=str(authority.ca_path)).send(HttpRequest("GET", server.url))
    assert caught.value.message == (
        f"{place(server)} refused the TLS handshake: set client_cert and client_key if it requires "
        "a client certificate, and check which TLS versions it speaks."
    )


def test_client_certificate(make_transport: MakeTransport, authority: PrivateAuthority) -> None:
    mine = authority.client()
    both = mine.certificate.with_name("both.pem")
    both.write_bytes(mine.certificate.read_bytes() + mine.key.read_bytes())
    ca_path = str(authority.ca_path)
    with scripted(tls=authority.server_context(ask_client=True)) as server:
        pair = {"client_cert": str(mine.certificate), "client_key": str(mine.key)}
        assert make_transport(ca_path=ca_path, **pair).send(HttpRequest("GET", server.url)).status == 200
        assert make_transport(ca_path=ca_path, client_cert=str(both)).send(HttpRequest("GET", server.url)).status == 200
        with pytest.raises(NetworkError) as caught:
            make_transport(ca_path=ca_path).send(HttpRequest("GET", server.url))
    # The alert may or may not arrive before the connection is closed.
    assert isinstance(caught.value, (TlsFailed, ConnectionFailed))
    assert "set client_cert and client_key if it requires a client certificate" in caught.value.message


class TestFiles:
    """Files that cannot be used are found when the transport is made, before any network."""

    def test_ca_path_missing(self, make_transport: MakeTransport) -> None:
        with pytest.raises(InvalidOption) as caught:
            make_transport(ca_path="/nowhere/ca.pem")
        assert caught.value.message == "ca_path '/nowhere/ca.pem' is not a file on this machine: check the path."

    def test_ca_path_that_is_a_directory(self, make_transport: MakeTransport, tmp_path: Path) -> None:
        with pytest.raises(InvalidOption) as caught:
            make_transport(ca_path=str(tmp_path))
        assert caught.value.message == (
            f"ca_path '{tmp_path}' is a directory: set it to one PEM file with the authorities' certificates, such as "
            "the bundle of this machine, or one made with cat."
        )

    def test_ca_path_without_certificate(self, make_transport: MakeTransport, tmp_path: Path) -> None:
        ca = tmp_path / "ca.pem"
        ca.write_text("-----BEGIN CERTIFICATE-----\nbroken\n")
        with pytest.raises(InvalidOption) as caught:
            make_transport(ca_path=str(ca))
        assert caught.value.message == (
            f"ca_path '{ca}' holds no certificate in PEM form: it must have -----BEGIN CERTIFICATE----- lines."
        )

    def test_ca_path_in_the_home_directory(
        self, make_transport: MakeTransport, secure: Scripted, authority: PrivateAuthority, home: Path
    ) -> None:
        (home / "ca.pem").write_bytes(authority.ca_path.read_bytes())
        assert make_transport(ca_path="~/ca.pem").send(HttpRequest("GET", secure.url)).status == 200

    def test_ca_path_is_not_read_without_validation(self, make_transport: MakeTransport, secure: Scripted) -> None:
        transport = make_transport(ca_path="/nowhere/ca.pem", validate_certs=False)
        assert transport.send(HttpRequest("GET", secure.url)).status == 200

    def test_key_without_certificate(self, make_transport: MakeTransport) -> None:
        with pytest.raises(MissingOption) as caught:
            make_transport(client_key="/nowhere/key.pem")
        assert caught.value.message == (
            "client_key is set without client_cert: set client_cert to the certificate of that key."
        )

    def test_certificate_without_key(self, make_transport: MakeTransport, authority: PrivateAuthority) -> None:
        mine = authority.client(file_name="alone").certificate
        with pytest.raises(InvalidOption) as caught:
            make_transport(client_cert=str(mine))
        assert caught.value.message == (
            f"client_cert '{mine}' does not hold a certificate and its key in PEM form: set client_key if the key is "
            "in a file of its own."
        )

    def test_key_of_another_certificate(self, make_transport: MakeTransport, authority: PrivateAuthority) -> None:
        mine, other = authority.client(file_name="mine"), authority.client(file_name="others")
        with pytest.raises(InvalidOption, match="check that they belong together"):
            make_transport(client_cert=str(mine.certificate), client_key=str(other.key))

    def test_encrypted_key(self, make_transport: MakeTransport, authority: PrivateAuthority, tmp_path: Path) -> None:
        key = tmp_path / "locked.key"
        key.write_bytes(
            ec.generate_private_key(ec.SECP256R1()).private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.BestAvailableEncryption(b"pass"),
            )
        )
        with pytest.raises(InvalidOption) as caught:
            make_transport(client_cert=str(authority.client(file_name="c").certificate), client_key=str(key))
        assert caught.value.message == (
            f"The key in client_key '{key}' is encrypted: store it without a passphrase (openssl pkey), readable for "
            "this user only."
        )
