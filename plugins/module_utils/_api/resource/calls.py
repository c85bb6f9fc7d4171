# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calls that a job makes, one after the other, and what they cost together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._http.budget import Budget
from ..._http.model import Transport
from ..call import perform, prepare
from ..paging.legs import at_place
from ..progress import SILENT, Progress
from .compare import MISSING

Result = dict[str, Any]


class Stopped(Exception):
    """A response that ends the job. Never leaves this package.

    :param result: that of the call.
    """

    def __init__(self, result: Result) -> None:
        super().__init__()
        self.result = result


class Calls:
    """Makes calls with a token.

    :param common: the parameters that all calls share, see prepare().
    :ivar warnings: those of all calls.
    :ivar budget: that of all calls.
    :ivar answers: how many responses there were but for 401s.
    """

    def __init__(
        self, common: Mapping[str, Any], token: str, transport: Transport, progress: Progress = SILENT
    ) -> None:
        self._common, self._token, self._transport, self._progress = common, token, transport, progress
        self.budget = Budget(common.get("deadline"))
        self.warnings: list[str] = []
        self.answers = 0

    @property
    def costs(self) -> Result:
        """The parts of a result that add up over all calls."""
        return self.budget.costs()

    def get(self, url: str, query: object = None) -> Result:
        """The result of a GET, whatever its status."""
        return self._performed({"method": "GET", "url": url, "query": query})

    def listed(
        self, url: str, query: object = None, paginate: object = None, place: Mapping[str, Any] | None = None
    ) -> Result:
        """The result of a GET of a collection; json has its resources, of all pages.

        :param place: where to go on: what the result of an earlier call has under RESUME.
        """
        asked = {"method": "GET", "url": url, "query": query, "paginate": paginate}
        result = self._performed({**asked, **at_place(place)})
        # A token that is rejected in the middle was good for the pages before.
        self.answers += int(result.get("pages", 0)) - int((place or {}).get("pages", 0))
        return result if result.get("failed") else {**result, "json": _items(result.get("json"))}

    def write(
        self, method: str, url: str, *, headers: Mapping[str, str], content_type: str | None = None, body: Any = MISSING
    ) -> Result:
        """The result of a call that writes. Headers of the task take precedence over these."""
        content = {} if body is MISSING else {"body": body, "body_format": "json"}
        own = {**headers, **({"Content-Type": content_type} if content_type else {})}
        return self._performed({"method": method, "url": url, "headers": self._headers(own), **content})

    def _headers(self, own: Mapping[str, str]) -> dict[str, Any]:
        given = self._common.get("headers") or {}
        names = {str(name).lower() for name in given}
        return {**{name: value for name, value in own.items() if name.lower() not in names}, **given}

    def _performed(self, params: Mapping[str, Any]) -> Result:
        call = prepare({**self._common, **params})
        result = perform(call, self._token, self._transport, budget=self.budget, progress=self._progress)
        self.warnings += result.get("warnings", ())
        self.answers += result["status"] != 401
        return result


def _items(value: object) -> list[Any] | None:
    """The list of a page: the JSON itself, or its only list."""
    if isinstance(value, Mapping):
        lists = [item for item in value.values() if isinstance(item, list)]
        value = lists[0] if len(lists) == 1 else None
    return value if isinstance(value, list) else None
