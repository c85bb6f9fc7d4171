# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How messages name the sources of connection options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .._errors import OptionError
from .._words import listed
from .table import WHERE, WHO

_VARIABLE = "the variable "


def name_sources(error: Exception, origins: Mapping[str, str]) -> None:
    """Adds the sources of Where and Who to an error of options."""
    if isinstance(error, OptionError):
        error.name_sources(sources(origins))


def sources(origins: Mapping[str, str]) -> str:
    """Where the Where and Who options came from, as a part of a sentence; empty when none is set."""
    groups: list[tuple[list[str], list[str]]] = []
    for option in WHERE + WHO:
        origin = origins.get(option)
        if origin is None:
            continue
        last = groups[-1] if groups else None
        if last and (origin == last[1][0] or (origin.startswith(_VARIABLE) and last[1][0].startswith(_VARIABLE))):
            last[0].append(option)
            last[1].append(origin)
        else:
            groups.append(([option], [origin]))
    return ", ".join(f"{listed(options)} from {join_origins(origins_of)}" for options, origins_of in groups)


def join_origins(origins: Sequence[str]) -> str:
    """Several names of places as one phrase: "the variables authkit_auth_server and authkit_realm"."""
    distinct = list(dict.fromkeys(origins))
    if len(distinct) > 1 and all(origin.startswith(_VARIABLE) for origin in distinct):
        return "the variables " + listed([origin[len(_VARIABLE) :] for origin in distinct])
    return listed(distinct)
