# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads a resource: at its own address, or as its collection lists it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..._urls import safe_url
from ..paging.options import RESUME
from .calls import Calls, Result, Stopped
from .conditional import GONE
from .done import Done
from .find import Addresses, IncompleteListing, NotAResource, outline
from .job import Job

#: Of a resource that existed, and no longer does.
_DELETED = 410
#: Seconds before a listing is read again.
_BETWEEN = 1.0


@dataclass(frozen=True)
class Found:
    """A resource that was read.

    :param headers: of the response.
    """

    url: str
    value: Mapping[str, Any]
    headers: Mapping[str, Any]


class Reader:
    """Reads the resource of a job.

    :param done: gets the status of each response, and where a listing goes on.
    :param pause: sleeps for this many seconds.
    """

    def __init__(self, job: Job, calls: Calls, done: Done, pause: Callable[[float], None]) -> None:
        self._job, self._calls, self._done, self._pause = job, calls, done, pause

    @property
    def addresses(self) -> Addresses:
        """Where the collection's resources are."""
        if self._job.addresses is None:
            raise AssertionError("a job without url has a collection")
        return self._job.addresses

    def read(self) -> Found | None:
        """The resource; None if there is none.

        :raises Stopped: by a response.
        :raises ApiError: the response is not what the task expects, or more than one resource matches.
        """
        if self._job.url is not None:
            return self.at(self._job.url)
        address = ""
        for look in range(2):
            if look:
                self._pause(_BETWEEN)  # somebody deleted it after the listing, or the listing lags behind
            item = self.in_collection()
            if item is None:
                return None
            address = self.addresses.needed(item)
            found = self.at(address)
            if found is not None or (self._job.desired is None and self._done.status == _DELETED):
                return found
        raise NotAResource(
            f"The resource is listed in {safe_url(self.addresses.collection_url)}, and there is none at "
            f"{safe_url(address)}: set id_key or link_key to the member that gives its address, or set url."
        )

    def at(self, url: str) -> Found | None:
        """The resource at an address; None if there is none. Raises as read() does."""
        result = self._calls.get(url, self._job.query if self._job.addresses is None else None)
        self._done.status = result["status"]
        if result["status"] in GONE:
            return None
        if result.get("failed"):
            raise Stopped(result)
        if not isinstance(result.get("json"), Mapping):
            raise NotAResource(
                f"The response from {safe_url(url)} is not a JSON object, so it cannot be compared: check that url is "
                "that of one resource, and what the header Accept asks for."
            )
        return Found(url, result["json"], result.get("headers") or {})

    def in_collection(self) -> Mapping[str, Any] | None:
        """The resource as the collection lists it; None if none matches. Raises as read() does."""
        url, before = self.addresses.collection_url, self._done.listing
        result = self._calls.listed(url, self._job.query, self._job.paginate, before)
        self._done.status = result["status"]
        matching = before["entries"] if before else []
        if RESUME in result:
            self._done.listing = self._place(result[RESUME], matching)
        if result["status"] in GONE and self._job.desired is None and not result.get("pages"):
            return None
        if result.get("failed"):
            raise Stopped(result)
        self._done.listing = None
        if not isinstance(result.get("json"), list):
            raise NotAResource(f"The response from {safe_url(url)} has no list of resources: check collection_url.")
        item = self._job.match.one_of([*self._others(matching, result["json"]), *result["json"]], url)
        if item is None and result.get("truncated"):
            raise IncompleteListing(
                f"{safe_url(url)} has more resources than it lists, and none of these matches: set paginate to the way "
                "in which it gives the others, or set query so that it lists the one that you mean."
            )
        return item

    def _others(self, outlines: Iterable[Any], items: Iterable[Any]) -> list[Any]:
        """Those of the outlines whose resource is not listed once more: it moves on if others are created meanwhile."""
        outlines = list(outlines)
        addresses = {self.addresses.of(item) for item in items if self._job.match.fits(item)} if outlines else set()
        return [each for each in outlines if self.addresses.of(each) not in addresses - {None}]

    def _place(self, place: Mapping[str, Any], matching: list[Any]) -> Result:
        """Where a listing goes on. Of its entries, only what is needed of those that match: they may have secrets."""
        addresses = self.addresses
        paths = [*self._job.match.values, addresses.link_key or addresses.id_key]
        new = [outline(item, paths) for item in place["entries"] if self._job.match.fits(item)]
        return {**place, "entries": [*matching, *new]}
