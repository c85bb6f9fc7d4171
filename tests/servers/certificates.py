# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A private certificate authority for tests, created with ``cryptography`` and deleted after the run."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Certificate:
    """A certificate and its key as PEM files."""

    certificate: Path
    key: Path


class PrivateAuthority:
    """A certificate authority that no trust store knows; :attr:`ca_path` is its own certificate."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("authkit tests private CA")
        now = datetime.datetime.now(datetime.timezone.utc)
        self._certificate = (
            _builder(self._name, self._name, self._key.public_key(), now - datetime.timedelta(hours=1), 30.0)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(
                x509.KeyUsage(
                    digital_signature=True,
                    key_cert_sign=True,
                    crl_sign=True,
                    content_commitment=False,
                    key_encipherment=False,
                    data_encipherment=False,
                    key_agreement=False,
                    encipher_only=False,
                    decipher_only=False,
                ),
                critical=True,
            )
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        self.ca_path = folder / "ca.pem"
        self.ca_path.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))

    def server(
        self, names: Sequence[str] = LOOPBACK_NAMES, *, days: float = 7.0, file_name: str = "server"
    ) -> Certificate:
        """A server certificate for host names and IP addresses; negative ``days`` give an expired one."""
        return self._issue(file_name, names, ExtendedKeyUsageOID.SERVER_AUTH, days)

    def client(self, common_name: str = "authkit-client", *, file_name: str = "client") -> Certificate:
        """A client certificate for mutual TLS."""
        return self._issue(file_name, (common_name,), ExtendedKeyUsageOID.CLIENT_AUTH, 7.0)

    def server_context(self, certificate: Certificate | None = None, *, ask_client: bool = False) -> ssl.SSLContext:
        """A TLS context for a server; with ``ask_client`` it requires a client certificate of this authority."""
        chosen = certificate or self.server()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chosen.certificate, chosen.key)
        if ask_client:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self.ca_path)
        return context

    def _issue(self, file_name: str, names: Sequence[str], usage: x509.ObjectIdentifier, days: float) -> Certificate:
        key = ec.generate_private_key(ec.SECP256R1())
        lifetime = abs(days) + 1.0
        end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)
        certificate = (
            _builder(_name(names[0]), self._name, key.public_key(), end - datetime.timedelta(days=lifetime), lifetime)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False)
            .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        return _written(self._folder, file_name, certificate, key)


def self_signed(folder: Path, common_name: str) -> Certificate:
    """A client certificate that no authority issued."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(common_name)
    start = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=1)
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
    builder = _builder(name, name, key.public_key(), start, 7.0).add_extension(usage, critical=False)
    return _written(folder, common_name, builder.sign(key, hashes.SHA256()), key)


def _written(
    folder: Path, file_name: str, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey
) -> Certificate:
    files = Certificate(folder / f"{file_name}.pem", folder / f"{file_name}.key")
    files.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files.key.touch(mode=0o600)
    files.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: ec.EllipticCurvePublicKey,
    start: datetime.datetime,
    days: float,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=days))
    )
