# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The admin API of one realm: concurrent reads, with a token that is renewed if it expires during the audit.

What cannot be read raises Missing, with the gap that it leaves. Secrets are removed from answers unless asked for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from threading import BoundedSemaphore, Lock
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from ..._errors import NetworkError
from ..._http.json_size import memory_of, too_many_values
from ..._http.model import BearerCredentials, HttpRequest, HttpResponse, Retries, Transport
from ..._urls import safe_url
from ..._words import quoted
from ..keycloak.scrub import scrubbed
from ..snapshot.gaps import Gap, Json
from ..snapshot.missing import Breaker, Missing, attempt, missing_from, unlike_keycloak
from .audit_token import AuditToken, TokenSource
from .side_by_side import mapped

#: The most bytes of an answer. A page of 50 clients has about 200 KiB, a composite of 10,000 roles 3 MiB.
LONGEST_PAGE = 16 * 1024 * 1024
#: About how many bytes of memory all answers of one audit may take. 10,000 clients take about 200 MiB.
MEMORY = 1024 * 1024 * 1024
#: Entries per page. Keycloak reads the entries of a page one by one, so small pages in parallel are faster.
PAGE = 50
#: The most entries of a listing. A server that returns more is assumed to have no last page.
MOST_ENTRIES = 1_000_000
#: How many pages are requested at once: first 1, then these numbers, of which the last one repeats.
_WAVES = (4, 8)
_BUSY = frozenset({429, 502, 503, 504})
#: The most tokens that one request is tried with. The next one follows only after a 401.
_TOKENS = 3
_STOPPED = Gap("The audit was stopped before this was read.", fault=True)
_ENDLESS = Gap(
    f"The server returned a listing of more than {MOST_ENTRIES} entries: check proxies in between.", fault=True
)
_Item = TypeVar("_Item")
_Value = TypeVar("_Value")


def segment(name: str) -> str:
    """A name as one segment of a path. Raises Missing for a name that cannot be one."""
    if name in ("", ".", ".."):
        # Clients and servers resolve these to the folder itself or its parent: another path than the one meant.
        raise Missing(
            Gap(f"A URL cannot contain the name {quoted(name)}, so the object with this name cannot be read.")
        )
    return quote(name, safe="")


