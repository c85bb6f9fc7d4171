# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads a listing page by page, and makes one result of it.

The server is not trusted: the number of pages, their length and the memory that they take are bounded together, an
address that was read before is a loop, and another origin gets no token.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Union

from ..._errors import AuthkitError
from ..._http.budget import Budget
from ..._http.json_size import GROWTH, memory_of
from ..._http.model import HttpResponse
from ..._urls import origin, safe_url
from ..progress import PAGES, SILENT, Progress
from ..results import MIB, failure
from . import detect, options
from .documents import entries, list_path, value_at
from .errors import ListingTooLong, PageElsewhere, PagingLoop
from .options import RESUME, Paging
from .steps import Read, Request, Step, json_body, next_step, with_value

Result = dict[str, Any]
#: The response for a page, and a function that makes it the result of a single call.
Answered = tuple[HttpResponse, Callable[[], Result]]
Ask = Callable[[str, Union[bytes, None]], Answered]

#: The most pages of a listing: a server may make up new addresses forever.
MOST_PAGES = 10_000
_UNAUTHORIZED, _NOT_FOUND = 401, 404
#: Styles that ask for a page by its number or offset, which a server may ignore.
_BY_NUMBER = frozenset({options.PAGE, options.OFFSET, options.KEYCLOAK})


@dataclass(frozen=True)
class Asked:
    """The listing that a call asks for.

    :param json_limit: MiB for all pages together.
    :param resume: where to go on: what the result of an earlier call has under RESUME.
    """

    method: str
    url: str
    body: bytes | None
    paging: Paging
    max_items: int | None
    json_limit: int
    resume: Mapping[str, Any] | None = None


def listed(asked: Asked, ask: Ask, budget: Budget, progress: Progress = SILENT) -> Result:
    """Reads all pages.

    After a 401 in the middle, the result has what was read under RESUME: a call with that as `resume` reads the rest.

    :param budget: what all pages together cost.
    :raises AuthkitError: there is no usable first page.
    """
    walk = _Walk(asked, ask, budget, progress)
    try:
        return walk.run()
    except AuthkitError as error:
        if not walk.last and not walk.pages:
            raise
        return walk.failed(error)


