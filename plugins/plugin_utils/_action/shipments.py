# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many calls of a task that runs on a node: the module makes them, and this goes on after a 401.

The module begins no call after a 401. It is shipped again with a new token, and only with the calls that were rejected
or not sent, so nothing is sent twice. After a call that no new token helps, the module makes all the others even if the
API rejects them: an API that rejects each token would otherwise take about as many shipments as there are calls.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ...module_utils._api.many import outcome
from ...module_utils._api.many.entries import Entry, Many
from ...module_utils._api.paging.legs import Legs, advanced, at_place
from ...module_utils._api.results import outlived, rejected, rejected_given, rejects_token
from ...module_utils._api.time_left import TimeLeft
from ...module_utils._errors import AuthkitError
from .repair import LONGEST_PAUSE, MOST_LEGS, MOST_RENEWALS, Result, Tokens, both, each_once, telling_sources

Parameters = Mapping[str, Any]
#: Has the module make these calls, each with parameters besides those of its entry, and with more parameters besides
#: those of the task. Returns its result.
Ship = Callable[[Sequence[tuple[Entry, Parameters]], Parameters], Result]


#: Seconds: the longest wait for a retry that is believed.
_LONGEST = 86_400.0


class _Track:
    """One call, over all its shipments.

    :ivar rejections: how many tokens were rejected.
    """

    def __init__(self, entry: Entry) -> None:
        self._item: Result = {}
        self._legs = Legs(lambda _token, _place: self._item)
        self._left = TimeLeft(entry.call.deadline)
        self._advances = self.rejections = 0

    def parameters(self) -> Parameters:
        """What its next shipment has besides its own parameters: where a listing goes on, and the time that is left."""
        return {**at_place(self._legs.place), **self._left.parameters()}

    def found(self, item: Parameters) -> Result:
        """The result that a node returned, without anything that is not ours."""
        self._item = {key: value for key, value in item.items() if key in outcome.ENTRY_KEYS}
        self._left.spend(self._item)
        return self._legs("")

    @property
    def waited(self) -> float:
        """Seconds that it waited for retries in its last shipment, as the node says."""
        waits = self._item.get("waits")
        found = [wait.get("seconds") for wait in waits if isinstance(wait, Mapping)] if isinstance(waits, list) else []
        return sum(each for each in found if isinstance(each, (int, float)) and 0 <= each <= _LONGEST)

    def advanced(self, before: Result, after: Result) -> bool:
        """Notes that its token was rejected, and returns whether pages were read before."""
        self.rejections += 1
        if self._advances >= MOST_LEGS or not advanced(before, after):
            return False
        self._advances += 1
        return True


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
        self._rest, self._why = list(entries), ""
        self._tracks = {entry.number: _Track(entry) for entry in self._rest}
        self.results = dict(known or {})
        self.warnings: list[Any] = []
        self.other: Result | None = None
        # Of the last shipment: whether its token was of use, its seconds, and for how many of them the module ran.
        self._progressed, self._took, self._ran = False, 0.0, 0.0
        # How many shipments in a row had a token of no use, and whether the module stops at a 401.
        self._idle, self._stops = 0, True

    def send(self, token: str) -> None:
        """Makes the calls with a token that is not renewed."""
        for entry, item in zip(self._rest, self._items({"access_token": token}), strict=False):
            self._noted(entry, item)

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
        while self._rest:
            refused, stuck = self._round({"access_token": token, "renewable_token": self._stops})
            ended = tokens.ended(token, self._ago(stuck))
            self._judge(stuck, ended=ended)
            again = self._waiting(refused)
            if not self._rest or self._stopped():
                break
            if not (again or ended):
                continue
            tokens.pause(self._pause() if again else 0.0)
            renewed = self._renewed(tokens, token)
            if renewed is None:
                break
            if renewed == token:  # a new one would be rejected, too
                self._give_up(again, rejected)
            if self._stopped():
                break
            token = renewed
        for result in self.results.values():
            telling_sources(result, tokens.sources)

    def in_order(self) -> list[Result]:
        """The results of all calls."""
        return outcome.in_order(self._many, self.results, (), self._why)

    def _round(self, parameters: Parameters) -> tuple[list[Entry], list[Entry]]:
        """Ships the rest once, and notes its results.

        Returns the calls whose token was rejected, and those of them that it was of no use to. They and those that were
        not sent are the rest now.
        """
        rest, before, items = self._rest, dict(self.results), self._items(parameters)
        refused, stuck, unsent = list[Entry](), list[Entry](), set[int]()
        for entry, item in zip(rest, items, strict=False):
            result, known = self._noted(entry, item), before.get(entry.number, {})
            if rejects_token(entry.call, result):
                refused.append(entry)
                if not self._tracks[entry.number].advanced(known, result):
                    stuck.append(entry)
            elif not (result["sent"] or result["failed"]):
                unsent.add(entry.number)
        self._progressed = len(stuck) + len(unsent) < len(items)
        again = unsent | {entry.number for entry in refused}
        self._rest = [entry for entry in rest if entry.number in again] if refused else []
        for number in unsent if refused else ():
            del self.results[number]
        self.results.update((number, before[number]) for number in unsent & set(before))
        return refused, stuck

    def _items(self, parameters: Parameters) -> list[Result]:
        """Ships the rest once, and returns what the module returned for each call; nothing if it did not."""
        begin = time.monotonic()
        data = self._ship([(entry, self._tracks[entry.number].parameters()) for entry in self._rest], parameters)
        self._took, ran = time.monotonic() - begin, data.get("elapsed")
        self._ran = ran if isinstance(ran, float) and 0.0 < ran < self._took else 0.0
        items = data.get(outcome.RESULTS)
        if isinstance(items, list) and len(items) == len(self._rest) and all(isinstance(item, dict) for item in items):
            self.warnings = each_once(self.warnings, data.get("warnings"))
            return items
        self._lost(data)
        return []

    def _noted(self, entry: Entry, item: Parameters) -> Result:
        """The result that a node returned for a call, with what earlier shipments found."""
        found = self._tracks[entry.number].found(item)
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

    def _judge(self, stuck: Iterable[Entry], *, ended: bool) -> None:
        """Gives up the calls that no new token would help.

        :param stuck: the calls that the token was of no use to.
        :param ended: whether it had expired when they were made.
        """
        self._idle = 0 if self._progressed else self._idle + 1
        if not ended:
            again = (entry for entry in stuck if self._tracks[entry.number].rejections > 1)
            self._give_up(again, rejected)
        elif self._progressed:
            self._stops = True  # the rest would be sent in vain
        elif self._idle > MOST_RENEWALS:
            self._give_up(stuck, outlived)

    def _ago(self, stuck: Iterable[Entry]) -> float:
        """Seconds since the calls were sent that the token was of no use to.

        Without progress, these are the calls that the module began with. They may have waited for a retry before.
        """
        if self._progressed:
            return 0.0
        return max(0.0, self._ran - max((self._tracks[entry.number].waited for entry in stuck), default=0.0))

    def _pause(self) -> float:
        """Seconds, as in _repaired(): none before the first renewal."""
        return random.uniform(0.0, min(self._took * 2 ** (self._idle - 1), LONGEST_PAUSE)) if self._idle > 1 else 0.0

    def _renewed(self, tokens: Tokens, token: str) -> str | None:
        try:
            return tokens.fresh(token)
        except AuthkitError as error:
            refused = [entry for entry in self._rest if entry.number in self.results]
            for entry in refused:
                self.results[entry.number].update(error.result())
            self._why = "there is no new access token"
            if not refused:  # then no result says why
                self._why = f"{self._why}: {error.message.rstrip('.')}"
            return None

    def _give_up(self, entries: Iterable[Entry], error: Callable[[str, str], AuthkitError]) -> None:
        final = set()
        for entry in entries:
            self.results[entry.number].update(error(entry.call.method, entry.call.url).result())
            final.add(entry.number)
        self._rest = [entry for entry in self._rest if entry.number not in final]
        self._stops = self._stops and not final
        if final and error is rejected:
            self._idle = 0

    def _waiting(self, entries: Iterable[Entry]) -> list[Entry]:
        """Those of these calls that are to be made again."""
        waiting = {entry.number for entry in self._rest}
        return [entry for entry in entries if entry.number in waiting]

    def _stopped(self) -> bool:
        """Whether a call has failed for good, and the others are not to be made."""
        waiting = {entry.number for entry in self._rest}
        return self._many.fail_fast and any(
            result["failed"] for number, result in self.results.items() if number not in waiting
        )
