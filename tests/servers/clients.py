# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The clients of the test servers: one for each client authentication method, with new keys and secrets.

``register`` writes keys, certificates and ``clients.json`` into a folder that only this user can read; the server
reads the same file at its start.
"""

from __future__ import annotations

import json
import secrets
from base64 import b64encode, urlsafe_b64encode
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from ansible_collections.authkit.oauth.tests.servers.certificates import Certificate, PrivateAuthority, self_signed

CLIENTS = "clients.json"
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


@dataclass(frozen=True)
class Client:
    """What the server knows of a client, and what the client needs to prove itself."""

    client_id: str
    method: str
    secret: str | None = field(default=None, repr=False)
    algorithm: str | None = None
    private_key: str | None = None
    """The path of its PEM file."""
    jwk: dict[str, Any] | None = None
    """Its public key; for self_signed_tls_client_auth with the certificate (x5c)."""
    certificate: str | None = None
    certificate_key: str | None = None

    def options(self) -> dict[str, object]:
        """The connection options that say who the client is."""
        method = "tls_client_auth" if self.method.endswith("tls_client_auth") else self.method
        found: dict[str, object] = {"client_id": self.client_id, "client_auth_method": method}
        found |= {"client_secret": self.secret} if self.secret else {}
        if self.private_key:
            found |= {"private_key_path": self.private_key, "signing_algorithm": self.algorithm}
            found |= {"key_id": self.jwk["kid"]} if self.jwk else {}
        if self.certificate:
            found |= {"client_cert": self.certificate, "client_key": self.certificate_key}
        return found


def register(folder: Path) -> dict[str, Client]:
    """Write the clients and the files that they and the server need into a folder of mode 0700."""
    authority = PrivateAuthority(folder)
    authority.server()
    mtls = authority.client("mtls", file_name="mtls")
    # Spring takes a certificate that comes without its issuer's for a self-signed one.
    mtls.certificate.write_bytes(mtls.certificate.read_bytes() + authority.ca_path.read_bytes())
    clients = [
        # What RFC 6749 section 2.3.1 encodes is in the secret of the client that sends it in a header.
        Client("basic", "client_secret_basic", f"{secrets.token_urlsafe(24)}+ %:/&=~"),
        Client("post", "client_secret_post", f"{secrets.token_urlsafe(24)}+ %:/&=~"),
        Client("secret_jwt", "client_secret_jwt", secrets.token_urlsafe(48)),
        *(_with_key(folder, algorithm) for algorithm in ("RS256", "PS256", "ES256", "EdDSA")),
        _with_certificate("mtls", "tls_client_auth", mtls),
        _with_certificate("self_signed", "self_signed_tls_client_auth", self_signed(folder, "self_signed")),
        *(Client(name, "none") for name in ("public", "brief")),
        *(Client(name, "client_secret_basic", secrets.token_urlsafe(24)) for name in ("kept", "dpop", "dpop_nonce")),
    ]
    content = {client.client_id: asdict(client) for client in clients}
    _write(folder / CLIENTS, json.dumps(content).encode())
    return {client.client_id: client for client in clients}


def read(folder: Path) -> dict[str, Client]:
    """The clients that ``register`` wrote."""
    content: dict[str, dict[str, Any]] = json.loads((folder / CLIENTS).read_text())
    return {name: Client(**client) for name, client in content.items()}


def _with_key(folder: Path, algorithm: str) -> Client:
    name = f"key_{algorithm.lower()}"
    key = _new_key(algorithm)
    file = folder / f"{name}.pem"
    _write(file, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    jwk = {**public_jwk(key.public_key()), "kid": name, "use": "sig", "alg": algorithm}
    return Client(name, "private_key_jwt", algorithm=algorithm, private_key=str(file), jwk=jwk)


def _with_certificate(name: str, method: str, files: Certificate) -> Client:
    certificate = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    public = certificate.public_key()
    assert isinstance(public, ec.EllipticCurvePublicKey)
    chain = [b64encode(certificate.public_bytes(Encoding.DER)).decode()]
    jwk = {**public_jwk(public), "kid": name, "use": "sig", "x5c": chain}
    return Client(name, method, jwk=jwk, certificate=str(files.certificate), certificate_key=str(files.key))


def _new_key(algorithm: str) -> PrivateKey:
    if algorithm == "ES256":
        return ec.generate_private_key(ec.SECP256R1())
    if algorithm == "EdDSA":
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_jwk(key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey) -> dict[str, Any]:
    """A public key as a JWK; the elliptic curve is P-256."""
    if isinstance(key, ed25519.Ed25519PublicKey):
        return {"kty": "OKP", "crv": "Ed25519", "x": _base64(key.public_bytes(Encoding.Raw, PublicFormat.Raw))}
    if isinstance(key, ec.EllipticCurvePublicKey):
        point = key.public_numbers()
        return {"kty": "EC", "crv": "P-256", "x": _base64(_bytes(point.x, 32)), "y": _base64(_bytes(point.y, 32))}
    numbers = key.public_numbers()
    size = key.key_size // 8
    return {"kty": "RSA", "n": _base64(_bytes(numbers.n, size)), "e": _base64(_bytes(numbers.e, 3))}


def _bytes(number: int, length: int) -> bytes:
    return number.to_bytes(length, "big")


def _base64(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def _write(file: Path, content: bytes) -> None:
    file.touch(mode=0o600)
    file.write_bytes(content)
