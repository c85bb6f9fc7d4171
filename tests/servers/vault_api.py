# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for HashiCorp Vault: login with a JWT, and a KV store of version 2.

As Vault's JWT auth method does, it verifies the signature with the issuer's keys, ``exp``, ``iss`` and ``aud``.
"""

from __future__ import annotations

import json
import secrets
from typing import Any

import requests
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from ansible_collections.authkit.oauth.tests.servers.counted import CountedServer
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming

LOGIN, DATA = "/v1/auth/jwt/login", "/v1/secret/data/"


class VaultApi(CountedServer):
    """A running Vault with the JWT role ``playbooks``.

    :param issuer: the only issuer whose tokens it takes; its keys are at Keycloak's address for them.
    :param audience: one that a token must have.
    :ivar stored: the secrets by path.
    :ivar issued: its own tokens, for tests that look for leaks.
    """

    def __init__(self, issuer: str, audience: str) -> None:
        self.stored: dict[str, Any] = {}
        self._issuer, self._audience = issuer, audience
        self.issued: list[str] = []
        super().__init__()

    def kind(self, path: str) -> str:
        """A login, or the store."""
        return "token" if path == LOGIN else "api"

    def reply(self, kind: str, request: Incoming) -> Answer:
        """A client token for a valid JWT, or a secret for a client token."""
        if kind == "token":
            return self._login(json.loads(request.body))
        if request.headers.get("x-vault-token") not in self.issued:
            return Answer(403, {"errors": ["permission denied"]})
        path = request.path.removeprefix(DATA)
        if request.method in ("POST", "PUT"):
            self.stored[path] = json.loads(request.body)["data"]
            return Answer(200, {"data": {"version": 1}})
        if path not in self.stored:
            return Answer(404, {"errors": []})
        return Answer(200, {"data": {"data": self.stored[path], "metadata": {"version": 1}}})

    def _login(self, given: dict[str, str]) -> Answer:
        keys = requests.get(f"{self._issuer}/protocol/openid-connect/certs", timeout=60).json()
        usable = [key for key in keys["keys"] if key["use"] == "sig"]
        registry = jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._audience},
            exp={"essential": True},
        )
        try:
            registry.validate(jwt.decode(given["jwt"], KeySet.import_key_set({"keys": usable})).claims)
        except (JoseError, ValueError):
            return Answer(400, {"errors": ["error validating token"]})
        if given["role"] != "playbooks":
            return Answer(400, {"errors": [f'role "{given["role"]}" could not be found']})
        token = f"hvs.{secrets.token_urlsafe(24)}"
        self.issued.append(token)
        return Answer(200, {"auth": {"client_token": token, "lease_duration": 3600, "renewable": True}})
