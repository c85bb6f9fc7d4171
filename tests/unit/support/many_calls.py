# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server for many calls of one task, and the calls."""

from __future__ import annotations

import threading
from typing import Any

from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.unit.support.actions import EchoServer


class Server(EchoServer):
    """Ends its tokens after so many calls of its API, and answers some paths late."""

    def __init__(self) -> None:
        super().__init__()
        self.ends_after: list[int] = []
        self.late: dict[str, float] = {}
        self.pages: dict[str, Answer] = {}
        self.gone = threading.Event()
        self._turn = threading.Lock()
        self._served = 0

    def reply(self, kind: str, request: Incoming) -> Answer:
        if kind == "api":
            with self._turn:
                if self._served in self.ends_after:
                    self.revoke()
                    self.ends_after.remove(self._served)
                answer = super().reply(kind, request)
                self._served += answer.status == 200
                if answer.status == 200:
                    answer = self.pages.get(request.path, answer)
            self.gone.wait(self.late.get(request.path, 0.0))
            return answer
        return super().reply(kind, request)

    def statuses(self, path: str) -> list[int]:
        return [record.status for record in self.records if record.path == path]


def gets(server: Server, count: int) -> list[dict[str, Any]]:
    return [{"name": f"call {number}", "url": f"{server.url}/api/{number}"} for number in range(count)]
