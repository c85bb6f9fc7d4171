# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many calls in one task: the entries of the option requests, each with the options of one call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..._errors import AuthkitError, InvalidOption, MissingOption
from ..._http.redirects import READING_METHODS
from ..._urls import safe_url
from ..._words import quoted
from .. import idempotency
from ..call import ApiCall, prepare
from ..spec import API_SPEC, FAIL_FAST, MOST_AT_ONCE

Parameters = Mapping[str, Any]

NAME = "name"
#: The controller tells a node the number of each call: after a 401 it ships only those that are left.
NUMBER = "number"
#: Options that hold for the whole task.
ON_TASK = frozenset(
    {"access_token", "concurrency", "dpop_proofs", "on_error", "paginate_from", "renewable_token", "requests"}
    | {"use_proxy"}
)
#: Options that make a call the one that it is: an entry does not get them from the task.
OWN = ("url", "body", "body_base64", "src", "dest", "creates", "removes")
#: The argument spec of an entry: what it leaves out comes from the task.
ENTRY_SPEC: dict[str, dict[str, Any]] = {
    NAME: {"type": "str"},
    **{
        option: {rule: value for rule, value in rules.items() if rule not in ("default", "required")}
        for option, rules in API_SPEC.items()
        if option not in ON_TASK
    },
}
_KEY = "idempotency_key"
#: Which part of a response a result keeps: its text and JSON, its JSON, or, unless the call failed, neither.
ALL, JSON, NOTHING = "all", "json", "nothing"


@dataclass(frozen=True, repr=False)
class Entry:
    """One of many calls.

    :param number: from 1.
    :param keeps: ALL, JSON or NOTHING.
    """

    number: int
    name: str
    call: ApiCall
    keeps: str = JSON

    def __repr__(self) -> str:
        return f"Entry({self.number}, {self.call!r})"


@dataclass(frozen=True, repr=False)
class Many:
    """Validated calls.

    :param concurrency: how many are made at once, at most.
    :param limit: MiB that the texts of the responses in the results may have in total.
    """

    entries: Sequence[Entry]
    concurrency: int
    fail_fast: bool
    limit: int

    def __repr__(self) -> str:
        return f"Many({len(self.entries)} calls)"


def means_many(params: Parameters) -> bool:
    """Whether a task's parameters describe many calls, not one.

    :raises OptionError: they describe neither, or both.
    """
    if params.get("requests") is None:
        if not params.get("url"):
            raise MissingOption("url is not set: set it for one call, or requests for many.")
        return False
    for option in OWN:
        if params.get(option) is not None:
            raise InvalidOption(
                f"{option} and requests are both set: set {option} in each entry of requests that needs it."
            )
    if str(params.get(_KEY) or "auto").lower() not in (*idempotency.AUTO, "false"):
        raise InvalidOption(
            f"{_KEY} and requests are both set, and no two calls can have the same key: set it to auto, or in each "
            "entry of requests."
        )
    return True


def prepare_many(params: Parameters, adapted: Callable[[Parameters], Parameters] = dict) -> Many:
    """The calls that a task's parameters describe. Does not use the network.

    :param adapted: changes the parameters of each call.
    :raises AuthkitError: as prepare() does; the sentence names the entry.
    """
    most = params.get("concurrency", API_SPEC["concurrency"]["default"])
    if not 1 <= most <= MOST_AT_ONCE:
        raise InvalidOption(f"concurrency must be a number from 1 to {MOST_AT_ONCE}, not {most}.")
    entries = []
    for place, entry in enumerate(params["requests"], 1):
        number = entry.get(NUMBER, place)
        try:
            entries.append(_entry(number, entry.get(NAME), adapted(entry_parameters(params, entry))))
        except AuthkitError as error:
            raise named(error, number, entry.get(NAME)) from None
    limit = params.get("json_limit") or API_SPEC["json_limit"]["default"]
    return Many(entries, most, params.get("on_error", FAIL_FAST) == FAIL_FAST, limit)


def entry_parameters(params: Parameters, entry: Parameters) -> dict[str, Any]:
    """The parameters of one call: those of the task, replaced by those of its entry. Null leaves one out.

    headers and query are merged if both are mappings.
    """
    others = {name: value for name, value in params.items() if name not in ON_TASK and name not in OWN}
    found = {**others, **entry}
    found.pop(NAME, None)
    found.pop(NUMBER, None)
    if isinstance(params.get("headers"), Mapping) and isinstance(entry.get("headers"), Mapping):
        own = {str(name).lower() for name in entry["headers"]}
        kept = {name: value for name, value in params["headers"].items() if str(name).lower() not in own}
        found["headers"] = {**kept, **entry["headers"]}
    if isinstance(params.get("query"), Mapping) and isinstance(entry.get("query"), Mapping):
        found["query"] = {**params["query"], **entry["query"]}
    if "mode" not in entry and not found.get("dest"):
        found.pop("mode", None)
    if _KEY not in entry and str(found.get("method", "")).upper() in READING_METHODS:
        found.pop(_KEY, None)
    return {name: _default(name) if value is None else value for name, value in found.items()}


def named(error: AuthkitError, number: int, name: object = None) -> AuthkitError:
    """The error, whose sentence now begins with the entry that it is about."""
    whose = f" ({quoted(str(name))})" if name else ""
    error.args = (f"Entry {number} of requests{whose}: {error.args[0]}",)
    return error


def _entry(number: int, name: str | None, params: Parameters) -> Entry:
    if not params.get("url"):
        raise MissingOption("url is not set, and each entry needs one.")
    call = prepare(params)
    keeps = JSON
    if params.get("return_content"):
        keeps = ALL
    elif params.get("return_content") is False or params.get("dest"):
        keeps = NOTHING
    return Entry(number, name or safe_url(call.url), call, keeps)


def _default(option: str) -> object:
    return API_SPEC.get(option, {}).get("default")
