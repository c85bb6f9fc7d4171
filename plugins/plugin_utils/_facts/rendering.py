# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Renders the variables of one client: for its options, and for the secrets that errors must not show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...module_utils._options.table import TABLE
from .._templating import may_be_template, placeholder, rendered

if TYPE_CHECKING:
    from .guard import FactGuard

PROFILES = "authkit_profiles"


def sentence(words: str) -> str:
    """The words with a capital, to begin a sentence."""
    return words[:1].upper() + words[1:]


def is_text(option: str) -> bool:
    """Whether the option is text, so that `[1]` is not made a list."""
    return option in TABLE and TABLE[option].type in ("str", "path")


class Rendering:
    """Renders values; ``variables`` are Ansible's, not rendered."""

    def __init__(self, templar: Any, variables: Mapping[str, Any]) -> None:
        self._templar = templar
        self._guard: FactGuard | None = None
        self.omit = placeholder(variables)

    def rendered(self, value: object, what: str, *, text: bool = False, facts: bool = False) -> object:
        """Like rendered() in _templating.

        :param facts: whether a template may use variables that a node's facts define.
        """

        def render() -> object:
            return rendered(value, self._templar, what, omit=self.omit, text=text)

        # Most values are not templates, and need no guard.
        if facts or not may_be_template(value, self._templar):
            return render()
        return self._guarding().guarded(render, what)

    def _guarding(self) -> FactGuard:
        # Imported only to render a template: most workers render none.
        from .guard import FactGuard

        if self._guard is None:
            self._guard = FactGuard(self._templar)
        return self._guard

    def mapping(self, value: object, what: str) -> tuple[object, bool]:
        """A value that should be a mapping, and whether its items are rendered.

        The items of a literal mapping are not rendered yet. A template's result is rendered with all its items: to
        render these again would evaluate a node's text as a template.
        """
        return (value, False) if isinstance(value, Mapping) else (self.rendered(value, what), True)
