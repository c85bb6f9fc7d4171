# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""OpenID Connect clients as issuers of tokens see them."""

from __future__ import annotations

from collections.abc import Iterator

from ..snapshot.gaps import Json
from ..snapshot.snapshot import Snapshot
from .clients import OIDC, flag, protocol_of, sure
from .settings import switch

# A token's lifespan that means: as long as the session.
SESSION_LONG = -1


def clients_with_tokens(snapshot: Snapshot) -> Iterator[Json]:
    """The OpenID Connect clients that get tokens, built-in ones included: what is set there, somebody has set."""
    yield from sure(snapshot.clients, lambda each: protocol_of(each) == OIDC and not switch(each, "bearerOnly"))


def enabled_clients(snapshot: Snapshot) -> Iterator[Json]:
    """Those of them that can be used."""
    return sure(clients_with_tokens(snapshot), lambda each: switch(each, "enabled"))


def keeps_refresh_tokens(client: Json) -> bool:
    """Whether people's logins give the client refresh tokens. Raises Unknown."""
    if not flag(client, "use.refresh.tokens"):
        return False
    return (
        switch(client, "standardFlowEnabled")
        or switch(client, "directAccessGrantsEnabled")
        or flag(client, "oauth2.device.authorization.grant.enabled")
    )


def needs_no_key(algorithm: str) -> bool:
    """Whether a token that is signed so cannot be verified with a public key: HMAC, or no signature at all."""
    return algorithm.upper().startswith("HS") or algorithm.lower() == "none"
