# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A REST server in memory: a collection of JSON resources, with ETags, patches, masks and slow changes."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote

from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming

#: What the server shows in place of a secret.
MASK = "**********"
MERGE, PATCH = "application/merge-patch+json", "application/json-patch+json"


class RestServer:
    """Answers requests below ``/things``: call it with each request.

    :param etags: whether resources have a strong ETag, and If-Match is honored.
    :param masked: members that are shown as a mask; a mask that comes back is stored.
    :param hidden: members that are never shown.
    :param conflicts: how many writes are refused with 412, each after somebody else has changed the resource.
    :param later: how many looks at a status monitor a change takes; 0 to make it at once.
    :param monitor: the header with the monitor's address.
    :ivar things: by id.
    """

    def __init__(
        self,
        *,
        etags: bool = False,
        masked: tuple[str, ...] = (),
        hidden: tuple[str, ...] = (),
        conflicts: int = 0,
        later: int = 0,
        monitor: str = "Location",
        outcome: str = "Succeeded",
    ) -> None:
        self.etags, self.masked, self.hidden, self.conflicts = etags, masked, hidden, conflicts
        self.later, self.monitor, self.outcome = later, monitor, outcome
        self.things: dict[str, dict[str, Any]] = {}
        self.versions: dict[str, int] = {}
        self.seen: list[Incoming] = []
        self._ids = itertools.count(1)
        self._waiting: list[Any] = []
        self._looks = 0

    def add(self, **members: Any) -> str:
        """Adds a resource, and returns its id."""
        number = str(next(self._ids))
        self.things[number] = {"id": number, **members}
        self.versions[number] = 1
        return number

    @property
    def writes(self) -> list[tuple[str, str, Any]]:
        """Method, path and JSON of each request that writes."""
        return [
            (each.method, each.path, json.loads(each.body) if each.body else None)
            for each in self.seen
            if each.method != "GET"
        ]

    def __call__(self, request: Incoming) -> Answer:
        self.seen.append(request)
        if request.path.startswith("/operations/"):
            return self._operation()
        parts = [unquote(part) for part in request.path.split("/")[1:]]
        if parts[0] != "things":
            return Answer(404, {})
        if len(parts) == 1:
            return self._collection(request)
        return self._thing(request, parts[1])

    def _collection(self, request: Incoming) -> Answer:
        if request.method == "GET":
            wanted = {name: values[0] for name, values in parse_qs(request.query).items()}
            found = [
                self._shown(each)
                for each in self.things.values()
                if all(str(each.get(name)) == value for name, value in wanted.items())
            ]
            return Answer(200, found)
        body = json.loads(request.body)

        def create() -> str:
            return self.add(**body)

        if self.later:
            return self._accepted(create)
        return Answer(201, b"", {"Location": f"/things/{create()}"})

    def _thing(self, request: Incoming, number: str) -> Answer:
        if request.method == "GET":
            if number not in self.things:
                return Answer(404, {})
            return Answer(200, self._shown(self.things[number]), self._etag(number))
        if number in self.things:
            if self.conflicts:
                self.conflicts -= 1
                self.things[number]["by"] = "somebody else"
                self.versions[number] += 1
            given = request.headers.get("if-match")
            if self.etags and given and given != self._etag(number)["ETag"]:
                return Answer(412, {"error": "changed"})
        elif request.method in ("DELETE", "PATCH"):
            return Answer(404, {})

        def change() -> None:
            self._changed(request, number)

        if self.later:
            return self._accepted(change)
        change()
        return Answer(204, b"")

    def _changed(self, request: Incoming, number: str) -> None:
        if request.method == "DELETE":
            del self.things[number]
            return
        body = json.loads(request.body)
        content_type = request.headers["content-type"]
        if request.method == "PUT":
            after = {"id": number, **body}
        elif content_type == MERGE:
            after = merged(self.things[number], body)
        elif content_type == PATCH:
            after = patched(self.things[number], body)
        else:
            after = {**self.things[number], **body}
        self.things[number] = after
        self.versions[number] = self.versions.get(number, 0) + 1

    def _accepted(self, change: Any) -> Answer:
        self._waiting.append(change)
        self._looks = self.later
        return Answer(202, b"", {self.monitor: "/operations/1", "Retry-After": "0"})

    def _operation(self) -> Answer:
        self._looks -= 1
        if self._looks > 0:
            return Answer(202 if self.monitor == "Location" else 200, {"status": "Running"}, {"Retry-After": "0"})
        if self.outcome == "Succeeded":
            for change in self._waiting:
                change()
        self._waiting = []
        return Answer(200, {"status": self.outcome, "error": {"code": "Quota", "password": "in-the-report"}})

    def _shown(self, thing: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: MASK if name in self.masked else value for name, value in thing.items() if name not in self.hidden
        }

    def _etag(self, number: str) -> dict[str, str]:
        return {"ETag": f'"{self.versions[number]}"'} if self.etags else {}


def merged(value: Any, patch: Any) -> Any:
    """A merge patch applied, as RFC 7396 section 2 says."""
    if not isinstance(patch, dict):
        return patch
    found = dict(value) if isinstance(value, dict) else {}
    for name, item in patch.items():
        if item is None:
            found.pop(name, None)
        else:
            found[name] = merged(found.get(name), item)
    return found


def patched(value: Any, operations: list[dict[str, Any]]) -> Any:
    """A JSON patch of add, remove and replace applied, as RFC 6902 section 4 says."""
    found = json.loads(json.dumps(value))
    for operation in operations:
        *steps, last = [step.replace("~1", "/").replace("~0", "~") for step in operation["path"].split("/")[1:]]
        target = found
        for step in steps:
            target = target[int(step)] if isinstance(target, list) else target[step]
        if isinstance(target, list):
            place = len(target) if last == "-" else int(last)
            if operation["op"] == "add":
                target.insert(place, operation["value"])
            elif operation["op"] == "replace":
                target[place] = operation["value"]
            else:
                del target[place]
        elif operation["op"] == "remove":
            del target[last]
        else:
            assert operation["op"] == "add" or last in target
            target[last] = operation["value"]
    return found
