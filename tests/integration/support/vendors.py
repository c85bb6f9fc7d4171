# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server that takes the place of the authorization servers of the guide, and records the token requests."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.servers.http_server import Handler, LoopbackServer
from ansible_collections.authkit.oauth.tests.tools.examples import ROOT, of_page

PAGE = ROOT / "docs" / "docsite" / "rst" / "guide_other_servers.rst"
POST, BASIC = "in the form", "in the header"
#: Where the vendor wants the client's credentials, what else the form contains, and what it answers; from the pages
#: that the guide names.
VENDORS: dict[str, tuple[str, dict[str, str], dict[str, object]]] = {
    "entra": (POST, {"scope": "https://graph.microsoft.com/.default"}, {"token_type": "Bearer", "expires_in": 3599}),
    "okta": (BASIC, {"scope": "inventory.read"}, {"token_type": "Bearer", "expires_in": 3600}),
    "auth0": (
        POST,
        {"audience": "https://inventory.example.com/"},
        {"token_type": "Bearer", "expires_in": 86400, "scope": "read:items"},
    ),
    "cognito": (BASIC, {"scope": "inventory/read"}, {"token_type": "Bearer", "expires_in": 3600}),
    "salesforce": (
        POST,
        {},
        {"token_type": "Bearer", "instance_url": "https://example.my.salesforce.com", "issued_at": "1700000000000"},
    ),
    "zoom": (
        BASIC,
        {"grant_type": "account_credentials", "account_id": "exampleAccountId"},
        {"token_type": "bearer", "expires_in": 3599, "scope": "user:read:admin", "api_url": "https://api.zoom.us"},
    ),
    "authentik": (
        POST,
        {"username": "ansible", "password": "vaulted_authentik_app_password", "scope": "profile"},
        {"token_type": "Bearer", "expires_in": 300, "scope": "profile"},
    ),
    "zitadel": (
        BASIC,
        {"scope": "openid urn:zitadel:iam:org:project:id:zitadel:aud"},
        {"token_type": "Bearer", "expires_in": 43199},
    ),
    "hydra": (
        BASIC,
        {"scope": "inventory.read", "audience": "https://inventory.example.com"},
        {"token_type": "bearer", "expires_in": 3599, "scope": "inventory.read"},
    ),
    "google": (
        POST,
        {
            "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "scope": "https://www.googleapis.com/auth/cloud-platform.read-only",
        },
        {"token_type": "Bearer", "expires_in": 3599},
    ),
    "apigee": (BASIC, {}, {"token_type": "BearerToken", "expires_in": "1799", "scope": "READ", "status": "approved"}),
}


def profiles_of_the_guide() -> dict[str, dict[str, Any]]:
    """The profiles of the guide, under their names."""
    found: dict[str, dict[str, Any]] = {}
    for block in of_page(PAGE):
        if block.is_yaml:
            found |= block.content["authkit_profiles"]
    return found


class Vendors:
    """The recorded token requests, by vendor: where the credentials were, and the form."""

    def __init__(self) -> None:
        vendors = self
        self.asked: dict[str, list[tuple[str, dict[str, str]]]] = {}

        class Desk(Handler):
            def answer(self, request: Incoming) -> Answer:
                return vendors.answer(request)

        self.server = LoopbackServer(Desk)
        self.url = self.server.url

    def profile(self, name: str, profile: dict[str, Any]) -> dict[str, Any]:
        """A profile of the guide, at this server; its API is here, too."""
        place = urlsplit(profile["token_url"])
        assert place.scheme == "https"
        kept = {option: value for option, value in profile.items() if option != "allowed_hosts"}
        return {**kept, "token_url": f"{self.url}/{name}/{place.hostname}{place.path}"}

    def answer(self, request: Incoming) -> Answer:
        name = request.path.split("/")[1]
        if request.method == "GET":
            known = request.headers.get("authorization") == f"Bearer {name}-opaque-token"
            return Answer(200 if known else 401, {"items": []})
        form = dict(parse_qsl(request.body.decode()))
        scheme, _space, words = request.headers.get("authorization", "").partition(" ")
        if scheme == "Basic":
            client_id, _colon, secret = base64.b64decode(words).decode().partition(":")
            form |= {"client_id": unquote(client_id), "client_secret": unquote(secret)}
        self.asked.setdefault(name, []).append((BASIC if scheme else POST, form))
        return Answer(200, {"access_token": f"{name}-opaque-token", **VENDORS[name][2]})


@contextlib.contextmanager
def vendors() -> Iterator[Vendors]:
    """Such a server while the block lasts."""
    running = Vendors()
    running.server.start()
    try:
        yield running
    finally:
        running.server.stop()
