# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The protocol mappers of clients and client scopes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Callable

from ..model import Finding, Severity, TargetType
from ..partial_findings import knowable
from ..snapshot.gaps import Json, Unknown
from ..snapshot.snapshot import Snapshot
from .clients import client_id, severity_for
from .settings import entry, mapping, objects, switch, text

CLIENT: TargetType = "client"
SCOPE: TargetType = "client-scope"
#: The settings that decide where a mapper writes its claim.
_TARGETS = (
    "access.token.claim",
    "access.tokenResponse.claim",
    "id.token.claim",
    "introspection.token.claim",
    "lightweight.claim",
    "userinfo.token.claim",
)


@dataclass(frozen=True)
class MapperHolder:
    """A client or client scope and its mappers.

    :param shown: its representation.
    """

    name: str
    type: TargetType
    shown: Json = field(repr=False)
    mappers: tuple[Mapper, ...]

    def finding(
        self, message: str, evidence: Mapping[str, object], severity: Severity | None, names: list[str]
    ) -> Finding:
        severity = severity_for(self.shown, severity)
        return Finding(self.name, self.type, message, evidence, severity=severity, details=tuple(sorted(names)))


@dataclass(frozen=True)
class Mapper:
    """A mapper.

    :param shown: its ProtocolMapperRepresentation; reading malformed parts raises Unknown.
    """

    shown: Json = field(repr=False)

    @property
    def name(self) -> str:
        return text(self.shown, "name")

    @property
    def provider(self) -> str:
        return text(self.shown, "protocolMapper")

    def get(self, key: str) -> str:
        """A setting's value, empty when unset."""
        return entry(self.shown, "config", key)

    @property
    def writes(self) -> bool:
        """False if every target that it has a setting for is off. A malformed setting counts as on."""
        config = mapping(self.shown, "config")
        said = [key for key in _TARGETS if key in config]
        try:
            return not said or any(switch(config, key, default=False) for key in said)
        except Unknown:
            return True


Find = Callable[[MapperHolder], Iterable[Finding]]


def found_in_mappers(snapshot: Snapshot, find: Find) -> Iterator[Finding]:
    """The findings in each client and client scope. Raises Unknown after the last if something could not be read."""
    yield from knowable(lambda source: source(snapshot, find), (_in_clients, _in_scopes))


def _in_clients(snapshot: Snapshot, find: Find) -> Iterator[Finding]:
    def in_client(client: Json) -> Iterator[Finding]:
        return _in_holder(MapperHolder(client_id(client), CLIENT, client, _mappers(client)), find)

    return knowable(in_client, snapshot.clients)


def _in_scopes(snapshot: Snapshot, find: Find) -> Iterator[Finding]:
    def in_scope(scope: Json) -> Iterator[Finding]:
        return _in_holder(MapperHolder(text(scope, "name"), SCOPE, scope, _mappers(scope)), find)

    return knowable(in_scope, snapshot.client_scopes)


def _in_holder(holder: MapperHolder, find: Find) -> Iterator[Finding]:
    """The findings in all mappers together. If one cannot be read: those in the others, then Unknown is raised."""
    try:
        found = list(find(holder))
    except Unknown as unknown:
        readable = tuple(each for each in holder.mappers if _is_readable(replace(holder, mappers=(each,)), find))
        if len(readable) < len(holder.mappers):
            yield from find(replace(holder, mappers=readable))
        raise unknown
    yield from found


def _is_readable(holder: MapperHolder, find: Find) -> bool:
    try:
        list(find(holder))
    except Unknown:
        return False
    return True


def _mappers(source: Json) -> tuple[Mapper, ...]:
    return tuple(map(Mapper, objects(source, "protocolMappers")))
