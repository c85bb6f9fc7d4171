# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Public keys and certificates as Keycloak returns them: base64 DER.

Parsing needs the library cryptography. Where a managed node lacks it, nothing is reported about them.
"""

from __future__ import annotations

from base64 import b64decode
from datetime import datetime, timezone
from typing import Any

from ..snapshot.gaps import NotEvaluated

_NO_LIBRARY = (
    "Reading keys and certificates requires the Python library cryptography, which is missing: install it with pip."
)


def rsa_bits(public_key: object) -> int | None:
    """The size of an RSA key in bits, from its SubjectPublicKeyInfo; None for other key types. Raises NotEvaluated."""
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
        from cryptography.hazmat.primitives.serialization import load_der_public_key
    except ImportError:
        raise NotEvaluated(_NO_LIBRARY) from None
    try:
        key = load_der_public_key(_der(public_key))
    except (ValueError, UnsupportedAlgorithm):
        raise NotEvaluated("The realm has a public key that cannot be parsed.") from None
    return key.key_size if isinstance(key, RSAPublicKey) else None


def validity(certificate: object) -> tuple[datetime, datetime]:
    """The start and the end of a certificate's validity, in UTC. Raises NotEvaluated."""
    try:
        from cryptography.x509 import load_der_x509_certificate
    except ImportError:
        raise NotEvaluated(_NO_LIBRARY) from None
    try:
        found = load_der_x509_certificate(_der(certificate))
        return _utc(found, "not_valid_before"), _utc(found, "not_valid_after")
    except ValueError:
        raise NotEvaluated("The realm has a certificate that cannot be parsed.") from None


def _der(encoded: object) -> bytes:
    return b64decode(encoded if isinstance(encoded, str) else "", validate=True)


def _utc(certificate: Any, name: str) -> datetime:
    """A date of the certificate. Before version 42, cryptography returned it without a time zone."""
    found: datetime = getattr(certificate, f"{name}_utc", None) or getattr(certificate, name)
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)
