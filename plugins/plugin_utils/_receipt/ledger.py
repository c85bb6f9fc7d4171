# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file that all processes of a run append their events to, and what they add up to for each client."""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from .._events import HIT, REFRESH, REJECTED, REQUEST, WAIT, record_to

#: Bytes to read at once.
_CHUNK = 1024 * 1024


@dataclass
class Account:
    """What one client did in a run.

    :param host: that of the token endpoint, or of the issuer.
    :param token_requests: requests to the token endpoint, retries included.
    :param hits: tokens that came from the store.
    :param refreshes: token requests that renewed a token.
    :param rejections: responses of APIs with the status 401.
    :param waits: how often a response with the status 429 had to be waited for.
    """

    client_id: str
    host: str
    token_requests: int = 0
    hits: int = 0
    refreshes: int = 0
    rejections: int = 0
    waits: int = 0
    seconds_waited: float = 0.0

    def add(self, kind: str, number: int, seconds: float) -> None:
        name = _FIELDS[kind]
        total, waited = getattr(self, name) + number, self.seconds_waited + seconds  # both, or an error and neither
        setattr(self, name, total)
        self.seconds_waited = waited

    def to_data(self) -> dict[str, object]:
        return {**asdict(self), "seconds_waited": round(self.seconds_waited, 3)}


_FIELDS = {HIT: "hits", REQUEST: "token_requests", REFRESH: "refreshes", REJECTED: "rejections", WAIT: "waits"}


class Ledger:
    """A file without a name, which this process opens and all that it forks inherit. Commands do not inherit it."""

    def __init__(self) -> None:
        self._descriptor = _nameless()
        fcntl.fcntl(self._descriptor, fcntl.F_SETFL, os.O_APPEND)  # so that writes of processes do not overlap
        record_to(self._descriptor)

    def accounts(self) -> list[Account]:
        """One account for each client that was used, in the order of their names."""
        found: dict[tuple[str, str], Account] = {}
        for line in self._lines():
            try:
                kind, number, seconds, client_id, host = json.loads(line)
                account = found.get((client_id, host), Account(client_id, host))
                account.add(kind, number, seconds)
            except (ValueError, TypeError, KeyError, OverflowError):  # killed while it wrote, or no record of ours
                continue
            found[client_id, host] = account
        return [found[key] for key in sorted(found)]

    def _lines(self) -> Iterator[bytes]:
        offset, rest = 0, b""
        while chunk := os.pread(self._descriptor, _CHUNK, offset):
            offset += len(chunk)
            *lines, rest = (rest + chunk).split(b"\n")
            yield from filter(None, lines)


def _nameless() -> int:
    if hasattr(os, "memfd_create"):
        return os.memfd_create("authkit-receipt", os.MFD_CLOEXEC)
    with tempfile.TemporaryFile() as file:
        return fcntl.fcntl(file.fileno(), fcntl.F_DUPFD_CLOEXEC, 3)
