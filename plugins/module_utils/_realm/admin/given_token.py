# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An access token that nobody here can renew: a task's own, or the one that a host was sent."""

from __future__ import annotations


class GivenToken:
    """Where the requests of an audit take their token from. complaint: what the user must know of it, or None."""

    def __init__(self, token: str) -> None:
        self._token = token
        self.complaint: str | None = None

    def token(self) -> str:
        return self._token

    def renewed(self, rejected: str) -> str | None:
        """None: there is no other one."""
        self.complaint = (
            "The server rejected the access token (401), and it cannot be renewed here: run the check "
            "on the controller with a client of its own, or give a token that lives longer."
        )
        return None
