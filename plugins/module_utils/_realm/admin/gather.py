# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads a realm from the admin API, concurrently.

It sends only GETs that view-* roles allow: listings where Keycloak has them; otherwise one request for each client's
roles, the scope of each client without full scope and of each client scope, the settings of each client with
authorization services, the mappers of each identity provider, the steps of each flow, the children of each composite
role, and the users of each role that administers.
"""

from __future__ import annotations

from ..._http.model import Transport
from ..admin import clients as gather_clients
from ..admin import flows as gather_flows
from ..admin import holders as gather_holders
from ..admin import roles as gather_roles
from ..admin import settings as gather_settings
from ..snapshot.missing import Missing, attempt
from ..snapshot.snapshot import Snapshot
from ..snapshot.unreadable import unreadable
from .admin_api import AdminApi
from .audit_token import TokenSource
from .plan import Plan

_PLAN = Plan(
    {
        **gather_settings.READERS,
        **gather_clients.READERS,
        **gather_flows.READERS,
        **gather_roles.READERS,
        **gather_holders.READERS,
    },
    "realm",
)


def gather(
    server: str,
    realm: str,
    tokens: TokenSource,
    transport: Transport,
    *,
    retries: int = 0,
    workers: int = 8,
) -> Snapshot:
    """The snapshot of a realm. What cannot be read is a gap that says why, or names the role that it needs.

    :param server: the base URL, with its path (https://host/auth). The caller ensures that the token may go there.
    :param workers: the most requests at once.
    :raises AuthkitError: there is no token at all, or the server's address is not one that requests can go to.
    """
    try:
        api = AdminApi(server, realm, tokens, transport, retries=retries, workers=workers)
        shown = gather_settings.realm_shown(api)
    except Missing as missing:
        return unreadable(realm, server, missing.gap.reason, fault=missing.gap.fault)
    settings = attempt(lambda: gather_settings.complete_realm(shown))
    return Snapshot(realm, server.rstrip("/"), _PLAN.read(api, realm, {"realm": settings}))
