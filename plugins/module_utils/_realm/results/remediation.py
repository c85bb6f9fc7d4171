# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One task for each finding that a change of settings resolves. Nothing here runs a task."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..audit import Judged, Result
from ..model import INFO, Parameters
from ..snapshot.gaps import Json, Unknown
from ..snapshot.snapshot import Snapshot
from .client_fixes import CLIENT_FIXES
from .fixes import REALM_FIXES, Settings

REALM_MODULE, CLIENT_MODULE = "keycloak_realm", "keycloak_client"
FIXABLE = frozenset(REALM_FIXES) | frozenset(CLIENT_FIXES)


def remediation(
    snapshot: Snapshot, results: Iterable[Result], parameters: Mapping[str, Parameters]
) -> list[dict[str, Any]]:
    """The tasks for one realm, in the order of the findings.

    A task's settings are options of the module in community.general. They may contain text of the realm, so a playbook
    must mark them as unsafe. id is the client's: the module does not escape a clientId in URLs, so not every one works.

    :param parameters: check id -> the check's parameters.
    """
    return list(_tasks(snapshot, results, parameters))


def _tasks(
    snapshot: Snapshot, results: Iterable[Result], parameters: Mapping[str, Parameters]
) -> Iterator[dict[str, Any]]:
    realm = _copied(snapshot)
    for result in results:
        given = parameters.get(result.check.id, {})
        for judged in result.open:
            if judged.severity == INFO:
                continue
            settings = _settings(snapshot, realm, result.check.id, judged, given)
            client = _client(snapshot, judged) if result.check.id in CLIENT_FIXES else {}
            if settings:
                module = REALM_MODULE if result.check.id in REALM_FIXES else CLIENT_MODULE
                yield {
                    "check": result.check.id,
                    "title": result.check.title,
                    "target": judged.finding.target,
                    "fingerprint": judged.fingerprint,
                    "module": module,
                    **({"id": client["id"]} if isinstance(client.get("id"), str) else {}),
                    "settings": dict(settings),
                }


def _copied(snapshot: Snapshot) -> dict[str, Any]:
    """A copy of the realm's settings, which each task changes: one that sets a whole mapping keeps earlier changes."""
    try:
        return copy.deepcopy(dict(snapshot.realm))
    except Unknown:
        return {}


def _settings(
    snapshot: Snapshot, realm: dict[str, Any], check: str, judged: Judged, parameters: Parameters
) -> Settings | None:
    if check in REALM_FIXES and judged.finding.target_type == "realm":
        return REALM_FIXES[check](realm, parameters)
    if check in CLIENT_FIXES and judged.finding.target_type == "client":
        return CLIENT_FIXES[check](dict(_client(snapshot, judged)), parameters)
    return None


def _client(snapshot: Snapshot, judged: Judged) -> Json:
    """The client that a finding is on."""
    return next((each for each in snapshot.clients if each.get("clientId") == judged.finding.target), {})
