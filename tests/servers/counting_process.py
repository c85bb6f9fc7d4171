# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The counting server or the counting proxy in its own process, with a control port.

``with counting_process(clients={"app": "secret"}) as remote:`` starts one and connects to it. The process ends with its
owner: it serves until its standard input closes. It reads its settings as one line of JSON from standard input, because
client secrets must not be on a command line, and prints where it listens as one line of JSON.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Union

import requests

from ansible_collections.authkit.oauth.tests.servers.counting import CountingServer
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Fault, Incoming, Settings
from ansible_collections.authkit.oauth.tests.servers.http_server import Handler, LoopbackServer
from ansible_collections.authkit.oauth.tests.servers.proxy import CountingProxy

MODULE = "ansible_collections.authkit.oauth.tests.servers.counting_process"
Served = Union[CountingServer, CountingProxy]


@dataclass(frozen=True)
class RemoteCounting:
    """The methods of a server in this process, over the control port."""

    url: str
    control: str

    @property
    def token_url(self) -> str:
        """The counting server's token endpoint."""
        return f"{self.url}/token"

    @property
    def records(self) -> list[dict[str, Any]]:
        """All requests, oldest first; see ``Record``."""
        return list(self._ask("GET", "records"))

    def count(self, kind: str, status: int | None = None) -> int:
        """The number of requests of a kind, optionally only those with this response status."""
        return sum(1 for record in self.records if record["kind"] == kind and status in (None, record["status"]))

    @property
    def token_requests(self) -> int:
        """The number of requests to the token endpoint."""
        return self.count("token")

    def fault(self, fault: Fault) -> None:
        """Add a fault for the next requests."""
        self._ask("POST", "fault", asdict(fault))

    def settings(self, settings: Settings) -> None:
        """Replace the settings (counting server only)."""
        self._ask("POST", "settings", asdict(settings))

    def clients(self, clients: Mapping[str, str]) -> None:
        """Replace the clients (counting server only)."""
        self._ask("POST", "clients", dict(clients))

    def revoke(self) -> None:
        """Reject every token issued so far (counting server only)."""
        self._ask("POST", "revoke")

    def clear(self) -> None:
        """Forget records and faults."""
        self._ask("POST", "clear")

    def _ask(self, method: str, what: str, body: object = None) -> Any:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.request(method, f"{self.control}/{what}", json=body, timeout=30)
        answer.raise_for_status()
        return answer.json()


@contextlib.contextmanager
def counting_process(
    clients: Mapping[str, str] | None = None, settings: Settings | None = None, *, upstream: str | None = None
) -> Iterator[RemoteCounting]:
    """A counting server, or with ``upstream`` a counting proxy, in its own process; plain http."""
    order = {"clients": dict(clients or {}), "settings": asdict(settings or Settings()), "upstream": upstream}
    process = subprocess.Popen(
        [sys.executable, "-m", MODULE],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps(order) + "\n")
        process.stdin.flush()
        where = json.loads(process.stdout.readline() or "{}")
        if "url" not in where:
            raise RuntimeError("the counting server did not start")
        yield RemoteCounting(where["url"], where["control"])
    finally:
        process.stdin.close()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def _controlled(server: Served) -> type[Handler]:
    class Control(Handler):
        def answer(self, request: Incoming) -> Answer:
            return _obey(server, request)

    return Control


def _obey(server: Served, request: Incoming) -> Answer:
    word = request.path.strip("/")
    body: dict[str, Any] = json.loads(request.body) if request.body else {}
    if word == "records":
        return Answer(200, [record.to_data() for record in server.records])
    if word == "fault":
        server.fault(Fault(**body))
    elif word == "clear":
        server.clear()
    elif isinstance(server, CountingServer) and word == "settings":
        server.settings = Settings(**body)
    elif isinstance(server, CountingServer) and word == "clients":
        server.clients = dict(body)
    elif isinstance(server, CountingServer) and word == "revoke":
        server.revoke()
    else:
        return Answer(404, {"error": "no such order"})
    return Answer(200, {})


def main() -> int:
    """Serve until standard input closes."""
    order = json.loads(sys.stdin.readline())
    server: Served
    if order["upstream"]:
        server = CountingProxy(order["upstream"])
    else:
        server = CountingServer(order["clients"], Settings(**order["settings"]))
    with server:
        control = LoopbackServer(_controlled(server))
        control.start()
        print(json.dumps({"url": server.url, "control": control.url}), flush=True)
        sys.stdin.read()
        control.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
