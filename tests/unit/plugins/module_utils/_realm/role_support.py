# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Small sets of roles."""

from __future__ import annotations

from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import Holder, Role

_MANAGING = ("manage-users", "manage-clients", "create-client", "impersonation")
_VIEWING = ("view-users", "view-realm", "query-users")


def role(name: str, *children: str, client: str | None = None) -> Role:
    """A role whose id is its name, with its clientId before a dot."""
    return Role(name if client is None else f"{client}.{name}", name, client, children)


def catalog(*more: Role, default: tuple[str, ...] = ()) -> dict[str, Role]:
    """Keycloak's own roles, with these beside them. default: what the default role contains."""
    names = [*_MANAGING, *_VIEWING]
    own = [role(name, client="realm-management") for name in names]
    own += [
        role("realm-admin", *(f"realm-management.{name}" for name in names), client="realm-management"),
        role("read-token", client="broker"),
        role("manage-account", client="account"),
        role("offline_access"),
        role("default-roles-shop", "offline_access", "account.manage-account", *default),
    ]
    return {each.id: each for each in (*own, *more)}


# What a realm says of its default role.
DEFAULT_ROLE = {"defaultRole": {"id": "elsewhere", "name": "default-roles-shop"}}


def holder(username: str, held: str, *, enabled: bool = True, group: str | None = None) -> Holder:
    """A user, or by its name a service account."""
    prefix = "service-account-"
    client = username[len(prefix) :] if username.startswith(prefix) else None
    return Holder(username, held, enabled, group, client)
