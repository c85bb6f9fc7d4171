# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The option paginate: a style, or a mapping that spells it out."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from ansible.module_utils.common.validation import check_type_dict

from ..._errors import InvalidOption
from ..._words import close_name, listed, quoted

AUTO, LINK, NEXT_URL = "auto", "link", "next_url"
CURSOR, PAGE, OFFSET, KEYCLOAK = "cursor", "page", "offset", "keycloak"
#: Of a listing whose first page is all there is.
SINGLE = "single"
#: The key of a result with the place where a listing goes on, after a 401 in the middle of it.
RESUME = "paginate_from"
#: What each style can be told, apart from results_key, size_parameter and size, which suit all.
KEYS: dict[str, tuple[str, ...]] = {
    AUTO: (),
    LINK: (),
    NEXT_URL: ("next_key", "more_key"),
    CURSOR: ("next_key", "parameter", "more_key"),
    PAGE: ("parameter", "first", "pages_key", "total_key", "more_key"),
    OFFSET: ("parameter", "first", "total_key", "more_key"),
    KEYCLOAK: (),
}
STYLES = tuple(KEYS)
PAGING_SPEC: dict[str, dict[str, Any]] = {"paginate": {"type": "raw"}, "max_items": {"type": "int"}}
_COMMON = ("style", "results_key", "size_parameter", "size")
_NUMBERS = ("first", "size")
_ALL = tuple(dict.fromkeys((*_COMMON, *(key for keys in KEYS.values() for key in keys))))
#: Styles whose parameter may stand in the body of a POST.
IN_A_BODY = frozenset({CURSOR, PAGE, OFFSET})


@dataclass(frozen=True)
class Paging:
    """How an API pages a listing. A key is a path of keys with dots between them; a number is a position in a list.

    :param results_key: where the list is; None to find it.
    :param next_key: where the next URL or the cursor is.
    :param parameter: the query parameter (in a POST: the key of the body) for cursor, page number or offset.
    :param first: the number of the first page, or the first offset.
    :param pages_key: where the number of pages is.
    :param total_key: where the number of entries is.
    :param more_key: where the server says whether there is more.
    :param guessed: whether the server may not know the parameter at all, so that it repeats the first page.
    """

    style: str = AUTO
    results_key: str | None = None
    next_key: str | None = None
    parameter: str | None = None
    first: int | None = None
    pages_key: str | None = None
    total_key: str | None = None
    more_key: str | None = None
    size_parameter: str | None = None
    size: int | None = None
    guessed: bool = False

    def to_data(self) -> dict[str, Any]:
        """This as JSON data; see from_data()."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Paging:
        """What to_data() described."""
        return cls(**{name: data[name] for name in cls.__dataclass_fields__ if name in data})


def read_paging(params: Mapping[str, Any], method: str) -> Paging | None:
    """The option paginate among a task's parameters; None if it is not set.

    :raises InvalidOption: it is not valid, or does not suit the method or other options.
    """
    value = _plain(params.get("paginate"))
    if value in (None, "", "none"):
        return None
    if isinstance(value, str):
        paging = _with_defaults(Paging(style=_style(value)))
    elif isinstance(value, Mapping):
        paging = _spelled_out({str(key): item for key, item in value.items() if item is not None})
    else:
        raise InvalidOption(f"paginate must be {_either(STYLES)}, or a mapping such as {{style: page}}.")
    _check_method(paging, method)
    for name in ("dest", "src"):
        if params.get(name):
            raise InvalidOption(
                f"paginate and {name} are both set: the pages become one list in json, remove {name} or paginate."
            )
    return paging


def read_max_items(given: int | None, paging: Paging | None) -> int | None:
    """The option max_items. Raises InvalidOption."""
    if given is None:
        return None
    if paging is None:
        raise InvalidOption("max_items is set without paginate: add paginate: auto, or remove max_items.")
    if given < 1:
        raise InvalidOption(f"max_items must be 1 or more, not {given}.")
    return given


def _plain(given: object) -> object:
    if isinstance(given, str) and given.lstrip().startswith("{"):
        with suppress(TypeError):  # refused as a style
            return check_type_dict(given.strip())
    return given


def _style(name: str) -> str:
    if name in STYLES:
        return name
    close = close_name(name, STYLES)
    hint = f"did you mean {close}?" if close else f"it must be {_either(STYLES)}, or a mapping such as {{style: page}}."
    raise InvalidOption(f"{quoted(name)} is not a style of paginate: {hint}")


def _spelled_out(given: Mapping[str, object]) -> Paging:
    for key in given:
        if key not in _ALL:
            close = close_name(key, _ALL)
            hint = f"did you mean {close}?" if close else f"known are {listed(sorted(_ALL))}."
            raise InvalidOption(f"{quoted(key)} is not a key of paginate: {hint}")
    values = {key: _number(key, value) if key in _NUMBERS else _text(key, value) for key, value in given.items()}
    style = _style(str(values["style"])) if "style" in values else _implied(values)
    unused = [key for key in values if key not in (*_COMMON, *KEYS[style])]
    if unused:
        raise InvalidOption(f"paginate: {unused[0]} does not belong to the style {style}: remove it, or change style.")
    return _with_defaults(Paging(**{**values, "style": style}))  # type: ignore[arg-type]  # each was checked above


def _implied(values: Mapping[str, object]) -> str:
    """The style of a mapping that names none."""
    if "next_key" in values:
        return CURSOR if "parameter" in values else NEXT_URL
    if "pages_key" in values:
        return PAGE
    if set(values) <= set(_COMMON):
        return AUTO
    raise InvalidOption(f"paginate needs a style here: set style to {_either(STYLES)}.")


def _with_defaults(paging: Paging) -> Paging:
    values = paging.to_data()
    if paging.style == CURSOR and not (paging.next_key and paging.parameter):
        raise InvalidOption(
            "paginate with style: cursor needs next_key, the key of the cursor in the response, and parameter, the "
            "query parameter that it is sent in."
        )
    if paging.style == PAGE:
        values = {"parameter": "page", "first": 1, **values}
    if paging.style == OFFSET:
        values = {"parameter": "offset", "first": 0, **values}
    if paging.style == KEYCLOAK:
        return Paging.from_data({**values, "parameter": "first", "size_parameter": "max", "first": 0})
    if (values.get("size") is None) != (values.get("size_parameter") is None):
        raise InvalidOption("paginate needs size and size_parameter together: the entries of a page, and their option.")
    return Paging.from_data(values)


def _check_method(paging: Paging, method: str) -> None:
    if method == "GET" or (method == "POST" and paging.style in IN_A_BODY):
        return
    if method == "POST":
        raise InvalidOption(
            f"paginate: {paging.style} reads with GET. For a search by POST, set style to "
            f"{_either(sorted(IN_A_BODY))}, and parameter to the key of body that takes it."
        )
    raise InvalidOption(f"paginate reads a listing, and the method is {method}: remove paginate, or use GET.")


def _number(key: str, value: object) -> int:
    least = 1 if key == "size" else 0
    with suppress(ValueError):
        if isinstance(value, (int, str)) and not isinstance(value, bool) and int(value) >= least:
            return int(value)
    raise InvalidOption(f"paginate: {key} must be a whole number from {least}.")


def _text(key: str, value: object) -> str:
    if isinstance(value, str) and value:
        return value
    raise InvalidOption(f"paginate: {key} must be text, such as a key or a path of keys with dots between them.")


def _either(words: tuple[str, ...] | list[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"
