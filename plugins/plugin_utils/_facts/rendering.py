# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the variables of one client are rendered: for its options, and for the secrets that errors must not show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._templating import placeholder, rendered
from .guard import FactGuard


class Rendering:
    """Renders raw values. variables: Ansible's, raw."""

    def __init__(self, templar: Any, variables: Mapping[str, Any]) -> None:
        self._templar = templar
        self._guard = FactGuard(templar)
        self.omit = placeholder(variables)

    def rendered(self, value: object, what: str, *, text: bool = False, facts: bool = False) -> object:
        """As rendered() of _templating. facts: whether a template may refer to variables that a node's facts define."""
        guard = None if facts else self._guard
        return rendered(value, self._templar, what, omit=self.omit, text=text, guard=guard)

    def mapping(self, value: object, what: str) -> tuple[object, bool]:
        """A value that should be a mapping, and whether it is rendered.

        The items of a mapping are still to be rendered, one by one. What came out of a template is done with all that
        it holds: made plain, the text of a node in it would be evaluated.
        """
        return (value, False) if isinstance(value, Mapping) else (self.rendered(value, what), True)
