# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a token is renewed with a refresh token: the stored one, else the first one, which the user set.

A server may replace the refresh token at each use, and take a second use of the old one for theft. So one caller at a
time uses it, under the entry's lock, and its successor is on the disk before the token is handed out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...module_utils._oauth.refresh import RefreshToken

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...module_utils._oauth.token import Token
    from .model import Renewal

UNSTORED = (
    "The new refresh token that came with this token is kept in this process only, because tokens are not stored in "
    "files: if the server accepts each refresh token once, other processes and the next run are refused. Set cache to "
    "file, or have the server keep refresh tokens valid."
)


def first_refresh(renewal: Renewal | None) -> RefreshToken | None:
    """The refresh token to begin with, if there is one."""
    return None if renewal is None or renewal[1] is None else RefreshToken(renewal[1])


def unstored(renewal: Renewal | None, warn: Callable[[str], None] | None) -> Renewal | None:
    """The same renewal for a store without files: it warns when a refresh token is replaced."""
    if renewal is None:
        return None
    renew, first = renewal

    def send(refresh: RefreshToken) -> Token:
        token = renew(refresh)
        if warn is not None and token.refresh is not None and token.refresh.value != refresh.value:
            warn(UNSTORED)
        return token

    return send, first
