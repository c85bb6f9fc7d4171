# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many calls of a task that runs on a node: the module makes them, and this goes on after a 401.

The module begins no call after a 401. It is shipped again with a new token, and only with the calls that were rejected
or not sent, so nothing is sent twice.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ...module_utils._api.many import outcome
from ...module_utils._api.many.entries import Entry, Many
from ...module_utils._api.paging.legs import Legs, at_place
from ...module_utils._api.results import outlived, rejected, rejected_given, rejects_token
from ...module_utils._errors import AuthkitError
from .repair import LONGEST_PAUSE, MOST_RENEWALS, Result, Tokens, both, telling_sources

Parameters = Mapping[str, Any]
#: Has the module make these calls, each with parameters besides those of its entry, and with more parameters besides
#: those of the task. Returns its result.
Ship = Callable[[Sequence[tuple[Entry, Parameters]], Parameters], Result]


class Shipments:
    """The calls of one task.

    :param entries: the calls to make.
    :param known: results of others, by number.
    :ivar results: what is known of each call, by number.
    :ivar other: the result if the module did not end as it should, or runs in the background.
    """

    def __init__(
        self, many: Many, entries: Iterable[Entry], ship: Ship, known: Mapping[int, Result] | None = None
    ) -> None:
        self._many, self._ship = many, ship
        self._rest, self._progressed, self._why = list(entries), False, ""
        self.results = dict(known or {})
        self._items: dict[int, Result] = {}
        self._legs: dict[int, Legs] = {}
        self.warnings: list[Any] = []
        self.other: Result | None = None

    def send(self, token: str) -> None:
        """Makes the calls with a token that is not renewed."""
        self._round({"access_token": token})

    def send_given(self, token: str) -> None:
        """Makes the calls with the token in the task's arguments, which cannot be renewed."""
        self.send(token)
        for entry in self._many.entries:
            result = self.results.get(entry.number, {})
            if rejects_token(entry.call, result):
                result.update(rejected_given(entry.call.method, entry.call.url).result())

    def send_renewing(self, tokens: Tokens) -> None:
        """Makes the calls with tokens of the task's client. Raises AuthkitError if it gets none at first."""
        token = tokens.fresh(None)
        idle, took, before = 0, 0.0, frozenset[int]()
        while self._rest:
            tokens.pause(random.uniform(0.0, min(took * 2**idle, LONGEST_PAUSE)) if idle else 0.0)
            begin = time.monotonic()
            refused = self._round({"access_token": token, "renewable_token": True})
            took = time.monotonic() - begin
            if not refused or self._stopped():
                break
            idle = 0 if self._progressed else idle + 1
            renewed = self._renewed(tokens, token, refused)
            if renewed is None:
                break
            if idle > MOST_RENEWALS:
                self._give_up(refused, outlived)
            elif renewed == token:  # a new one would be rejected, too
                self._give_up(refused, rejected)
            elif not tokens.ended(token):
                self._give_up([entry for entry in refused if entry.number in before], rejected)
            if self._stopped():
                break
            token, before = renewed, frozenset(entry.number for entry in refused)
        for result in self.results.values():
            telling_sources(result, tokens.sources)

    def in_order(self) -> list[Result]:
        """The results of all calls."""
        return outcome.in_order(self._many, self.results, (), self._why)

    def _round(self, parameters: Parameters) -> list[Entry]:
        """Ships the rest once, notes its results, and returns the calls whose token was rejected."""
        rest, self._progressed = self._rest, False
        legs = [self._legs.get(entry.number) for entry in rest]
        places = [at_place(leg.place) if leg else {} for leg in legs]
        data = self._ship(list(zip(rest, places, strict=True)), parameters)
        items = data.get(outcome.RESULTS)
        if not isinstance(items, list) or len(items) != len(rest) or not all(isinstance(item, dict) for item in items):
            self._lost(data)
            return []
        self.warnings += data.get("warnings") or ()
        refused, unsent = [], {}
        for entry, item in zip(rest, items, strict=True):
            result = self._noted(entry, item)
            if parameters.get("renewable_token") and rejects_token(entry.call, result):
                refused.append(entry)
            elif not (result["sent"] or result["failed"]):
                unsent[entry.number] = entry
            else:
                self._progressed = True
        again = {entry.number for entry in refused} | set(unsent)
        self._rest = [entry for entry in rest if entry.number in again] if refused else []
        for number in unsent if refused else ():
            del self.results[number]
        return refused

    def _noted(self, entry: Entry, item: Parameters) -> Result:
        """The result that a node returned for a call, without anything that is not ours."""
        self._items[entry.number] = {key: value for key, value in item.items() if key in outcome.ENTRY_KEYS}
        legs = self._legs.setdefault(entry.number, Legs(lambda _token, _place: self._items.pop(entry.number)))
        found = legs("")
        found = {"changed": False, "status": None, "msg": "", **found, "name": entry.name}
        found.update({key: bool(found.get(key)) for key in ("changed", "failed", "sent")})
        self.results[entry.number] = both(self.results.get(entry.number, {}), found)
        return self.results[entry.number]

    def _lost(self, data: Result) -> None:
        """The module did not return results: it refused to begin, did not run to its end, or is still running."""
        self.other, rest, self._rest = data, self._rest, []
        if "error" not in data or "status" not in data:
            self._why = "the module did not run to its end"
            self.results.update((entry.number, outcome.unknown(entry, self._why)) for entry in rest)
        else:
            self._why = "the module did not begin"

    def _renewed(self, tokens: Tokens, token: str, refused: Iterable[Entry]) -> str | None:
        try:
            return tokens.fresh(token)
        except AuthkitError as error:
            for entry in refused:
                self.results[entry.number].update(error.result())
            self._why = "there is no new access token"
            return None

    def _give_up(self, entries: Iterable[Entry], error: Callable[[str, str], AuthkitError]) -> None:
        final = set()
        for entry in entries:
            self.results[entry.number].update(error(entry.call.method, entry.call.url).result())
            final.add(entry.number)
        self._rest = [entry for entry in self._rest if entry.number not in final]

    def _stopped(self) -> bool:
        """Whether a call has failed for good, and the others are not to be made."""
        waiting = {entry.number for entry in self._rest}
        return self._many.fail_fast and any(
            result["failed"] for number, result in self.results.items() if number not in waiting
        )
