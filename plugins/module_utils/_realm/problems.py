# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Problems with options, collected so that a user reads all of them at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .._errors import AuthkitError


class Problems:
    """The errors of several steps."""

    def __init__(self) -> None:
        self.found: list[AuthkitError] = []

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Keeps the error of a step for later."""
        try:
            yield
        except AuthkitError as error:
            self.found.append(error)

    def refuse(self) -> None:
        """Raises the error, or one of the first one's class that says all of them. Does nothing if there is none."""
        messages = list(dict.fromkeys(error.message for error in self.found))
        if len(messages) > 1:
            raise type(self.found[0])(" ".join(messages))
        if messages:
            raise self.found[0]
