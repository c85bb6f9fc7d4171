# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Single settings as Keycloak reads them: its default where a key is missing, whatever the JSON's types are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..snapshot.gaps import Json, NotEvaluated
from .clients import number

# How many names a finding shows.
_SHOWN = 10


def switch(holder: Json, name: str, *, default: bool | None = None) -> bool:
    """A setting that is on or off. Raises NotEvaluated where it is missing and has no default, or is neither."""
    value = holder.get(name)
    if value is None:
        value = default
    if isinstance(value, str):
        value = {"true": True, "false": False}.get(value.strip().lower())
    if not isinstance(value, bool):
        raise _unreadable(name, "true or false")
    return value


def whole(holder: Json, name: str, default: int) -> int:
    """A whole number, as a number or as text. Raises NotEvaluated for anything else."""
    value = holder.get(name)
    if value is None or value == "":
        return default
    found = number(value)
    if found is None:
        raise _unreadable(name, "a whole number")
    return found


def text(holder: Json, name: str, default: str = "") -> str:
    """Text, without spaces around it. Raises NotEvaluated for anything else."""
    value = holder.get(name)
    if value is None:
        return default
    if not isinstance(value, str):
        raise _unreadable(name, "text")
    return value.strip()


def texts(holder: Json, name: str, default: Iterable[str] = ()) -> list[str]:
    """A list of text. Raises NotEvaluated for anything else."""
    value = holder.get(name)
    if value is None:
        return list(default)
    if not isinstance(value, (list, tuple)) or not all(isinstance(each, str) for each in value):
        raise _unreadable(name, "a list of text")
    return list(value)


def mapping(holder: Json, name: str) -> Json:
    """An object; empty where there is none. Raises NotEvaluated for anything else."""
    value = holder.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise _unreadable(name, "an object")
    return value


def first(component: Json, name: str) -> str:
    """The first value of a component's setting; empty where there is none. Raises NotEvaluated."""
    values = texts(mapping(component, "config"), name)
    return values[0].strip() if values else ""


def above(holder: Json, defaults: Mapping[str, int], limit: int) -> dict[str, int]:
    """The settings, of those with these names and defaults, that are above a limit."""
    found = {name: whole(holder, name, default) for name, default in defaults.items()}
    return {name: value for name, value in found.items() if value > limit}


def listed(values: Mapping[str, object]) -> str:
    """Settings and their values, for a sentence."""
    return " and ".join(f"{name} is {value}" for name, value in values.items())


def some(names: Iterable[str]) -> list[str]:
    """The first of the names, for evidence that stays short."""
    return sorted(names)[:_SHOWN]


def _unreadable(name: str, expected: str) -> NotEvaluated:
    return NotEvaluated(
        f"{name} is missing, or is not {expected} as Keycloak writes it: check the server itself, or export it again."
    )
