# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JSON Web Tokens, verified against the issuer's published keys (RFC 7519, RFC 7515, RFC 8725).

joserfc does the verification. It is imported on use, so that managed nodes do not need it.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .._errors import AuthkitError
from .._http.model import LONGEST_OAUTH_ANSWER, ONCE, HttpRequest, Retries, Transport
from .._urls import check_url, safe_url
from .._words import quoted
from .jwt_parts import Jwt, unverified

if TYPE_CHECKING:
    from joserfc.jwk import Key

#: Seconds by which two clocks may differ.
LEEWAY = 60.0
_RSA = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
_EC = {"P-256": ("ES256",), "P-384": ("ES384",), "P-521": ("ES512",)}
_EDWARDS = ("EdDSA",)
#: The members of a public key (RFC 7518 section 6, RFC 8037 section 2).
_PUBLIC = ("kty", "n", "e", "crv", "x", "y")

Jwk = Mapping[str, Any]


class Unverified(AuthkitError):
    """A token that cannot be verified with its issuer's keys."""


class NotSigned(Unverified):
    """The token has no signature (alg is none or missing). Do not trust it."""


class SharedKey(Unverified):
    """The token is signed with a shared secret (such as HS256). Have it signed with an asymmetric algorithm."""


class UnknownKey(Unverified):
    """The issuer does not publish the key that signed the token. Check caches in front of the issuer's keys."""


class AmbiguousKey(Unverified):
    """The issuer publishes several keys under the kid of the token. Have it give each key a kid of its own."""


class BadSignature(Unverified):
    """The signature or its algorithm does not match the key. Check caches and proxies."""


class WrongClaims(Unverified):
    """The signature is valid, but the token is from another issuer or not valid now. Check issuer and both clocks."""


class KeysUnavailable(AuthkitError):
    """The issuer's keys cannot be read. Check the server, and proxies in front of it."""


class LibraryMissing(AuthkitError):
    """A Python library is missing on the controller. Install it as the message says."""


def verify(token: str, keys: Sequence[Jwk], *, unambiguous: bool = False) -> Jwt:
    """The parts of a token that was signed with one of the keys.

    The allowed algorithms come from the key, never from the token (RFC 8725 section 3.1). Does not check times, issuer
    and audience.

    :param unambiguous: whether several keys with the kid of the token are refused.
    :raises Unverified: none of the keys verifies the token.
    :raises LibraryMissing: joserfc cannot be imported.
    """
    found = unverified(token)
    if found is None:
        raise BadSignature("The token is not a JWT, so its signature cannot be verified: ask the server about it.")
    algorithm = found.header.get("alg")
    _refuse_algorithm(algorithm)
    candidates = list(_candidates(found.header.get("kid"), keys))
    if not candidates:
        raise UnknownKey(
            "The token is signed with a key that the issuer does not publish (its kid is unknown): check caches in "
            "front of the keys, and that the token is from this issuer."
        )
    fitting = [key for key in candidates if algorithm in algorithms(key)]
    if unambiguous and found.header.get("kid") is not None and len({_identity(key) for key in fitting}) > 1:
        raise AmbiguousKey(
            "The issuer publishes different keys with the kid of this token, so which one counts is not certain: have "
            "the server give each key a kid of its own."
        )
    if not any(_signed_by(token, key) for key in fitting):
        raise BadSignature(
            "The token's signature or its algorithm does not match the key that the token names: check "
            "caches in front of the keys, and whether anything on the way changes tokens."
        )
    return found


def verified_claims(
    token: str,
    jwks_uri: str,
    issuer: str,
    transport: Transport,
    *,
    retries: Retries = ONCE,
    allow_http: bool = False,
) -> Mapping[str, Any]:
    """The claims of a token that this issuer signed and that is valid now.

    :raises Unverified: the token fails.
    :raises KeysUnavailable: the keys cannot be read.
    :raises LibraryMissing: joserfc cannot be imported.
    :raises InsecureUrl: the URL of the keys is plain http.
    :raises NetworkError: there is no response.
    """
    claims = verify(token, published_keys(jwks_uri, transport, retries=retries, allow_http=allow_http)).claims
    fault = next(claim_faults(claims, issuer), None)
    if fault is not None:
        raise fault
    return claims


