# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What could not be read of a realm, and how a check that needs it ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

Json = Mapping[str, Any]
_Value = TypeVar("_Value")


class Unknown(Exception):
    """A check needs what the snapshot does not have.

    :param reason: one sentence for the user.
    :param roles: the realm-management roles that allow reading it.
    :param expected: nothing is wrong, so this fails no run, even if nothing else could be evaluated.
    """

    def __init__(self, reason: str, roles: tuple[str, ...] = (), expected: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.roles, self.expected = reason, roles, expected


class NotEvaluated(Unknown):
    """A role or a parameter is missing, or the source does not contain it."""


class Unresolved(NotEvaluated):
    """A file has a reference where its value is needed."""


class Inconclusive(Unknown):
    """The server failed."""


@dataclass(frozen=True)
class Gap:
    """A section, or an item of one, that could not be read.

    :param reason: one sentence that names the missing role, or what the server answered.
    :param fault: the server failed, so another attempt may succeed.
    :param roles: the realm-management roles that allow reading it.
    :param expected: nothing is wrong.
    """

    reason: str
    fault: bool = False
    roles: tuple[str, ...] = ()
    expected: bool = False

    def error(self) -> Unknown:
        """The exception that reading this gap raises."""
        return Inconclusive(self.reason) if self.fault else NotEvaluated(self.reason, self.roles, self.expected)


def known(value: _Value | Gap) -> _Value:
    """The value of an item of a section, such as one client's or one flow's. Raises Unknown if it is a gap."""
    if isinstance(value, Gap):
        raise value.error()
    return value
