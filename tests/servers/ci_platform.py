# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for a CI platform: it gives a job tokens of its identity, and publishes the key that signs them.

It answers as GitHub Actions' request URL and Azure DevOps' oidctoken are documented to; neither can be reached from
tests. The tokens are real: any server that trusts the issuer can verify them.
"""

from __future__ import annotations

import contextlib
import secrets
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from joserfc import jwt
from joserfc.jwk import RSAKey

from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.servers.http_server import Handler, LoopbackServer

GITHUB, AZURE, KEYS = "/github/idtoken", "/azure/oidctoken", "/jwks"


class CiPlatform:
    """A running platform with one job.

    :ivar subject: the identity of its job.
    :ivar lifetime: seconds that a token lives.
    :ivar claims: further claims, or other values of the usual ones.
    :ivar issued: every token that it has given out.
    :ivar seen: the requests for tokens.
    """

    def __init__(self) -> None:
        platform = self
        self.subject = "repo:octo-org/infra:ref:refs/heads/main"
        self.lifetime = 300.0
        self.claims: dict[str, Any] = {}
        self.request_token = secrets.token_urlsafe(24)
        self.issued: list[str] = []
        self.seen: list[Incoming] = []
        self._key = RSAKey.generate_key(2048, {"kid": "ci", "use": "sig", "alg": "RS256"})

        class Answering(Handler):
            def answer(self, request: Incoming) -> Answer:
                return platform._answer(request)

        self._server = LoopbackServer(Answering)
        self.url = self._server.url

    def __repr__(self) -> str:
        return f"CiPlatform({self.url!r})"

    def __enter__(self) -> CiPlatform:
        self._server.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._server.stop()

    def environment(self, platform: str) -> dict[str, str]:
        """The variables that a job of github_actions or azure_devops has."""
        if platform == "github_actions":
            url = f"{self.url}{GITHUB}?api-version=2.0"
            return {"ACTIONS_ID_TOKEN_REQUEST_URL": url, "ACTIONS_ID_TOKEN_REQUEST_TOKEN": self.request_token}
        return {"SYSTEM_OIDCREQUESTURI": f"{self.url}{AZURE}", "SYSTEM_ACCESSTOKEN": self.request_token}

    def token(self, audience: str | list[str]) -> str:
        """A new token for the audience."""
        now = time.time()
        claims = {
            "iss": self.url,
            "sub": self.subject,
            "aud": audience,
            "jti": str(uuid.uuid4()),
            "iat": int(now),
            # Rounded up: an assertion of 5 s lives for 5 s at least.
            "exp": int(now + self.lifetime) + 1,
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        token = jwt.encode({"alg": "RS256", "kid": "ci"}, claims, self._key)
        self.issued.append(token)
        return token

    def identity_provider(self, **config: str) -> dict[str, Any]:
        """Keycloak's identity provider that trusts this platform to authenticate clients."""
        return {
            "alias": "ci",
            "providerId": "oidc",
            "enabled": True,
            "hideOnLogin": True,
            "config": {
                "issuer": self.url,
                "useJwksUrl": "true",
                "jwksUrl": f"{self.url}{KEYS}",
                "validateSignature": "true",
                "supportsClientAssertions": "true",
                "clientId": "unused",
                "clientSecret": "unused",
                "tokenUrl": f"{self.url}/unused",
                "authorizationUrl": f"{self.url}/unused",
                **config,
            },
        }

    def _answer(self, request: Incoming) -> Answer:
        if request.path == KEYS:
            return Answer(200, {"keys": [self._key.as_dict(private=False)]})
        self.seen.append(request)
        if request.headers.get("authorization") != f"Bearer {self.request_token}":
            return Answer(401, {"message": "no job of this platform"})
        query = parse_qs(request.query)
        if request.method == "GET" and request.path == GITHUB and query.get("api-version") == ["2.0"]:
            return Answer(200, {"value": self.token(query.get("audience", ["https://github.com/octo-org"])[0])})
        if request.method == "POST" and request.path == AZURE and query.get("api-version") == ["7.1"]:
            return Answer(200, {"oidcToken": self.token("api://AzureADTokenExchange")})
        return Answer(404)


@contextlib.contextmanager
def rotated(path: Path, token: Callable[[], str], every: float) -> Iterator[Path]:
    """A file with a token, which is replaced as often, by a rename as Kubernetes and the SPIFFE helper do."""
    stop = threading.Event()

    def replace() -> None:
        fresh = path.with_name(f"{path.name}.new")
        fresh.write_text(f"{token()}\n", encoding="ascii")
        fresh.replace(path)

    def again() -> None:
        while not stop.wait(every):
            replace()

    replace()
    writer = threading.Thread(target=again, daemon=True)
    writer.start()
    try:
        yield path
    finally:
        stop.set()
        writer.join()
