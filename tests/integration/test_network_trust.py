# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plain http stays on this machine, in process and shipped."""

from __future__ import annotations

import http.client
import secrets
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.installed import MATRIX
from ansible_collections.authkit.oauth.tests.integration.support.plays import Workspace
from ansible_collections.authkit.oauth.tests.servers.counted import CountedServer
from ansible_collections.authkit.oauth.tests.servers.counting import CountingServer
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming

REFUSED = {
    "This machine through a proxy elsewhere": (
        "is plain http to this machine, but would go through the proxy proxy.example.test:3128",
        "leave proxy out, use https, or set allow_http: true",
    ),
    "A name below localhost": ("would travel in clear text: use https, or set allow_http: true",),
    "A place elsewhere that redirects to this machine": (
        "is redirected from elsewhere to plain http on this machine",
        "set url to the right address",
    ),
    "An address with a name behind it": ("is not a URL with a host", "write https://host/path"),
}


class Proxy(CountedServer):
    """A forward proxy on this machine, whose upstream elsewhere redirects to ``inward``."""

    def __init__(self, inward: str) -> None:
        super().__init__()
        self.inward = inward

    def kind(self, path: str) -> str:
        return "elsewhere" if "api.example.test" in path else "here"

    def reply(self, kind: str, request: Incoming) -> Answer:
        if kind == "elsewhere":
            return Answer(302, None, {"Location": self.inward})
        parts = urlsplit(request.path)
        with closing(http.client.HTTPConnection("127.0.0.1", parts.port)) as behind:
            behind.request(request.method, parts.path, request.body or None, dict(request.headers))
            response = behind.getresponse()
            return Answer(response.status, response.read(), content_type="application/json")


@pytest.fixture
def api() -> Iterator[CountingServer]:
    with CountingServer({"inventory": secrets.token_urlsafe(24)}) as running:
        yield running


@MATRIX
def test_plain_http_stays_on_this_machine(workspace: Workspace, api: CountingServer) -> None:
    common: dict[str, object] = {
        "authkit_token_url": api.token_url,
        "authkit_client_id": "inventory",
        "authkit_client_secret": api.clients["inventory"],
        "api_url": f"{api.url}/api/users",
        "no_token": secrets.token_urlsafe(24),
    }
    inward = f"{api.url}/api/admin"
    with Proxy(inward) as of_the_environment, Proxy(inward) as named:
        common["proxy_here"] = named.url
        hosts = {"controller": common, "node": {**common, "node_environment": {"AUTHKIT_TEST_NODE": "1"}}}
        proxies = dict.fromkeys(("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"), of_the_environment.url)
        run = workspace.play("network_trust.yml", hosts, env=proxies).expect()
        assert not of_the_environment.records, "a proxy of the environment saw the secret or the token"
        assert named.count("here") == len(hosts)  # a proxy on this machine that the user names is allowed
    for host in hosts:
        assert run.one("This machine", host).state == "ok"
        for task, words in REFUSED.items():
            result = run.one(task, host)
            assert result.state == "failed", task
            assert not [word for word in words if word not in result.message], result.message
    assert {record.path for record in api.records if record.kind == "api"} == {"/api/users"}
    assert not run.traceback
