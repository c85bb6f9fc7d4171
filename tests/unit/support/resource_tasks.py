# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs whole tasks of resource against a REST server, in process."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

from ansible_collections.authkit.oauth.plugins.module_utils._api.resource.job import prepare
from ansible_collections.authkit.oauth.plugins.module_utils._api.resource.spec import RESOURCE_SPEC, RESULT_KEYS
from ansible_collections.authkit.oauth.plugins.module_utils._api.resource.task import perform
from ansible_collections.authkit.oauth.plugins.module_utils._api.resource.waiting import Clock
from ansible_collections.authkit.oauth.plugins.module_utils._http.model import TransportSettings
from ansible_collections.authkit.oauth.plugins.module_utils._http.transports import urls_transport
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.servers.rest_server import RestServer
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import scripted

TOKEN = "a-token-0123456789"
DEFAULTS = {name: rules["default"] for name, rules in RESOURCE_SPEC.items() if "default" in rules}
WEB: dict[str, Any] = {"match": {"name": "web"}}
Result = dict[str, Any]


class Tasks:
    """Runs tasks against a server. No wait takes any time."""

    def __init__(self, server: RestServer, url: str) -> None:
        self.server, self.url, self.slept = server, url, [0.0]

    def run(self, *, check_mode: bool = False, resume: Any = None, **params: Any) -> Result:
        given = {"collection_url": f"{self.url}/things", **DEFAULTS, **params}
        clock = Clock(lambda: sum(self.slept), self.slept.append)
        with closing(urls_transport(TransportSettings(timeout=5))) as transport:
            result = perform(prepare(given), TOKEN, transport, check_mode=check_mode, resume=resume, clock=clock)
        assert set(result) <= RESULT_KEYS
        assert json.dumps(result)
        return result

    def converge(self, **params: Any) -> Result:
        """Check mode, a run and a second run: the first predicts, the last changes nothing."""
        before = len(self.server.writes)
        predicted = self.run(check_mode=True, **params)
        assert len(self.server.writes) == before
        result = self.run(**params)
        assert not result.get("failed"), result
        same = ("changed", "action", "diff")
        assert [predicted[name] for name in same] == [result[name] for name in same]
        again = self.run(**params)
        assert (again["changed"], again["action"]) == (False, "none"), again
        assert again["diff"]["before"] == again["diff"]["after"]
        return result


@contextmanager
def tasks(**settings: Any) -> Iterator[Tasks]:
    """Tasks, and their server."""
    server = RestServer(**settings)
    with scripted(server) as running:
        yield Tasks(server, running.url)


@contextmanager
def behind(rest: Tasks, change: Callable[[Incoming, Answer], Answer]) -> Iterator[None]:
    """The same server, whose answers are changed."""
    url = rest.url
    with scripted(lambda request: change(request, rest.server(request))) as running:
        rest.url = running.url
        yield
    rest.url = url
