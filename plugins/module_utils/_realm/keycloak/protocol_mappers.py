# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Protocol mappers, wherever they are: of clients and of client scopes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Callable

from ..model import INFO, Finding, Severity, TargetType
from ..partial_findings import knowable
from ..snapshot.gaps import Json
from ..snapshot.snapshot import Snapshot

CLIENT: TargetType = "client"
SCOPE: TargetType = "client-scope"
# Where a mapper may write its claim.
_TARGETS = (
    "access.token.claim",
    "access.tokenResponse.claim",
    "id.token.claim",
    "introspection.token.claim",
    "lightweight.claim",
    "userinfo.token.claim",
)


@dataclass(frozen=True)
class Holder:
    """A client or client scope that has mappers."""

    name: str
    type: TargetType
    enabled: bool
    mappers: tuple[Mapper, ...]

    def finding(
        self, message: str, evidence: Mapping[str, object], severity: Severity | None, names: list[str]
    ) -> Finding:
        return Finding(
            self.name,
            self.type,
            message,
            evidence,
            severity=severity if self.enabled else INFO,
            details=tuple(sorted(names)),
        )


@dataclass(frozen=True)
class Mapper:
    name: str
    provider: str
    config: Mapping[str, str] = field(repr=False)

    def get(self, key: str) -> str:
        return self.config.get(key, "")

    @property
    def writes(self) -> bool:
        """False when it is told for every kind of token not to."""
        said = [self.config[key] for key in _TARGETS if key in self.config]
        return not said or "true" in said


def found_in_mappers(snapshot: Snapshot, find: Callable[[Holder], Iterable[Finding]]) -> Iterator[Finding]:
    """What is found in each client and client scope. What could not be read is raised when all is looked at."""
    sources = (_client_holders, _scope_holders)
    yield from knowable(lambda source: knowable(find, source(snapshot)), sources)


def _client_holders(snapshot: Snapshot) -> Iterator[Holder]:
    for client in snapshot.clients:
        yield Holder(str(client.get("clientId")), CLIENT, client.get("enabled") is not False, _mappers(client))


def _scope_holders(snapshot: Snapshot) -> Iterator[Holder]:
    for scope in snapshot.client_scopes:
        yield Holder(str(scope.get("name")), SCOPE, True, _mappers(scope))


def _mappers(source: Json) -> tuple[Mapper, ...]:
    found = []
    for each in source.get("protocolMappers") or ():
        config = each.get("config")
        texts = {str(key): str(value) for key, value in config.items()} if isinstance(config, Mapping) else {}
        found.append(Mapper(str(each.get("name")), str(each.get("protocolMapper")), texts))
    return tuple(found)
