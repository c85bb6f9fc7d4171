# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The hosts that the guides name, such as auth.example.com: behind an HTTP proxy, with certificates for their names.

A play reaches them unchanged, with ``HTTPS_PROXY`` and the authority's certificate in its environment.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import re
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator, Mapping

from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.servers.proxy import TOKEN_SUFFIX, CountingProxy

#: A page's other authorization servers have such a token endpoint.
OTHER_TOKEN_ENDPOINT = re.compile(r"/(?:oauth2?(?:/v\d(?:\.\d)?)?/)?token")
KEYCLOAK = ("/realms/", "/admin/", "/resources/")
CREATED = {"POST": 201, "DELETE": 204}


class NamedHosts(CountingProxy):
    """Passes what is for Keycloak to it, with the host's name; its other paths are an API that wants such a token."""

    def __init__(self, upstream: str, realm: str, attributes: Mapping[str, str], tls: ssl.SSLContext) -> None:
        """
        :param realm: issues the tokens of all other authorization servers.
        :param attributes: of a realm that an example creates.
        """
        super().__init__(upstream, tls=tls)
        self._realm = realm
        self._attributes = dict(attributes)
        self._issued: set[str] = set()

    def reply(self, kind: str, request: Incoming) -> Answer:
        """Keycloak's response, or the API's."""
        if OTHER_TOKEN_ENDPOINT.fullmatch(request.path):
            request = dataclasses.replace(request, path=f"/realms/{self._realm}{TOKEN_SUFFIX}")
        if not request.path.startswith(KEYCLOAK):
            return self._of_the_api(request)
        if (request.method, request.path) == ("POST", "/admin/realms"):
            body = {**json.loads(request.body), "attributes": self._attributes}
            request = dataclasses.replace(request, body=json.dumps(body).encode())
        answer = super().reply(kind, request)
        if request.path.endswith(TOKEN_SUFFIX) and answer.status == 200:
            self._issued.add(json.loads(answer.content())["access_token"])
        return answer

    def _of_the_api(self, request: Incoming) -> Answer:
        scheme, _space, token = request.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or token not in self._issued:
            return Answer(401, {"error": "invalid_token"})
        status = CREATED.get(request.method, 200)
        return Answer(status, None if status == 204 else {"path": request.path, "items": []})


class _Tunnel(socketserver.StreamRequestHandler):
    """Answers CONNECT, and passes bytes on in both directions."""

    target: tuple[str, int]

    def handle(self) -> None:
        if not self.rfile.readline(4096).startswith(b"CONNECT "):
            return
        while self.rfile.readline(4096).strip():
            pass
        with socket.create_connection(self.target, timeout=60) as upstream:
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=_copy, args=(upstream, self.connection), daemon=True)
            back.start()
            _copy(self.connection, upstream)
            back.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


class _Proxy(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False


@contextlib.contextmanager
def proxy_to(port: int) -> Iterator[str]:
    """An HTTP proxy that connects every host's name to this port of the machine; yields its URL."""
    handler = type("Tunnel", (_Tunnel,), {"target": ("127.0.0.1", port)})
    with _Proxy(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
