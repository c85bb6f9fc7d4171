# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The caller's own client, as the target of findings on its token."""

from __future__ import annotations

from collections.abc import Mapping

from ..model import Finding, Severity
from ..snapshot.gaps import Json
from ..snapshot.snapshot import Snapshot
from .findings import on_realm


def on_own_client(
    snapshot: Snapshot,
    message: str,
    evidence: Mapping[str, object],
    *,
    severity: Severity | None = None,
    details: tuple[str, ...] = (),
) -> Finding:
    """A finding on the caller's client; on the realm if the client is unknown."""
    client = _client(snapshot)
    if client:
        return Finding(client, "client", message, evidence, severity=severity, details=details)
    return on_realm(snapshot, message, evidence, severity=severity, details=details)


def audiences(claims: Json) -> list[str]:
    """The audiences of a token (RFC 7519 section 4.1.3)."""
    return names(claims.get("aud"))


def names(value: object) -> list[str]:
    """The names in a claim that is one string or a list; other values are ignored."""
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str) and each]


def _client(snapshot: Snapshot) -> str:
    known, claims = snapshot.sections.get("own_client"), snapshot.sections.get("own_claims")
    if not isinstance(known, str) and isinstance(claims, Mapping):
        known = claims.get("azp") or claims.get("client_id")
    return known if isinstance(known, str) else ""
