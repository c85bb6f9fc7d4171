# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for AWX: its token endpoint for applications, and listings of named objects below /api/v2.

It answers as the collection awx.awx 24.6.1 reads it: with ``count``, ``next`` and ``results``, and filters by field.
"""

from __future__ import annotations

import base64
import json
import secrets
from typing import Any
from urllib.parse import parse_qs, parse_qsl

from ansible_collections.authkit.oauth.tests.servers.counted import CountedServer
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming

TOKEN, API = "/api/o/token/", "/api/v2/"


class AwxApi(CountedServer):
    """A running AWX with one application and one user.

    :ivar objects: what was created, by kind: ``{"organizations": [{"id": 1, "name": "ERP"}]}``.
    :ivar issued: its tokens, for tests that look for leaks.
    """

    def __init__(self, application: tuple[str, str], user: tuple[str, str]) -> None:
        self.objects: dict[str, list[dict[str, Any]]] = {}
        self._application = base64.b64encode(":".join(application).encode()).decode()
        self._user = user
        self.issued: list[str] = []
        super().__init__()

    def kind(self, path: str) -> str:
        """The token endpoint, or the API."""
        return "token" if path == TOKEN else "api"

    def reply(self, kind: str, request: Incoming) -> Answer:
        """A token, or what the API says to one that it has issued."""
        if kind == "token":
            return self._token(request)
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self.issued:
            return Answer(401, {"detail": "Authentication credentials were not provided."})
        name, _slash, number = request.path.removeprefix(API).strip("/").partition("/")
        found = self.objects.setdefault(name, [])
        if request.method == "POST":
            found.append(self._created(name, len(found) + 1, json.loads(request.body)))
            return Answer(201, found[-1])
        if number:
            return Answer(200, found[int(number) - 1])
        wanted = [(field, value) for field, value in parse_qsl(request.query) if not field.startswith("or__")]
        results = [each for each in found if all(str(each.get(field)) == value for field, value in wanted)]
        return Answer(200, {"count": len(results), "next": None, "previous": None, "results": results})

    def _token(self, request: Incoming) -> Answer:
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        if request.headers.get("authorization") != f"Basic {self._application}":
            return Answer(401, {"error": "invalid_client"})
        if (form.get("grant_type"), form.get("username"), form.get("password")) != ("password", *self._user):
            return Answer(400, {"error": "invalid_grant"})
        token = secrets.token_urlsafe(22)
        self.issued.append(token)
        return Answer(200, {"access_token": token, "expires_in": 31536000, "token_type": "Bearer", "scope": "write"})

    @staticmethod
    def _created(name: str, number: int, body: dict[str, Any]) -> dict[str, Any]:
        return {"id": number, "type": name.rstrip("s"), "url": f"{API}{name}/{number}/", **body}
