# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Findings on a realm and on its clients, as most checks yield them."""

from __future__ import annotations

from collections.abc import Mapping

from ..model import Finding, Severity
from ..snapshot.gaps import Json
from ..snapshot.snapshot import Snapshot
from .clients import client_id, severity_for


def on_realm(
    snapshot: Snapshot,
    message: str,
    evidence: Mapping[str, object],
    *,
    severity: Severity | None = None,
    details: tuple[str, ...] = (),
) -> Finding:
    """A finding on the realm as a whole."""
    return Finding(snapshot.name, "realm", message, evidence, severity=severity, details=details)


def on_client(
    client: Json,
    message: str,
    evidence: Mapping[str, object],
    *,
    severity: Severity | None = None,
    details: tuple[str, ...] = (),
) -> Finding:
    """A finding on a client; "info" if the client is disabled."""
    name = client_id(client)
    return Finding(name, "client", message, evidence, severity=severity_for(client, severity), details=details)
