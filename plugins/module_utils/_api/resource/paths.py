# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Paths to members of a JSON value: dotted names, or a JSON pointer (RFC 6901) if a name has a dot.

A list adds no step: ``mappers.id`` is the member ``id`` of each item of the list ``mappers``. The step ``*`` is any
member, and ``**`` at the end is all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..._errors import InvalidOption
from ..._words import quoted

Path = tuple[str, ...]

ANY, ALL = "*", "**"


class Paths:
    """A set of paths. Falsy if it is empty."""

    def __init__(self, patterns: Iterable[Path] = ()) -> None:
        self._patterns = list(patterns)

    def __bool__(self) -> bool:
        return bool(self._patterns)

    def __contains__(self, path: Path) -> bool:
        return any(_fits(pattern, path) for pattern in self._patterns)


NO_PATHS = Paths()


def paths_of(texts: Iterable[str] | None, option: str) -> Paths:
    """The paths that an option names. Raises InvalidOption."""
    return Paths(path_of(text, option) for text in texts or ())


def path_of(text: str, option: str) -> Path:
    """The steps of a path.

    :raises InvalidOption: a step is empty, or ``**`` is not the last one.
    """
    if text.startswith("/"):
        steps = tuple(step.replace("~1", "/").replace("~0", "~") for step in text[1:].split("/"))
    else:
        steps = tuple(text.split("."))
    if "" in steps or ALL in steps[:-1]:
        raise InvalidOption(
            f"{option} names {quoted(text)}, which is no path to a member: write names with dots, such as "
            "config.clientSecret, or a JSON pointer, such as /attributes/login.theme, with ** only at the end."
        )
    return steps


def value_at(value: object, path: Path, default: Any = None) -> Any:
    """The value that a path without * leads to, through mappings only."""
    for step in path:
        if not isinstance(value, Mapping) or step not in value:
            return default
        value = value[step]
    return value


def nested(path: Path, value: object) -> dict[str, Any]:
    """The mapping in which a path leads to the value."""
    for step in reversed(path[1:]):
        value = {step: value}
    return {path[0]: value}


def joined(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Both mappings as one; where they differ, what is above counts."""
    both = {**below, **above}
    for key in below.keys() & above.keys():
        if isinstance(below[key], dict) and isinstance(above[key], dict):
            both[key] = joined(below[key], above[key])
    return both


def shown(path: Path) -> str:
    """The path as users write it."""
    if any("." in step for step in path):
        return "/" + "/".join(step.replace("~", "~0").replace("/", "~1") for step in path)
    return ".".join(path)


def _fits(pattern: Path, path: Path) -> bool:
    if pattern[-1] == ALL:
        return len(path) >= len(pattern) - 1 and _fits_steps(pattern[:-1], path)
    return len(path) == len(pattern) and _fits_steps(pattern, path)


def _fits_steps(pattern: Path, path: Path) -> bool:
    return all(wanted in (ANY, step) for wanted, step in zip(pattern, path))