class _Walk:
    """One way through the pages."""

    def __init__(self, asked: Asked, ask: Ask, budget: Budget, progress: Progress) -> None:
        before: Mapping[str, Any] = asked.resume or {}
        self.asked, self._ask, self._budget, self._progress = asked, ask, budget, progress
        self.paging = _paging(asked, before)
        self.base = _base(asked, self.paging)
        self.request = _resumed(asked, before) or _start(self.base, self.paging)
        #: Of the whole listing, parts that an earlier call read included.
        self.pages, self.count = int(before.get("pages", 0)), int(before.get("count", 0))
        self.size, self.memory = int(before.get("size", 0)), int(before.get("memory", 0))
        self.longest, self.digest = int(before.get("longest", 0)), str(before.get("digest", ""))
        self.results_path: str | None = before.get("results_path")
        self.truncated, self.total = False, before.get("total")
        #: Of this call alone.
        self.items: list[Any] = []
        self.first: Result = {}
        self.last: Result = {}
        self.warnings: list[str] = []
        self.seen: set[bytes] = set()
        self.previous: frozenset[str] = frozenset()

    def run(self) -> Result:
        following: Step | None = Step(self.request, certain=True)
        while following is not None:
            self.request = following.request
            self._check_loop()
            result, response = self._read()
            if result.get("failed"):
                return self._ended(result) if self._is_past_the_end(result) else self._stopped(result)
            following = self._took(result, response)
            self._progress.done(self.pages, self._of(result), PAGES)
            if self._is_enough(following):
                break
        return self._ended(self.first)

    def failed(self, error: AuthkitError) -> Result:
        """The result for an error in the middle."""
        result = {**self.last, **error.result()} if self.last else failure(error, self.request.url)
        return self._stopped(result)

    def _read(self) -> tuple[Result, HttpResponse]:
        self.last = {}
        response, result_of = self._ask(self.request.url, self.request.body)
        self._check_size(response)
        self.last = result_of()
        return self.last, response

    def _took(self, result: Result, response: HttpResponse) -> Step | None:
        """Takes the entries of a page, and tells which request is next."""
        what = f"{self.asked.method} {safe_url(result['url'])}"
        document = result.get("json", None if response.body.strip() else [])  # such as 204 No Content
        if self.results_path is None:
            self.paging = self._found_out(result, document)
            self.results_path = self.paging.results_key or list_path(document, what)
        found = entries(document, self.results_path, what, first=not self.pages)
        digest = self._digest(response.body, found)
        if found and digest == self.digest and self._is_repeated(found):
            self._check_unread(what, result, document, self._have)
            return None
        self.pages, self.digest = self.pages + 1, digest
        self.first = self.first or result
        self.items += self._new(found)
        self._watch_total(document)
        page = Read(self.request, result["url"], result["headers"], document, len(found), self.longest, self._have)
        self.longest = max(self.longest, len(found))
        if self.paging.style == options.SINGLE:
            self._check_unread(what, result, document, len(found))
        return next_step(self.paging, self.base, page)

    def _check_unread(self, what: str, result: Result, document: Any, count: int) -> None:
        """Says so if this is not all, and nobody knows how to ask for the rest."""
        if not detect.unread(document, count, self.asked.url, result["headers"]):
            return
        self.truncated = True
        if self.asked.max_items is None or self._have < self.asked.max_items:
            self.warnings.append(
                f"{what} returned a part of the listing, and paginate: auto did not find out how to ask for the rest: "
                "set paginate to a mapping, such as {style: offset, parameter: offset}."
            )

    def _found_out(self, result: Result, document: Any) -> Paging:
        paging = self.paging
        mistaken = paging.style == options.KEYCLOAK and paging.guessed and not isinstance(document, list)
        if paging.style == options.AUTO or mistaken:
            paging = Paging(results_key=paging.results_key) if mistaken else paging
            paging = detect.detected(paging, self.request.url, result["headers"], document)
            start = detect.asked_number(self.request.url, paging.parameter)
            number = paging.first if start is None else start
            self.request = Request(self.request.url, self.request.body, number)
        return paging

    def _new(self, found: list[Any]) -> list[Any]:
        """The entries without those that the page before had: they move when others are created meanwhile."""
        if self.paging.style not in _BY_NUMBER:
            return found
        keys = [json.dumps(item, sort_keys=True) if isinstance(item, dict) and "id" in item else "" for item in found]
        new = [item for item, key in zip(found, keys) if not key or key not in self.previous]
        self.previous = frozenset(keys)
        return new

    def _digest(self, body: bytes, found: list[Any]) -> str:
        """What is the same for the same page. Where a number asks for it, the rest of the document may differ anyway.

        Entries without an id may be equal on two pages, which only the rest of the document tells apart.
        """
        if self.paging.style in _BY_NUMBER and all(isinstance(item, dict) and "id" in item for item in found):
            body = json.dumps(found, sort_keys=True).encode()
        return hashlib.sha256(body).hexdigest()

    def _is_repeated(self, found: list[Any]) -> bool:
        """Whether the page is the one before once more: False if all entries are alike, so that any two pages are."""
        if len(found) > 1 and all(item == found[0] for item in found):
            return False
        if self.paging.guessed:
            return True  # the server does not know the parameter, so the first page is the whole listing
        raise PagingLoop(
            f"{self.asked.method} {safe_url(self.request.url)} was answered with the same page again: check parameter "
            "and next_key of paginate, which the server seems to ignore, or tell it the end with pages_key, total_key "
            "or more_key."
        )

    def _check_loop(self) -> None:
        # A hash, as ten thousand long addresses and bodies would fill the memory.
        key = hashlib.sha256(self.request.url.encode() + b"\n" + (self.request.body or b"")).digest()
        if key in self.seen:
            raise PagingLoop(
                f"{self.asked.method} {safe_url(self.request.url)} was to be read again after {self.pages} pages: the "
                "server's next pages lead in a loop, report it to its operators, or spell out paginate."
            )
        if self.pages >= MOST_PAGES:
            raise PagingLoop(
                f"{self.asked.method} {safe_url(self.asked.url)} has more than {MOST_PAGES} pages: set max_items, or "
                "ask for longer pages."
            )
        self.seen.add(key)

    def _check_size(self, response: HttpResponse) -> None:
        limit = self.asked.json_limit * MIB
        self.size += len(response.body)
        if self.size > MIB:  # less is harmless, whatever it holds
            self.memory += memory_of(response.body.decode("latin-1")) + 2 * len(response.body)
        if self.size > limit or self.memory > GROWTH * limit:
            raise ListingTooLong(
                f"{self.asked.method} {safe_url(self.asked.url)} has pages that are longer than json_limit together, "
                f"{self.asked.json_limit} MiB, or take {GROWTH} times this in memory: raise json_limit, set max_items, "
                "or ask for fewer fields."
            )

    def _is_past_the_end(self, result: Result) -> bool:
        """Whether a page is missing because the listing has become shorter."""
        by_number = self.paging.style in (options.PAGE, options.OFFSET)
        return by_number and self.pages > 0 and result.get("status") == _NOT_FOUND

    @property
    def _have(self) -> int:
        return self.count + len(self.items)

    def _is_enough(self, following: Step | None) -> bool:
        most = self.asked.max_items
        have = self._have
        if most is None or have < most:
            return False
        self.truncated = self.truncated or have > most or (following is not None and following.certain)
        return self.truncated

    def _watch_total(self, document: Any) -> None:
        total = value_at(document, self.paging.total_key) if self.paging.total_key else None
        if isinstance(total, int) and isinstance(self.total, int) and total < self.total and not self.warnings:
            self.warnings.append(
                f"The listing at {safe_url(self.asked.url)} became shorter while it was read, so entries may be "
                "missing: read it again if that matters."
            )
        self.total = total

    def _of(self, result: Result) -> int | None:
        key = self.paging.pages_key
        pages = value_at(result.get("json"), key) if key else None
        return pages if isinstance(pages, int) else None

    def _ended(self, result: Result) -> Result:
        most = self.asked.max_items
        items = self.items if most is None else self.items[: max(0, most - self.count)]
        count = self._have if most is None else min(self._have, most)
        unfit = ("content", "failed", "error")
        base = {key: value for key, value in (self.first or result).items() if key not in unfit}
        return {
            **self._costs(base),
            "changed": False,
            "msg": f"{self.asked.method} {safe_url(self.asked.url)} listed {count} entries on {self.pages} pages.",
            "json": items,
            "truncated": self.truncated,
        }

    def _stopped(self, result: Result) -> Result:
        """The failed result of a page, with how many pages were read before. A search by POST is no change either."""
        result = {**self._costs(result), "changed": False}
        if self.pages:
            result["msg"] = f"{result['msg'].rstrip('.')} ({self.pages} pages were read before)."
        if self.pages and result.get("status") == _UNAUTHORIZED:
            result[RESUME] = self._place()
        return result

    def _costs(self, result: Result) -> Result:
        warnings = [*result.get("warnings", ()), *self.warnings]
        shown = {**result, **self._budget.costs(), "pages": self.pages}
        return {**shown, "warnings": warnings} if warnings else shown

    def _place(self) -> dict[str, Any]:
        """What a call needs to go on with the page that was rejected, and the entries so far."""
        body = self.request.body
        return {
            "entries": self.items,
            "paging": self.paging.to_data(),
            "url": self.request.url,
            "body": None if body is None else body.decode(),
            "number": self.request.number,
            "pages": self.pages,
            "count": self._have,
            "size": self.size,
            "memory": self.memory,
            "longest": self.longest,
            "digest": self.digest,
            "results_path": self.results_path,
            "total": self.total,
        }


def _paging(asked: Asked, before: Mapping[str, Any]) -> Paging:
    if before:
        return Paging.from_data(before["paging"])
    return detect.before_asking(asked.paging, asked.url, asked.max_items)


def _base(asked: Asked, paging: Paging) -> Request:
    """The first request as the task has it, with the number of entries of a page."""
    if asked.method == "POST":
        json_body(asked.body)
    base = Request(asked.url, asked.body)
    if paging.size_parameter and paging.size:
        base = with_value(base, paging.size_parameter, paging.size)
    return base


def _start(base: Request, paging: Paging) -> Request:
    """The request for the first page, whose number the task's own query may set."""
    asked = detect.asked_number(base.url, paging.parameter)
    number = paging.first if asked is None else asked
    if paging.style in _BY_NUMBER and number is not None:
        return with_value(base, paging.parameter or "", number, number)
    return base


def _resumed(asked: Asked, before: Mapping[str, Any]) -> Request | None:
    if not before:
        return None
    if origin(str(before["url"])) != origin(asked.url):
        raise PageElsewhere(f"{RESUME} is on another origin than url, where the token is not sent: remove it.")
    body = before.get("body")
    return Request(str(before["url"]), None if body is None else str(body).encode(), before.get("number"))
