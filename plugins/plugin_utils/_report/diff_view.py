# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of a realm diff in reading order: by section and object."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...module_utils._errors import InvalidOption
from .._realm_diff.compare import SECRET
from .._realm_diff.report import table
from .._realm_diff.sections import SECTIONS
from .._templating import plain
from .text import ESCAPES, escaped

_NEEDED = ("left", "right", "differences", "accepted", "unknown", "stale", "summary", "left_out")
_NONE = "(not set)"
_DIFFERS = "(secret, differs)"


def view(report: object, output: str) -> dict[str, Any]:
    """The report for a template, with every text in it escaped.

    :param output: what the template writes, a key of ESCAPES.
    :raises InvalidOption: the output is unknown, or this is not a report.
    """
    if output not in ESCAPES:
        raise InvalidOption(f"There is no such output: the outputs are {', '.join(sorted(ESCAPES))}.")
    found = plain(report)
    if not isinstance(found, Mapping) or not all(name in found for name in _NEEDED):
        raise InvalidOption(
            "This is not a report of a realm diff: pass the report that authkit.oauth.realm_diff returns."
        )
    whole = {
        **{name: found[name] for name in _NEEDED},
        "sections": _sections(found["differences"]),
        "accepted": _sections(found["accepted"]),
        "unknown": [{**each, "title": SECTIONS[each["section"]][1]} for each in found["unknown"]],
        "lines": table(found),
    }
    made: dict[str, Any] = escaped(whole, ESCAPES[output])
    return made


def _sections(differences: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    by_section: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for each in differences:
        by_section.setdefault(each["section"], {}).setdefault(each["object"], []).append(_difference(each))
    return [
        {
            "title": SECTIONS[section][1],
            "objects": [{"name": name, "differences": found} for name, found in by_section[section].items()],
        }
        for section in SECTIONS
        if section in by_section
    ]


def _difference(each: Mapping[str, Any]) -> dict[str, Any]:
    secret = each["kind"] == SECRET
    values = {side: _DIFFERS if secret else _shown(each[side]) for side in ("left", "right")}
    return {**each, **values, "path": each["path"] or "(whole)"}


def _shown(value: Any) -> str:
    return _NONE if value is None else str(value)
