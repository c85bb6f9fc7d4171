# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The results of many calls: one for each entry, in order, and the task's own, which sums them up."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from ..._errors import AuthkitError
from ..._http.redirects import READING_METHODS
from ..._urls import safe_url
from ..._words import quoted
from ..results import MIB, RESULT_KEYS, bug, failure, skipped
from .entries import ALL, NAME, NOTHING, Entry, Many
from .side_by_side import Abandoned, Watched

Result = dict[str, Any]

RESULTS = "results"
#: All keys of the task's result, and of one in results.
MANY_KEYS = frozenset({"changed", "failed", "msg", "error", "elapsed", "warnings", RESULTS})
ENTRY_KEYS = RESULT_KEYS - {"warnings"} | {NAME, "sent"}
#: How many warnings of calls are shown.
_MOST_WARNINGS = 5
#: What a result has of headers, and a URL that a header may have named.
_OF_HEADERS = ("headers", "url", "content_type", "cookies", "cookies_string", "location")
#: Characters that each text counts in addition: many small ones take memory as well.
_OF_A_TEXT = 16


class Keeping:
    """Decides which responses stay in the results, so that many of them do not fill the memory.

    :param limit: MiB in total, once for the responses and once for their headers.
    """

    def __init__(self, limit: int) -> None:
        self._limit, self._left, self._left_for_headers = limit, limit * MIB, limit * MIB
        self._lock = threading.Lock()
        self._dropped: list[Entry] = []
        self._bare: list[Entry] = []
        self._warnings: list[str] = []

    def kept(self, entry: Entry, result: Result, received: int) -> Result:
        """The result as it is kept.

        :param received: bytes of the response.
        """
        warnings = result.pop("warnings", ())
        result = self._with_headers(entry, result)
        if entry.keeps == NOTHING and not result.get("failed"):
            return _without_text(result)
        with self._lock:
            self._warnings += [f"{label(entry)}: {each}" for each in warnings]
            if "json" not in result and "content" not in result:
                return result
            if received <= self._left:
                self._left -= received
                return result
            self._dropped.append(entry)
        return _without_text(result)

    def _with_headers(self, entry: Entry, result: Result) -> Result:
        """The result with its headers, if there is room for them."""
        length = sum(_length(result.get(name)) for name in _OF_HEADERS)
        with self._lock:
            if length <= self._left_for_headers:
                self._left_for_headers -= length
                return result
            self._bare.append(entry)
        bare = {name: value for name, value in result.items() if name not in _OF_HEADERS}
        # A redirect's may be as long as a header.
        return {**bare, "url": safe_url(str(result["url"]))} if "url" in result else bare

    def warnings(self) -> Iterator[str]:
        """What the user should know, in few sentences."""
        yield from self._warnings[:_MOST_WARNINGS]
        if len(self._warnings) > _MOST_WARNINGS:
            yield f"Responses of {len(self._warnings) - _MOST_WARNINGS} more entries of requests gave such warnings."
        if self._dropped:
            first = min(self._dropped, key=lambda entry: entry.number)
            what = "json and content" if first.keeps == ALL else "json"
            yield (
                f"The responses are longer than {self._limit} MiB in total, so the results of {len(self._dropped)} "
                f"entries of requests have no {what}, beginning with {label(first)}: write responses to dest, request "
                "less at once, or raise json_limit."
            )
        if self._bare:
            first = min(self._bare, key=lambda entry: entry.number)
            yield (
                f"The headers of the responses are longer than {self._limit} MiB in total, so the results of "
                f"{len(self._bare)} entries of requests have no headers, cookies and location, and no query in url, "
                f"beginning with {label(first)}: request less at once, or raise json_limit."
            )


def made(entry: Entry, watched: Watched, keeping: Keeping, work: Callable[[], Result]) -> Result:
    """The result of a call that `work` makes. Whatever goes wrong is a result as well, so that no other one is lost."""
    try:
        result = work()
    except AuthkitError as error:
        result = failure(error, entry.call.url)
    except Abandoned:
        raise
    except Exception as error:
        result = {**bug(error), "url": entry.call.url}
    return entry_result(entry, keeping.kept(entry, result, watched.received), sent=watched.sent)


def entry_result(entry: Entry, result: Mapping[str, Any], *, sent: bool) -> Result:
    """A call's result among the others."""
    return {NAME: entry.name, "sent": sent, "failed": False, **result}


def not_sent(entry: Entry, reason: str) -> Result:
    """The result of a call that was not begun."""
    return entry_result(entry, skipped(entry.call.method, entry.call.url, reason), sent=False)


def unknown(entry: Entry, reason: str) -> Result:
    """The result of a call that was begun and whose end nobody saw: if it writes, it may have changed something."""
    method, url = entry.call.method, entry.call.url
    may_change = method not in READING_METHODS and entry.call.paging is None
    words = f"{method} {safe_url(url)} was begun, and its outcome is not known: {reason}."
    return entry_result(entry, {"changed": may_change, "status": None, "msg": words, "url": url}, sent=True)


def in_order(many: Many, results: Mapping[int, Result], abandoned: Collection[int], why: str = "") -> list[Result]:
    """The results of all entries, those that another one stopped included.

    :param results: by number.
    :param abandoned: the numbers of calls that nobody waited for.
    :param why: the reason for both; by default the first failure.
    """
    failed = [entry for entry in many.entries if results.get(entry.number, {}).get("failed")]
    why = why or (f"{label(failed[0])} failed" if failed else "another call failed")
    return [
        results.get(entry.number) or (unknown(entry, why) if entry.number in abandoned else not_sent(entry, why))
        for entry in many.entries
    ]


def summed_up(many: Many, results: Sequence[Result], elapsed: float, warnings: Sequence[str] = ()) -> Result:
    """The task's result.

    :param results: one for each entry, in order.
    """
    failed = [number for number, result in enumerate(results) if result.get("failed")]
    found: Result = {
        "changed": any(result["changed"] for result in results),
        # Always there: Ansible would look for it in the results.
        "failed": bool(failed),
        "msg": _told(many, results, failed),
        "elapsed": round(elapsed, 3),
        RESULTS: list(results),
    }
    if failed:
        found["error"] = results[failed[0]].get("error")
    if warnings:
        found["warnings"] = list(warnings)
    return found


def label(entry: Entry) -> str:
    """The entry as a sentence names it."""
    return f"entry {entry.number} ({quoted(entry.name)})"


def _told(many: Many, results: Sequence[Result], failed: Sequence[int]) -> str:
    every = len(results)
    unsent = sum(not result["sent"] and not result["failed"] for result in results)
    unseen = sum(result["sent"] and result["status"] is None for result in results)
    parts = [f"{unsent} {'was' if unsent == 1 else 'were'} not sent"] if unsent else []
    parts += [f"the outcome of {unseen} is not known"] if unseen else []
    if not failed:
        return ", ".join([f"{every - unsent} of {every} calls succeeded", *parts]) + "."
    first = failed[0]
    parts.insert(0, f"{len(failed)} of {every} calls failed")
    return f"{', '.join(parts)}; {label(many.entries[first])}: {results[first].get('msg')}"


def _without_text(result: Result) -> Result:
    return {name: value for name, value in result.items() if name not in ("json", "content")}


def _length(value: object) -> int:
    """How many characters a text has, or the names and values of a mapping."""
    if isinstance(value, Mapping):
        return sum(_length(each) for pair in value.items() for each in pair)
    return len(value) + _OF_A_TEXT if isinstance(value, str) else 0
