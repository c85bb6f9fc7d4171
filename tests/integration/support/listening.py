# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A counting proxy that also records the tokens and code verifiers that it forwards, for tests that look for leaks."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.servers.proxy import TOKEN_SUFFIX, CountingProxy


class ListeningProxy(CountingProxy):
    """A proxy in front of Keycloak; :attr:`issued` and :attr:`verifiers` must never be printed."""

    def __init__(self, upstream: str) -> None:
        super().__init__(upstream)
        self.issued: list[str] = []
        self.verifiers: set[str] = set()

    def answer(self, request: Incoming) -> Answer:
        answer = super().answer(request)
        self.verifiers.update(parse_qs(request.body.decode(errors="replace")).get("code_verifier", []))
        if request.path.endswith(TOKEN_SUFFIX) and answer.status == 200:
            self.issued.append(json.loads(answer.content())["access_token"])
        return answer
