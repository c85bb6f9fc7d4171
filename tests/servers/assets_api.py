# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API of the migration guide: assets in pages with a next URL, with a filter by name, which can be written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from ansible_collections.authkit.oauth.tests.servers.counting import CountingServer
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming

ASSETS, BINS, PAGE = "/api/assets", "/api/bins/", 3


class AssetsApi(CountingServer):
    """A running API with these assets.

    :ivar assets: those that exist, in the order in which they are listed.
    """

    def __init__(self, clients: Mapping[str, str], names: tuple[str, ...] = ()) -> None:
        super().__init__(clients)
        self.assets: list[dict[str, Any]] = [
            {"id": number, "name": name, "owner": "nobody", "rack": f"r{number}"} for number, name in enumerate(names)
        ]

    def reply(self, kind: str, request: Incoming) -> Answer:
        """What the API says to a valid token; all else as usual."""
        answer = super().reply(kind, request)
        if kind != "api" or answer.status != 200:
            return answer
        if request.path.startswith(BINS):
            return Answer(200, {"bin": request.path.removeprefix(BINS), "amount": len(request.path)})
        return self._of_assets(request)

    def _of_assets(self, request: Incoming) -> Answer:
        number = request.path.removeprefix(ASSETS).strip("/")
        if request.method == "POST":
            self.assets.append({"id": len(self.assets), "rack": "unknown", **json.loads(request.body)})
            return Answer(201, self.assets[-1], {"Location": f"{self.url}{ASSETS}/{self.assets[-1]['id']}"})
        if not number:
            return self._listing(parse_qs(request.query))
        if request.method == "PUT":
            self.assets[int(number)] = json.loads(request.body)
        return Answer(200, self.assets[int(number)])

    def _listing(self, query: Mapping[str, list[str]]) -> Answer:
        found = [each for each in self.assets if each["name"] in query.get("name", [each["name"]])]
        page = int(query.get("page", ["1"])[0])
        rest = f"{self.url}{ASSETS}?page={page + 1}" if len(found) > page * PAGE else None
        return Answer(200, {"count": len(found), "next": rest, "results": found[(page - 1) * PAGE : page * PAGE]})
