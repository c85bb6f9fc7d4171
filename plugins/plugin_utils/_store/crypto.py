# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Derives an entry's file name and key from the store's random key and the client's secret (HKDF-SHA256), and
encrypts the entry (AES-256-GCM).

A wrong or rotated secret gives another name and another key, so it is a miss, and an attacker who can only write to the
directory cannot plant a token. Without the store's random key, neither a name nor a file allows anyone to test guesses
of the secret, even of a weak one. This does not stop a process of the same user, which can read both.
``cryptography`` is imported inside functions; with ansible-core loaded that costs well under a millisecond.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence

from ...module_utils._record import Record
from .key import encoded

_SALT = b"authkit.oauth token store, version 2"
_NONCE_BYTES = 12
_NAME_BYTES = 32
_KEY_BYTES = 32


def crypto_available() -> bool:
    """Whether this interpreter has a ``cryptography`` that the store can use."""
    try:
        import cryptography  # noqa: F401
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: F401
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: F401
    except ImportError:
        return False
    return True


class EntryCipher(Record):
    """One entry's file name, its key, and its associated data (AEAD)."""

    __slots__ = ("associated", "key", "name")

    def __init__(self, name: str, key: bytes, associated: bytes) -> None:
        self.name, self.key, self.associated = name, key, associated

    def seal(self, plain: bytes) -> bytes:
        """Encrypts and authenticates; a fresh random nonce precedes the ciphertext."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = os.urandom(_NONCE_BYTES)
        return nonce + AESGCM(self.key).encrypt(nonce, plain, self.associated)

    def unseal(self, sealed: bytes) -> bytes | None:
        """The plaintext; None if this cipher did not seal it: torn, planted or another client's."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            return AESGCM(self.key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], self.associated)
        except (InvalidTag, ValueError):
            return None


def entry_cipher(parts: Sequence[str], secret: bytes, random_key: bytes) -> EntryCipher:
    """The cipher of the entry for these parts.

    Name and key are two parts of one HKDF output, so neither reveals anything about the other. Clients that differ only
    in their secret have separate files and never evict each other.

    :param secret: the client's secret; empty for a client without one.
    :param random_key: the store's. Its length is fixed, so key and secret can be concatenated unambiguously.
    """
    frame = framed(parts)
    derived = _hkdf(random_key + secret, _NAME_BYTES + _KEY_BYTES, hashlib.sha256(frame).digest())
    return EntryCipher(derived[:_NAME_BYTES].hex(), derived[_NAME_BYTES:], frame)


def framed(parts: Sequence[str]) -> bytes:
    """The parts, preceded by their lengths: different lists never give the same bytes."""
    lengths = ",".join([str(len(part)) for part in parts])
    return encoded(f"{lengths}:{''.join(parts)}")


def _hkdf(secret: bytes, length: int, purpose: bytes) -> bytes:
    """RFC 5869 with SHA-256."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), length, _SALT, purpose).derive(secret)
