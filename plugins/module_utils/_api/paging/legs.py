# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A listing that takes several tokens: each leg goes on with the page that the token before was too old for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Optional

from .options import RESUME

Result = dict[str, Any]
#: Makes the call with a token, from a place on.
SendFrom = Callable[[str, Optional[Mapping[str, Any]]], Result]


class Legs:
    """Makes a paged call with one token after the other, and joins what each of them read.

    :param send: makes the call; None as its place means the first page.
    """

    def __init__(self, send: SendFrom) -> None:
        self._send = send
        self._entries: list[Any] = []
        self._place: Mapping[str, Any] | None = None

    @property
    def place(self) -> Mapping[str, Any] | None:
        """Where the next leg goes on; None for the first page."""
        return self._place

    def __call__(self, token: str) -> Result:
        result = self._send(token, self._place)
        place = result.pop(RESUME, None)
        if isinstance(place, Mapping) and isinstance(place.get("entries"), list):
            self._entries += place["entries"]
            self._place = {key: value for key, value in place.items() if key != "entries"}
        elif self._entries and not result.get("failed") and isinstance(result.get("json"), list):
            result["json"] = [*self._entries, *result["json"]]
        return result


def at_place(place: Mapping[str, Any] | None) -> dict[str, Any]:
    """The parameters of a module that goes on at a place."""
    return {RESUME: dict(place)} if place else {}


def from_place(call: Any, place: Mapping[str, Any] | None) -> Any:
    """The call as it goes on at a place."""
    return replace(call, resume=place) if place else call


def advanced(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether a call got responses before its token was rejected, so that the token was good for a while."""
    answers = [_answers(result) for result in (before, after)]
    return all(isinstance(number, int) for number in answers) and answers[0] < answers[1]


def _answers(result: Mapping[str, Any]) -> Any:
    """The pages of a listing, or what a job of resource has got so far."""
    job = result.get("resume")
    return job.get("answers", 0) if isinstance(job, Mapping) else result.get("pages", 0)
