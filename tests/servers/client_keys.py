# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private keys of clients for tests, each made once per process, and the JWK set that a server has of them."""

from __future__ import annotations

from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

CURVES: dict[str, ec.EllipticCurve] = {
    "P-256": ec.SECP256R1(),
    "P-384": ec.SECP384R1(),
    "P-521": ec.SECP521R1(),
    "secp256k1": ec.SECP256K1(),
}


def private_key(kind: str, number: int = 0) -> Any:
    """A key such as "RSA", "RSA 1024", "P-256" or "Ed25519"; another one for each number."""
    return _made(kind, number)


@cache
def _made(kind: str, _number: int) -> Any:
    if kind.startswith("RSA"):
        return rsa.generate_private_key(65537, int(kind.partition(" ")[2] or 2048))
    if kind in CURVES:
        return ec.generate_private_key(CURVES[kind])
    return (ed25519.Ed25519PrivateKey if kind == "Ed25519" else ed448.Ed448PrivateKey).generate()


def pem(kind: str, number: int = 0, *, passphrase: str = "", form: PrivateFormat = PrivateFormat.PKCS8) -> str:
    """The PEM text of a private key."""
    encryption = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    text: bytes = private_key(kind, number).private_bytes(Encoding.PEM, form, encryption)
    return text.decode()


def public_pem(kind: str, number: int = 0) -> str:
    """The PEM text of its public key."""
    public = private_key(kind, number).public_key()
    return str(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode())


def joserfc_key(kind: str, number: int = 0) -> Key:
    """The key as joserfc has it."""
    key = private_key(kind, number)
    if isinstance(key, rsa.RSAPrivateKey):
        return RSAKey.import_key(key)
    return ECKey.import_key(key) if isinstance(key, ec.EllipticCurvePrivateKey) else OKPKey.import_key(key)


def public_jwk(kind: str, number: int = 0, **members: str) -> dict[str, Any]:
    """The public key as a JWK for signatures, with further members such as kid and alg."""
    return {**joserfc_key(kind, number).as_dict(private=False), "use": "sig", **members}
