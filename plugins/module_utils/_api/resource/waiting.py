# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waits for a change that the API makes after its response: 202 with the address of a status monitor.

Known are Azure's ``Azure-AsyncOperation`` and ``Operation-Location``, whose JSON has a ``status``, and ``Location`` of
a 202, which responds with 202 until the work is done (RFC 9110 section 15.3.3).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..._errors import ApiError
from ..._http.model import retry_after
from ..._urls import safe_url
from .conditional import GONE
from .find import same_origin_url
from .spec import CREATED, DELETED, UPDATED

#: Seconds: the first wait and the longest one, if the API names none.
FIRST_WAIT, LONGEST_WAIT = 1.0, 15.0
#: Headers with the address of a status monitor, the most telling first.
_OPERATIONS = ("azure-asyncoperation", "operation-location")
#: How the words begin that mean a failure.
_FAILED = ("abort", "cancel", "error", "fail", "reject", "timedout")
_DONE = frozenset({"complete", "completed", "done", "finished", "success", "succeeded", "successful"})
_RUNNING = frozenset(
    {"accepted", "active", "creating", "deleting", "inprogress", "new", "notstarted", "pending", "processing"}
    | {"provisioning", "queued", "running", "scheduled", "started", "submitted", "updating", "waiting"}
)
#: What the ``status`` of a resource says of a change to it. Its other words are its own, such as pending or canceled.
_CHANGING = frozenset({"creating", "deleting", "provisioning", "updating"})
#: Words above that are those of a resource which is there.
_THERE = frozenset({"active", "new", "running", "started"})
Result = dict[str, Any]


class OperationFailed(ApiError):
    """The API accepted a change and then reported that it failed. The API's own words are in operation.

    :ivar said: the JSON of its report.
    """

    said: object = None


class OperationTimedOut(ApiError):
    """A change was accepted and is not complete in time. Raise wait_timeout, or run the task again later."""


class OperationElsewhere(ApiError):
    """The API reports progress at another origin, where the token is not sent. Set wait: false."""


@dataclass(frozen=True)
class Monitor:
    """Where the API tells how far a change is.

    :param operation: whether its JSON has a status; else its HTTP status tells.
    :param first: seconds to wait before the first look.
    :param change: what is done to the resource, if it is the resource itself: CREATED, UPDATED or DELETED.
    """

    url: str
    operation: bool
    first: float = FIRST_WAIT
    change: str = ""

    def ended(self, result: Mapping[str, Any]) -> bool:
        """Whether a response means that the monitor went away with its work, or that the resource was deleted."""
        return not self.operation and self.change != CREATED and result.get("status") in GONE


def _no_resource(_url: str) -> str:
    return ""


def monitor_of(result: Mapping[str, Any], change_at: Callable[[str], str] = _no_resource) -> Monitor | None:
    """The monitor that the response to a write names; None if the change is complete.

    :param change_at: what is done to the resource, if a URL is its own.
    :raises OperationElsewhere: it is at another origin.
    """
    headers = result.get("headers") or {}
    name = next((name for name in _OPERATIONS if headers.get(name)), None)
    if name is None and (result.get("status") != 202 or not headers.get("location")):
        return None
    asked = str(result["url"])
    target = same_origin_url(asked, str(headers[name or "location"]))
    if target is None:
        raise OperationElsewhere(
            f"{safe_url(asked)} accepted the change, and reports progress at another origin, where the token is not "
            "sent: set wait: false, and look at the resource later."
        )
    change = change_at(target) if name is None else ""
    return Monitor(target, name is not None, _pause(headers, FIRST_WAIT), change)


@dataclass(frozen=True)
class Clock:
    """The time, as tests set it."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


REAL = Clock()


def wait_for(monitor: Monitor, look: Callable[[str], Result], seconds: float, clock: Clock = REAL) -> Result:
    """Waits until the change is complete, and returns the last response.

    :param look: sends a GET, and returns its result.
    :param seconds: how long in total.
    :raises OperationFailed: the API says so.
    :raises OperationTimedOut: it is not complete in time.
    """
    ends, pause = clock.now() + seconds, monitor.first
    while clock.now() + pause < ends:
        clock.sleep(pause)
        result = look(monitor.url)
        outcome = _outcome(monitor, result)
        if outcome is not None:
            return result if outcome else _failed(monitor, result)
        pause = _pause(result.get("headers") or {}, min(max(pause, FIRST_WAIT) * 1.5, LONGEST_WAIT))
    raise OperationTimedOut(
        f"The API accepted the change, and {safe_url(monitor.url)} does not say within {seconds:.0f} s that it is "
        "complete: raise wait_timeout (and deadline, if it is set), or run the task again later."
    )


def _outcome(monitor: Monitor, result: Result) -> bool | None:
    """True if the change is complete, False if it failed, None if it goes on."""
    status = result.get("status")
    if status == 202 or (monitor.change == CREATED and status in GONE):
        return None
    if monitor.ended(result):
        return True
    if result.get("failed"):
        return False
    word = _status(result.get("json"))
    if monitor.change == DELETED:
        return None  # it is still there
    if monitor.change == UPDATED:
        return None if word in _CHANGING else True
    if monitor.change == CREATED and word in _THERE:
        return True
    if word.startswith(_FAILED):
        return False
    if monitor.operation:
        return True if word in _DONE or status == 204 else None
    return None if word in _RUNNING else True


def _status(value: object) -> str:
    word = value.get("status") if isinstance(value, Mapping) else None
    return "".join(c for c in word.lower() if c.isalpha()) if isinstance(word, str) and len(word) <= 40 else ""


def _failed(monitor: Monitor, result: Result) -> Result:
    if result.get("failed"):
        return result
    error = OperationFailed(
        f"The API accepted the change, and {safe_url(monitor.url)} then said that it failed: the server's own words "
        "are in operation."
    )
    error.said = result.get("json")
    raise error


def _pause(headers: Mapping[str, str], otherwise: float) -> float:
    asked = retry_after(headers)
    return otherwise if asked is None else max(asked, 0.1)
