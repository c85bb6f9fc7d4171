# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A realm that could not be read at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .gaps import Gap
from .snapshot import Snapshot


def unreadable(realm: str, server: str, reason: str, *, fault: bool) -> Snapshot:
    """A snapshot in which each section is a gap with this reason.

    :param fault: another attempt may succeed.
    """
    return Snapshot(realm, server.rstrip("/"), _Nothing(Gap(reason, fault=fault)))


class _Nothing(Mapping[str, Gap]):
    """Sections that are all the same gap."""

    def __init__(self, gap: Gap) -> None:
        self._gap = gap

    def __getitem__(self, name: str) -> Gap:
        return self._gap

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0
