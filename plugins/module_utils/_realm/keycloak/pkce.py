# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a client must use PKCE (RFC 7636), by its own setting or a client policy."""

from __future__ import annotations

from ..snapshot.gaps import Json
from ..snapshot.snapshot import Snapshot
from .client_policies import covers
from .clients import attribute

METHOD = "pkce.code.challenge.method"
EXECUTOR = "pkce-enforcer"


def requires_pkce(snapshot: Snapshot, client: Json) -> bool:
    """Whether the client must use PKCE, with any method. Raises Unknown."""
    return bool(attribute(client, METHOD)) or covers(snapshot, client, EXECUTOR)
