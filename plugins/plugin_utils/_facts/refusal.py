# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Refuses variables of this collection that a node's facts define."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...module_utils._errors import FactVariable
from ...module_utils._words import listed
from .origin import facts_of

#: No variable of our roles has a longer name.
_LONGEST_NAME = 64
#: The most names that an error shows.
_SHOWN = 8


def refuse_variables(variables: Mapping[str, Any], own: Sequence[str], prefixes: tuple[str, ...], whose: str) -> None:
    """Refuses facts that define omit or one of our variables.

    :param own: names of our variables.
    :param prefixes: prefixes of further ones.
    :param whose: names the facts' host, for the error.
    :raises FactVariable: there is such a fact.
    """
    facts = facts_of(variables)
    if facts is None:
        return
    if "omit" in facts:
        raise FactVariable(
            f"omit is defined by {whose}, and would decide which options count as not set: find the module or "
            "facts file that returns it."
        )
    found = [name for name in own if name in facts]
    if prefixes:
        found += sorted(str(name) for name in facts if name not in found and _is_setting(name, prefixes))
    if found:
        shown = found if len(found) <= _SHOWN else [*found[:_SHOWN], f"{len(found) - _SHOWN} more"]
        raise FactVariable(
            f"{listed(shown)} {'is' if len(found) == 1 else 'are'} defined by {whose}, which must not decide "
            "where a secret goes or what a task does: find the module or facts file that returns it (set_fact with "
            "cacheable does, too), and set such variables in the inventory or play."
        )


def _is_setting(name: object, prefixes: tuple[str, ...]) -> bool:
    """Whether it can be one of our variables. The node chose the name, so only a plain one is shown in an error."""
    if not isinstance(name, str) or len(name) > _LONGEST_NAME:
        return False
    return name.startswith(prefixes) and name.isascii() and name.isidentifier()
