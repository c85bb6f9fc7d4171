# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Public keys and certificates as Keycloak shows them: DER in base64.

They are parsed by cryptography, which managed nodes may lack: then nothing is said about them.
"""

from __future__ import annotations

from base64 import b64decode
from datetime import datetime, timezone
from typing import Any

from ..snapshot.gaps import NotEvaluated

_NO_LIBRARY = (
    "Keys and certificates are read with the Python library cryptography, which is missing here: install it with pip."
)


def rsa_bits(public_key: object) -> int | None:
    """The size of an RSA key's modulus from its SubjectPublicKeyInfo, None for another kind of key.

    Raises NotEvaluated.
    """
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
        from cryptography.hazmat.primitives.serialization import load_der_public_key
    except ImportError:
        raise NotEvaluated(_NO_LIBRARY) from None
    try:
        key = load_der_public_key(_der(public_key))
    except (ValueError, UnsupportedAlgorithm):
        raise NotEvaluated("The realm shows a public key that cannot be read.") from None
    return key.key_size if isinstance(key, RSAPublicKey) else None


def validity(certificate: object) -> tuple[datetime, datetime]:
    """When a certificate begins to be valid, and when it ends. Raises NotEvaluated."""
    try:
        from cryptography.x509 import load_der_x509_certificate
    except ImportError:
        raise NotEvaluated(_NO_LIBRARY) from None
    try:
        found = load_der_x509_certificate(_der(certificate))
        return _utc(found, "not_valid_before"), _utc(found, "not_valid_after")
    except ValueError:
        raise NotEvaluated("The realm shows a certificate that cannot be read.") from None


def _der(encoded: object) -> bytes:
    return b64decode(encoded if isinstance(encoded, str) else "", validate=True)


def _utc(certificate: Any, name: str) -> datetime:
    """A time of the certificate; before version 42 the library gave it without its time zone."""
    found: datetime = getattr(certificate, f"{name}_utc", None) or getattr(certificate, name)
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)
