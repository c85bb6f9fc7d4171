# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Realms for tests, in Keycloak's representation for import."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

#: The roles of realm-management that are needed to read users.
READ_USERS = ("view-users", "query-users")
MANAGE_USERS = (*READ_USERS, "manage-users")


@dataclass(frozen=True)
class Client:
    """A confidential client, with roles of realm-management; lifespan is that of its access tokens, in seconds."""

    client_id: str
    secret: str = field(repr=False)
    roles: Sequence[str] = READ_USERS
    service_accounts: bool = True
    lifespan: int | None = None

    def representation(self) -> dict[str, Any]:
        return {
            "clientId": self.client_id,
            "secret": self.secret,
            "enabled": True,
            "publicClient": False,
            "standardFlowEnabled": False,
            "directAccessGrantsEnabled": False,
            "serviceAccountsEnabled": self.service_accounts,
            "attributes": {} if self.lifespan is None else {"access.token.lifespan": str(self.lifespan)},
        }

    def account(self, number: int) -> dict[str, Any]:
        """The service account of the client."""
        return {
            "username": f"service-account-{number}",
            "enabled": True,
            "serviceAccountClientId": self.client_id,
            "clientRoles": {"realm-management": list(self.roles)},
        }


def realm_of(*clients: Client, users: Sequence[str] = ()) -> dict[str, Any]:
    """A realm with these clients and users, without a name: the server's helper adds a unique one."""
    accounts = [client.account(number) for number, client in enumerate(clients) if client.service_accounts]
    return {
        "realm": "integration",
        "sslRequired": "none",
        "clients": [client.representation() for client in clients],
        "users": [*accounts, *({"username": name, "enabled": True} for name in users)],
    }


def users_path(realm: str) -> str:
    """The path of the admin API's listing of users, which view-users may read."""
    return f"/admin/realms/{quote(realm)}/users"


def connection(server: str, realm: str, client: Client) -> dict[str, object]:
    """The inventory variables for a client."""
    return {
        "authkit_auth_server": server,
        "authkit_realm": realm,
        "authkit_client_id": client.client_id,
        "authkit_client_secret": client.secret,
    }
