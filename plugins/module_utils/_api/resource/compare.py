# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compares a resource as it is with the desired state, and says what it would be.

All values are those of JSON. A value that is not known, since the server masks it or never returns it, is not compared.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..._errors import InvalidOption
from ..._words import quoted
from .paths import Path, Paths, shown
from .secrets import Secrets

#: In place of a value that is not there.
MISSING: Any = type("Missing", (), {"__repr__": lambda _self: "MISSING"})()


@dataclass(frozen=True)
class Rules:
    """How to compare.

    :param exact: members of the resource that the desired state does not have are removed.
    :param list_keys: the member that identifies the items of a list, by the path of the list.
    :param unordered: lists whose order means nothing.
    :param ignore: what is neither compared nor changed.
    :param write_only: what the server never returns.
    :param secrets: tells which values are masks.
    :param with_unknown: whether desired values take the place of unknown ones, as in what is sent.
    """

    exact: bool = False
    list_keys: Sequence[tuple[Paths, str]] = ()
    unordered: Paths = field(default_factory=Paths)
    ignore: Paths = field(default_factory=Paths)
    write_only: Paths = field(default_factory=Paths)
    secrets: Secrets = field(default_factory=Secrets)
    with_unknown: bool = False

    def key_of(self, path: Path) -> str | None:
        """The member that identifies the items of the list at the path; None if none does."""
        return next((key for paths, key in self.list_keys if path in paths), None)


def desired_state(current: Any, desired: Any, rules: Rules) -> Any:
    """What the resource would be: ``known(current, rules)`` changed as desired."""
    merged = _merged(known(current, rules), current, desired, (), rules)
    return {} if merged is MISSING else merged


def created_state(desired: Any, rules: Rules) -> Any:
    """What a new resource would be: the desired state without masks."""
    return known(desired, replace(rules, write_only=Paths()) if rules.with_unknown else rules)


def known(value: Any, rules: Rules) -> Any:
    """A resource without masks, and without what the server never returns."""
    found = _known(value, (), rules)
    return {} if found is MISSING else found