def claim_faults(
    claims: Mapping[str, Any], issuer: str | None, leeway: float = LEEWAY, begins: Sequence[str] = ("nbf",)
) -> Iterator[WrongClaims]:
    """What is wrong with the issuer and the times of a token.

    :param issuer: None where it is not known.
    :param leeway: seconds by which the server's clock and this one may differ.
    :param begins: the claims with a time that must have come.
    """
    if issuer is not None and claims.get("iss") != issuer:
        yield WrongClaims(
            f"The token names another issuer than {quoted(issuer)}: check the server's host name settings, and that "
            "the token is of this realm."
        )
    now = time.time()
    expires = number(claims.get("exp"))
    if expires is None or expires + leeway < now:
        yield WrongClaims("The token has expired or does not say when: get a new one, and check this machine's clock.")
    if any((number(claims.get(name)) or now) - leeway > now for name in begins):
        yield WrongClaims("The token is not valid yet: check this machine's clock, and the server's.")


def published_keys(
    jwks_uri: str, transport: Transport, *, retries: Retries = ONCE, allow_http: bool = False
) -> list[Jwk]:
    """The keys of a JWK set (RFC 7517 section 5). Raises KeysUnavailable, InsecureUrl, and NetworkError."""
    check_url(jwks_uri, allow_http=allow_http, what="jwks_uri in the issuer's metadata")
    request = HttpRequest("GET", jwks_uri, headers={"Accept": "application/json"}, limit=LONGEST_OAUTH_ANSWER)
    response = transport.send(request, retries)
    keys = response.json_members().get("keys") if response.status == 200 else None
    if not isinstance(keys, list):
        raise KeysUnavailable(
            f"{safe_url(jwks_uri)} was answered with HTTP {response.status} and no set of keys: check the server, and "
            "proxies in front of it."
        )
    return [key for key in keys if isinstance(key, dict)]


def algorithms(key: Jwk) -> tuple[str, ...]:
    """The signature algorithms that a public key may be used with; empty for a key that is not for signatures."""
    if key.get("use", "sig") != "sig":
        return ()
    kind = key.get("kty")
    fitting: tuple[str, ...] = ()
    if kind == "RSA":
        fitting = _RSA
    elif kind == "EC":
        fitting = _EC.get(str(key.get("crv")), ())
    elif kind == "OKP" and key.get("crv") in ("Ed25519", "Ed448"):
        fitting = _EDWARDS
    return tuple(each for each in fitting if key.get("alg", each) == each)


def library_missing(what: str = "Signatures are verified") -> LibraryMissing:
    """The error for a Python that has no joserfc, which does what this says."""
    return LibraryMissing(
        f"{what} with the Python library joserfc 1.7.3 or newer, which {sys.executable} does not "
        f"have: install it with {sys.executable} -m pip install -U joserfc."
    )


def _refuse_algorithm(algorithm: object) -> None:
    name = algorithm.lower() if isinstance(algorithm, str) else "none"
    if name == "none":
        raise NotSigned("The token is not signed (alg none), so anybody could have made it: do not trust it.")
    if name.startswith("hs"):
        raise SharedKey(
            "The token is signed with a shared secret (HS…), which the issuer cannot publish: have the realm or client "
            "sign with an asymmetric algorithm."
        )


def _candidates(kid: object, keys: Iterable[Jwk]) -> Iterable[Jwk]:
    signing = (key for key in keys if algorithms(key))
    return signing if kid is None else (key for key in signing if key.get("kid") == kid)


def _identity(key: Jwk) -> tuple[str, ...]:
    """What tells public keys apart; one that is listed twice, for two algorithms, is still one key."""
    return tuple(str(key.get(name)) for name in _PUBLIC)


def _signed_by(token: str, key: Jwk) -> bool:
    try:
        from joserfc import jws
        from joserfc.errors import JoseError, SecurityWarning
    except ImportError:
        raise library_missing() from None
    allowed = list(algorithms(key))
    # A server may add headers of its own to a token; unknown critical ones (crit) are still rejected.
    registry = jws.JWSRegistry(algorithms=allowed, strict_check_header=False)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SecurityWarning)
            jws.deserialize_compact(token, _public_key(key), algorithms=allowed, registry=registry)
    except (JoseError, ValueError, TypeError):
        return False
    return True


def _public_key(key: Jwk) -> Key:
    from joserfc.jwk import JWKRegistry

    return JWKRegistry.import_key({name: key[name] for name in _PUBLIC if name in key})


def number(value: object) -> float | None:
    """A claim with a time, in Unix seconds; None if it has another form."""
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
