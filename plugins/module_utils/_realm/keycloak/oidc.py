# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""OpenID Connect clients and the tokens that they get."""

from __future__ import annotations

from collections.abc import Iterator

from ..snapshot.gaps import Json
from ..snapshot.snapshot import Snapshot
from .clients import OIDC, attribute_switch, protocol_of, sure
from .settings import switch

#: The token lifespan that means: as long as the session.
SESSION_LONG = -1


def clients_with_tokens(snapshot: Snapshot) -> Iterator[Json]:
    """The OpenID Connect clients that get tokens, including built-in ones, whose settings can be changed, too."""
    yield from sure(snapshot.clients, lambda each: protocol_of(each) == OIDC and not switch(each, "bearerOnly"))


def enabled_clients(snapshot: Snapshot) -> Iterator[Json]:
    """The enabled ones among them."""
    return sure(clients_with_tokens(snapshot), lambda each: switch(each, "enabled"))


def keeps_refresh_tokens(client: Json) -> bool:
    """Whether the client gets refresh tokens when users log in. Raises Unknown."""
    if not attribute_switch(client, "use.refresh.tokens"):
        return False
    return (
        switch(client, "standardFlowEnabled")
        or switch(client, "directAccessGrantsEnabled")
        or attribute_switch(client, "oauth2.device.authorization.grant.enabled")
    )


def needs_no_key(algorithm: str) -> bool:
    """Whether no public key can verify tokens with this algorithm: HMAC, or no signature at all."""
    return algorithm.upper().startswith("HS") or algorithm.lower() == "none"
