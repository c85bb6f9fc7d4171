# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sections of a snapshot that are read side by side; one that builds on another waits for it, and shares its gap."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

from ansible_collections.authkit.oauth.plugins.module_utils._realm.admin_api import AdminApi
from ansible_collections.authkit.oauth.plugins.module_utils._realm.export_parts import Malformed
from ansible_collections.authkit.oauth.plugins.module_utils._realm.missing import (
    Missing,
    attempt,
    lacking,
    unlike_keycloak,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot import Gap

Reader = Callable[["Parts"], Any]


class Parts:
    """What is read of a realm, by name. Those whose names begin with _ only serve others."""

    def __init__(self, api: AdminApi, realm: str, readers: Mapping[str, Reader]) -> None:
        self.api, self.realm = api, realm
        self._readers = readers
        self._found: dict[str, Future[Any]] = {name: Future() for name in readers}

    def __getitem__(self, name: str) -> Any:
        """What was read, as soon as it is there. Raises Missing where it is a gap."""
        value = self._found[name].result()
        if isinstance(value, Gap):
            raise Missing(value)
        return value

    def require(self, *names: str) -> None:
        """Waits for what others are worth nothing without. Raises Missing where one is a gap, with all its roles."""
        gaps = [value for value in (self._found[name].result() for name in names) if isinstance(value, Gap)]
        for gap in gaps:
            if not gap.roles:
                raise Missing(gap)
        if gaps:
            raise lacking(*dict.fromkeys(role for gap in gaps for role in gap.roles))

    def read(self) -> dict[str, Any]:
        """All sections, each a value or a Gap."""
        # A thread for each, so that none that waits keeps back another; the API limits what is under way.
        with ThreadPoolExecutor(len(self._readers)) as pool:
            try:
                for name in self._readers:
                    pool.submit(self._read, name)
                wait(self._found.values())
            except BaseException:  # such as the task's own timeout: the threads must not go on without it
                self.api.stop()
                raise
        return {name: found.result() for name, found in self._found.items() if not name.startswith("_")}

    def _read(self, name: str) -> None:
        found = self._found[name]
        try:
            found.set_result(attempt(lambda: well_formed(lambda: self._readers[name](self))))
        except Exception as error:  # it must reach the threads that wait for this, and the caller
            found.set_exception(error)


def well_formed(read: Callable[[], Any]) -> Any:
    """What read returns. Raises Missing where the answer it reads is of another shape than Keycloak's."""
    try:
        return read()
    except Malformed:
        pass
    raise unlike_keycloak()