def lost_masks(value: Any, sent: Any, secrets: Secrets, path: Path = ()) -> Iterator[str]:
    """The paths of the masks in a resource that have no value in what is sent."""
    if secrets.is_mask(value):
        if sent is MISSING:
            yield shown(path)
    elif isinstance(value, Mapping):
        members = sent if isinstance(sent, Mapping) else {}
        for key, item in value.items():
            yield from lost_masks(item, members.get(key, MISSING), secrets, (*path, key))
    elif isinstance(value, list):
        items = sent if isinstance(sent, list) and len(sent) >= len(value) else [MISSING] * len(value)
        for item, other in zip(value, items):
            yield from lost_masks(item, other, secrets, path)


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal: true is not 1, and the order of members means nothing."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(item, other[key]) for key, item in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def differing(one: Any, other: Any, path: Path = ()) -> Iterator[str]:
    """The paths of the members that differ between two values."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in dict.fromkeys((*one, *other)):
            yield from differing(one.get(key, MISSING), other.get(key, MISSING), (*path, key))
    elif not same(one, other):
        yield shown(path)


def _known(value: Any, path: Path, rules: Rules) -> Any:
    if rules.secrets.is_mask(value) or (path and path in rules.write_only):
        return MISSING
    if isinstance(value, Mapping):
        found = {key: _known(item, (*path, key), rules) for key, item in value.items()}
        return {key: item for key, item in found.items() if item is not MISSING}
    if isinstance(value, list):
        return [item for item in (_known(item, path, rules) for item in value) if item is not MISSING]
    return value


def _merged(known_now: Any, current: Any, desired: Any, path: Path, rules: Rules) -> Any:
    """The value as desired; MISSING if it is not there or not known.

    :param known_now: the current value without masks.
    :param current: the value as the server returned it.
    """
    if path and path in rules.ignore:
        return known_now
    if rules.secrets.is_mask(desired):
        return known_now
    if (path and path in rules.write_only) or rules.secrets.is_mask(current):
        return _known(desired, path, replace(rules, write_only=Paths())) if rules.with_unknown else known_now
    if desired is None and known_now in (None, MISSING):
        return known_now
    if isinstance(desired, Mapping):
        return _merged_members(known_now, current, desired, path, rules)
    if isinstance(desired, list):
        return _merged_list(known_now, current, desired, path, rules)
    return known_now if same(known_now, desired) else desired


def _merged_members(known_now: Any, current: Any, desired: Mapping[str, Any], path: Path, rules: Rules) -> Any:
    now = known_now if isinstance(known_now, Mapping) else {}
    raw = current if isinstance(current, Mapping) else {}
    merged: dict[str, Any] = {
        key: item
        for key, item in now.items()
        if not rules.exact or item is None or key in desired or _stays((*path, key), rules)
    }
    for key, item in desired.items():
        found = _merged(now.get(key, MISSING), raw.get(key, MISSING), item, (*path, key), rules)
        if found is not MISSING:
            merged[key] = found
        else:
            merged.pop(key, None)
    if not merged and not isinstance(known_now, Mapping):
        return MISSING if desired else {}
    return merged


def _stays(path: Path, rules: Rules) -> bool:
    return path in rules.ignore or path in rules.write_only


def _merged_list(known_now: Any, current: Any, desired: list[Any], path: Path, rules: Rules) -> Any:
    now = known_now if isinstance(known_now, list) else []
    raw = current if isinstance(current, list) and len(current) == len(now) else now
    key = rules.key_of(path)
    if key is not None:
        return _merged_by_key(now, raw, desired, path, rules, key)
    order = _order(now, raw, desired, path, rules) if isinstance(known_now, list) and len(now) == len(desired) else None
    if order is None:
        return _without_masks(desired, path, rules)
    return [_merged(item, raw[number], desired[order[number]], path, rules) for number, item in enumerate(now)]


def _without_masks(desired: list[Any], path: Path, rules: Rules) -> list[Any]:
    cleaned = (
        _known(item, path, replace(rules, write_only=Paths()) if rules.with_unknown else rules) for item in desired
    )
    return [item for item in cleaned if item is not MISSING]


def _order(now: list[Any], raw: list[Any], desired: list[Any], path: Path, rules: Rules) -> Sequence[int] | None:
    """By the items of a list, the desired ones that they agree with; None if one agrees with none."""
    comparing = replace(rules, with_unknown=False)

    def agrees(number: int, other: int) -> bool:
        return same(now[number], _merged(now[number], raw[number], desired[other], path, comparing))

    if path not in rules.unordered:
        return range(len(now)) if all(agrees(number, number) for number in range(len(now))) else None
    places: dict[str, list[int]] = {}
    for number, item in enumerate(desired):
        places.setdefault(json_text(item), []).append(number)
    found = {number: place.pop() for number, item in enumerate(now) if (place := places.get(json_text(item)))}
    waiting = [number for numbers in places.values() for number in numbers]
    for number in range(len(now)):
        if number not in found:
            fitting = next((place for place in waiting if agrees(number, place)), None)
            if fitting is None:
                return None
            waiting.remove(fitting)
            found[number] = fitting
    return [found[number] for number in range(len(now))]


def json_text(value: object) -> str:
    """A JSON value as a text that equal values share."""
    return json.dumps(value, sort_keys=True)


def _merged_by_key(
    now: list[Any], current: list[Any], desired: list[Any], path: Path, rules: Rules, key: str
) -> list[Any]:
    wanted = _by_key(desired, path, key)
    raw = {json_text(item[key]): item for item in current if isinstance(item, Mapping) and key in item}
    merged, done = [], set()
    for item in now:
        name = json_text(item[key]) if isinstance(item, Mapping) and key in item else None
        if name is not None and name in wanted and name not in done:
            done.add(name)
            merged.append(_merged(item, raw.get(name, item), wanted[name], path, rules))
        elif not rules.exact:
            merged.append(item)
    new = [item for name, item in wanted.items() if name not in done]
    return [*merged, *_without_masks(new, path, rules)]


def _by_key(desired: list[Any], path: Path, key: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for item in desired:
        if not isinstance(item, Mapping) or key not in item:
            raise InvalidOption(
                f"list_keys says that {quoted(key)} identifies the items of {quoted(shown(path))}, and an item in body "
                "has no such member: add it, or remove the list from list_keys."
            )
        if json_text(item[key]) in found:
            raise InvalidOption(
                f"body has two items in {quoted(shown(path))} with the same {quoted(key)}, which list_keys says "
                "identifies them: keep one."
            )
        found[json_text(item[key])] = item
    return found
