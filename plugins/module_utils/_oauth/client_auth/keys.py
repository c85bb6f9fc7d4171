# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The private key that signs a client's assertions, and the algorithm it signs with (RFC 7518 section 3).

No message contains key, passphrase or the text of an exception of cryptography.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ..._errors import InvalidOption
from ..._regular_file import content
from ..._words import quoted

if TYPE_CHECKING:
    from ..._options.client import ClientOptions

#: By the kind of a private key: the algorithms that it can sign with, the default first.
ALGORITHMS: Mapping[str, tuple[str, ...]] = {
    "an RSA key": ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    "an EC key on P-256": ("ES256",),
    "an EC key on P-384": ("ES384",),
    "an EC key on P-521": ("ES512",),
    "an Ed25519 key": ("EdDSA",),
    "an Ed448 key": ("EdDSA",),
}
#: The algorithms of a client_secret, the default first.
OF_SECRETS = ("HS256", "HS384", "HS512")
#: NIST SP 800-131A; Keycloak and others refuse shorter ones, too.
SHORTEST_RSA = 2048
_CURVES = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}
_OPENSSH = "OPENSSH PRIVATE KEY"


class SigningKey(NamedTuple):
    """A private key of cryptography, and the algorithm that it signs with."""

    private: Any
    algorithm: str

    def __repr__(self) -> str:
        return f"SigningKey({self.algorithm})"


def signing_key(options: ClientOptions) -> SigningKey:
    """The key of private_key or private_key_path.

    :raises InvalidOption: it cannot be read, is no private key, or does not fit passphrase or algorithm.
    """
    option = "private_key" if options.private_key else "private_key_path"
    what = f"{option} from {options.origins.get(option, 'the call')}"
    text = options.private_key or _text_of(options.private_key_path or "", what)
    private = _loaded(text, options.private_key_passphrase, what)
    kind = _kind(private, what)
    return SigningKey(private, _algorithm(options, ALGORITHMS[kind], f"{what} is {kind}"))


def secret_algorithm(options: ClientOptions) -> str:
    """The algorithm for client_secret_jwt. Raises InvalidOption for one that needs a private key."""
    return _algorithm(options, OF_SECRETS, "client_auth_method is client_secret_jwt")


def _algorithm(options: ClientOptions, fitting: tuple[str, ...], because: str) -> str:
    wanted = options.signing_algorithm
    if wanted is None or wanted in fitting:
        return wanted or fitting[0]
    where = options.origins.get("signing_algorithm", "the call")
    raise InvalidOption(
        f"signing_algorithm from {where} is {wanted}, which does not fit: {because}, so set it to "
        f"{' or '.join(fitting)}, or leave it out."
    )


def _text_of(path: str, what: str) -> str:
    try:
        return content(path).decode("utf-8")
    except UnicodeDecodeError:
        reason = "is not a PEM file: convert it with openssl pkey -inform DER"
    except FileNotFoundError:
        reason = "does not exist on this machine: check the path"
    except (OSError, ValueError):
        reason = "cannot be read by this user: check that it is a file, and its owner and mode"
    raise InvalidOption(f"{what} is {quoted(path)}, which {reason}.")


def _loaded(text: str, passphrase: str | None, what: str) -> Any:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_ssh_private_key

    # Environment variables and CI systems often hold a key as one line with \n in it.
    pem = (text if "\n" in text.strip() else text.replace("\\n", "\n")).strip().encode("utf-8", "surrogateescape")
    load = load_ssh_private_key if _OPENSSH in text else load_pem_private_key
    encrypted = False
    for password in _passwords(passphrase):
        try:
            return load(pem, password)
        except TypeError:  # it needs a passphrase, or has none
            encrypted = True
        except (ValueError, UnsupportedAlgorithm):
            break
    raise InvalidOption(_unusable(text, what, encrypted=encrypted, has_passphrase=passphrase is not None))


def _passwords(passphrase: str | None) -> tuple[bytes | None, ...]:
    """A passphrase that a key does not need is no fault: one may serve several keys."""
    return (None,) if passphrase is None else (passphrase.encode("utf-8", "surrogateescape"), None)


def _unusable(text: str, what: str, *, encrypted: bool, has_passphrase: bool) -> str:
    if _OPENSSH in text:
        return (
            f"{what} is an OpenSSH key that cannot be decrypted or is damaged: check private_key_passphrase, and "
            "convert the key with ssh-keygen -p -m PKCS8."
        )
    if encrypted and not has_passphrase:
        return f"{what} is encrypted: set private_key_passphrase."
    if has_passphrase and "ENCRYPTED" in text:
        return f"{what} cannot be decrypted: private_key_passphrase is wrong, or the key is damaged."
    if "PRIVATE KEY-----" in text:
        return f"{what} is a damaged private key, or one of an unknown kind: copy it again, every line of it."
    if "-----BEGIN" in text:
        return f"{what} is a certificate or public key: set it to the private key that belongs to it."
    return f"{what} is not a private key in PEM form: it must begin with -----BEGIN PRIVATE KEY-----."


def _kind(private: Any, what: str) -> str:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PrivateKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    if isinstance(private, RSAPrivateKey):
        if private.key_size < SHORTEST_RSA:
            raise InvalidOption(
                f"{what} is an RSA key of {private.key_size} bits, which is too short to be safe: make one of at least "
                f"{SHORTEST_RSA} bits."
            )
        return "an RSA key"
    if isinstance(private, EllipticCurvePrivateKey) and private.curve.name in _CURVES:
        return f"an EC key on {_CURVES[private.curve.name]}"
    if isinstance(private, Ed25519PrivateKey):
        return "an Ed25519 key"
    if isinstance(private, Ed448PrivateKey):
        return "an Ed448 key"
    raise InvalidOption(
        f"{what} is of a kind that signs no JWT: use an RSA key, an EC key on {' or '.join(_CURVES.values())}, "
        "or an Ed25519 key."
    )
