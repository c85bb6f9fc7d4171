# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sections of a snapshot, read concurrently. A section that needs others declares them, and shares their gaps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any, TypeVar

from ..keycloak.settings import Malformed
from ..snapshot.gaps import Gap
from ..snapshot.missing import Missing, attempt, lacking, unlike_keycloak
from .admin_api import AdminApi
from .side_by_side import in_order

_Value = TypeVar("_Value")


class Parts:
    """What a reader may use: the API, the realm's name, and the parts that it declares as needed, already read."""

    def __init__(self, api: AdminApi, realm: str, found: Mapping[str, Any]) -> None:
        self.api, self.realm = api, realm
        self._found = found

    def __getitem__(self, name: str) -> Any:
        """What was read. Raises Missing if it is a gap, LookupError if the reader does not declare it."""
        value = self._of(name)
        if isinstance(value, Gap):
            raise Missing(value)
        return value

    def require(self, *names: str) -> None:
        """Raises Missing if any of these is a gap, with the roles of all gaps."""
        gaps = [value for value in (self._of(name) for name in names) if isinstance(value, Gap)]
        for gap in gaps:
            if not gap.roles:
                raise Missing(gap)
        if gaps:
            raise lacking(*dict.fromkeys(role for gap in gaps for role in gap.roles))

    def _of(self, name: str) -> Any:
        if name not in self._found:
            raise LookupError(f"This reader does not declare that it needs the part {name}.")
        return self._found[name]


@dataclass(frozen=True)
class Reader:
    """How a part is read, and the parts that it needs."""

    read: Callable[[Parts], Any]
    needs: tuple[str, ...] = ()


class Plan:
    """What is read of a realm, by name. Parts whose names begin with _ only serve other parts.

    :param given: parts that are known beforehand.
    :raises ValueError: a reader needs a part that no reader provides, or the readers form a cycle.
    """

    def __init__(self, readers: Mapping[str, Reader], *given: str) -> None:
        self._readers = readers
        self._needs = {
            name: tuple(need for need in reader.needs if need not in given) for name, reader in readers.items()
        }
        unknown = {need for needs in self._needs.values() for need in needs} - set(readers)
        if unknown:
            raise ValueError(f"No reader provides what others need: {', '.join(sorted(unknown))}.")
        TopologicalSorter(self._needs).prepare()

    def read(self, api: AdminApi, realm: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """All sections, each a value or a Gap."""

        def read(name: str, found: Mapping[str, Any]) -> Any:
            reader = self._readers[name]
            declared = {need: found[need] if need in found else given[need] for need in reader.needs}
            return attempt(lambda: well_formed(lambda: reader.read(Parts(api, realm, declared))))

        try:
            found = in_order(self._needs, read)
        finally:
            # An error or an interrupt, such as the task's timeout, must not leave threads that keep sending requests.
            api.stop()
        return {name: value for name, value in {**found, **given}.items() if not name.startswith("_")}


def well_formed(read: Callable[[], _Value]) -> _Value:
    """The result of read. Raises Missing if the answer does not have the form of Keycloak's."""
    try:
        return read()
    except Malformed:
        pass
    raise unlike_keycloak()
