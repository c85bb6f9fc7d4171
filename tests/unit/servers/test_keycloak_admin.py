# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Creating a realm succeeds even if the server closes the connection once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from ansible_collections.authkit.oauth.tests.servers.keycloak_admin import AdminRefused, KeycloakAdmin

#: Answered by closing the connection.
BREAK = 0


class Scripted(ThreadingHTTPServer):
    """Answers what follows in ``statuses``, and logins always."""

    def __init__(self, *statuses: int) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.statuses = list(statuses)
        self.seen: list[str] = []


class Handler(BaseHTTPRequestHandler):
    server: Scripted
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.path.endswith("/token"):
            self.answer(200, b'{"access_token": "t"}')
        else:
            self.scripted()

    def do_DELETE(self) -> None:
        self.scripted()

    def scripted(self) -> None:
        self.server.seen.append(self.command)
        status = self.server.statuses.pop(0)
        if status == BREAK:
            self.close_connection = True
        else:
            self.answer(status, b"")

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[Scripted]:
    with Scripted(*request.param) as scripted:
        threading.Thread(target=scripted.serve_forever, daemon=True).start()
        yield scripted
        scripted.shutdown()


def create(server: Scripted) -> str:
    return KeycloakAdmin(f"http://127.0.0.1:{server.server_port}", "admin", "secret").create_realm({"realm": "one"})


@pytest.mark.parametrize("server", [(BREAK, 404, 201), (BREAK, 204, 201), (BREAK, 404, 409)], indirect=True)
def test_a_realm_is_created_again_after_a_broken_connection(
    server: Scripted, capsys: pytest.CaptureFixture[str]
) -> None:
    assert create(server) == "one"
    assert server.seen == ["POST", "DELETE", "POST"]
    assert "creating realm one failed with ConnectionError; trying once more" in capsys.readouterr().err


@pytest.mark.parametrize("server", [(BREAK, 404, BREAK)], indirect=True)
def test_not_more_than_once(server: Scripted) -> None:
    with pytest.raises(requests.RequestException):
        create(server)


@pytest.mark.parametrize("server", [(409,)], indirect=True)
def test_a_refusal_is_not_repeated(server: Scripted) -> None:
    with pytest.raises(AdminRefused, match="answered with 409"):
        create(server)
