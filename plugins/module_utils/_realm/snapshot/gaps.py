# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What could not be read of a realm, and what a check says that needed it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

Json = Mapping[str, Any]
_Value = TypeVar("_Value")


class Unknown(Exception):
    """A check needs what the snapshot does not have.

    reason: one sentence for the user. roles: the realm-management roles that would open it. expected: nothing is
    amiss, so that it fails no run, even where nothing else was found out.
    """

    def __init__(self, reason: str, roles: tuple[str, ...] = (), expected: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.roles, self.expected = reason, roles, expected


class NotEvaluated(Unknown):
    """A right or a parameter is missing, or the source does not show it."""


class Inconclusive(Unknown):
    """The server failed."""


@dataclass(frozen=True)
class Gap:
    """A section, or an item of one, that could not be read.

    reason: one sentence that names the missing role, or what the server answered. fault: the server failed, so that
    another try may read it. roles: the realm-management roles that would open it. expected: nothing is amiss.
    """

    reason: str
    fault: bool = False
    roles: tuple[str, ...] = ()
    expected: bool = False

    def error(self) -> Unknown:
        return Inconclusive(self.reason) if self.fault else NotEvaluated(self.reason, self.roles, self.expected)


def known(value: _Value | Gap) -> _Value:
    """The value. Raises Unknown when it is a gap: for items of a section (one client's, one flow's)."""
    if isinstance(value, Gap):
        raise value.error()
    return value
