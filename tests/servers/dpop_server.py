# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An authorization server and API that require DPoP, and accept each proof and each nonce once (RFC 9449)."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import secrets
import threading
import time
from collections.abc import Mapping
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from joserfc.jws import JWSRegistry

from ansible_collections.authkit.oauth.tests.servers.counting import CountingServer
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming

#: Seconds that a proof may be old.
LONGEST_AGE = 20.0


class DpopServer(CountingServer):
    """See the module. ``refused`` lists why requests were refused, in order.

    :param nonces: the kinds of requests (``token``, ``api``) whose proofs need the nonce of the latest answer.
    """

    def __init__(self, clients: Mapping[str, str] | None = None, *, nonces: tuple[str, ...] = (), **more: Any) -> None:
        self.refused: list[str] = []
        self._nonces = {kind: secrets.token_urlsafe(8) for kind in nonces}
        self._seen: set[str] = set()
        self._spent: set[str] = set()
        self._keys: dict[str, str] = {}
        self._checking = threading.Lock()
        super().__init__(clients, **more)

    def answer(self, request: Incoming) -> Answer:
        """As usual; a proof is also spent if a fault replaced the response."""
        try:
            return super().answer(request)
        finally:
            self._spent.add(request.headers.get("dpop", ""))

    def reply(self, kind: str, request: Incoming) -> Answer:
        """A response as usual, with a new nonce, if the proof is right."""
        if kind not in ("token", "api"):
            return super().reply(kind, request)
        with self._checking:
            try:
                jkt = self._checked(kind, request)
            except ValueError as error:
                self.refused.append(f"{kind}: {error}")
                return self._refusal(kind, str(error))
            given = {"DPoP-Nonce": self._next(kind)} if kind in self._nonces else {}
        if kind == "api":
            bearer = request.headers["authorization"].replace("DPoP ", "Bearer ", 1)
            request = dataclasses.replace(request, headers={**request.headers, "authorization": bearer})
        answer = super().reply(kind, request)
        if kind == "token" and answer.status == 200:
            self._keys[answer.body["access_token"]] = jkt
            answer = dataclasses.replace(answer, body={**answer.body, "token_type": "DPoP"})
        return dataclasses.replace(answer, headers={**answer.headers, **given})

    def _next(self, kind: str) -> str:
        self._nonces[kind] = secrets.token_urlsafe(8)
        return self._nonces[kind]

    def _refusal(self, kind: str, code: str) -> Answer:
        headers = {"DPoP-Nonce": self._nonces[kind]} if code == "use_dpop_nonce" else {}
        if kind == "token":
            return Answer(400, {"error": code}, headers)
        return Answer(401, None, {"WWW-Authenticate": f'DPoP error="{code}", algs="ES256"', **headers})

    def _checked(self, kind: str, request: Incoming) -> str:
        """The thumbprint of the proof's key. Raises ValueError with an error code."""
        given = request.headers.get("dpop", "")
        header, claims = _read(given)
        key = ECKey.import_key(header["jwk"])
        jkt = key.thumbprint()
        right = {"htm": request.method, "htu": f"{self.url}{request.path}"}
        if kind == "api":
            scheme, _space, token = request.headers.get("authorization", "").partition(" ")
            if scheme != "DPoP" or self._keys.get(token) != jkt:
                raise ValueError("invalid_token")
            digest = hashlib.sha256(token.encode()).digest()
            right["ath"] = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if any(claims.get(name) != value for name, value in right.items()) or claims["jti"] in self._seen:
            raise ValueError("invalid_dpop_proof")
        if given in self._spent or "d" in header["jwk"] or not -1 <= time.time() - claims["iat"] <= LONGEST_AGE:
            raise ValueError("invalid_dpop_proof")
        self._seen.add(claims["jti"])
        if kind in self._nonces and claims.get("nonce") != self._nonces[kind]:
            raise ValueError("use_dpop_nonce")
        return jkt


def _read(proof: str) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        registry = JWSRegistry(algorithms=["ES256"])
        found = jwt.decode(proof, lambda parsed: ECKey.import_key(parsed.headers()["jwk"]), registry=registry)
        if found.header["typ"] != "dpop+jwt":
            raise KeyError("typ")
    except (JoseError, ValueError, KeyError, TypeError):
        raise ValueError("invalid_dpop_proof") from None
    return found.header, found.claims
