# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How far a long task is, for the user who waits for it. Nodes have no one to tell."""

from __future__ import annotations

from typing import Protocol

CALLS, PAGES = "calls", "pages"


class Progress(Protocol):
    """Is told how far the work is. Threads may share it."""

    def done(self, count: int, of: int | None = None, what: str = CALLS) -> None:
        """So many are done by now.

        :param of: how many there are in all; None if nobody knows.
        :param what: calls or pages.
        """


class Silent:
    """A Progress that tells nobody."""

    def done(self, count: int, of: int | None = None, what: str = CALLS) -> None:
        """Does nothing."""


SILENT = Silent()