class AdminApi:
    """Reads below /admin/realms/REALM. Thread-safe; at most `workers` requests run at once."""

    def __init__(
        self,
        server: str,
        realm: str,
        tokens: TokenSource,
        transport: Transport,
        *,
        retries: int = 0,
        workers: int = 8,
        memory: int = MEMORY,
    ) -> None:
        self.realm = realm
        self._admin = f"{server.rstrip('/')}/admin"
        self._below = f"{self._admin}/realms/{segment(realm)}"
        self._token = AuditToken(tokens)
        self._transport, self._retries, self._workers = transport, Retries(retries), workers
        self._slots = BoundedSemaphore(workers)
        self._breaker = Breaker()
        self._budget = _Budget(memory)

    def stop(self) -> None:
        """Stop sending requests. Those that are in progress may finish."""
        self._breaker.stop(_STOPPED)

    def get(self, path: str, *needs: str, query: Mapping[str, object] | None = None, raw: bool = False) -> Any:
        """The JSON at a path below the realm.

        :param needs: the roles that it requires.
        :param raw: keep secrets.
        :raises Missing: it cannot be read.
        """
        return self._get(f"{self._below}{path}", needs, query, raw)

    def server_info(self) -> Any:
        """The JSON of /admin/serverinfo. Raises Missing."""
        return self._get(f"{self._admin}/serverinfo", (), None, False)

    def listing(
        self,
        path: str,
        *needs: str,
        query: Mapping[str, object] | None = None,
        size: int = PAGE,
        raw: bool = False,
    ) -> list[Json]:
        """All entries of a paged listing. Raises Missing, even if only one page is missing."""

        def page(number: int) -> list[Json]:
            page = {**(query or {}), "first": number * size, "max": size}
            return json_objects(self.get(path, *needs, query=page, raw=raw))

        found, number, waves = page(0), 1, list(_WAVES)
        full = len(found) == size
        while full:
            if len(found) >= MOST_ENTRIES:
                raise Missing(_ENDLESS)
            wave = waves.pop(0) if len(waves) > 1 else waves[0]
            pages = self.every(page, range(number, number + wave))
            before, number = len(found), number + wave
            found = _each_once([*found, *(entry for entries in pages for entry in entries)])
            full = len(found) > before and all(len(entries) == size for entries in pages)
        return found

    def each(self, read: Callable[[_Item], _Value], items: Iterable[_Item]) -> list[_Value | Gap]:
        """The result of read for each item, concurrently; a Gap where it raised Missing."""
        return mapped(lambda item: attempt(lambda: read(item)), list(items), self._workers)

    def every(self, read: Callable[[_Item], _Value], items: Iterable[_Item]) -> list[_Value]:
        """The result of read for each item, concurrently. Raises Missing if read did for any of them."""
        found: list[_Value] = []
        for value in self.each(read, items):
            if isinstance(value, Gap):
                raise Missing(value)
            found.append(value)
        return found

    def _get(self, url: str, needs: tuple[str, ...], query: Mapping[str, object] | None, raw: bool) -> Any:
        with self._slots:
            response = self._answer(f"{url}?{urlencode(query)}" if query else url)
        if response.status != HTTPStatus.OK:
            raise missing_from(response, needs)
        return _content(response, raw, self._budget)

    def _answer(self, url: str) -> HttpResponse:
        token = self._token.current()
        for sent in range(_TOKENS):
            token = self._token.instead_of(token) if sent else token
            response = self._sent(url, token)
            if response.status != HTTPStatus.UNAUTHORIZED:
                self._token.accepted()
                return response
        raise self._token.give_up()

    def _sent(self, url: str, token: str) -> HttpResponse:
        self._breaker.check()
        request = HttpRequest("GET", url, {"Accept": "application/json"}, None, BearerCredentials(token), LONGEST_PAGE)
        try:
            response = self._transport.send(request, self._retries)
            failure = missing_from(response, ()) if response.status in _BUSY else None
        except NetworkError as error:
            failure = Missing(Gap(error.message, fault=True))
        if failure is not None:
            self._breaker.failed(failure.gap)
            raise failure
        self._breaker.worked()
        return response


def json_objects(value: Any) -> list[Json]:
    """A list of JSON objects. Raises Missing for anything else."""
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise unlike_keycloak()
    return value


def one_object(value: Any) -> Json:
    """A JSON object. Raises Missing for anything else."""
    if not isinstance(value, dict):
        raise unlike_keycloak()
    return value


def _each_once(entries: Iterable[Json]) -> list[Json]:
    """Each entry once: objects created or deleted in the meantime shift others to another page."""
    found: dict[object, Json] = {}
    for entry in entries:
        key = entry.get("id")
        found.setdefault(key if isinstance(key, str) else id(entry), entry)
    return list(found.values())


def _too_much(response: HttpResponse) -> Missing:
    reason = f"GET {safe_url(response.url)} was answered with more data than any realm has: check the server."
    return Missing(Gap(reason, fault=True))


class _Budget:
    """Bytes of memory that the threads share."""

    def __init__(self, left: int) -> None:
        self._lock, self._left = Lock(), left

    def covers(self, cost: int) -> bool:
        """Spend that many bytes. False if fewer were left."""
        with self._lock:
            self._left -= cost
            return self._left >= 0


def _content(response: HttpResponse, raw: bool, budget: _Budget) -> Any:
    try:
        text = response.body.decode("utf-8-sig")
        if too_many_values(text, LONGEST_PAGE) or not budget.covers(memory_of(text) + len(text)):
            raise _too_much(response)
        content = json.loads(text)
        return content if raw else scrubbed(content)
    except (ValueError, RecursionError):
        pass
    raise Missing(
        Gap(
            f"GET {safe_url(response.url)} was not answered with JSON: check that the server's address is Keycloak's, "
            "with its path (such as /auth) if it has one.",
            fault=True,
        )
    )
