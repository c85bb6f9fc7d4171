# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A realm whose client may use every grant, and what the grants start from: a user, refresh tokens and assertions."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import Any

import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jwt
from joserfc.jwk import RSAKey

from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak

#: The issuer of the assertions. Keycloak trusts its key, so it is never contacted.
ISSUER = "https://ci.example.org"
SUBJECT = "job-7"
#: A client that is an issuer, too: Keycloak's issuers are URLs.
SIGNER = "https://signer.example.com"
#: By the name of its identity provider in Keycloak.
ISSUERS = {"ci": ISSUER, "own": SIGNER}
USER = "robot"


@dataclass(frozen=True)
class Granting:
    """The client ``app`` and its user ``robot``, whom the issuer of assertions knows as ``job-7``."""

    secret: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    password: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    key: rsa.RSAPrivateKey = field(
        default_factory=lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048), repr=False
    )

    def realm(self, **changes: object) -> dict[str, Any]:
        """The realm. Each of its refresh tokens is accepted once."""
        public = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        trust = {
            "useJwksUrl": "false",
            "validateSignature": "true",
            "publicKeySignatureVerifier": self.key.public_key().public_bytes(*public).decode(),
            "jwtAuthorizationGrantEnabled": "true",
            "jwtAuthorizationGrantMaxAllowedAssertionExpiration": "300",
        }
        grants = {
            "standard.token.exchange.enabled": "true",
            "oauth2.jwt.authorization.grant.enabled": "true",
            "oauth2.jwt.authorization.grant.idp": "##".join(ISSUERS),
        }
        return {
            "realm": "grants",
            "sslRequired": "none",
            "revokeRefreshToken": True,
            "refreshTokenMaxReuse": 0,
            "enabledEventTypes": ["REFRESH_TOKEN", "REFRESH_TOKEN_ERROR"],
            "clients": [
                self._client("app", True, grants),
                self._client(SIGNER, False, grants),
                self._client("plain", False, {}),
            ],
            "identityProviders": [
                {
                    "alias": alias,
                    "providerId": "jwt-authorization-grant",
                    "enabled": True,
                    "config": {**trust, "issuer": issuer},
                }
                for alias, issuer in ISSUERS.items()
            ],
            "users": [
                {
                    "username": USER,
                    "enabled": True,
                    "email": "robot@example.org",
                    "firstName": "Robot",
                    "lastName": "Seven",
                    "credentials": [{"type": "password", "value": self.password, "temporary": False}],
                    "federatedIdentities": [
                        {"identityProvider": "ci", "userId": SUBJECT, "userName": SUBJECT},
                        {"identityProvider": "own", "userId": SUBJECT, "userName": SUBJECT},
                    ],
                }
            ],
            **changes,
        }

    def _client(self, name: str, direct: bool, attributes: dict[str, str]) -> dict[str, Any]:
        return {
            "clientId": name,
            "secret": self.secret,
            "enabled": True,
            "publicClient": False,
            "standardFlowEnabled": False,
            "directAccessGrantsEnabled": direct,
            "attributes": attributes,
        }

    def connection(self, url: str, realm: str, grant: str, **options: object) -> dict[str, object]:
        """The inventory variables for the client ``app`` and a grant."""
        variables = {
            "auth_server": url,
            "realm": realm,
            "client_id": "app",
            "client_secret": self.secret,
            "grant_type": grant,
            **options,
        }
        return {f"authkit_{name}": value for name, value in variables.items()}

    def tokens(self, url: str, realm: str) -> dict[str, Any]:
        """What the token endpoint answers to the user's password."""
        form = {"client_id": "app", "client_secret": self.secret, "grant_type": "password"}
        form |= {"username": USER, "password": self.password}
        answer = requests.post(f"{url}/realms/{realm}/protocol/openid-connect/token", data=form, timeout=60)
        answer.raise_for_status()
        return dict(answer.json())

    def assertion(self, server: Keycloak, realm: str, **claims: object) -> str:
        """A JWT of the issuer for the realm."""
        return self.assertion_for(f"{server.url}/realms/{realm}", **claims)

    def assertion_for(self, audience: str, **claims: object) -> str:
        """A JWT of the issuer for who expects that audience."""
        now = int(time.time())
        usual = {"iss": ISSUER, "sub": SUBJECT, "aud": audience, "iat": now, "exp": now + 60}
        return jwt.encode(
            {"alg": "RS256"}, {**usual, "jti": secrets.token_hex(8), **claims}, RSAKey.import_key(self.pem())
        )

    def pem(self) -> str:
        """The issuers' private key."""
        private = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        return self.key.private_bytes(*private).decode()


def refreshes(server: Keycloak, realm: str, outcome: str = "REFRESH_TOKEN") -> int:
    """The refresh token requests that Keycloak recorded, or with ``REFRESH_TOKEN_ERROR`` those that it refused."""
    events = server.admin.call("GET", f"/{realm}/events", query=[("type", outcome), ("max", "10000")])
    return len(events)
