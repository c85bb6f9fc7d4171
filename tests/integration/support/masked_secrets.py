# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A proxy in front of Keycloak that masks clients' secrets, as 26.8 does for callers with only view-clients."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.servers.proxy import CountingProxy

MASK = "**********"
#: The list of clients, and one of them.
_CLIENTS = re.compile(r"/admin/realms/[^/]+/clients(?:/[^/]+)?")


class MaskingProxy(CountingProxy):
    """:attr:`masked` counts the secrets that it masked."""

    def __init__(self, upstream: str) -> None:
        super().__init__(upstream)
        self.masked = 0

    def answer(self, request: Incoming) -> Answer:
        answer = super().answer(request)
        if request.method != "GET" or answer.status != 200 or not _CLIENTS.fullmatch(request.path):
            return answer
        return replace(answer, body=self._masked(json.loads(answer.content())))

    def _masked(self, shown: Any) -> Any:
        if isinstance(shown, list):
            return [self._masked(each) for each in shown]
        if "secret" not in shown:
            return shown
        self.masked += 1
        return {**shown, "secret": MASK}
