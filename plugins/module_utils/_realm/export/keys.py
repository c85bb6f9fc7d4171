# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The realm's keys in an export: the certificates of its key providers, which only a whole export contains."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence

from ..keycloak.settings import Malformed, mapping, text, texts
from ..snapshot.gaps import Gap, Json

KEY_PROVIDER = "org.keycloak.keys.KeyProvider"
#: Providers of secret keys, which have neither a public key nor a certificate.
_SECRET = {"hmac-generated": "OCT", "aes-generated": "OCT"}
_ENCRYPTING = frozenset({"rsa-enc", "rsa-enc-generated", "ecdh-generated"})
_NO_CERTIFICATES = Gap(
    "The realm export lacks the certificates of the realm's keys: check the server itself, or export the whole realm "
    "(kc.sh export)."
)
_NO_LIBRARY = Gap(
    "Reading the certificates of a realm export requires the Python library cryptography, which is missing: install it "
    "with pip."
)


def keys(components: Sequence[Json]) -> list[Json] | Gap:
    """KeyMetadataRepresentations of the enabled key providers, or the gap if there are none. Raises Malformed."""
    found: list[Json] = []
    for component in components:
        config = mapping(component, "config")
        if component.get("providerType") != KEY_PROVIDER or _first(config, "enabled") == "false":
            continue
        metadata = {
            "providerId": component.get("id"),
            "status": "PASSIVE" if _first(config, "active") == "false" else "ACTIVE",
        }
        provider = text(component, "providerId")
        if provider in _SECRET:
            found.append({**metadata, "type": _SECRET[provider]})
            continue
        certificate = _der(_first(config, "certificate"))
        public = _public_key(certificate)
        if isinstance(public, Gap):
            return public
        use = "ENC" if provider in _ENCRYPTING or _first(config, "keyUse").upper() == "ENC" else "SIG"
        found.append({**metadata, **public, "use": use, "certificate": b64encode(certificate).decode("ascii")})
    return found


def _first(config: Json, name: str) -> str:
    values = texts(config, name)
    return values[0] if values else ""


def _der(certificate: str) -> bytes:
    """The certificate's bytes, from PEM or plain base64."""
    lines = [line for line in certificate.splitlines() if not line.startswith("-----")]
    try:
        return b64decode("".join(lines), validate=True)
    except ValueError:
        raise Malformed("the certificate of a key provider") from None


def _public_key(certificate: bytes) -> dict[str, str] | Gap:
    if not certificate:
        return _NO_CERTIFICATES
    try:
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
        from cryptography.x509 import load_der_x509_certificate
    except ImportError:
        return _NO_LIBRARY
    try:
        key = load_der_x509_certificate(certificate).public_key()
    except ValueError:
        raise Malformed("the certificate of a key provider") from None
    public = b64encode(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode("ascii")
    return {"type": "RSA" if isinstance(key, RSAPublicKey) else "EC", "publicKey": public}
