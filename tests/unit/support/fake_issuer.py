# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The public endpoints of a realm, which a test breaks as it likes, and the checks that look at them."""

from __future__ import annotations

import json
import secrets
import ssl
import time
import warnings
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, unquote_plus

from joserfc import jws, jwt
from joserfc.jwk import Key, OctKey, RSAKey

from ansible_collections.authkit.oauth.plugins.module_utils._http.model import Transport, TransportSettings
from ansible_collections.authkit.oauth.plugins.module_utils._options.client import ClientOptions
from ansible_collections.authkit.oauth.plugins.module_utils._realm.audit import Result, audit
from ansible_collections.authkit.oauth.plugins.module_utils._realm.model import INFO
from ansible_collections.authkit.oauth.plugins.module_utils._realm.outside.client_access import Caller
from ansible_collections.authkit.oauth.plugins.module_utils._realm.outside.outside import (
    Outside,
    gather_outside,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.policy import policy_from
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import (
    Snapshot,
)
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.unit.support.checks import POLICY_DEFAULTS, REALM
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import Reply, scripted
from ansible_collections.authkit.oauth.tests.unit.support.snapshot_parts import CLIENT, metadata

SECRET = "the-secret-of-orders-batch"
REGISTERED = "https://spa.example.com/cb"
KEY, OTHER_KEY = RSAKey.generate_key(2048), RSAKey.generate_key(2048)
KID = "kid-1"
PAGE = b"<!DOCTYPE html><html><body>Sign in</body></html>"


class Cookies(Mapping[str, str]):
    """Headers of an answer, of which Set-Cookie is there more than once."""

    def __init__(self, headers: Mapping[str, str], cookies: tuple[str, ...]) -> None:
        self._headers, self._cookies = dict(headers), cookies

    def __getitem__(self, name: str) -> str:
        return self._headers[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._headers)

    def __len__(self) -> int:
        return len(self._headers)

    def items(self) -> Any:
        return [*self._headers.items(), *(("Set-Cookie", cookie) for cookie in self._cookies)]


class Issuer:
    """Answers requests to one realm. A test changes its parts before it asks.

    changes: to the metadata document, None for members to leave out. answers: path below the realm's -> what is
    answered instead. claims, answered: changes to each token, and to the answer that it comes in.
    """

    def __init__(self) -> None:
        self.base = ""
        self.asked: list[Incoming] = []
        self.changes: dict[str, Any] = {}
        self.answers: dict[str, Reply] = {}
        self.claims: dict[str, Any] = {}
        self.answered: dict[str, Any] = {}
        self.token_headers = {"Cache-Control": "no-store", "Pragma": "no-cache"}
        self.keys: list[dict[str, Any]] = [public_key(KEY)]
        self.signed: Callable[[dict[str, Any]], str] = lambda claims: sign(claims, KEY, "RS256")
        self.headers = {"Strict-Transport-Security": "max-age=31536000"}
        self.login_headers = {"Content-Security-Policy": "frame-src 'self'; frame-ancestors 'self';"}
        self.cookies = (
            "AUTH_SESSION_ID=s3cret; Path=/; Expires=Wed, 21 Oct 2099 07:28:00 GMT; Secure; HttpOnly; SameSite=None",
            "KC_RESTART=a=b; Path=/; Secure; HttpOnly",
            "KC_AUTH_SESSION_HASH=x; Secure",
        )
        self.issued: list[str] = []
        self.revoked: set[str] = set()
        self.open_registration = False
        self.reflects: str | None = None

    @property
    def issuer(self) -> str:
        return f"{self.base}/realms/{REALM}"

    def __call__(self, request: Incoming) -> Answer:
        self.asked.append(request)
        below = f"/realms/{REALM}"
        path = request.path[len(below) :] if request.path.startswith(below) else request.path
        if path in self.answers:
            return self.answers[path](request)
        oidc = "/protocol/openid-connect"
        handlers: dict[str, Reply] = {
            "/.well-known/openid-configuration": self._metadata,
            f"{oidc}/certs": lambda _request: Answer(200, {"keys": self.keys}),
            f"{oidc}/token": self._token,
            f"{oidc}/token/introspect": self._introspect,
            f"{oidc}/userinfo": self._userinfo,
            f"{oidc}/revoke": self._revoke,
            f"{oidc}/auth": self._login,
            "/clients-registrations/openid-connect": self._register,
        }
        return handlers[path](request) if path in handlers else Answer(404, {"error": "Unable to find resource"})

    def _metadata(self, request: Incoming) -> Answer:
        issuer = self.issuer
        if self.reflects is not None:
            issuer = f"https://{request.headers.get(self.reflects, 'sso')}/realms/{REALM}"
            issuer = issuer if "authkit-probe" in issuer else self.issuer
        document = {**metadata(issuer=issuer), **self.changes}
        return Answer(200, {name: value for name, value in document.items() if value is not None}, self.headers)

    def _token(self, request: Incoming) -> Answer:
        form = form_of(request.body)
        if not authentic(request, form):
            return refused(401, "unauthorized_client", "Invalid client or Invalid client credentials")
        if form["grant_type"] == "password":
            return refused(400, "unauthorized_client", "Client not allowed for direct access grants")
        if form["grant_type"] != "client_credentials":
            return refused(400, "unsupported_grant_type", "Unsupported grant_type")
        if "authkit-probe" in form.get("scope", ""):
            return refused(400, "invalid_scope", "Invalid scopes")
        token = self.token(form.get("scope", ""))
        body = {"access_token": token, "token_type": "Bearer", "expires_in": 300, "refresh_expires_in": 0}
        body["scope"] = f"{form.get('scope', '')} orders-api".strip()
        body.update(self.answered)
        return Answer(200, {n: v for n, v in body.items() if v is not None}, self.token_headers)

    def token(self, scope: str = "") -> str:
        """A new token."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "exp": now + 300,
            "iat": now,
            "jti": secrets.token_hex(8),
            "sub": "90958303-a46e",
            "aud": ["https://api.example.org/orders", CLIENT],
            "azp": CLIENT,
            "client_id": CLIENT,
            "scope": f"{scope} orders-api".strip(),
            **self.claims,
        }
        token = self.signed({name: value for name, value in claims.items() if value is not None})
        self.issued.append(token)
        return token

    def _introspect(self, request: Incoming) -> Answer:
        form = form_of(request.body)
        if not authentic(request, form):
            return refused(401, "invalid_client", "Invalid client or Invalid client credentials")
        if form["token"] in self.issued and form["token"] not in self.revoked:
            return Answer(200, {"active": True, "sub": "90958303-a46e"})
        return Answer(200, {"active": False})

    def _userinfo(self, request: Incoming) -> Answer:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        good = token in self.issued and token not in self.revoked
        return Answer(200, {"sub": "90958303-a46e"}) if good else Answer(401)

    def _revoke(self, request: Incoming) -> Answer:
        form = form_of(request.body)
        if not authentic(request, form):
            return refused(401, "invalid_client", "Invalid client credentials")
        self.revoked.add(form["token"])
        return Answer(200)

    def _login(self, request: Incoming) -> Answer:
        query = {name: values[0] for name, values in parse_qs(request.query).items()}
        registered = {"account-console": f"{self.issuer}/account/", "spa": REGISTERED}
        if registered.get(query["client_id"]) != query["redirect_uri"]:
            return Answer(400, PAGE, self.login_headers, content_type="text/html")
        if "code_challenge" not in query:
            location = f"{query['redirect_uri']}?error=invalid_request&error_description=Missing+code_challenge_method"
            return Answer(302, None, {"Location": location})
        return Answer(200, PAGE, Cookies(self.login_headers, self.cookies), content_type="text/html")

    def _register(self, request: Incoming) -> Answer:
        if not self.open_registration:
            return refused(403, "insufficient_scope", "Policy 'Trusted Hosts' rejected request")
        assert json.loads(request.body) == {"redirect_uris": ["not a uri"]}
        return refused(400, "invalid_redirect_uri", "A redirect URI is not valid")


def refused(status: int, error: str, description: str) -> Answer:
    return Answer(status, {"error": error, "error_description": description})


def form_of(body: bytes) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(body.decode()).items()}


def authentic(request: Incoming, form: Mapping[str, str]) -> bool:
    """Whether the client's own credentials came with a form, whichever way."""
    scheme, _space, value = request.headers.get("authorization", "").partition(" ")
    if scheme == "Basic":
        caller_at, _colon, secret = b64decode(value).decode().partition(":")
        return (unquote_plus(caller_at), unquote_plus(secret)) == (CLIENT, SECRET)
    return (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)


def public_key(key: Key, kid: str = KID, **more: Any) -> dict[str, Any]:
    """A key as a JWKS shows it."""
    return {**key.as_dict(private=False), "kid": kid, "use": "sig", "alg": "RS256", **more}


def sign(claims: dict[str, Any], key: Key, algorithm: str, kid: str = KID) -> str:
    """A token."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
        return jwt.encode({"alg": algorithm, "kid": kid}, claims, key, algorithms=[algorithm], registry=registry)


def sign_with_secret(claims: dict[str, Any]) -> str:
    """A token that a shared secret signed."""
    return sign(claims, OctKey.import_key("a-shared-secret-that-is-long-enough"), "HS256")


def leave_unsigned(claims: dict[str, Any]) -> str:
    """A token with alg none."""
    parts = (json.dumps(each).encode() for each in ({"alg": "none", "typ": "JWT", "kid": KID}, claims))
    return ".".join(urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."


@contextmanager
def serve(issuer: Issuer, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """The address of a server for the issuer, while the block lasts."""
    with scripted(issuer, tls) as server:
        issuer.base = server.url
        yield server.url


# ---- the checks that look at it

OVERRIDES = {
    "probe-pkce-not-enforced": {"parameters": {"probe_public_clients": {"spa": REGISTERED}}},
    "discovery-device-endpoint-missing": {"parameters": {"require_device_flow": True}},
}


def audit_outside(
    server: str,
    transport: Transport,
    how: TransportSettings,
    *,
    caller: Caller | None = None,
    active: bool = True,
    check_mode: bool = False,
    **policy: Any,
) -> dict[str, Result]:
    """What became of each check of a realm from outside."""
    rules = policy_from(
        {**POLICY_DEFAULTS, "check_profile": "strict", "levels": ["L1", "L2"], "overrides": OVERRIDES, **policy}
    )
    outside = Outside(
        caller or caller_at(server),
        how,
        {rule.check.id: rule.parameters for rule in rules.rules},
        {rule.check.level for rule in rules.rules},
        active,
        check_mode,
    )
    sections = gather_outside(server, REALM, transport, outside)
    assert SECRET not in str(sections)
    return {each.check.id: each for each in audit(Snapshot(REALM, server, sections), rules)}


def caller_at(server: str, **options: Any) -> Caller:
    return Caller(ClientOptions(CLIENT, SECRET, auth_server=server, realm=REALM, **options), REALM)


def failing(results: Mapping[str, Result]) -> set[str]:
    """The checks that found something above info."""
    return {name for name, each in results.items() if any(judged.severity != INFO for judged in each.open)}


def unanswered(results: Mapping[str, Result]) -> set[str]:
    return {name for name, each in results.items() if each.unknown is not None}
