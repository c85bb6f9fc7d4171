# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables and environment variables that are named like options, and are none.

People have variables of their own, so only a name that is nearly an option's is a mistake. It matters: a token goes
anywhere if authkit_allowed_hosts is misspelled.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ..module_utils._options.table import OPTIONS
from ..module_utils._words import close_name, quoted
from ._facts.rendering import PROFILES
from ._variables import unknown_names

_PREFIX = len("authkit_")
#: What may follow it.
_NAMES = (*OPTIONS, PROFILES[_PREFIX:])
#: How alike two names must be: relm and realm are (0.89), token and token_url are not (0.71).
_ALIKE = 0.85
#: A node's facts could hold any number of names.
_MOST = 5


def near_misses(variables: Mapping[str, Any]) -> list[str]:
    """A sentence for each name that is probably a misspelled option.

    It is the same in every worker, and Ansible shows equal warnings of all workers once.
    """
    found = _by_hint(variables)
    return [
        f"{quoted(name)} is not an option of authkit.oauth and has no effect: did you mean {hint}?"
        for name, hint in found.items()
        if hint
    ][:_MOST]


def other_names(variables: Mapping[str, Any]) -> list[str]:
    """The names like options that are probably the user's own."""
    return [name for name, hint in _by_hint(variables).items() if not hint]


def _by_hint(variables: Mapping[str, Any]) -> dict[str, str | None]:
    names = sorted(unknown_names(variables))
    return {name: _hint(name, os.environ if name.isupper() else variables) for name in names}


def _hint(name: str, others: Collection[str]) -> str | None:
    """The name that was probably meant; None for a user's own, such as authkit_realms beside authkit_realm."""
    close = close_name(name[_PREFIX:].lower(), _NAMES, cutoff=_ALIKE)
    if close is None:
        return None
    hint = name[:_PREFIX] + (close.upper() if name.isupper() else close)
    is_another = hint in others and name.rstrip("0123456789_sS") == hint.rstrip("_sS")
    return None if is_another else hint


def line_about_others(variables: Mapping[str, Any]) -> Iterator[str]:
    """A line for the doctor's report on names that may be the user's own."""
    names = other_names(variables)
    if names:
        more = ", …" if len(names) > _MOST else ""
        yield f"Named like options, but none, and so ignored: {', '.join(map(quoted, names[:_MOST]))}{more}"
