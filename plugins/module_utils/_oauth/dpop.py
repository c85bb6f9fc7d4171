# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""DPoP (RFC 9449): a token is bound to a key, and each request proves that its sender has the key.

joserfc makes keys and proofs. It is imported on use, so that managed nodes do not need it.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from .._http.dpop import DPOP, asks_for_nonce, with_proof_header
from .._http.model import ONCE, BearerCredentials, HttpRequest, HttpResponse, Retries, Transport
from .._urls import origin, wire_url
from .jwt import library_missing

if TYPE_CHECKING:
    from joserfc.jwk import ECKey

#: Every server that supports DPoP knows this algorithm; its keys are made in well under a millisecond.
ALGORITHM, CURVE = "ES256", "P-256"
_PORTS = {"http": 80, "https": 443}
#: RFC 9449 section 8.1, with a limit on the length.
_NONCE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]{1,1024}")


class Nonces:
    """The latest nonce of each origin. Threads may share it.

    An authorization server's nonces and an API's are kept apart even at one origin (RFC 9449 section 9).
    """

    def __init__(self) -> None:
        self._latest: dict[tuple[str, str, int], str] = {}

    def of(self, url: str) -> str | None:
        """The nonce for the next request to this URL."""
        return self._latest.get(origin(url))

    def learn(self, url: str, headers: Mapping[str, object]) -> None:
        """Takes the nonce of a response, if it has a valid one.

        :param headers: with lower-case names.
        """
        nonce = headers.get("dpop-nonce")
        if isinstance(nonce, str) and _NONCE.fullmatch(nonce):
            self._latest[origin(url)] = nonce


#: Those of token endpoints and of APIs, for all requests of this process.
TOKEN_NONCES, API_NONCES = Nonces(), Nonces()


def new_key() -> str:
    """A new private key, as JWK in JSON: encrypt it before writing it to disk. Raises LibraryMissing."""
    return json.dumps(_key_class().generate_key(CURVE).as_dict(private=True))


def thumbprint(key: str) -> str:
    """A key's thumbprint (RFC 7638), which is the claim cnf.jkt of the tokens bound to it."""
    return _loaded(key).thumbprint()


def htu(url: str) -> str:
    """A URL without query, fragment and default port (RFC 9449 section 4.2), as it is sent otherwise."""
    parts = urlsplit(wire_url(url))
    netloc = parts.netloc
    if parts.port == _PORTS[parts.scheme]:
        netloc = netloc.rpartition(":")[0]
    return urlunsplit((parts.scheme, netloc, parts.path, "", ""))


def ath(token: str) -> str:
    """The hash of an access token (RFC 9449 section 4.2)."""
    return urlsafe_b64encode(hashlib.sha256(token.encode("ascii")).digest()).rstrip(b"=").decode("ascii")


def proof(key: str, method: str, url: str, *, token: str | None = None, nonce: str | None = None) -> str:
    """A proof for one request (RFC 9449 section 4.2). Servers accept each once.

    :param token: the access token that the request carries; None for a token request.
    :raises LibraryMissing: joserfc cannot be imported.
    """
    signing = _loaded(key)
    from joserfc import jwt

    claims: dict[str, object] = {"jti": secrets.token_urlsafe(16), "htm": method, "htu": htu(url)}
    claims["iat"] = int(time.time())
    if token is not None:
        claims["ath"] = ath(token)
    if nonce is not None:
        claims["nonce"] = nonce
    header = {"typ": "dpop+jwt", "alg": ALGORITHM, "jwk": signing.as_dict(private=False)}
    return jwt.encode(header, claims, signing, algorithms=[ALGORITHM])


def send_with_proof(
    transport: Transport,
    request: HttpRequest,
    retries: Retries,
    key: str,
    nonces: Nonces = TOKEN_NONCES,
    token: str | None = None,
) -> HttpResponse:
    """The response to a request with a proof, which is sent again once if the server asks for a nonce.

    Every retry has a proof of its own. A request without the nonce was not processed (RFC 9449 sections 8 and 9).

    :param token: the access token that the request carries; None for a token request.
    """
    response = transport.send(_proven(request, key, nonces, token), retries)
    nonces.learn(request.url, response.headers)
    if not asks_for_nonce(response.status, response.headers, response.json_members):
        return response
    second = transport.send(_proven(request.renewed(), key, nonces, token), retries)
    nonces.learn(request.url, second.headers)
    return replace(second, attempts=response.attempts + second.attempts, elapsed=response.elapsed + second.elapsed)


class ProvingTransport:
    """A Transport that adds a proof to each request with a token bound to one of our keys. Others pass unchanged.

    :param keys: access token -> its key.
    """

    def __init__(self, transport: Transport, keys: Mapping[str, str]) -> None:
        self._transport, self._keys = transport, keys

    def __repr__(self) -> str:
        return "ProvingTransport()"

    def send(self, request: HttpRequest, retries: Retries = ONCE) -> HttpResponse:
        token = request.credentials.token if isinstance(request.credentials, BearerCredentials) else ""
        key = self._keys.get(token)
        if key is None:
            return self._transport.send(request, retries)
        bound = replace(request, credentials=BearerCredentials(token, DPOP))
        return send_with_proof(self._transport, bound, retries, key, API_NONCES, token)

    def close(self) -> None:
        self._transport.close()


def _proven(request: HttpRequest, key: str, nonces: Nonces, token: str | None) -> HttpRequest:
    made = proof(key, request.method, request.url, token=token, nonce=nonces.of(request.url))
    return replace(with_proof_header(request, made), renew=lambda: _proven(request.renewed(), key, nonces, token))


def _loaded(key: str) -> ECKey:
    return _key_class().import_key(json.loads(key))


def _key_class() -> type[ECKey]:
    try:
        from joserfc.jwk import ECKey
    except ImportError:
        raise library_missing("DPoP proofs are signed") from None
    return ECKey
