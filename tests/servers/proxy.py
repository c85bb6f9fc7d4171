# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A reverse proxy in front of a real server, which counts requests and can break connections."""

from __future__ import annotations

import contextlib
import http.client
import ssl
from urllib.parse import urlsplit

from ansible_collections.authkit.oauth.tests.servers.counted import CountedServer
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming

#: Headers that apply to one connection (RFC 9110 section 7.6.1), and those that the proxy computes itself.
HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding"}
    | {"upgrade", "content-length", "content-type", "date", "server"}
)
TOKEN_SUFFIX = "/protocol/openid-connect/token"


class CountingProxy(CountedServer):
    """Forwards every request to ``upstream`` with the client's Host header, so Keycloak's issuer is the proxy.

    Counts ``token``, ``admin`` and ``other`` requests.
    """

    def __init__(self, upstream: str, *, tls: ssl.SSLContext | None = None) -> None:
        parts = urlsplit(upstream)
        if parts.scheme != "http" or not parts.hostname or not parts.port:
            raise ValueError("upstream is an http:// URL with host and port")
        self._address = (parts.hostname, parts.port)
        self._scheme = "https" if tls else "http"
        super().__init__(tls=tls)

    def kind(self, path: str) -> str:
        """Keycloak's token endpoints, its admin API, and the rest."""
        if path.endswith(TOKEN_SUFFIX):
            return "token"
        return "admin" if "/admin/" in path else "other"

    def reply(self, kind: str, request: Incoming) -> Answer:
        """The upstream's response; 502 if there is none."""
        try:
            return self._pass(request)
        except (OSError, http.client.HTTPException):
            return Answer(502, {"error": "bad_gateway"})

    def _pass(self, request: Incoming) -> Answer:
        target = f"{request.path}?{request.query}" if request.query else request.path
        headers = {name: value for name, value in request.headers.items() if name not in HOP_BY_HOP - {"content-type"}}
        headers["x-forwarded-proto"] = self._scheme
        upstream = http.client.HTTPConnection(*self._address, timeout=60)
        with contextlib.closing(upstream):
            upstream.request(request.method, target, body=request.body or None, headers=headers)
            response = upstream.getresponse()
            body = response.read()
            kept = {name: value for name, value in response.getheaders() if name.lower() not in HOP_BY_HOP}
            kind = response.getheader("Content-Type") or "application/octet-stream"
            return Answer(response.status, body or None, kept, content_type=kind)
