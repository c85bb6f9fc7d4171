# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An access token that cannot be renewed here: one given in the task, or sent to a node."""

from __future__ import annotations


class GivenToken:
    """A token source with one fixed token.

    :ivar complaint: what to tell the user about it, or None.
    """

    def __init__(self, token: str) -> None:
        self._token = token
        self.complaint: str | None = None

    def token(self) -> str:
        return self._token

    def renewed(self, rejected: str) -> str | None:
        """None: there is no other token."""
        self.complaint = (
            "The server rejected the access token (401), and it cannot be renewed here: run the check "
            "on the controller with a client of its own, or provide a token that lives longer."
        )
        return None
