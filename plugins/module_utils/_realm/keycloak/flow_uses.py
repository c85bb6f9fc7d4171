# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which authentication flows a realm, its clients and its identity providers use, and how much each use matters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Callable, Optional

from ..model import INFO, SEVERITIES, Finding, Severity
from ..partial_findings import knowable
from ..snapshot.gaps import Unknown
from ..snapshot.snapshot import Flow, Snapshot
from .clients import severity_for
from .flows import BINDINGS, BROWSER, flow_named

# The worst that a fault in the flow can be where it is used; None: as bad as its check says.
Limit = Optional[Severity]
Uses = Callable[[Snapshot], Iterable["tuple[str, Limit]"]]
AFTER_LOGIN: Limit = "low"


def found_in_flows(
    snapshot: Snapshot, uses: Iterable[Uses], find: Callable[[Flow, Limit], Iterable[Finding]]
) -> Iterator[Finding]:
    """What is found in each flow in use, once a flow. What could not be read is raised when all is looked at."""
    limits: dict[str, Limit] = {}
    unknown: Unknown | None = None
    for source in uses:
        try:
            for alias, limit in source(snapshot):
                limits[alias] = _worse(limits[alias], limit) if alias in limits else limit
        except Unknown as error:
            unknown = unknown or error
    yield from knowable(lambda alias: find(flow_named(snapshot, alias), limits[alias]), limits)
    if unknown is not None:
        raise unknown


def limited(severity: Severity, limit: Limit) -> Severity:
    """The milder of the two."""
    return severity if limit is None else SEVERITIES[max(SEVERITIES.index(severity), SEVERITIES.index(limit))]


def realm_browser(snapshot: Snapshot) -> Iterator[tuple[str, Limit]]:
    yield _bound(snapshot, "browserFlow"), None


def realm_logins(snapshot: Snapshot) -> Iterator[tuple[str, Limit]]:
    """The flows that let somebody in, or let them set a password."""
    yield _bound(snapshot, "browserFlow"), None
    yield _bound(snapshot, "directGrantFlow"), None
    yield _bound(snapshot, "resetCredentialsFlow"), None if snapshot.realm.get("resetPasswordAllowed") else INFO
    # Realms from before Keycloak knew Docker have none.
    if snapshot.realm.get("dockerAuthenticationFlow"):
        yield _bound(snapshot, "dockerAuthenticationFlow"), None
    # Nobody comes to it but through an identity provider: see broker_logins.
    if snapshot.realm.get("firstBrokerLoginFlow"):
        yield _bound(snapshot, "firstBrokerLoginFlow"), INFO


def client_browser(snapshot: Snapshot) -> Iterator[tuple[str, Limit]]:
    return _overrides(snapshot, (BROWSER,))


def client_logins(snapshot: Snapshot) -> Iterator[tuple[str, Limit]]:
    return _overrides(snapshot, None)


def broker_logins(snapshot: Snapshot) -> Iterator[tuple[str, Limit]]:
    for provider in snapshot.identity_providers:
        limit = INFO if provider.get("enabled") is False else None
        yield str(provider.get("firstBrokerLoginFlowAlias") or _bound(snapshot, "firstBrokerLoginFlow")), limit
        if provider.get("postBrokerLoginFlowAlias"):
            yield str(provider["postBrokerLoginFlowAlias"]), limit or AFTER_LOGIN


def _bound(snapshot: Snapshot, key: str) -> str:
    return str(snapshot.realm.get(key) or BINDINGS[key])


def _overrides(snapshot: Snapshot, kinds: tuple[str, ...] | None) -> Iterator[tuple[str, Limit]]:
    for client in snapshot.clients:
        overrides = client.get("authenticationFlowBindingOverrides")
        for kind, value in overrides.items() if isinstance(overrides, dict) else ():
            if value and (kinds is None or kind in kinds):
                yield str(snapshot.flow_aliases.get(value, value)), severity_for(client)


def _worse(one: Limit, other: Limit) -> Limit:
    if one is None or other is None:
        return None
    return SEVERITIES[min(SEVERITIES.index(one), SEVERITIES.index(other))]
