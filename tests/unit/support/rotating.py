# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A token server for many processes that replaces a refresh token at each use, and takes a second use for theft."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable
from pathlib import Path

from ansible_collections.authkit.oauth.plugins.module_utils._errors import AuthkitError, RefreshTokenRefused
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.refresh import RefreshToken
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.token import Token

FIRST = "refresh-0"


class RotatingServer:
    """Its refresh tokens are refresh-0, refresh-1 and so on; a file lists those that it accepted or refused.

    :param reuses: how often it accepts one that it has replaced (Keycloak's refreshTokenMaxReuse).
    :ivar takes: seconds that a request takes.
    :ivar fails: the error that each request ends with instead; the refresh token stays valid.
    :ivar loses: the same, but the refresh token has been replaced.
    :ivar sent: called once the server has used the refresh token.
    :ivar dies: the signal that ends the process that made the request, before it gets the answer.
    :ivar got: the refresh tokens of this process's requests.
    """

    def __init__(self, log: Path, *, reuses: int = 0) -> None:
        self.log, self.reuses, self.takes = log, reuses, 0.0
        self.fails: AuthkitError | None = None
        self.loses: AuthkitError | None = None
        self.sent: Callable[[], object] = bool
        self.dies = 0
        self.got: list[RefreshToken] = []

    @property
    def requests(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []

    @property
    def refused(self) -> list[str]:
        return [line for line in self.requests if line.startswith("refused")]

    def renew(self, refresh: RefreshToken) -> Token:
        self.got.append(refresh)
        if self.fails is not None:
            raise self.fails
        accepted, number = self._use(refresh.value)
        time.sleep(self.takes)
        self.sent()
        if self.loses is not None:
            raise self.loses
        if self.dies:
            os.kill(os.getpid(), self.dies)
        if not accepted:
            raise RefreshTokenRefused("The refresh token was used before: log in again.")
        now = time.time()
        # Old enough to be renewed at once if it is rejected.
        return Token(
            f"token-{number}", "Bearer", None, now - 5, now + 300, RefreshToken(f"refresh-{number}", now + 3600, now)
        )

    def _use(self, value: str) -> tuple[bool, int]:
        """Whether the refresh token is accepted, and the number of the next one."""
        with self.log.open("a+", encoding="utf-8") as log:
            fcntl.flock(log, fcntl.LOCK_EX)
            log.seek(0)
            used = [line.split()[1] for line in log]
            accepted = used.count(value) <= self.reuses and int(value.rpartition("-")[2]) <= len(used)
            log.write(f"{'accepted' if accepted else 'refused'} {value}\n")
        return accepted, len(used) + 1
