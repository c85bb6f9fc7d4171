# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Severities and parameters with which users override a check's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._errors import InvalidOption, UnknownOption
from .._options.values import read_flag, read_number, read_text, read_whole_number, read_words
from .._words import nearest, quoted
from .model import SEVERITIES, Check, Parameter, Severity

KEYS = ("severity", "parameters")
#: The largest number allowed. A billion seconds are 31 years.
_MOST = 10**9


def severity(check: Check, override: object) -> Severity | None:
    """The severity that an override sets, or None. Raises OptionError."""
    value = _entries(check, override).get("severity")
    if value is None:
        return None
    for known in SEVERITIES:
        if known == value:
            return known
    hint = nearest(str(value), SEVERITIES)
    raise InvalidOption(f"overrides: {check.id} has no severity {quoted(str(value))}: {hint}")


def parameters(check: Check, override: object) -> dict[str, Any]:
    """The check's parameters, with overrides applied. Raises OptionError."""
    given = _entries(check, override).get("parameters") or {}
    if not isinstance(given, Mapping):
        raise InvalidOption(f"overrides: the parameters of {check.id} must be a mapping of names to values.")
    values = check.defaults()
    for name, value in given.items():
        parameter = check.parameters.get(str(name))
        if parameter is None:
            raise UnknownOption(f"overrides: {check.id} has no parameter {quoted(str(name))}: {_known(name, check)}")
        if value is not None:
            values[str(name)] = _typed(parameter, value, f"overrides: {name} of {check.id}")
    return values


def _entries(check: Check, override: object) -> Mapping[str, object]:
    if override is None:
        return {}
    if not isinstance(override, Mapping):
        raise InvalidOption(f"overrides: the value for {check.id} must be a mapping with severity or parameters.")
    for key in override:
        if key not in KEYS:
            hint = "put it below parameters" if key in check.parameters else "use severity or parameters"
            raise UnknownOption(f"overrides: {quoted(str(key))} of {check.id} is unknown: {hint}.")
    return override


def _known(name: object, check: Check) -> str:
    return nearest(str(name), list(check.parameters)) if check.parameters else "it has no parameters at all."


def _typed(parameter: Parameter, value: object, what: str) -> Any:
    """The value in the parameter's type; the items of a mapping in the type of the default's."""
    kind = parameter.type
    if kind is dict:
        default: Mapping[str, object] = parameter.default if isinstance(parameter.default, Mapping) else {}
        return {**default, **_mapping(default, value, what)}
    if kind in (list, tuple):
        return kind(read_words(value, what, of_one_word=False))
    return _scalar(kind, value, what)


def _mapping(default: Mapping[str, object], value: object, what: str) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise InvalidOption(f"{what} must be a mapping of names to values.")
    kind = type(next(iter(default.values()), ""))
    return {str(key): _scalar(kind, item, f"{what}, {key},") for key, item in value.items()}


def _scalar(kind: type[Any], value: object, what: str) -> Any:
    if kind is bool:
        return read_flag(value, what)
    if kind is int:
        return read_whole_number(value, what, most=_MOST)
    if kind is float:
        return read_number(value, what)
    return read_text(value, what)
