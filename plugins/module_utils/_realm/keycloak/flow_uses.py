# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which authentication flows a realm, its clients and its identity providers use, and how much each use matters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Callable, Optional

from ..model import INFO, SEVERITIES, Finding, Severity
from ..partial_findings import knowable
from ..snapshot.gaps import Json, Unknown
from ..snapshot.snapshot import Flow, Snapshot
from .clients import severity_for
from .flows import BROWSER, bound_alias, flow_named
from .settings import mapping, switch, text

#: The highest severity that a finding in the flow can have in this use; None: no limit.
Limit = Optional[Severity]
Uses = Callable[[Snapshot], Iterable["tuple[str, Limit]"]]
AFTER_LOGIN: Limit = "low"


def found_in_flows(
    snapshot: Snapshot, uses: Iterable[Uses], find: Callable[[Flow, Limit], Iterable[Finding]]
) -> Iterator[Finding]:
    """The findings in each flow in use, once per flow. Raises Unknown after the last if something could not be read."""
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
    """The lower of the two."""
    return severity if limit is None else SEVERITIES[max(SEVERITIES.index(severity), SEVERITIES.index(limit))]


def realm_browser(snapshot: Snapshot) -> Iterator[tuple[str, Limit]]:
    """The realm's browser flow. Raises Unknown."""
    yield bound_alias(snapshot, "browserFlow"), None


def realm_logins(snapshot: Snapshot) -> Iterator[tuple[str, Limit]]:
    """The flows that log users in, or let them set a password."""
    yield bound_alias(snapshot, "browserFlow"), None
    yield bound_alias(snapshot, "directGrantFlow"), None
    may_reset = switch(snapshot.realm, "resetPasswordAllowed")
    yield bound_alias(snapshot, "resetCredentialsFlow"), None if may_reset else INFO
    # Realms that predate Keycloak's Docker support have none.
    if text(snapshot.realm, "dockerAuthenticationFlow", ""):
        yield bound_alias(snapshot, "dockerAuthenticationFlow"), None
    # Users reach it only through an identity provider: see broker_logins.
    if text(snapshot.realm, "firstBrokerLoginFlow", ""):
        yield bound_alias(snapshot, "firstBrokerLoginFlow"), INFO


def client_browser(snapshot: Snapshot) -> Iterator[tuple[str, Limit]]:
    """The browser flows with which clients override the realm's. Raises Unknown."""
    return _overrides(snapshot, (BROWSER,))


def client_logins(snapshot: Snapshot) -> Iterator[tuple[str, Limit]]:
    """All flows with which clients override the realm's. Raises Unknown."""
    return _overrides(snapshot, None)


def broker_logins(snapshot: Snapshot) -> Iterator[tuple[str, Limit]]:
    """The flows after logins at identity providers. Raises Unknown."""

    def of(provider: Json) -> Iterator[tuple[str, Limit]]:
        limit = None if switch(provider, "enabled") else INFO
        own, after = text(provider, "firstBrokerLoginFlowAlias"), text(provider, "postBrokerLoginFlowAlias")
        yield own or bound_alias(snapshot, "firstBrokerLoginFlow"), limit
        if after:
            yield after, limit or AFTER_LOGIN

    return knowable(of, snapshot.identity_providers)


def _overrides(snapshot: Snapshot, kinds: tuple[str, ...] | None) -> Iterator[tuple[str, Limit]]:
    def of(client: Json) -> Iterator[tuple[str, Limit]]:
        overrides = mapping(client, "authenticationFlowBindingOverrides")
        for kind in overrides:
            value = text(overrides, kind) if kinds is None or kind in kinds else ""
            if value:
                yield snapshot.flow_aliases.get(value, value), severity_for(client)

    return knowable(of, snapshot.clients)


def _worse(one: Limit, other: Limit) -> Limit:
    if one is None or other is None:
        return None
    return SEVERITIES[min(SEVERITIES.index(one), SEVERITIES.index(other))]
